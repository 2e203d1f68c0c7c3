"""What is known of each candidate clause, as numbers: its scores in both legs.

Candidates are what either leg found. Most features compare candidates of one query with each other, so that they mean
the same in a corpus of a hundred clauses and in one of a hundred thousand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.index.ranked import Ranked, Rows, union
from knowledge.index.view import View

Floats = NDArray[np.float64]

POOL = 150
"""Candidates from each leg."""
DEEP = 1000
"""How far down the characters leg is asked, to know its score of what only the other leg found."""
TYPICAL = 100
"""Of how many of the best the mean and the spread make a leg's scores comparable with the other's."""
NAMES = ("lexical_share", "coverage", "cosine", "lexical_rank", "dense_rank")


@dataclass(frozen=True)
class Asked:
    """weights: tokens to look for. vector: (dimension,), where to look among meanings. also: rows to judge besides."""

    weights: Mapping[str, float]
    vector: Vectors
    also: Sequence[int] = ()


@dataclass(frozen=True)
class Candidates:
    """rows: ascending ids. lexical, dense: standard scores in each leg. features: (len(rows), len(NAMES))."""

    rows: Rows
    lexical: Floats
    dense: Floats
    features: Floats


def gather(view: View, lexical: Ranked, dense: Ranked, asked: Asked, pool: int = POOL) -> Candidates:
    """lexical: DEEP found by words; dense: `pool` found by meaning."""
    more = np.array(asked.also, np.int64)
    rows = union([lexical.rows[:pool], dense.rows[:pool], more[view.holds(more)]])
    words = _looked_up(lexical, rows)
    by_words = _standard(words, lexical.scores)
    cosines = _cosines(view.vectors(rows), asked.vector, by_words, dense)
    by_meaning = _standard(cosines, dense.scores)
    features = np.stack(
        [
            words / max(words.max(initial=0.0), 1e-6),
            words / max(_all_there_is(view, asked.weights), 1e-6),
            cosines,
            np.log1p(_ranks(words)),
            np.log1p(_ranks(cosines)),
        ],
        axis=1,
    )
    return Candidates(rows, by_words, by_meaning, features)


def _cosines(vectors: Vectors, query: Vectors, by_words: Floats, dense: Ranked) -> Floats:
    """Of each vector with the query's; a clause whose vector is still to come is thought to be as near as its words.

    Else what was just taken in would stand behind everything older until it is embedded.
    """
    cosines = (vectors @ query).astype(np.float64)
    to_come = ~vectors.any(axis=1)
    if to_come.any() and len(dense):
        typical = dense.scores[:TYPICAL].astype(np.float64)
        guessed = typical.mean() + by_words[to_come] * typical.std()
        cosines[to_come] = np.minimum(guessed, typical.max())
    return cosines


def _all_there_is(view: View, weights: Mapping[str, float]) -> float:
    """What a clause would score that holds every token asked for, often."""
    return float(view.idf(list(weights)) @ np.fromiter(weights.values(), np.float32, len(weights)))


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
