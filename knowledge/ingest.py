"""Files into the store: idempotent by content, and one bad file never stops the rest."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from knowledge.errors import DocumentUnreadable
from knowledge.metadata import read_metadata
from knowledge.reading import READERS, read_document
from knowledge.store import NewDocument, Store
from knowledge.structure import split_sections

Progress = Callable[[int, int, Path], None]
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Unreadable:
    """A file that could not be taken in; reason is Chinese and says what to do."""

    path: Path
    reason: str


@dataclass(frozen=True)
class IngestReport:
    """Every file met is in exactly one list. added: document ids. skipped: _index.md without a text."""

    added: tuple[str, ...]
    unchanged: tuple[Path, ...]
    skipped: tuple[Path, ...]
    unreadable: tuple[Unreadable, ...]


def add_paths(
    store: Store, paths: Sequence[Path], clock: Clock, on_progress: Progress | None = None
) -> IngestReport:
    """Read files, and folders with all below them, into the store. on_progress: (done, all, path) a file.

    Raises StorageProblem only; what is wrong with a file is in the report.
    """
    files = list(dict.fromkeys(file for path in paths for file in _files(path)))
    added: list[str] = []
    unchanged: list[Path] = []
    skipped: list[Path] = []
    unreadable: list[Unreadable] = []
    for number, file in enumerate(files, 1):
        try:
            new = read_new(file)
            if new is None:
                skipped.append(file)
            elif store.has_content(new.content_hash):
                unchanged.append(file)
            else:
                added.append(store.put(new, clock()))
        except DocumentUnreadable as error:
            unreadable.append(Unreadable(file, f"{error.reason}。{error.what_to_do}。"))
        if on_progress:
            on_progress(number, len(files), file)
    if added:
        store.settle_validity()
    return IngestReport(tuple(added), tuple(unchanged), tuple(skipped), tuple(unreadable))


def read_new(file: Path) -> NewDocument | None:
    """Read and cut one file; None for a site generator's _index.md. Raises DocumentUnreadable."""
    text = read_document(file)
    metadata, body = read_metadata(text, file)
    sections = split_sections(text, body)
    if not sections and file.name == "_index.md":
        return None
    if not sections:
        raise DocumentUnreadable(file, "没有可引用的正文", "请检查文件内容是否完整")
    return NewDocument(metadata, text, sha256(text.encode()).hexdigest(), sections, str(file))


def _files(path: Path) -> Iterator[Path]:
    """A folder gives its files of known formats; a file is taken as it is: a wrong one is reported."""
    if path.is_dir():
        known = (file for file in path.rglob("*") if file.suffix.lower() in READERS and file.is_file())
        yield from sorted(file for file in known if not file.name.startswith((".", "~$")))
    else:
        yield path
