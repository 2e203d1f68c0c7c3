"""The index as a process uses it: always the current generation, opened once, and what changes it."""

import warnings
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from threading import Lock

from knowledge.embedding import Embedder, Vectors
from knowledge.errors import IndexBroken, IndexMismatch, IndexProblem
from knowledge.finding.filters import Filters
from knowledge.index.embedding import EmbedProgress, Texts, embed_rows
from knowledge.index.lock import PATIENCE_S, one_writer
from knowledge.index.manifest import (
    Generation,
    Manifest,
    current_manifest,
    current_name,
    kept_names,
    number_of,
    pointer,
    read_manifest,
)
from knowledge.index.ranked import Rows
from knowledge.index.segments import SegmentFolder, VectorServer
from knowledge.index.snapshot import Segment, Snapshot
from knowledge.index.standing import Standing
from knowledge.index.view import View, Views
from knowledge.index.writer import IndexWriter

EVERYTHING = Filters()
_ATTEMPTS = 20


class IndexFallback(UserWarning):
    """The current generation is damaged: an older one answers in its place, or words alone."""


class LiveIndex:
    """Thread-safe. Other processes may publish and delete meanwhile: every view is of the present."""

    def __init__(
        self,
        root: Path,
        database: Path,
        texts: Texts,
        embedder: Embedder,
        patience: float = PATIENCE_S,
        server: VectorServer | None = None,
    ) -> None:
        self._root = root
        self._patience = patience
        self._texts = texts
        self._embedder = embedder
        self._standing = Standing(database)
        self._folder = SegmentFolder(root, server)
        self._writer = IndexWriter(root, self._folder, self._standing, texts, patience)
        self._lock = Lock()
        self._embedding = Lock()  # a second publish of this process finds done what the first embedded
        self._name = ""
        self._snapshot: Snapshot | None = None
        self._views = Views()
        self._segments: dict[str, Segment] = {}
        self._warning: str | None = None

    def close(self) -> None:
        self._standing.close()

    def view(self, day: date, filters: Filters = EVERYTHING, *, any_time: bool = False) -> View:
        """What one search may see. Raises IndexProblem, StorageProblem."""
        return self._views.view(self.snapshot(), self._standing.table(), day, filters, any_time)

    def snapshot(self) -> Snapshot:
        """The current generation, or with a warning (IndexFallback) the newest older one that is whole.

        Raises IndexMissing, IndexOutdated, IndexMismatch (built by another embedder) or IndexBroken.
        """
        with self._lock:
            if self._snapshot is None or pointer(self._root) != self._name:
                self._snapshot = self._newest()
            return self._snapshot

    @property
    def warning(self) -> str | None:
        """Why not everything of the current generation answers; of the last snapshot taken."""
        return self._warning

    def add_words(self, now: datetime) -> Manifest | None:
        """Make what is stored findable by its words; None when nothing is stored. Raises StorageProblem."""
        return self._writer.add_words(self._embedder.fingerprint, self._embedder.dimension, now)

    def add_vectors(self, on_progress: EmbedProgress | None = None) -> None:
        """Embed what has no vector yet; done a slice at a time, so what was paid for is kept.

        Raises IndexProblem, StorageProblem, EmbedderProblem.
        """
        with self._embedding:
            self._embed(on_progress)

    def _embed(self, on_progress: EmbedProgress | None) -> None:
        table = self._standing.table()
        rows = self.snapshot().without_vectors(table)

        def attach(done: Rows, vectors: Vectors) -> bool:
            # The title as it was before its text was read: a change since makes the vector stale, and not unseen.
            stamps = table.stamps[table.owners(done)]
            return self._writer.add_vectors(done, stamps, vectors, self._embedder.fingerprint) is not None

        embed_rows(rows, self._texts, self._embedder, attach, on_progress)

    def stored(self) -> tuple[int, int]:
        """Documents and clauses in the database. Raises StorageProblem."""
        table = self._standing.table()
        return len(table.firsts), int((table.lasts - table.firsts + 1).sum())

    def without_words(self) -> int:
        """How many stored clauses no search finds yet. Raises IndexProblem."""
        return len(self.snapshot().without_words(self._standing.table()))

    def without_vectors(self) -> int:
        """How many of those found by words are not found by meaning yet. Raises IndexProblem."""
        return len(self.snapshot().without_vectors(self._standing.table()))

    def generations(self) -> list[Generation]:
        """Those kept, oldest first."""
        kept: list[Generation] = []
        current = _or_none(lambda: current_manifest(self._root))
        for name in kept_names(self._root):
            if told := _or_none(lambda name=name: read_manifest(self._root, name)):
                vectors = min(sum(part.rows for part in told.dense), told.count)
                kept.append(
                    Generation(
                        told.generation, told.created_at, told.count, vectors, told.embedder,
                        current is not None and told.generation == current.generation,
                    )
                )  # fmt: skip
        return kept

    def roll_back(self, generation: int) -> Manifest:
        """Make an earlier generation current, in every process. Documents stay as they are.

        Raises IndexBroken when it is not kept or not whole.
        """
        return self._writer.roll_back(generation)

    def check(self) -> list[str]:
        """Every byte of every kept generation; what is wrong, in Chinese."""
        wrong: list[str] = []
        # Nobody may replace what is being read.
        with one_writer(self._root, self._patience):
            for name in kept_names(self._root):
                try:
                    manifest = read_manifest(self._root, name)
                except IndexProblem as error:
                    wrong.append(str(error))
                    continue
                faults = filter(None, map(self._folder.faults, manifest.segments))
                wrong += [f"第 {manifest.generation} 代：{fault}" for fault in faults]
        return wrong

    def _newest(self) -> Snapshot:
        for _ in range(_ATTEMPTS):
            name = pointer(self._root)
            try:
                snapshot, warning = self._open()
            except IndexBroken:
                if pointer(self._root) == name:
                    raise
                continue
            # Files of a generation that was replaced meanwhile are gone, which is no damage: look again.
            if warning is None or pointer(self._root) == name:
                self._name, self._warning = name, warning
                if warning:
                    warnings.warn(IndexFallback(warning), stacklevel=4)
                return snapshot
        raise IndexBroken(self._root, "索引更替过快，未能打开")

    def _open(self) -> tuple[Snapshot, str | None]:
        """The newest generation that opens, and what is amiss when that isn't all of the current one."""
        current = current_name(self._root)
        older = [name for name in kept_names(self._root) if number_of(name) < number_of(current)]
        why: IndexBroken | None = None
        for name in [current, *reversed(older)]:
            try:
                manifest = read_manifest(self._root, name)
                if manifest.embedder != self._embedder.fingerprint:
                    raise IndexMismatch(self._root, manifest.embedder, self._embedder.fingerprint)
                snapshot, self._segments = self._folder.snapshot(manifest, self._segments)
            except IndexBroken as error:
                why = why or error
                continue
            return snapshot, _amiss(number_of(current), snapshot, why)
        raise why or IndexBroken(self._root, "没有可用的版本")


def _amiss(current: int, snapshot: Snapshot, why: IndexBroken | None) -> str | None:
    if why:
        return f"索引第 {current} 代已损坏，暂用第 {snapshot.manifest.generation} 代（{why}）"
    if len(snapshot.dense) < len(snapshot.manifest.dense):
        return f"索引第 {current} 代的部分向量已损坏，这些条款暂按字面检索，请运行 pingji kb publish"
    return None


def _or_none(read: Callable[[], Manifest]) -> Manifest | None:
    try:
        return read()
    except IndexProblem:
        return None
