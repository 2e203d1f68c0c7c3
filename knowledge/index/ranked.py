"""The best of many scores, and the best of several such lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Ranked:
    """Clause row ids, best first, with their scores."""

    rows: Rows
    scores: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.rows)


NOTHING = Ranked(np.empty(0, np.int64), np.empty(0, np.float32))


def best(rows: Rows, scores: NDArray[np.float32], count: int) -> Ranked:
    """The `count` highest; ties go to the lower row id, so that an answer never depends on the sort."""
    if count <= 0:
        return NOTHING
    if count < len(scores):
        least = np.partition(scores, len(scores) - count)[len(scores) - count]
        chosen = np.flatnonzero(scores >= least)
        rows, scores = rows[chosen], scores[chosen]
    order = np.lexsort((rows, -scores))[:count]
    return Ranked(rows[order], scores[order])


def union(parts: Iterable[Rows]) -> Rows:
    """All ids, ascending, each once. Parts that ascend are merged, which np.unique does not see."""
    together = np.sort(np.concatenate([np.empty(0, np.int64), *parts]), kind="stable")
    return together[np.append(True, together[1:] != together[:-1])[: len(together)]]


def among(asked: Rows, held: Rows) -> tuple[NDArray[np.int64], Mask]:
    """Where each id stands in `held`, which ascends, and whether it does; where it doesn't, the place means nothing."""
    if not len(held):
        return np.zeros(len(asked), np.int64), np.zeros(len(asked), bool)
    places = np.minimum(np.searchsorted(held, asked), len(held) - 1)
    return places, held[places] == asked


def merged(parts: Sequence[Ranked], count: int) -> Ranked:
    """One list of the best of several."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return NOTHING
    rows = np.concatenate([part.rows for part in parts])
    return best(rows, np.concatenate([part.scores for part in parts]), count)
