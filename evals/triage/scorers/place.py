"""Where it is: district, street and place of the primary demand, found and not invented."""

from collections.abc import Mapping

from evals.measure import Measure, Tally, tally
from evals.triage.case import Case
from evals.triage.scorers.family import Family, Outcome, World

LEVELS = {"district": "区县", "street": "街道", "place_id": "地点"}


def count(case: Case, outcome: Outcome, world: World) -> Mapping[str, Tally]:
    """Recall over labelled places, precision over given ones."""
    if not case.gold.demands:
        return {}
    gold = case.gold.demands[0]
    found = outcome.decision.demands[0] if outcome.decision.demands else None
    tallies: dict[str, Tally] = {}
    for level in LEVELS:
        wanted: str | None = getattr(gold, level)
        given: str | None = getattr(found, level) if found else None
        tallies[f"{level}_recall"] = tally(wanted == given, wanted is not None)
        tallies[f"{level}_precision"] = tally(wanted == given, given is not None)
    return tallies


FAMILY = Family(
    "place",
    "地点",
    tuple(
        measure
        for level, label in LEVELS.items()
        for measure in (
            Measure(f"{level}_recall", f"{label}召回"),
            Measure(f"{level}_precision", f"{label}精确"),
        )
    ),
    count,
)
