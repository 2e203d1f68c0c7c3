"""Vectors of one segment: half-precision on disk, searched exactly up to EXACT_MOST rows, then by a trained index.

Half precision moves a cosine by less than 0.0005 and halves what is read. A search looks twice: at bytes
(first_look.py), then exactly at the best of them, at more until no other row can be among those asked for.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.index.files import map_array, write_array
from knowledge.index.first_look import FirstLook, Halves, Places, flat, unpack
from knowledge.index.ranked import Mask, Ranked, Rows, best

EXACT_MOST = 200_000
# Under a filter that leaves so few, a trained index would miss most of them, and looking at each is as quick.
FEW = 20_000
# How many more than twice those asked for are looked at exactly, at first.
SPARE = 100
# An unseen row is ruled out when bytes would have to err for it by so many of the spreads seen in this search.
SURE = 8.0

Floats = NDArray[np.float32]


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
        count, asked = min(count, left), 2 * count + SPARE
        if count <= 0 or left <= max(asked, 0 if self.packed is None else FEW):
            return self._compared(query, count, allowed)
        while True:
            guesses, places = self._first_look.nearest(query, min(asked, left), allowed)
            products = self._products(query, places)
            if self.packed is not None or asked >= left or _settled(guesses, products, count):
                return best(self.rows[places], products, count)
            asked *= 4

    def _compared(self, query: Vectors, count: int, allowed: Mask) -> Ranked:
        """The answer without any index: each allowed row looked at."""
        places = np.flatnonzero(allowed)
        return best(self.rows[places], self._products(query, places), count)

    def _products(self, query: Vectors, places: Places) -> Floats:
        # Equal vectors get equal products, as a matrix product doesn't promise: so ties are broken by row id.
        return np.vecdot(self.halves[places].astype(np.float32), query.astype(np.float32))

    @cached_property
    def _first_look(self) -> FirstLook:
        return flat(self.halves) if self.packed is None else unpack(self.packed)


def _settled(guesses: Floats, products: Floats, count: int) -> bool:
    """Whether no row that was not looked at can be among the best `count`."""
    errors = products - guesses
    most = guesses[-1] + errors.mean() + SURE * errors.std()
    return bool(np.partition(products, -count)[-count] > most)


def write_dense(folder: Path, segment: DenseSegment) -> None:
    for name in ("rows", "stamps", "halves"):
        write_array(folder / f"{name}.npy", getattr(segment, name))
    if segment.packed is not None:
        write_array(folder / "packed.npy", segment.packed)


def read_dense(folder: Path) -> DenseSegment:
    packed = folder / "packed.npy"
    arrays = {name: map_array(folder / f"{name}.npy") for name in ("rows", "stamps", "halves")}
    return DenseSegment(**arrays, packed=map_array(packed) if packed.is_file() else None)
