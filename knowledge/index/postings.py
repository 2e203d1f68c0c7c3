"""Which text holds which token how often: counted from texts, merged without reading the texts again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.index.tokens import Codes, codes

# Texts counted at one time: bounds the memory of a build, whatever the size of the corpus.
CHUNK = 8192


@dataclass(frozen=True)
class Postings:
    """Token t = vocabulary[t] (sorted) stands in texts positions[starts[t]:starts[t+1]], counts[…] times.

    lengths: tokens in each text.
    """

    vocabulary: Codes
    starts: NDArray[np.int64]
    positions: NDArray[np.int32]
    counts: NDArray[np.uint16]
    lengths: NDArray[np.int32]


def count_postings(texts: Sequence[str]) -> Postings:
    """Postings of the texts, in order."""
    parts = [_counted(texts[start : start + CHUNK]) for start in range(0, len(texts), CHUNK)]
    return merge_postings([(part, np.ones(len(part.lengths), bool)) for part in parts])


def merge_postings(parts: Sequence[tuple[Postings, NDArray[np.bool_]]]) -> Postings:
    """One after the other, only the texts whose mask is set. Linear: no sorting of postings."""
    kept = [_kept(part, keep) for part, keep in parts]
    vocabulary = np.unique(np.concatenate([np.empty(0, np.uint64), *(part.vocabulary for part in kept)]))
    places = [np.searchsorted(vocabulary, part.vocabulary) for part in kept]
    frequencies = [np.diff(part.starts) for part in kept]
    starts = np.zeros(len(vocabulary) + 1, np.int64)
    for place, frequency in zip(places, frequencies, strict=True):
        starts[place + 1] += frequency
    np.cumsum(starts, out=starts)
    positions = np.empty(int(starts[-1]), np.int32)
    counts = np.empty(int(starts[-1]), np.uint16)
    cursor, first = starts[:-1].copy(), 0
    for part, place, frequency in zip(kept, places, frequencies, strict=True):
        target = np.arange(len(part.positions)) + np.repeat(cursor[place] - part.starts[:-1], frequency)
        positions[target] = part.positions + np.int32(first)
        counts[target] = part.counts
        cursor[place] += frequency
        first += len(part.lengths)
    lengths = np.concatenate([np.empty(0, np.int32), *(part.lengths for part in kept)])
    return Postings(vocabulary, starts, positions, counts, lengths)


def _counted(texts: Sequence[str]) -> Postings:
    found, owners = codes(texts)
    vocabulary, terms = np.unique(found, return_inverse=True)
    pairs = terms.astype(np.int64) * len(texts) + owners
    pairs.sort()
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    counts = np.minimum(np.diff(first, append=len(pairs)), np.iinfo(np.uint16).max)
    term, position = np.divmod(pairs[first], len(texts))
    starts = np.searchsorted(term, np.arange(len(vocabulary) + 1))
    lengths = np.bincount(owners, minlength=len(texts))
    return Postings(
        vocabulary, starts, position.astype(np.int32), counts.astype(np.uint16), lengths.astype(np.int32)
    )


def _kept(part: Postings, keep: NDArray[np.bool_]) -> Postings:
    if keep.all():
        return part
    stays = keep[part.positions]
    before = np.concatenate([[0], np.cumsum(stays)])
    starts = before[part.starts]
    used = np.flatnonzero(np.diff(starts))
    renumbered = (np.cumsum(keep) - 1).astype(np.int32)
    return Postings(
        part.vocabulary[used],
        np.append(starts[used], starts[-1]),
        renumbered[part.positions[stays]],
        part.counts[stays],
        part.lengths[keep],
    )
