"""What the next hours would trigger: 若…达到…，则约…满足…. Only figures in the evidence, and only what the engine
confirms: every 若 is asked of it as a what-if before it is said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.judgment.decision import LEVEL_NAMES, Evidence, Outlook
from agents.judgment.engine.picture import ConditionState, HazardPicture, Picture, Reading, TestState
from agents.judgment.evidence import decimals, observation_id
from agents.judgment.known import RAIN, Known, Now
from agents.judgment.naming import METRIC_UNITS, METRICS, UNITS, clock, district_name, hours, number, plain
from agents.judgment.threats import rising
from knowledge.city import City
from knowledge.city.plan import ArealRain, Condition, ForecastDistricts, StationCount
from knowledge.city.weather import Station
from tools.emergency.facts import Fact, Forecast, Observation

MOST_STATIONS = 6
"""More stations than this at once is not an outlook but another storm."""
NEAR = 0.6
"""Share of the threshold from which a station counts as near."""
NEAR_LEVEL_M = 0.8
HORIZON = timedelta(hours=12)
MOST = 8


@dataclass(frozen=True)
class Supposed:
    """One supposition: facts to ask the engine with, how to say it, when it would be so at the present pace."""

    hazard: HazardPicture
    condition: ConditionState
    changes: tuple[Fact, ...]
    text: str
    needs: str
    expected_at: datetime | None
    evidence: tuple[str, ...]


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
        match tests.get(said.t):
            case StationCount() as test:
                yield from _stations(city, known, hazard, state, said, test)
            case ArealRain() as test:
                yield from _area(city, known, hazard, state, said, test)
            case ForecastDistricts() as test:
                yield from _forecasts(city, known, hazard, state, said, test)
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


@dataclass(frozen=True)
class _Near:
    station: Station
    reading: Reading
    threshold: float
    now: Now
    hours: float | None


def _near(city: City, known: Known, said: TestState, metric: str, window: int) -> list[_Near]:
    """Stations that are not there yet but near or on their way, soonest first."""
    found: list[_Near] = []
    for reading in said.readings:
        now = known.reading(reading.subject, metric)
        limit = reading.threshold if isinstance(reading.threshold, int | float) else None
        if reading.verdict is not False or now is None or now.state != "good" or limit is None:
            continue
        eta = rising(now, limit, window if metric == RAIN else 0)
        on_its_way = eta is not None and eta <= HORIZON.total_seconds() / 3600
        if on_its_way or _close(reading, limit, metric):
            station = city.weather.stations[reading.subject]
            found.append(_Near(station, reading, limit, now, eta if on_its_way else None))
    return sorted(found, key=lambda one: (one.hours is None, one.hours or 0.0, one.station.station_id))


def _close(reading: Reading, limit: float, metric: str) -> bool:
    if not isinstance(reading.value, int | float):
        return False
    if metric == "water_level":
        return limit - reading.value <= NEAR_LEVEL_M
    return limit > 0 and reading.value / limit >= NEAR


def _stations(
    city: City,
    known: Known,
    hazard: HazardPicture,
    state: ConditionState,
    said: TestState,
    test: StationCount,
) -> Iterator[Supposed]:
    short = round(said.required - (said.observed or 0))
    near = _near(city, known, said, test.metric, test.window_min)
    if 0 < short <= min(len(near), MOST_STATIONS):
        yield _supposed(
            city, known, hazard, state, near[:short], test.metric, test.window_min, test.aggregation
        )


def _area(
    city: City,
    known: Known,
    hazard: HazardPicture,
    state: ConditionState,
    said: TestState,
    test: ArealRain,
) -> Iterator[Supposed]:
    whole = sum(one.area_km2 or 0 for one in city.weather.stations.values()) if test.min_share else 1.0
    share, taken = said.observed or 0.0, list[_Near]()
    for one in _near(city, known, said, test.metric, test.window_min)[:MOST_STATIONS]:
        share += (one.station.area_km2 or 0) / whole
        taken.append(one)
        if share >= said.required:
            yield _supposed(city, known, hazard, state, taken, test.metric, test.window_min, "sum")
            return


def _supposed(
    city: City,
    known: Known,
    hazard: HazardPicture,
    state: ConditionState,
    near: Sequence[_Near],
    metric: str,
    window: int,
    aggregation: str,
) -> Supposed:
    etas = [one.hours for one in near]
    longest = max((eta for eta in etas if eta is not None), default=None) if None not in etas else None
    unit, places = UNITS[METRIC_UNITS[metric]], decimals(city, metric)
    span = f"近{hours(window)}" if aggregation == "sum" else ""
    what = f"{span}{METRICS[metric]}"
    said = "、".join(
        f"{_names(group)}{what}达到{_figure(limit, places)}{unit}" for limit, group in _alike(near)
    )
    held = f"并持续{hours(window)}" if aggregation == "sustained" else ""
    today = "、".join(f"{one.station.name}{what}{number(_value(one, window), places)}{unit}" for one in near)
    rests = [
        observation_id(one.station.station_id, one.now.at, window if metric == RAIN else None)
        for one in near
        if one.now.at
    ]
    return Supposed(
        hazard=hazard,
        condition=state,
        changes=tuple(fact for one in near for fact in _rows(known.at, one, metric, window, aggregation)),
        text=said + held,
        needs=f"目前{today}",
        expected_at=_rounded(known.at, longest) if longest is not None else None,
        evidence=tuple(rests),
    )


def _alike(near: Sequence[_Near]) -> Iterator[tuple[float, list[_Near]]]:
    """Stations by threshold: those of one are said in one breath."""
    for limit in dict.fromkeys(one.threshold for one in near):
        yield limit, [one for one in near if one.threshold == limit]


def _names(near: Sequence[_Near]) -> str:
    return "、".join(one.station.name for one in near)


def _figure(value: float, places: int) -> str:
    return plain(value) if places <= 1 else number(value, places)


def _value(one: _Near, window: int) -> float:
    return one.now.sums[window] if window in one.now.sums else float(one.now.value or 0)


def _rounded(at: datetime, eta_hours: float) -> datetime:
    """To ten minutes, later rather than sooner: a trend is no timetable."""
    exact = at + timedelta(hours=eta_hours)
    later = timedelta(minutes=-exact.minute % 10, seconds=-exact.second, microseconds=-exact.microsecond)
    return exact + later


def _rows(at: datetime, one: _Near, metric: str, window: int, aggregation: str) -> Iterator[Observation]:
    """Rows that make the station reach its threshold now: evenly fallen rain, or the value held for the window."""
    every = one.station.reporting_interval_min
    many = max(1, window // every) + (aggregation == "sustained")
    each = one.threshold / many if aggregation == "sum" else one.threshold
    for back in range(many - 1, -1, -1):
        yield Observation(
            station_id=one.station.station_id,
            metric=metric,
            time=at - timedelta(minutes=back * every),
            value=round(each + 0.05, 1) if aggregation == "sum" else each,
            unit=METRIC_UNITS[metric],
        )


def _forecasts(
    city: City,
    known: Known,
    hazard: HazardPicture,
    state: ConditionState,
    said: TestState,
    test: ForecastDistricts,
) -> Iterator[Supposed]:
    """Districts whose forecast falls short by little: a new issue would do it."""
    short = round(said.required - (said.observed or 0))
    near = [
        one
        for one in known.forecasts
        if one.metric == test.metric
        and one.district_code
        and NEAR * test.threshold <= one.value < test.threshold
    ]
    near.sort(key=lambda one: (-one.value, one.district_code or ""))
    if not 0 < short <= len(near):
        return
    taken = near[:short]
    names = "、".join(district_name(city, one.district_code or "") for one in taken)
    unit, what = UNITS[test.unit], _forecast_words(test.metric)
    today = "、".join(
        f"{district_name(city, one.district_code or '')}{what}{number(one.value)}{unit}" for one in taken
    )
    raised = (one.model_copy(update={"value": test.threshold, "issued_at": known.at}) for one in taken)
    yield Supposed(
        hazard=hazard,
        condition=state,
        changes=tuple(_from_now(one, known.at) for one in raised),
        text=f"新一次预报中{names}{what}达到{plain(test.threshold)}{unit}",
        needs=f"目前预报{today}",
        expected_at=None,
        evidence=tuple(f"F:{one.district_code}.{one.metric}" for one in taken),
    )


def _from_now(one: Forecast, at: datetime) -> Forecast:
    return one.model_copy(update={"valid_from": at})


def _forecast_words(metric: str) -> str:
    return {"rain_6h": "未来6小时雨量", "rain_24h": "未来24小时雨量", "gust_24h": "未来24小时阵风"}.get(
        metric, metric
    )
