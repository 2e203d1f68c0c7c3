"""Publishing: words first, vectors after them, one writer at a time across processes.

A step takes the lock, adds one segment, swaps the pointer, then tidies up. Embedding happens outside the lock.
Killed at any moment it leaves the pointer on a whole generation, and at most files that the next step removes.
"""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.errors import IndexBroken, IndexProblem
from knowledge.index.embedding import Texts
from knowledge.index.lexical import LexicalSegment, weigh
from knowledge.index.lock import PATIENCE_S, one_writer
from knowledge.index.manifest import (
    Manifest,
    current_manifest,
    kept_names,
    make_current,
    number_of,
    read_manifest,
)
from knowledge.index.merging import dense_segment
from knowledge.index.postings import CHUNK, count_postings, merge_postings
from knowledge.index.ranked import Rows
from knowledge.index.segments import SegmentFolder
from knowledge.index.standing import DocumentTable, Standing
from knowledge.index.tidying import tidied

KEEP = 3


class IndexWriter:
    """texts: what is indexed of the given rows; those deleted meanwhile are left out. Raises StorageProblem."""

    def __init__(
        self,
        root: Path,
        folder: SegmentFolder,
        standing: Standing,
        texts: Texts,
        patience: float = PATIENCE_S,
    ) -> None:
        self._root = root
        self._folder = folder
        self._standing = standing
        self._texts = texts
        self._patience = patience

    def add_words(self, embedder: str, dimension: int, now: datetime) -> Manifest | None:
        """Make the stored clauses findable by their words; None when nothing is stored.

        What is indexed already is taken over, so the same manifest comes back when nothing changed.
        """
        with one_writer(self._root, self._patience):
            table = self._standing.table()
            if not len(table.firsts):
                return None
            before, as_it_was = self._sound(embedder, dimension)
            missing = self._folder.snapshot(before)[0].without_words(table)
            if as_it_was and not len(missing):
                self._folder.forget_unfinished()
                return before
            manifest = replace(
                before,
                generation=1 + max(map(number_of, [before.name, *kept_names(self._root)])),
                revision=0,
                count=len(table.rows),
                created_at=now.isoformat(),
            )
            return self._swap(self._with_words(manifest, missing, table), before.generation)

    def add_vectors(
        self, rows: Rows, stamps: NDArray[np.uint32], vectors: Vectors, embedder: str
    ) -> Manifest | None:
        """Give rows their vectors; None when meanwhile another embedder took over."""
        with one_writer(self._root, self._patience):
            before = current_manifest(self._root)
            if before.embedder != embedder:
                return None
            alive = self._standing.table().owners(rows) >= 0
            halves = vectors[alive].astype(np.float16)
            files = self._folder.write_dense(*dense_segment(rows[alive], stamps[alive], halves))
            manifest = replace(before, revision=before.revision + 1, dense=(*before.dense, files))
            return self._swap(manifest, before.generation)

    def roll_back(self, generation: int) -> Manifest:
        """Make an earlier generation current. Raises IndexBroken when it is not kept or not whole."""
        with one_writer(self._root, self._patience):
            name = next((name for name in kept_names(self._root) if number_of(name) == generation), None)
            if name is None:
                raise IndexBroken(self._root, f"没有保留第 {generation} 代")
            manifest = read_manifest(self._root, name)
            self._folder.snapshot(manifest)
            make_current(self._root, manifest)
            return manifest

    def _sound(self, embedder: str, dimension: int) -> tuple[Manifest, bool]:
        """The current manifest without what is damaged or of another embedder, and whether it is as it was."""
        try:
            manifest = current_manifest(self._root)
        except IndexProblem:
            return Manifest(0, 0, embedder, dimension, 0, 0.0, ""), False
        dense = manifest.dense if manifest.embedder == embedder else ()
        whole = replace(
            manifest,
            embedder=embedder,
            dimension=dimension,
            lexical=tuple(filter(self._folder.is_sound, manifest.lexical)),
            dense=tuple(filter(self._folder.is_sound, dense)),
        )
        return whole, whole == manifest

    def _with_words(self, manifest: Manifest, missing: Rows, table: DocumentTable) -> Manifest:
        parts: list[LexicalSegment] = []
        for start in range(0, len(missing), CHUNK):
            if texts := self._texts(missing[start : start + CHUNK]):
                rows = np.array(list(texts), np.int64)
                stamps = table.stamps[table.owners(rows)]
                postings = count_postings(list(texts.values()))
                parts.append(LexicalSegment(rows, stamps, postings, np.empty(0, np.float32)))
        if not parts:
            return manifest
        segment = _joined(parts, manifest.mean_length)
        mean_length = manifest.mean_length or float(segment.postings.lengths.mean())
        files = self._folder.write_lexical(segment)
        return replace(manifest, mean_length=mean_length, lexical=(*manifest.lexical, files))

    def _swap(self, manifest: Manifest, follows: int) -> Manifest:
        """Point to the manifest; then tidy it, searches going on; keep what the last generations need."""
        make_current(self._root, manifest)
        tidy = tidied(manifest, self._folder, self._standing.table())
        if tidy != manifest:
            make_current(self._root, tidy)
        line = [name for name in kept_names(self._root) if number_of(name) <= follows]
        earlier = [name for name in line if number_of(name) != tidy.generation]
        self._keep_only([*earlier[1 - KEEP :], tidy.name])
        return tidy

    def _keep_only(self, manifests: Sequence[str]) -> None:
        needed: set[str] = set()
        for name in manifests:
            try:
                needed.update(one.name for one in read_manifest(self._root, name).segments)
            except IndexProblem:
                continue
        for path in self._root.glob("gen-*"):
            if path.is_dir():  # of an earlier version of the program
                shutil.rmtree(path, ignore_errors=True)
            elif path.stem not in manifests:
                path.unlink(missing_ok=True)
        self._folder.keep_only(needed)


def _joined(parts: Sequence[LexicalSegment], mean_length: float) -> LexicalSegment:
    """mean_length: 0 for the parts' own."""
    postings = merge_postings([(part.postings, np.ones(len(part.rows), bool)) for part in parts])
    return weigh(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.stamps for part in parts]),
        postings,
        mean_length or float(postings.lengths.mean()),
    )
