"""Vectors of one segment: half-precision on disk, searched exactly up to EXACT_MOST rows, then by a trained index.

Half precision moves a cosine by less than 0.0005 and halves what each search reads. The trained index (inverted
lists) is told how many lists to look into by measuring: as few as reach RECALL of the exact answer's first ten.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss  # pyright: ignore[reportMissingTypeStubs]
import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.index.files import map_array, write_array
from knowledge.index.ranked import Mask, Ranked, Rows, best

# SWIG's signatures are not what a type checker makes of them.
_faiss: Any = faiss

EXACT_MOST = 200_000
RECALL = 0.98
# Under a filter that leaves so few, a trained index would miss most of them, and looking at each is as quick.
FEW = 20_000
_SAMPLE = 200
_DEPTH = 10
_TRAIN_PER_LIST = 64
_SEED = 20261125

Halves = NDArray[np.float16]


@dataclass(frozen=True)
class DenseSegment:
    """Immutable, safe from several threads. rows: ascending. packed: a trained index, None where search is exact."""

    rows: Rows
    stamps: NDArray[np.uint32]
    halves: Halves
    packed: NDArray[np.uint8] | None = None

    def search(self, query: Vectors, count: int, allowed: Mask) -> Ranked:
        """The `count` allowed rows nearest to the query, (dimension,), by inner product."""
        left = int(np.count_nonzero(allowed))
        count = min(count, left)
        if count <= 0:
            return best(self.rows[:0], np.empty(0, np.float32), count)
        if self.packed is not None and left <= FEW:
            return best(self.rows[allowed], self.halves[allowed].astype(np.float32) @ query, count)
        # FAISS keeps the thread count per calling thread, and two threads for one query are slower than one.
        _faiss.omp_set_num_threads(1)
        parameters = None if allowed.all() else _only(allowed, self._index)
        scores, found = self._index.search(query[None].astype(np.float32), count, params=parameters)
        held = found[0] >= 0
        return best(self.rows[found[0][held]], scores[0][held], count)

    @cached_property
    def _index(self) -> Any:
        return _exact(self.halves) if self.packed is None else _faiss.deserialize_index(np.array(self.packed))


def train(halves: Halves) -> tuple[NDArray[np.uint8], float]:
    """An index of inverted lists over the vectors, packed, and its recall among the first ten on a sample."""
    count, dimension = halves.shape
    lists = max(int(4 * np.sqrt(count)), 1)
    index = _faiss.IndexIVFScalarQuantizer(
        _faiss.IndexFlatIP(dimension), dimension, lists,
        _faiss.ScalarQuantizer.QT_fp16, _faiss.METRIC_INNER_PRODUCT,
    )  # fmt: skip
    generator = np.random.default_rng(_SEED)
    chosen = np.sort(generator.choice(count, min(count, lists * _TRAIN_PER_LIST), replace=False))
    index.train(halves[chosen].astype(np.float32))
    for start in range(0, count, EXACT_MOST):
        index.add(halves[start : start + EXACT_MOST].astype(np.float32))
    recall = _measure(index, halves, generator)
    return _faiss.serialize_index(index), recall


def _measure(index: Any, halves: Halves, generator: np.random.Generator) -> float:
    """Look into more lists until the recall is good enough. Queries: vectors of the set and as much noise."""
    sample = halves[np.sort(generator.choice(len(halves), min(_SAMPLE, len(halves)), replace=False))]
    queries = sample.astype(np.float32)
    queries += generator.standard_normal(queries.shape, np.float32) * (1 / np.sqrt(queries.shape[1]))
    wanted: NDArray[np.int64] = _exact(halves).search(queries, _DEPTH)[1]
    recall, index.nprobe = 0.0, 4
    while recall < RECALL:
        index.nprobe = min(index.nprobe * 2, index.nlist)
        found: NDArray[np.int64] = index.search(queries, _DEPTH)[1]
        recall = (
            float(np.mean([len(np.intersect1d(a, b)) for a, b in zip(wanted, found, strict=True)])) / _DEPTH
        )
        if index.nprobe == index.nlist:
            break
    return recall


def write_dense(folder: Path, segment: DenseSegment) -> None:
    for name in ("rows", "stamps", "halves"):
        write_array(folder / f"{name}.npy", getattr(segment, name))
    if segment.packed is not None:
        write_array(folder / "packed.npy", segment.packed)


def read_dense(folder: Path) -> DenseSegment:
    packed = folder / "packed.npy"
    arrays = {name: map_array(folder / f"{name}.npy") for name in ("rows", "stamps", "halves")}
    return DenseSegment(**arrays, packed=map_array(packed) if packed.is_file() else None)


def _exact(halves: Halves) -> Any:
    kind = _faiss.ScalarQuantizer.QT_fp16
    index = _faiss.IndexScalarQuantizer(halves.shape[1], kind, _faiss.METRIC_INNER_PRODUCT)
    index.is_trained = True
    # A half-precision number is its own code.
    index.add_sa_codes(np.ascontiguousarray(halves).view(np.uint8))
    return index


def _only(allowed: Mask, index: Any) -> Any:
    """Parameters that hold a search to the allowed positions."""
    selector = _faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
    if isinstance(index, _faiss.IndexIVF):
        return _faiss.SearchParametersIVF(sel=selector, nprobe=index.nprobe)
    return _faiss.SearchParameters(sel=selector)
