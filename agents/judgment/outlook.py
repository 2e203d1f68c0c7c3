"""What the next hours would trigger: 若…达到…，则约…满足…. Only figures in the evidence, and only what the engine
confirms: every 若 is asked of it as a what-if before it is said.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from agents.judgment import supposed_forecasts, supposed_gauges
from agents.judgment.decision import LEVEL_NAMES, Evidence, Outlook
from agents.judgment.engine.picture import ConditionState, HazardPicture, Picture
from agents.judgment.known import Known
from agents.judgment.naming import clock
from agents.judgment.supposition import HORIZON, Open, Supposed
from knowledge.city import City
from knowledge.city.plan import ArealRain, Condition, ForecastDistricts, StationCount

MOST = 8


def supposed(city: City, known: Known) -> tuple[Supposed, ...]:
    """Suppositions worth asking the engine about, soonest and gravest first, at most MOST."""
    found = [
        one
        for hazard in known.picture.hazards
        for condition in hazard.conditions
        if condition.state in ("not_met", "unknown") and condition.level < (hazard.level or 5)
        for one in _of_condition(city, known, hazard, condition)
    ]
    far = known.at + HORIZON
    found.sort(key=lambda one: (one.expected_at or far, one.condition.level, one.condition.id))
    soonest: dict[str, Supposed] = {}
    for one in found:
        soonest.setdefault(one.condition.id, one)
    return tuple(soonest.values())[:MOST]


def confirmed(one: Supposed, picture: Picture) -> bool:
    """Does the what-if picture have the condition met?"""
    return any(
        state.id == one.condition.id and state.state == "met"
        for hazard in picture.hazards
        for state in hazard.conditions
    )


def outlook(one: Supposed, at: datetime) -> Outlook:
    level = LEVEL_NAMES[one.condition.level]
    when = f"约{clock(one.expected_at, at)}" if one.expected_at else "将"
    return Outlook(
        condition_id=one.condition.id,
        clause=one.condition.clause,
        level=one.condition.level,
        hazard=one.hazard.hazard,
        text=f"若{one.text}，则{when}满足{one.hazard.name}{level}级{one.condition.clause}",
        expected_at=one.expected_at,
        needs=one.needs,
        evidence=(f"X:{one.condition.id}", *one.evidence),
    )


def evidence(found: Sequence[Outlook]) -> Iterator[Evidence]:
    for one in found:
        yield Evidence(
            id=f"X:{one.condition_id}",
            kind="outlook",
            text=f"{one.text}（{one.needs}）",
            figures=(),
            at=one.expected_at,
            subject=one.condition_id,
            clause=one.clause,
            source="按目前趋势线性外推，经规则引擎推演",
        )


def _of_condition(
    city: City, known: Known, hazard: HazardPicture, state: ConditionState
) -> Iterator[Supposed]:
    plan = _planned(city, state)
    if plan is None or plan.requires_human:
        return
    tests = {test.t: test for test in plan.tests}
    for said in state.tests:
        if said.value:
            continue
        here = Open(city, known, hazard, state, said)
        match tests.get(said.t):
            case StationCount() as test:
                yield from supposed_gauges.stations(here, test)
            case ArealRain() as test:
                yield from supposed_gauges.area(here, test)
            case ForecastDistricts() as test:
                yield from supposed_forecasts.districts(here, test)
            case _:
                pass


def _planned(city: City, state: ConditionState) -> Condition | None:
    return next(
        (
            one
            for response in city.weather.plan.responses
            for one in response.conditions
            if one.id == state.id
        ),
        None,
    )
