"""After a publish: segments that are too many, too dead or weighed by a length of long ago become one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from knowledge.index.dense import DenseSegment
from knowledge.index.lexical import LexicalSegment
from knowledge.index.manifest import Manifest
from knowledge.index.merging import merge_dense, merge_from, merge_lexical, merge_vectors_from
from knowledge.index.ranked import Mask
from knowledge.index.segments import SegmentFolder
from knowledge.index.snapshot import Part
from knowledge.index.standing import DocumentTable

# How far the mean length may move before all segments are weighed anew.
DRIFT = 0.05


def tidied(manifest: Manifest, folder: SegmentFolder, table: DocumentTable) -> Manifest:
    """The manifest of the same generation with fewer segments, now written; itself when they are fine."""
    snapshot, _ = folder.snapshot(manifest)
    words = _words(manifest, snapshot.lexical, folder, table)
    tidy = _vectors(words, snapshot.dense, folder, table)
    return tidy if tidy == manifest else replace(tidy, revision=manifest.revision + 1)


def _words(
    manifest: Manifest, parts: Sequence[Part[LexicalSegment]], folder: SegmentFolder, table: DocumentTable
) -> Manifest:
    keeps = _keeps(parts, table)
    live = [int(keep.sum()) for keep in keeps]
    tokens = sum(
        int(part.segment.postings.lengths[keep].sum()) for part, keep in zip(parts, keeps, strict=True)
    )
    start = merge_from(live, [len(keep) for keep in keeps])
    mean_length = manifest.mean_length
    if abs(tokens / max(sum(live), 1) - mean_length) > DRIFT * mean_length:
        start, mean_length = 0, tokens / max(sum(live), 1)
    if start is None:
        return manifest
    lexical = manifest.lexical[:start]
    if sum(live[start:]):
        segments = [part.segment for part in parts[start:]]
        lexical = (*lexical, folder.write_lexical(merge_lexical(segments, keeps[start:], mean_length)))
    return replace(manifest, lexical=lexical, mean_length=mean_length)


def _vectors(
    manifest: Manifest, parts: Sequence[Part[DenseSegment]], folder: SegmentFolder, table: DocumentTable
) -> Manifest:
    if len(parts) < len(manifest.dense):  # damaged ones are left to the next publish
        return manifest
    keeps = _keeps(parts, table)
    live = [int(keep.sum()) for keep in keeps]
    exact = [part.segment.packed is None for part in parts]
    start = merge_vectors_from(live, [len(keep) for keep in keeps], exact)
    if start is None:
        return manifest
    dense = manifest.dense[:start]
    if sum(live[start:]):
        segments = [part.segment for part in parts[start:]]
        dense = (*dense, folder.write_dense(*merge_dense(segments, keeps[start:])))
    return replace(manifest, dense=dense)


def _keeps(
    parts: Sequence[Part[LexicalSegment]] | Sequence[Part[DenseSegment]], table: DocumentTable
) -> list[Mask]:
    """Of each segment the rows that still exist and that no newer one holds again."""
    return [(part.places >= 0) & np.not_equal(table.owners(part.segment.rows), -1) for part in parts]
