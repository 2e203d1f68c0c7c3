"""Duplicates as pairs: this ticket and the earlier one it repeats."""

from collections.abc import Mapping

from evals.measure import Measure, Tally, tally
from evals.triage.case import Case
from evals.triage.scorers.family import Family, Outcome, World


def count(case: Case, outcome: Outcome, world: World) -> Mapping[str, Tally]:
    """Another earlier ticket than the labelled one is a wrong pair and a missed pair."""
    gold, found = case.gold.duplicate_of, outcome.decision.duplicate_of
    hit = gold is not None and found == gold
    return {
        "pair_recall": tally(hit, gold is not None),
        "pair_precision": tally(hit, found is not None),
        "pair_f1": Tally(2 * hit, (gold is not None) + (found is not None)),
        "repeat_noticed": tally(found is not None, gold is not None),
    }


FAMILY = Family(
    "repeats",
    "重复",
    (
        Measure("pair_recall", "重复对召回"),
        Measure("pair_precision", "重复对精确"),
        Measure("pair_f1", "重复对 F1", "f1"),
        Measure("repeat_noticed", "重复被发现（不论原单）"),
    ),
    count,
)
