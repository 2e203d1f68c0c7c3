"""BM25 over the postings of one segment: a sparse matrix (texts x tokens), memory-mapped.

Lucene's form with k1 = 1.5 and b = 0.75. How rare a token is, is told from outside, over all segments; the mean
length by which texts count as long is fixed when the segment is built and is one for all segments of a generation. So
scores of different segments compare.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from knowledge.index.files import map_array, write_array
from knowledge.index.postings import Postings
from knowledge.index.ranked import Mask, Ranked, Rows, best
from knowledge.index.tokens import Codes

K1 = 1.5
B = 0.75

Weights = NDArray[np.float32]


@dataclass(frozen=True)
class LexicalSegment:
    """Immutable, safe from several threads. impacts: what each posting adds to a score, before rarity.

    rows, stamps: of each text the clause's row id, and the mark of the title it was indexed with.
    """

    rows: Rows
    stamps: NDArray[np.uint32]
    postings: Postings
    impacts: NDArray[np.float32]

    def frequencies(self, asked: Codes) -> NDArray[np.int64]:
        """In how many texts each of the tokens stands."""
        columns, known = self._columns(asked)
        starts = self.postings.starts
        return np.where(known, starts[columns + 1] - starts[columns], 0)

    def search(self, asked: Codes, weights: Weights, count: int, allowed: Mask) -> Ranked:
        """The best `count` of the allowed texts that hold any of the tokens."""
        columns, known = self._columns(asked)
        if not known.any():
            return best(self.rows[:0], self.impacts[:0], count)
        scores: NDArray[np.float32] = self._matrix[:, columns[known]] @ weights[known]
        scores[~allowed] = 0
        return best(self.rows, scores, min(count, int(np.count_nonzero(scores > 0))))

    def _columns(self, asked: Codes) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        vocabulary = self.postings.vocabulary
        columns = np.minimum(np.searchsorted(vocabulary, asked), max(len(vocabulary) - 1, 0))
        known = vocabulary[columns] == asked if len(vocabulary) else np.zeros(len(asked), bool)
        return columns, known

    @cached_property
    def _matrix(self) -> Any:
        postings = self.postings
        shape = (len(self.rows), len(postings.vocabulary))
        return csc_array((self.impacts, postings.positions, postings.starts), shape=shape, copy=False)


def weigh(rows: Rows, stamps: NDArray[np.uint32], postings: Postings, mean_length: float) -> LexicalSegment:
    """A segment out of postings. mean_length: tokens of a text, over the whole generation."""
    longer = (K1 * (1 - B + B * postings.lengths / max(mean_length, 1.0))).astype(np.float32)
    counts = postings.counts.astype(np.float32)
    impacts = counts / (counts + longer[postings.positions])
    return LexicalSegment(rows, stamps, postings, impacts.astype(np.float32, copy=False))


def rarity(texts: int, frequencies: NDArray[np.int64]) -> Weights:
    """Inverse document frequency: of tokens that stand in so many of all the texts."""
    return np.log1p((texts - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)


def write_lexical(folder: Path, segment: LexicalSegment) -> None:
    for name, array in _arrays(segment).items():
        write_array(folder / f"{name}.npy", array)


def read_lexical(folder: Path) -> LexicalSegment:
    arrays = {name: map_array(folder / f"{name}.npy") for name in _NAMES}
    postings = Postings(**{field.name: arrays.pop(field.name) for field in fields(Postings)})
    return LexicalSegment(postings=postings, **arrays)


_NAMES = ("rows", "stamps", "impacts", *(field.name for field in fields(Postings)))


def _arrays(segment: LexicalSegment) -> Mapping[str, NDArray[Any]]:
    own = {"rows": segment.rows, "stamps": segment.stamps, "impacts": segment.impacts}
    # SciPy wants one integer type for both; 64 bits only when there are that many postings.
    starts = segment.postings.starts
    narrow = starts.astype(np.int32) if starts[-1] <= np.iinfo(np.int32).max else starts
    return {**own, **vars(segment.postings), "starts": narrow}
