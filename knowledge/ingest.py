"""Files into the store: idempotent by content, and one bad file never stops the rest."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from knowledge.errors import DocumentUnreadable
from knowledge.metadata import read_metadata
from knowledge.reading import READERS, read_document
from knowledge.store import NewDocument, Store, document_id
from knowledge.structure import split_sections

Progress = Callable[[int, int, Path], None]
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class LeftOut:
    """A file that was not taken in; reason is Chinese and says what to do."""

    path: Path
    reason: str


@dataclass(frozen=True)
class IngestReport:
    """Every file met is in exactly one list. added: document ids. skipped: nothing wrong, nothing to take."""

    added: tuple[str, ...]
    unchanged: tuple[Path, ...]
    skipped: tuple[LeftOut, ...]
    unreadable: tuple[LeftOut, ...]


def add_paths(
    store: Store, paths: Sequence[Path], clock: Clock, on_progress: Progress | None = None
) -> IngestReport:
    """Read files, and folders with all below them, into the store. on_progress: (done, all, path) a file.

    Raises StorageProblem only; what is wrong with a file is in the report.
    """
    files = list(dict.fromkeys(file for path in paths for file in _files(path)))
    added: list[str] = []
    unchanged: list[Path] = []
    skipped: list[LeftOut] = []
    unreadable: list[LeftOut] = []
    seen: set[str] = set()
    for number, file in enumerate(files, 1):
        try:
            new = read_new(file)
            if new is None:
                skipped.append(LeftOut(file, "只是目录页，没有正文"))
            elif holder := store.holder_of(new.content_hash):
                seen.add(holder)
                unchanged.append(file)
            elif (identity := document_id(new.metadata, new.content_hash)) in seen:
                # Two files of one run for one version would replace each other for ever.
                skipped.append(LeftOut(file, f"与本次另一个文件同名同日期（{identity}），只取先读到的一个"))
            else:
                seen.add(identity)
                added.append(store.put(new, clock()))
        except DocumentUnreadable as error:
            unreadable.append(LeftOut(file, f"{error.reason}。{error.what_to_do}。"))
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
