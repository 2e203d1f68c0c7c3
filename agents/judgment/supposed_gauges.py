"""Suppositions about gauges: those near their threshold and not falling, or on their way to it, come to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.judgment.engine.picture import Reading
from agents.judgment.evidence import decimals, observation_id, value_id
from agents.judgment.known import RAIN
from agents.judgment.naming import METRICS, UNITS, hours, number, plain
from agents.judgment.situation import Now
from agents.judgment.supposition import HORIZON, NEAR, Open, Supposed
from agents.judgment.threats import rising
from knowledge.city.plan import ArealRain, StationCount
from knowledge.city.weather import Station
from tools.emergency.facts import Observation

MOST_STATIONS = 6
"""More stations than this at once is not an outlook but another storm."""
NEAR_LEVEL_M = 0.8


@dataclass(frozen=True)
class _Near:
    """hours: until it is there at its present pace; None where it doesn't rise."""

    station: Station
    reading: Reading
    threshold: float
    now: Now
    hours: float | None


@dataclass(frozen=True)
class _Asked:
    """What the test reads: window in minutes, aggregation as the plan names it."""

    metric: str
    window: int
    aggregation: str


def stations(case: Open, test: StationCount) -> Iterator[Supposed]:
    """As many stations as the count is short of, the soonest."""
    asked = _Asked(test.metric, test.window_min, test.aggregation)
    short = round(case.said.required - (case.said.observed or 0))
    near = _near(case, asked)
    if 0 < short <= min(len(near), MOST_STATIONS):
        yield _supposed(case, near[:short], asked)


def area(case: Open, test: ArealRain) -> Iterator[Supposed]:
    """Stations, the soonest first, until their areas make up what is missing."""
    asked = _Asked(test.metric, test.window_min, "sum")
    everywhere = case.city.weather.stations.values()
    whole = sum(one.area_km2 or 0 for one in everywhere) if test.min_share else 1.0
    share, taken = case.said.observed or 0.0, list[_Near]()
    for one in _near(case, asked)[:MOST_STATIONS]:
        share += (one.station.area_km2 or 0) / whole
        taken.append(one)
        if share >= case.said.required:
            yield _supposed(case, taken, asked)
            return


def _near(case: Open, asked: _Asked) -> list[_Near]:
    """Stations that are not there yet but near (while a storm dies down: no more) or on their way, soonest first."""
    found: list[_Near] = []
    for reading in case.said.readings:
        now = case.known.reading(reading.subject, asked.metric)
        limit = reading.threshold if isinstance(reading.threshold, int | float) else None
        if reading.verdict is not False or now is None or now.state != "good" or limit is None:
            continue
        window = asked.window if asked.metric == RAIN else 0
        eta = rising(now, limit, window)
        on_its_way = eta is not None and eta <= HORIZON.total_seconds() / 3600
        if on_its_way or (now.slopes.get(window, 0.0) >= 0 and _close(reading, limit, asked.metric)):
            station = case.city.weather.stations[reading.subject]
            found.append(_Near(station, reading, limit, now, eta if on_its_way else None))
    return sorted(found, key=lambda one: (one.hours is None, one.hours or 0.0, one.station.station_id))


def _close(reading: Reading, limit: float, metric: str) -> bool:
    if not isinstance(reading.value, int | float):
        return False
    if metric == "water_level":
        return limit - reading.value <= NEAR_LEVEL_M
    return limit > 0 and reading.value / limit >= NEAR


def _supposed(case: Open, near: Sequence[_Near], asked: _Asked) -> Supposed:
    etas = [one.hours for one in near]
    longest = max((eta for eta in etas if eta is not None), default=None) if None not in etas else None
    unit = UNITS.get(near[0].station.unit, near[0].station.unit)
    places = decimals(case.city, asked.metric)
    what = (f"近{hours(asked.window)}" if asked.aggregation == "sum" else "") + METRICS.get(
        asked.metric, asked.metric
    )
    said = "、".join(
        f"{_names(group)}{what}达到{_figure(limit, places)}{unit}" for limit, group in _alike(near)
    )
    held = f"并持续{hours(asked.window)}" if asked.aggregation == "sustained" else ""
    today = "、".join(
        f"{one.station.name}{what}{number(_value(one, asked.window), places)}{unit}" for one in near
    )
    return Supposed(
        hazard=case.hazard,
        condition=case.condition,
        changes=tuple(fact for one in near for fact in _rows(case.known.at, one, asked)),
        text=said + held,
        needs=f"目前{today}",
        expected_at=_rounded(case.known.at, longest) if longest is not None else None,
        evidence=tuple(_rests(near, asked)),
    )


def _rests(near: Sequence[_Near], asked: _Asked) -> Iterator[str]:
    for one in near:
        if asked.metric != RAIN and (key := value_id(one.station, one.now)):
            yield key
        elif one.now.at:
            yield observation_id(one.station.station_id, one.now.at, asked.window)


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
    earlier = exact.replace(minute=exact.minute // 10 * 10, second=0, microsecond=0)
    return earlier if earlier == exact else earlier + timedelta(minutes=10)


def _rows(at: datetime, one: _Near, asked: _Asked) -> Iterator[Observation]:
    """Rows that make the station reach its threshold now: evenly fallen rain, or the value held for the window."""
    every = one.station.reporting_interval_min
    many = max(1, asked.window // every) + (asked.aggregation == "sustained")
    fallen = asked.aggregation == "sum"
    each = one.threshold / many if fallen else one.threshold
    for back in range(many - 1, -1, -1):
        yield Observation(
            station_id=one.station.station_id,
            metric=asked.metric,
            time=at - timedelta(minutes=back * every),
            value=round(each + 0.05, 1) if fallen else each,
            unit=one.station.unit,
        )
