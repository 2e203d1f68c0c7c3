"""Emergencies and special routes: found, and not invented."""

from collections.abc import Mapping
from typing import get_args

from agents.triage.decision import Route
from evals.measure import Measure, Tally, tally
from evals.triage.case import Case
from evals.triage.scorers.family import Family, Outcome, World

EMERGENCY = "R1"
ROUTES: tuple[str, ...] = get_args(Route)


def count(case: Case, outcome: Outcome, world: World) -> Mapping[str, Tally]:
    """A route counts as found only when it is the labelled one."""
    gold, found = case.gold.special_route, outcome.decision.special_route
    number = case.gold.emergency_number
    tallies = {
        "emergency_recall": tally(found == EMERGENCY, gold == EMERGENCY),
        "emergency_precision": tally(gold == EMERGENCY, found == EMERGENCY),
        "emergency_number": tally(outcome.decision.emergency_number == number, number is not None),
        "route_recall": tally(found == gold, gold is not None),
        "route_precision": tally(found == gold, found is not None),
    }
    for route in ROUTES:
        tallies[f"{route}_recall"] = tally(found == route, gold == route)
        tallies[f"{route}_precision"] = tally(gold == route, found == route)
    return tallies


FAMILY = Family(
    "routes",
    "紧急与特殊路径",
    (
        Measure("emergency_recall", "紧急召回"),
        Measure("emergency_precision", "紧急精确"),
        Measure("emergency_number", "紧急号码正确"),
        Measure("route_recall", "特殊路径召回（R1–R6）"),
        Measure("route_precision", "特殊路径精确（R1–R6）"),
        *(Measure(f"{route}_recall", f"{route} 召回") for route in ROUTES),
        *(Measure(f"{route}_precision", f"{route} 精确") for route in ROUTES),
    ),
    count,
)
