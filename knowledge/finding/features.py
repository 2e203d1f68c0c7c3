"""What is known of each candidate clause, as numbers: the scores of both legs, its document's, its neighbours'.

Candidates are what either leg found. All features compare candidates of one query with each other, so that they mean
the same in a corpus of a hundred clauses and in one of a hundred thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.index.ranked import Ranked, Rows
from knowledge.index.snapshot import View

Floats = NDArray[np.float64]

POOL = 150
"""Candidates from each leg."""
DEEP = 1000
"""How far down the characters leg is asked, to know its score of what only the other leg found."""
TYPICAL = 100
"""Of how many of the best the mean and the spread make a leg's scores comparable with the other's."""
NEIGHBOURS = 3

NAMES = (
    "lexical", "dense", "lexical_share", "cosine", "lexical_rank", "dense_rank",
    "document_mass", "document_count", "neighbour", "neighbours_best", "neighbours_mean",
)  # fmt: skip


@dataclass(frozen=True)
class Candidates:
    """rows: ascending ids. lexical, dense: standard scores in each leg. features: (len(rows), len(NAMES))."""

    rows: Rows
    lexical: Floats
    dense: Floats
    features: Floats


def gather(
    view: View,
    legs: tuple[Ranked, Ranked],
    vector: Vectors,
    works: NDArray[np.int64],
    also: Sequence[int] = (),
    pool: int = POOL,
) -> Candidates:
    """legs: by words, DEEP found; by meaning, `pool` found. works: per document of the table, which belong together."""
    lexical, dense = legs
    more = np.array(also, np.int64)
    rows = np.unique(np.concatenate([lexical.rows[:pool], dense.rows[:pool], more[view.holds(more)]]))
    words = _looked_up(lexical, rows)
    cosines = (
        (view.vectors(rows) @ vector.reshape(-1)).astype(np.float64) if len(dense) else np.zeros(len(rows))
    )
    by_words, by_meaning = _standard(words, lexical.scores), _standard(cosines, dense.scores)
    owners = view.table.owners(rows)
    both = (by_words + by_meaning) / 2
    features = np.stack(
        [
            by_words,
            by_meaning,
            words / max(words.max(initial=0.0), 1e-6),
            cosines,
            np.log1p(_ranks(words)),
            np.log1p(_ranks(cosines)),
            *_of_document(both, works[owners]),
            *_of_neighbours(both, rows, owners),
        ],
        axis=1,
    )
    return Candidates(rows, by_words, by_meaning, features)


def _looked_up(found: Ranked, rows: Rows) -> Floats:
    """The leg's score of each row; the last one's for those it did not find."""
    if not len(found):
        return np.zeros(len(rows))
    order = np.argsort(found.rows)
    place = order[np.minimum(np.searchsorted(found.rows, rows, sorter=order), len(order) - 1)]
    scores = np.where(found.rows[place] == rows, found.scores[place], found.scores[-1])
    return scores.astype(np.float64)


def _standard(scores: Floats, best: NDArray[np.float32]) -> Floats:
    typical = best[:TYPICAL].astype(np.float64)
    if not len(typical):
        return np.zeros(len(scores))
    return (scores - typical.mean()) / (typical.std() + 1e-6)


def _ranks(scores: Floats) -> NDArray[np.int64]:
    ranks = np.empty(len(scores), np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(len(scores))
    return ranks


def _of_document(both: Floats, works: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """How well the other candidates of the same law answer, as a share of all; and how many there are."""
    _, group = np.unique(works, return_inverse=True)
    mass = np.exp(both - both.max(initial=0.0))
    others = np.bincount(group, mass)[group] - mass
    return np.log(others / max(mass.sum(), 1e-9) + 1e-3), np.log1p(np.bincount(group)[group])


def _of_neighbours(both: Floats, rows: Rows, owners: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """Next to it, best and mean of NEIGHBOURS on either side in its document; the worst where none is a candidate."""
    floor = both.min(initial=0.0)
    near = np.full((2 * NEIGHBOURS, len(rows)), floor)
    steps = [step for step in range(-NEIGHBOURS, NEIGHBOURS + 1) if step]
    for place, step in enumerate(steps):
        beside = np.minimum(np.searchsorted(rows, rows + step), max(len(rows) - 1, 0))
        same = (rows[beside] == rows + step) & (owners[beside] == owners)
        near[place] = np.where(same, both[beside], floor)
    adjacent = near[NEIGHBOURS - 1 : NEIGHBOURS + 1].max(axis=0, initial=floor)
    return adjacent, near.max(axis=0, initial=floor), near.mean(axis=0)
