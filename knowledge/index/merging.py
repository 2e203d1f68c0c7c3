"""When segments are merged, and how: a publish adds a small one, so they would pile up."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.index.dense import EXACT_MOST, DenseSegment
from knowledge.index.lexical import LexicalSegment, weigh
from knowledge.index.postings import merge_postings
from knowledge.index.ranked import Mask
from knowledge.index.training import trained

SEGMENTS_MOST = 6
DEAD_MOST = 0.25


def merge_from(live: Sequence[int], held: Sequence[int]) -> int | None:
    """Position from which on segments become one; None: leave them. live, held: rows of each, oldest first.

    A segment is rewritten once a quarter of it is dead. Too many segments are merged from the end backwards as
    long as that at most triples what is rewritten, so a large one is touched rarely.
    """
    dead = [
        at
        for at, (lives, holds) in enumerate(zip(live, held, strict=True))
        if holds - lives > DEAD_MOST * holds
    ]
    if len(live) <= SEGMENTS_MOST:
        return min(dead, default=None)
    start, total = len(live) - 2, live[-1] + live[-2]
    while start > 0 and live[start - 1] <= 2 * total:
        start -= 1
        total += live[start]
    return min([start, *dead])


def merge_vectors_from(live: Sequence[int], held: Sequence[int], exact: Sequence[bool]) -> int | None:
    """The same for vectors: everything is trained anew when too much would be searched exactly."""
    searched = sum(lives for lives, whole in zip(live, exact, strict=True) if whole)
    return 0 if searched > EXACT_MOST else merge_from(live, held)


def merge_lexical(
    segments: Sequence[LexicalSegment], keeps: Sequence[Mask], mean_length: float
) -> LexicalSegment:
    """keeps: over the rows of each segment."""
    pairs = list(zip(segments, keeps, strict=True))
    postings = merge_postings([(segment.postings, keep) for segment, keep in pairs])
    rows = np.concatenate([segment.rows[keep] for segment, keep in pairs])
    stamps = np.concatenate([segment.stamps[keep] for segment, keep in pairs])
    return weigh(rows, stamps, postings, mean_length)


def merge_dense(segments: Sequence[DenseSegment], keeps: Sequence[Mask]) -> tuple[DenseSegment, float]:
    """The segment, by row, and its recall: 1 where it is exact."""
    pairs = list(zip(segments, keeps, strict=True))
    rows = np.concatenate([segment.rows[keep] for segment, keep in pairs])
    stamps = np.concatenate([segment.stamps[keep] for segment, keep in pairs])
    halves = np.concatenate([segment.halves[keep] for segment, keep in pairs])
    return dense_segment(rows, stamps, halves)


def dense_segment(
    rows: NDArray[np.int64], stamps: NDArray[np.uint32], halves: NDArray[np.float16]
) -> tuple[DenseSegment, float]:
    """Rows in any order; exact or trained by their count."""
    order = np.argsort(rows, kind="stable")
    segment = DenseSegment(rows[order], stamps[order], halves[order])
    return trained(segment) if len(rows) > EXACT_MOST else (segment, 1.0)
