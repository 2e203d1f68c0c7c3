"""How much earlier the plan's own conditions speak than the habit of waiting for the red signal."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from agents.judgment.engine.picture import Picture
from knowledge.city.plan import ResponsePlan, SignalDistricts
from tools.emergency.facts import WeatherAlert
from tools.emergency.scenario import Scenario


class Lead(NamedTuple):
    """`red` is None when no red signal of the hazard came at all: who waits for it never starts."""

    hazard: str
    started: datetime
    red: datetime | None

    @property
    def minutes(self) -> float | None:
        return None if self.red is None else (self.red - self.started).total_seconds() / 60


def leads(plan: ResponsePlan, scenario: Scenario, pictures: Sequence[Picture]) -> list[Lead]:
    """One for each hazard that the engine recommends to start, with the first red signal of its types."""
    found: list[Lead] = []
    for hazard in plan.plan.hazards:
        types = _types(plan, hazard)
        started = next((seen.at for seen in pictures if _recommended(seen, hazard)), None)
        red = min(
            (
                fact.issued_at
                for fact in scenario.facts
                if isinstance(fact, WeatherAlert)
                and (fact.type, fact.colour) in types
                and fact.event != "cancel"
            ),
            default=None,
        )
        if started:
            found.append(Lead(hazard, started, red))
    return found


def _recommended(seen: Picture, hazard: str) -> bool:
    return any(item.hazard == hazard and item.action == "start" for item in seen.hazards)


def _types(plan: ResponsePlan, hazard: str) -> set[tuple[str, str]]:
    """Signals of this hazard's own conditions, in the highest colour."""
    highest = plan.semantics.signals.colours[-1]
    return {
        (test.signal_type, highest)
        for response in plan.responses
        if response.hazard == hazard
        for condition in response.conditions
        for test in condition.tests
        if isinstance(test, SignalDistricts)
    }
