"""Publishing: words first, vectors after them, one writer at a time across processes.

A step takes the lock, adds one segment, swaps the pointer, then tidies up. Embedding happens outside the lock.
Killed at any moment it leaves the pointer on a whole generation, and at most a folder that the next step removes.
"""

import fcntl
import shutil
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import numpy as np

from knowledge.embedding import Vectors
from knowledge.errors import IndexProblem, StoreLocked
from knowledge.faults import storage_faults
from knowledge.index import merging
from knowledge.index.dense import DenseSegment, read_dense, write_dense
from knowledge.index.embedding import Texts
from knowledge.index.files import quick_fault, write_folder
from knowledge.index.lexical import LexicalSegment, read_lexical, weigh, write_lexical
from knowledge.index.manifest import (
    SEGMENTS,
    Manifest,
    SegmentFiles,
    current_manifest,
    kept_names,
    make_current,
    number_of,
    read_manifest,
)
from knowledge.index.postings import CHUNK, count_postings, merge_postings
from knowledge.index.ranked import Rows
from knowledge.index.snapshot import Part, Snapshot
from knowledge.index.standing import DocumentTable, Standing

KEEP = 3
# How far the mean length may move before all segments are weighed anew.
DRIFT = 0.05
PATIENCE_S = 30.0
_POLL_S = 0.02


class IndexWriter:
    """texts: what is indexed of the given rows; those deleted meanwhile are left out. Raises StorageProblem."""

    def __init__(self, root: Path, standing: Standing, texts: Texts, patience: float = PATIENCE_S) -> None:
        self._root = root
        self._standing = standing
        self._texts = texts
        self._patience = patience

    def add_words(self, embedder: str, dimension: int, now: datetime) -> Manifest | None:
        """Make the stored clauses findable by their words; None when nothing is stored.

        What is indexed already is taken over, so the same manifest comes back when nothing changed.
        """
        with self.locked():
            table = self._standing.table()
            wanted = table.rows
            if not len(wanted):
                return None
            before, sound = self._sound(embedder, dimension)
            snapshot = self._opened(before)
            missing = np.setdiff1d(wanted, _current(snapshot, table, snapshot.lexical), assume_unique=True)
            if sound and not len(missing):
                return before
            manifest = replace(
                before,
                generation=1 + max(map(number_of, [before.name, *kept_names(self._root)])),
                revision=0,
                count=len(wanted),
                created_at=now.isoformat(),
            )
            if len(missing):
                manifest = self._with_words(manifest, missing, table)
            self._swap(manifest, before.generation)
            return self._tidied(manifest)

    def missing(self, manifest: Manifest) -> int:
        """How many stored clauses the generation does not hold as they are now."""
        table, snapshot = self._standing.table(), self._opened(manifest)
        return len(np.setdiff1d(table.rows, _current(snapshot, table, snapshot.lexical), assume_unique=True))

    def pending(self) -> Rows:
        """Rows of the current generation that stand in the database and have no vector of their present text."""
        manifest = current_manifest(self._root)
        table, snapshot = self._standing.table(), self._opened(manifest)
        words = _current(snapshot, table, snapshot.lexical)
        return np.setdiff1d(words, _current(snapshot, table, snapshot.dense), assume_unique=True)

    def add_vectors(self, rows: Rows, vectors: Vectors, embedder: str) -> Manifest | None:
        """Give rows their vectors; None when meanwhile another embedder took over."""
        with self.locked():
            before = current_manifest(self._root)
            if before.embedder != embedder:
                return None
            table = self._standing.table()
            owners = table.owners(rows)
            alive = owners >= 0
            halves = vectors[alive].astype(np.float16)
            segment, recall = merging.dense_segment(rows[alive], table.stamps[owners[alive]], halves)
            files = self._write_dense(segment, recall)
            manifest = replace(before, revision=before.revision + 1, dense=(*before.dense, files))
            self._swap(manifest, before.generation)
            return self._tidied(manifest)

    def roll_back(self, name: str) -> Manifest:
        """Make an earlier generation current. Raises IndexBroken when it is not whole."""
        with self.locked():
            manifest = read_manifest(self._root, name)
            make_current(self._root, manifest)
            return manifest

    @contextmanager
    def locked(self) -> Generator[None]:
        """Wait for other writers. The lock ends with the process whatever happens. Raises StoreLocked."""
        with storage_faults(self._root):
            self._root.mkdir(parents=True, exist_ok=True)
            with (self._root / "publish.lock").open("w") as lock:
                until = time.monotonic() + self._patience
                while not _taken(lock.fileno()):
                    if time.monotonic() > until:
                        raise StoreLocked(self._root)
                    time.sleep(_POLL_S)
                yield

    def _sound(self, embedder: str, dimension: int) -> tuple[Manifest, bool]:
        """The current manifest without what is damaged or of another embedder, and whether it is as it was."""
        empty = Manifest(0, 0, embedder, dimension, 0, 0.0, "")
        try:
            manifest = current_manifest(self._root)
        except IndexProblem:
            return empty, False
        whole = replace(
            manifest,
            embedder=embedder,
            dimension=dimension,
            lexical=tuple(filter(self._whole, manifest.lexical)),
            dense=tuple(filter(self._whole, manifest.dense)) if manifest.embedder == embedder else (),
        )
        return whole, whole == manifest

    def _whole(self, files: SegmentFiles) -> bool:
        return quick_fault(self._root / SEGMENTS / files.name, files.files) is None

    def _opened(self, manifest: Manifest) -> Snapshot:
        folder = self._root / SEGMENTS
        lexical = [read_lexical(folder / files.name) for files in manifest.lexical]
        return Snapshot(manifest, lexical, [read_dense(folder / files.name) for files in manifest.dense])

    def _with_words(self, manifest: Manifest, missing: Rows, table: DocumentTable) -> Manifest:
        parts: list[LexicalSegment] = []
        for start in range(0, len(missing), CHUNK):
            texts = self._texts(missing[start : start + CHUNK])
            rows = np.array(list(texts), np.int64)
            owners = table.owners(rows)
            postings = count_postings(list(texts.values()))
            parts.append(LexicalSegment(rows, table.stamps[owners], postings, np.empty(0, np.float32)))
        everything = merge_postings([(part.postings, np.ones(len(part.rows), bool)) for part in parts])
        mean_length = manifest.mean_length or float(everything.lengths.mean())
        segment = weigh(
            np.concatenate([part.rows for part in parts]),
            np.concatenate([part.stamps for part in parts]),
            everything,
            mean_length,
        )
        files = self._write_lexical(segment)
        return replace(manifest, mean_length=mean_length, lexical=(*manifest.lexical, files))

    def _tidied(self, manifest: Manifest) -> Manifest:
        """Merge what has become too many, too dead or weighed by a length of long ago; searches go on."""
        table, snapshot = self._standing.table(), self._opened(manifest)
        lexical, mean_length = self._merged_words(manifest, snapshot, table)
        dense = self._merged_vectors(manifest, snapshot, table)
        if (lexical, dense) == (manifest.lexical, manifest.dense):
            return manifest
        tidy = replace(
            manifest, revision=manifest.revision + 1, lexical=lexical, dense=dense, mean_length=mean_length
        )
        self._swap(tidy, manifest.generation)
        return tidy

    def _merged_words(
        self, manifest: Manifest, snapshot: Snapshot, table: DocumentTable
    ) -> tuple[tuple[SegmentFiles, ...], float]:
        segments = [part.segment for part in snapshot.lexical]
        keeps = [(part.places >= 0) & (table.owners(part.segment.rows) >= 0) for part in snapshot.lexical]
        live = [int(keep.sum()) for keep in keeps]
        start = merging.merge_from(live, [len(keep) for keep in keeps])
        tokens = sum(int(one.postings.lengths[keep].sum()) for one, keep in zip(segments, keeps, strict=True))
        mean_length = manifest.mean_length
        if abs(tokens / max(sum(live), 1) - mean_length) > DRIFT * mean_length:
            start, mean_length = 0, tokens / max(sum(live), 1)
        if start is None:
            return manifest.lexical, mean_length
        rest = manifest.lexical[:start]
        if not sum(live[start:]):
            return rest, mean_length
        segment = merging.merge_lexical(segments[start:], keeps[start:], mean_length)
        return (*rest, self._write_lexical(segment)), mean_length

    def _merged_vectors(
        self, manifest: Manifest, snapshot: Snapshot, table: DocumentTable
    ) -> tuple[SegmentFiles, ...]:
        segments = [part.segment for part in snapshot.dense]
        keeps = [(part.places >= 0) & (table.owners(part.segment.rows) >= 0) for part in snapshot.dense]
        live = [int(keep.sum()) for keep in keeps]
        exact = [segment.trained is None for segment in segments]
        start = merging.merge_vectors_from(live, [len(keep) for keep in keeps], exact)
        if start is None:
            return manifest.dense
        rest = manifest.dense[:start]
        if not sum(live[start:]):
            return rest
        return (*rest, self._write_dense(*merging.merge_dense(segments[start:], keeps[start:])))

    def _write_lexical(self, segment: LexicalSegment) -> SegmentFiles:
        name = f"lexical-{uuid4().hex[:12]}"
        files = write_folder(self._place(name), lambda folder: write_lexical(folder, segment))
        return SegmentFiles(name, len(segment.rows), files)

    def _write_dense(self, segment: DenseSegment, recall: float) -> SegmentFiles:
        name = f"dense-{uuid4().hex[:12]}"
        files = write_folder(self._place(name), lambda folder: write_dense(folder, segment))
        return SegmentFiles(name, len(segment.rows), files, recall)

    def _place(self, name: str) -> Path:
        (self._root / SEGMENTS).mkdir(exist_ok=True)
        return self._root / SEGMENTS / name

    def _swap(self, manifest: Manifest, follows: int) -> None:
        """Point to the manifest; keep the last generations up to the one it follows, and what they need."""
        make_current(self._root, manifest)
        line = [
            name for name in kept_names(self._root) if number_of(name) <= follows and name != manifest.name
        ]
        kept = {manifest.name, *[name for name in line if number_of(name) != manifest.generation][1 - KEEP :]}
        needed: set[str] = set()
        for name in kept:
            try:
                needed.update(one.name for one in read_manifest(self._root, name).segments)
            except IndexProblem:
                continue
        _remove_others(self._root, kept, needed)


def _current(
    snapshot: Snapshot,
    table: DocumentTable,
    parts: Sequence[Part[LexicalSegment]] | Sequence[Part[DenseSegment]],
) -> Rows:
    """Rows of the parts that still exist and were indexed under their present title."""
    found: list[Rows] = [np.empty(0, np.int64)]
    for part in parts:
        rows = part.segment.rows[part.places >= 0]
        stamps = part.segment.stamps[part.places >= 0]
        owners = table.owners(rows)
        found.append(rows[(owners >= 0) & (np.append(table.stamps, 0)[owners] == stamps)])
    return np.unique(np.concatenate(found))


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove_others(root: Path, manifests: set[str], segments: set[str]) -> None:
    for path in root.glob("gen-*"):
        if path.is_dir():  # of an earlier version of the program
            shutil.rmtree(path, ignore_errors=True)
        elif path.stem not in manifests:
            path.unlink(missing_ok=True)
    for folder in (root / SEGMENTS).glob("*"):
        if folder.name not in segments:
            shutil.rmtree(folder, ignore_errors=True)
