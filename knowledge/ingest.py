"""Files into the store: idempotent by content, and one bad file never stops the rest."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from knowledge.errors import DocumentUnreadable
from knowledge.metadata import read_metadata
from knowledge.reading import READERS, read_document
from knowledge.records import NewDocument, document_id
from knowledge.store import Store
from knowledge.structure import order_notices, split_sections

Progress = Callable[[int, int, Path], None]
Clock = Callable[[], datetime]

# One transaction holds about this many clauses: a commit waits for the disk, and thousands of small files are usual.
BATCH = 2000


@dataclass(frozen=True)
class LeftOut:
    """A file, and what is to be said of it; reason is Chinese and says what to do."""

    path: Path
    reason: str


@dataclass(frozen=True)
class IngestReport:
    """Every file met is in exactly one of the first four lists.

    added: document ids. skipped: nothing wrong, nothing to take. notices: of files that were taken, but odd.
    """

    added: tuple[str, ...]
    unchanged: tuple[Path, ...]
    skipped: tuple[LeftOut, ...]
    unreadable: tuple[LeftOut, ...]
    notices: tuple[LeftOut, ...] = ()


def add_paths(
    store: Store, paths: Sequence[Path], clock: Clock, on_progress: Progress | None = None
) -> IngestReport:
    """Read files, and folders with all below them, into the store. on_progress: (done, all, path) a file.

    Raises StorageProblem only; what is wrong with a file is in the report.
    """
    files = list(dict.fromkeys(file for path in paths for file in _files(path)))
    run = _Run(store, clock)
    for number, file in enumerate(files, 1):
        run.take(file)
        if on_progress:
            on_progress(number, len(files), file)
    return run.finish()


class _Run:
    """What became of each file, and the documents read but not yet stored."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._held = store.held()
        self._waiting: list[NewDocument] = []
        self._clauses = 0
        self._from: dict[str, Path] = {}  # document id -> the file of this run that it comes from
        self._added: list[str] = []
        self._unchanged: list[Path] = []
        self._skipped: list[LeftOut] = []
        self._unreadable: list[LeftOut] = []

    def take(self, file: Path) -> None:
        try:
            new = read_new(file)
        except DocumentUnreadable as error:
            self._unreadable.append(LeftOut(file, f"{error.reason}。{error.what_to_do}。"))
            return
        if new is None:
            self._skipped.append(LeftOut(file, "只是目录页，没有正文"))
        elif (holder := self._held.by_content.get(new.content_hash)) is None:
            self._take_new(file, new)
        elif self._is_as_it_was(holder, new):
            self._from.setdefault(holder, file)
            self._unchanged.append(file)
        else:
            self._take_new(file, replace(new, replaces=holder))
        if self._clauses >= BATCH:
            self._store_waiting()

    def finish(self) -> IngestReport:
        self._store_waiting()
        self._store.settle_validity()
        said = self._store.notices(self._added)
        notices = [LeftOut(self._from[key], notice) for key in self._added for notice in said.get(key, ())]
        notices += self._not_yet()
        return IngestReport(
            tuple(self._added),
            tuple(self._unchanged),
            tuple(self._skipped),
            tuple(self._unreadable),
            tuple(notices),
        )

    def _not_yet(self) -> Iterator[LeftOut]:
        """A date in the future may be a slip, and explains why a search doesn't find what was just added."""
        today = self._clock().date()
        for document, day in self._store.starts(self._added).items():
            if day > today:
                yield LeftOut(self._from[document], f"自 {day} 起施行，今天尚未生效，默认检索不到")

    def _is_as_it_was(self, holder: str, new: NewDocument) -> bool:
        """Whether a document of the same text holds what is read now: an older program may have cut it otherwise."""
        if holder not in self._held.outdated:
            return True
        self._held.outdated.remove(holder)
        return self._store.read_again(holder, new)

    def _take_new(self, file: Path, new: NewDocument) -> None:
        identity = document_id(new.metadata, new.content_hash)
        if identity in self._from:
            # Two files of one run for one version would replace each other for ever.
            reason = f"与 {self._from[identity]} 同名同日期（{identity}）而内容不同，只取先读到的一个。"
            self._skipped.append(LeftOut(file, reason + "请核对后删去其一，或改正标题、日期。"))
            return
        source = self._held.sources.get(identity)
        if source is not None and source != new.source and not new.replaces:
            said = f"与已入库的 {source} 同名同日期而内容不同，已替换为新的一版；请核对以哪一份为准"
            new = replace(new, notices=(*new.notices, said))
        self._from[identity] = file
        self._held.by_content[new.content_hash] = identity
        self._added.append(identity)
        self._waiting.append(new)
        self._clauses += len(new.sections)

    def _store_waiting(self) -> None:
        if self._waiting:
            self._store.put_all(self._waiting, self._clock())
        self._waiting, self._clauses = [], 0


def read_new(file: Path) -> NewDocument | None:
    """Read and cut one file; None for a site generator's _index.md. Raises DocumentUnreadable."""
    read = read_document(file)
    metadata, body = read_metadata(read.text, file)
    sections = split_sections(read.text, body)
    if all(section.kind == "heading" for section in sections):
        if file.name == "_index.md":
            return None
        raise DocumentUnreadable(file, "没有可引用的正文", "请检查文件内容是否完整")
    notices = (*read.notices, *order_notices(sections))
    return NewDocument(
        metadata, read.text, sha256(read.text.encode()).hexdigest(), sections, str(file), notices
    )


def _files(path: Path) -> Iterator[Path]:
    """A folder gives its files of known formats, links that lead nowhere among them, and folders that don't open.

    What is wrong with one of these, or with a file given by name, is found in reading it, and told.
    """
    if not path.is_dir():
        yield path
        return
    closed: list[Path] = []
    for folder in _folders(path, closed):
        known = (file for file in folder.iterdir() if file.suffix.lower() in READERS and not file.is_dir())
        yield from sorted(file for file in known if not file.name.startswith((".", "~$")))
    yield from closed


def _folders(top: Path, closed: list[Path]) -> Iterator[Path]:
    """The folder and all below it, links followed; each once, however often links lead to it.

    Those that don't open are put into `closed`.
    """
    seen: set[tuple[int, int]] = set()
    for name, below, _ in os.walk(
        top, followlinks=True, onerror=lambda error: closed.append(Path(error.filename))
    ):
        folder = Path(name)
        about = folder.stat()
        if (about.st_dev, about.st_ino) in seen:
            below.clear()
            continue
        seen.add((about.st_dev, about.st_ino))
        below[:] = sorted(each for each in below if not each.startswith("."))
        yield folder
