"""Measures of a ranked list against the set of right answers; each is a mean over questions."""

import math
from collections.abc import Sequence

from evals.measure import Measure, Tally

LEGS = {"lexical": "字面", "dense": "语义", "fused": "融合"}
CUTS = (5, 10, 100)
CUT = 10

MEASURES = tuple(
    Measure(f"{leg}_{name}", f"{label} {shown}", "mean")
    for leg, label in LEGS.items()
    for name, shown in (
        *((f"recall_{cut}", f"R@{cut}") for cut in CUTS),
        (f"mrr_{CUT}", f"MRR@{CUT}"),
        (f"ndcg_{CUT}", f"nDCG@{CUT}"),
    )
)


def tallies(leg: str, ranked: Sequence[str], wanted: frozenset[str]) -> dict[str, Tally]:
    """ranked: keys best first, without repeats. wanted must not be empty."""
    found: dict[str, float] = {f"recall_{cut}": recall(ranked, wanted, cut) for cut in CUTS}
    found[f"mrr_{CUT}"] = reciprocal_rank(ranked, wanted, CUT)
    found[f"ndcg_{CUT}"] = ndcg(ranked, wanted, CUT)
    return {f"{leg}_{name}": Tally(value) for name, value in found.items()}


def recall(ranked: Sequence[str], wanted: frozenset[str], cut: int) -> float:
    return len(wanted.intersection(ranked[:cut])) / len(wanted)


def reciprocal_rank(ranked: Sequence[str], wanted: frozenset[str], cut: int) -> float:
    return next((1 / rank for rank, key in enumerate(ranked[:cut], 1) if key in wanted), 0.0)


def ndcg(ranked: Sequence[str], wanted: frozenset[str], cut: int) -> float:
    """Every right answer is worth the same."""
    gained = sum(1 / math.log2(rank + 1) for rank, key in enumerate(ranked[:cut], 1) if key in wanted)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(wanted), cut) + 1))
    return gained / ideal
