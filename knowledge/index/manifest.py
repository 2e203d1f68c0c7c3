"""What a generation consists of, and which one is current."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from knowledge.errors import IndexBroken, IndexMissing, IndexOutdated
from knowledge.index.files import FileSum, write_text

POINTER = "CURRENT"

_NAME = re.compile(r"gen-(\d+)\.(\d+)")


@dataclass(frozen=True)
class SegmentFiles:
    """A folder under segments/. recall: of the exact answer's first ten, measured when the segment was built."""

    name: str
    rows: int
    files: Mapping[str, FileSum]
    recall: float = 1.0


@dataclass(frozen=True)
class Manifest:
    """One generation. revision: grows as vectors follow and segments are merged; the documents stay the same.

    count: clauses that stood in the database when it was published. mean_length: tokens of a clause, by which all
    lexical segments weigh. lexical, dense: oldest first; of a row in several the newest counts. created_at: ISO 8601.
    """

    generation: int
    revision: int
    embedder: str
    dimension: int
    count: int
    mean_length: float
    created_at: str
    lexical: tuple[SegmentFiles, ...] = field(default=())
    dense: tuple[SegmentFiles, ...] = field(default=())

    @property
    def name(self) -> str:
        return f"gen-{self.generation:06d}.{self.revision}"

    @property
    def segments(self) -> tuple[SegmentFiles, ...]:
        return (*self.lexical, *self.dense)

    @property
    def digest(self) -> str:
        """64 hex digits over the sums of all files: equal for equal bytes."""
        listing = [f"{name} {told.full}" for one in self.segments for name, told in sorted(one.files.items())]
        return sha256("\n".join([self.embedder, *listing]).encode()).hexdigest()


@dataclass(frozen=True)
class Generation:
    """What a person chooses from when rolling back. vectors: rows that have one; the rest is found by words only."""

    generation: int
    created_at: str
    clauses: int
    vectors: int
    embedder: str
    current: bool


_CODEC = TypeAdapter(Manifest)


def pointer(root: Path) -> str:
    """The name the pointer file holds. Raises IndexMissing when nothing was ever published."""
    try:
        return (root / POINTER).read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError as error:
        raise IndexMissing(root) from error


def current_name(root: Path) -> str:
    """The manifest the pointer names, or the newest when the pointer can't be read.

    Raises IndexMissing, IndexOutdated (another version of the program built it), IndexBroken.
    """
    name = pointer(root)
    if _NAME.fullmatch(name):
        return name
    if re.fullmatch(r"gen-\d+", name):
        raise IndexOutdated(root)
    kept = kept_names(root)
    if not kept:
        raise IndexBroken(root, f"{POINTER} 的内容无法识别")
    return kept[-1]


def current_manifest(root: Path) -> Manifest:
    """Raises IndexMissing, IndexOutdated, IndexBroken."""
    return read_manifest(root, current_name(root))


def read_manifest(root: Path, name: str) -> Manifest:
    """Raises IndexBroken."""
    try:
        return _CODEC.validate_json((root / f"{name}.json").read_bytes())
    except FileNotFoundError as error:
        raise IndexBroken(root, f"{name}.json 不存在") from error
    except ValidationError as error:
        raise IndexBroken(root, f"{name}.json 的内容无法识别") from error


def make_current(root: Path, manifest: Manifest) -> None:
    """Write the manifest, then the pointer: the moment from which all searches use it."""
    write_text(root / f"{manifest.name}.json", _CODEC.dump_json(manifest, indent=1).decode())
    write_text(root / POINTER, manifest.name + "\n")


def kept_names(root: Path) -> list[str]:
    """One revision of every generation there is a manifest of, oldest first: the current one's, else the newest."""
    newest: dict[int, int] = {}
    for path in root.glob("gen-*.json"):
        if match := _NAME.fullmatch(path.stem):
            generation, revision = int(match[1]), int(match[2])
            newest[generation] = max(revision, newest.get(generation, 0))
    if match := _NAME.fullmatch(_pointer_or_nothing(root)):
        # A writer that was killed may have left a revision that was never pointed to.
        newest[int(match[1])] = int(match[2])
    return [f"gen-{generation:06d}.{newest[generation]}" for generation in sorted(newest)]


def number_of(name: str) -> int:
    """The generation in a manifest's name; 0 for what is no name of one."""
    match = _NAME.fullmatch(name)
    return int(match[1]) if match else 0


def _pointer_or_nothing(root: Path) -> str:
    try:
        return pointer(root)
    except IndexMissing:
        return ""
