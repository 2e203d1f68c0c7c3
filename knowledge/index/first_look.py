"""A first look at many vectors through FAISS: over bytes, a quarter of the work of looking exactly.

FAISS compares eight-bit vectors with integer instructions where the processor has them. Query and vectors are each
stretched to the whole range of a byte, which changes no order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import faiss  # pyright: ignore[reportMissingTypeStubs]
import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.index.ranked import Mask

# SWIG's signatures are not what a type checker makes of them.
_faiss: Any = faiss

Halves = NDArray[np.float16]
Places = NDArray[np.int64]

_BYTE = 127.0
_BLOCK = 16_384


@dataclass(frozen=True)
class FirstLook:
    """index: of FAISS, over stretched vectors. stretch: by how much they are."""

    index: Any
    stretch: float

    def nearest(self, query: Vectors, count: int, allowed: Mask) -> tuple[NDArray[np.float32], Places]:
        """About what the inner products with the query are, best first, and where: of `count` allowed ones."""
        # FAISS keeps the thread count per calling thread, and two threads for one query are slower than one.
        _faiss.omp_set_num_threads(1)
        by = _stretch(query)
        stretched = np.rint(query[None] * by).astype(np.float32)
        scores, found = self.index.search(stretched, count, params=self._parameters(allowed))
        held = found[0] >= 0
        return scores[0][held] / (by * self.stretch), found[0][held]

    def _parameters(self, allowed: Mask) -> Any:
        """What holds a search to the allowed positions; None where all are."""
        if allowed.all():
            return None
        selector = _faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        if isinstance(self.index, _faiss.IndexIVF):
            return _faiss.SearchParametersIVF(sel=selector, nprobe=self.index.nprobe)
        return _faiss.SearchParameters(sel=selector)


def flat(halves: Halves) -> FirstLook:
    """Over every vector."""
    index = _faiss.IndexScalarQuantizer(
        halves.shape[1], _faiss.ScalarQuantizer.QT_8bit_direct_signed, _faiss.METRIC_INNER_PRODUCT
    )
    return _filled(index, halves)


def lists(halves: Halves, count: int, sample: Places) -> FirstLook:
    """In `count` inverted lists, whose centres are learnt from the vectors at `sample`."""
    dimension = halves.shape[1]
    index = _faiss.IndexIVFScalarQuantizer(
        _faiss.IndexFlatIP(dimension), dimension, count,
        _faiss.ScalarQuantizer.QT_8bit_direct_signed, _faiss.METRIC_INNER_PRODUCT, False,
    )  # fmt: skip
    index.train(halves[sample].astype(np.float32))
    return _filled(index, halves)


def pack(look: FirstLook) -> NDArray[np.uint8]:
    return _faiss.serialize_index(look.index)


def unpack(packed: NDArray[np.uint8]) -> FirstLook:
    """Its products are in an unknown unit; their order is all that is asked of lists."""
    return FirstLook(_faiss.deserialize_index(np.array(packed)), 1.0)


def _filled(index: Any, halves: Halves) -> FirstLook:
    by = min((_stretch(block) for block in _blocks(halves)), default=1.0)
    index.is_trained = True  # of a flat one: bytes need no training
    for block in _blocks(halves):
        index.add(np.rint(block * by))
    return FirstLook(index, by)


def _blocks(halves: Halves) -> Iterator[Vectors]:
    for start in range(0, len(halves), _BLOCK):
        yield halves[start : start + _BLOCK].astype(np.float32)


def _stretch(vectors: Vectors) -> float:
    return _BYTE / max(float(np.abs(vectors).max(initial=0.0)), 1e-6)
