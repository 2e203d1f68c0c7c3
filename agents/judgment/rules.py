"""What the plan says to do: the recommendation against what is really signed, its measures, the four stops.

The system recommends; only the named signer starts, changes or ends a response (plan 5.3.1).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from agents.judgment.decision import Evidence, Measure, Recommendation, StopAdvice
from agents.judgment.engine.picture import Action, HazardPicture, Level
from agents.judgment.known import Known
from agents.judgment.naming import unit_name
from knowledge.city import City
from knowledge.city.plan import ForecastDistricts, Response, ResponsePlan, SignalDistricts, Test

SOON = timedelta(minutes=30)
"""An end nearer than this says nothing about how long a response will last."""

STOP_WORDS = {"none": "不作要求", "consider": "视情安排", "must": "启动后立即执行"}


def response_of(plan: ResponsePlan, hazard: str, level: int) -> Response | None:
    return next((one for one in plan.responses if one.hazard == hazard and one.level == level), None)


def recommend(city: City, known: Known) -> tuple[Recommendation, ...]:
    """One for each hazard that has anything to decide: a level reached, or a response that stands."""
    signed = known.signed()
    made = (_recommendation(city, known, hazard, signed[hazard.hazard]) for hazard in known.picture.hazards)
    return tuple(one for one in made if one is not None)


def decide(plan: ResponsePlan, hazard: HazardPicture, signed: Level | None) -> tuple[Action, Level | None]:
    """What to do against the signed level. Down goes level by level, as far as the end conditions of each allow, and
    not past a level that the track keeps or that could be reached. A picture without a level's end conditions was
    made before it was signed: nothing is left by it.
    """
    reached = hazard.level
    if signed is None:
        return ("start", reached) if reached else ("none", None)
    if reached is not None and reached < signed:
        return "upgrade", reached
    floor = min((one for one in (hazard.in_force, hazard.possible) if one is not None), default=None)
    own = [one for one in plan.responses if one.hazard == hazard.hazard and one.level >= signed]
    for response in sorted(own, key=lambda one: one.level):
        level = response.level
        if (floor is not None and floor <= level) or not _ended(response, hazard):
            return ("keep" if level == signed else "downgrade"), level
    return "end", None


def _ended(response: Response, hazard: HazardPicture) -> bool:
    """What only people confirm is theirs to confirm when they sign."""
    states = [one.state for one in hazard.end_conditions if one.level == response.level]
    met = [state == "met" for state in states if state != "human"]
    return bool(states) and (all(met) if response.end_logic == "all" else any(met))


def _recommendation(
    city: City, known: Known, hazard: HazardPicture, signed: Level | None
) -> Recommendation | None:
    plan = city.weather.plan
    action, level = decide(plan, hazard, signed)
    if action == "none":
        return None
    response = response_of(plan, hazard.hazard, level or signed or 4)
    if response is None:
        return None
    left = response_of(plan, hazard.hazard, signed) if signed else None
    ending = left if action in ("downgrade", "end") else None
    name = response.name if level else f"{hazard.name}应急响应终止"
    return Recommendation(
        hazard=hazard.hazard,
        event=name,
        action=action,
        level=level,
        clause=(ending or response).section,
        expected_until=_until(plan, known, hazard.hazard) if level else None,
        signer=(ending.end_signer if ending else response.signer),
        chair=(ending or response).chair,
        duty_post=response.duty_post,
        measures=_measures(city, response) if level else (),
        four_stops=_stops(response) if level else (),
        reasons=_reasons(hazard, action, level, signed),
    )


def _reasons(
    hazard: HazardPicture, action: Action, level: Level | None, signed: Level | None
) -> tuple[str, ...]:
    """Conditions met at the recommended level or above. For going down the end conditions of every level that is
    left; for staying where no start condition asks for it, those that are not fulfilled yet.
    """
    ends = [one for one in hazard.end_conditions if signed is not None and signed <= one.level]
    if action in ("downgrade", "end"):
        return tuple(f"C:{one.id}" for one in ends if level is None or one.level < level)
    met = [
        one for one in hazard.conditions if one.state == "met" and level is not None and one.level <= level
    ]
    held = [one for one in ends if one.level == level and one.state in ("not_met", "unknown")]
    return tuple(f"C:{one.id}" for one in met or held)


def _tests(plan: ResponsePlan, hazard: str) -> Iterator[Test]:
    for response in plan.responses:
        if response.hazard == hazard:
            for condition in response.conditions:
                yield from condition.tests


def _until(plan: ResponsePlan, known: Known, hazard: str) -> datetime | None:
    """Until when it is expected to last: the latest end of the signals in force that the hazard's conditions look
    at, or of the forecasts they look at where no signal has an end."""
    tests = list(_tests(plan, hazard))
    types = {test.signal_type for test in tests if isinstance(test, SignalDistricts)}
    metrics = {test.metric for test in tests if isinstance(test, ForecastDistricts)}
    ends = [one.expires_at for one in known.alerts if one.type in types and one.expires_at]
    ends = ends or [one.valid_to for one in known.forecasts if one.metric in metrics]
    return max((end for end in ends if end >= known.at + SOON), default=None)


def lower_levels(plan: ResponsePlan, response: Response) -> tuple[Response, ...]:
    """The response and those whose actions it includes, its own first: lower levels, and the one that it names."""
    found = [response]
    if response.includes_lower_levels:
        below = (response_of(plan, response.hazard, level) for level in range(response.level + 1, 5))
        found += [one for one in below if one]
    if response.includes_actions_of:
        # "flood-4", as the pack's check has it
        hazard, _, level = response.includes_actions_of.rpartition("-")
        other = response_of(plan, hazard, int(level))
        if other is not None and other not in found:
            found += [one for one in lower_levels(plan, other) if one not in found]
    return tuple(found)


def own_measures(city: City, advice: Recommendation) -> tuple[Measure, ...]:
    """Those of the advised level itself, in the plan's order; not those of the levels that it includes."""
    response = response_of(city.weather.plan, advice.hazard, advice.level) if advice.level else None
    own = {action.clause for action in response.actions} if response else set[str]()
    return tuple(one for one in advice.measures if one.clause in own)


def _measures(city: City, response: Response) -> tuple[Measure, ...]:
    """Each action of the plan once, the level's own first."""
    made: dict[str, Measure] = {}
    for source in lower_levels(city.weather.plan, response):
        for action in source.actions:
            key = f"A:{action.clause}"
            made.setdefault(
                key,
                Measure(
                    key=key,
                    clause=action.clause,
                    unit=action.unit,
                    unit_name=_unit_name(city, response, action.unit),
                    what=action.what,
                    within_minutes=action.within_minutes,
                    evidence=(key,),
                ),
            )
    return tuple(made.values())


def _unit_name(city: City, response: Response, unit: str) -> str:
    """The headquarters' office goes by its own name in the plan, not by that of the department it sits in."""
    return response.proposer if unit == response.proposer_dept else unit_name(city, unit)


def _stops(response: Response) -> tuple[StopAdvice, ...]:
    return tuple(
        StopAdvice(
            name=name,
            advice=advice,
            owners=response.four_stops_owners.get(name, ()),
            clause=response.four_stops_clause,
            evidence=(f"S:{name}",),
        )
        for name, advice in response.four_stops.items()
    )


GRAVITY = {"none": 0, "consider": 1, "must": 2}


def gravest_stops(recommendations: Sequence[Recommendation]) -> tuple[StopAdvice, ...]:
    """Each stop once, as the gravest of the hazards has it."""
    best: dict[str, StopAdvice] = {}
    for one in (stop for advice in recommendations for stop in advice.four_stops):
        if one.name not in best or GRAVITY[one.advice] > GRAVITY[best[one.name].advice]:
            best[one.name] = one
    return tuple(best.values())


def evidence(city: City, recommendations: Sequence[Recommendation]) -> Iterator[Evidence]:
    """One for each measure and each stop."""
    measures: Mapping[str, Measure] = {one.key: one for advice in recommendations for one in advice.measures}
    for key, one in measures.items():
        yield Evidence(
            id=key,
            kind="action",
            text=f"{one.unit_name}：{one.what}（{one.within_minutes}分钟内，{one.clause}）",
            figures=((one.within_minutes, "分钟"),),
            subject=one.unit,
            clause=one.clause,
            source=city.weather.plan.plan.title,
        )
    for stop in gravest_stops(recommendations):
        owners = "、".join(unit_name(city, owner) for owner in stop.owners)
        yield Evidence(
            id=f"S:{stop.name}",
            kind="stop",
            text=f"{stop.name}：{STOP_WORDS[stop.advice]}（{stop.clause}），牵头单位为{owners}",
            figures=(),
            subject=stop.name,
            clause=stop.clause,
            source=city.weather.plan.plan.title,
        )
