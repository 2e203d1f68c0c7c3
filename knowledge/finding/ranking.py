"""One order out of two legs: the learned ranker where it fits the embedder, else the plain sum of standard scores."""

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from knowledge.finding.catalogue import Catalogue
from knowledge.finding.features import DEEP, POOL, Asked, Candidates, Floats, gather
from knowledge.finding.learned import Learned
from knowledge.finding.rerank import FIRST
from knowledge.index.ranked import Ranked
from knowledge.index.view import View


@dataclass(frozen=True)
class Scored:
    """score: above 0, at most 1 before bonuses. legs: the rank (from 1) in each leg that found it."""

    row: int
    score: float
    legs: dict[str, int] = field(default_factory=dict[str, int])


def rank(
    view: View,
    catalogue: Catalogue,
    asked: Asked,
    learned: Learned | None,
    depth: int,
    keep: Collection[int] = (),
) -> list[Scored]:
    """The best 2 * `depth` candidates or FIRST, best first, and those to keep besides, wherever they stand.

    Candidates are at least the `depth` best of each leg where that many are.
    """
    lexical = view.lexical(asked.weights, max(DEEP, depth))
    dense = view.dense(asked.vector, max(POOL, depth))
    pool = max(POOL, depth)
    candidates = gather(view, lexical, dense, asked, pool)
    if not len(candidates.rows):
        return []
    usable = learned is not None and len(dense) > 0
    scores = learned.score(candidates, catalogue) if usable and learned else plain(candidates, len(dense) > 0)
    shares = np.exp(scores - scores.max())
    order = np.lexsort((candidates.rows, -shares))
    most = max(2 * depth, FIRST)
    if keep:
        order = order[(np.arange(len(order)) < most) | np.isin(candidates.rows[order], list(keep))]
    else:
        order = order[:most]
    ranks = {name: _ranks(leg, pool) for name, leg in (("lexical", lexical), ("dense", dense))}
    return [
        Scored(row, share, {name: places[row] for name, places in ranks.items() if row in places})
        for row, share in zip(candidates.rows[order].tolist(), shares[order].tolist(), strict=True)
    ]


def plain(candidates: Candidates, both: bool) -> Floats:
    """The mean of the legs' standard scores; the words' alone before there are vectors."""
    return (candidates.lexical + candidates.dense) / 2 if both else candidates.lexical


def _ranks(leg: Ranked, count: int) -> dict[int, int]:
    return {row: place for place, row in enumerate(leg.rows[:count].tolist(), 1)}
