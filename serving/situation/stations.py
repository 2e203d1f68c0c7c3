"""Stations as the page shows them: the newest sound value of each, and how it stands to its marks."""

from collections.abc import Sequence
from typing import Final, Literal

from agents.judgment.known import RAIN
from agents.judgment.situation import Now
from agents.judgment.threats import over
from knowledge.city import City
from knowledge.city.plan import StationCount
from knowledge.city.weather import Station
from serving.store.tables import Json

State = Literal["normal", "warn", "over", "unknown"]

HOURLY: Final = 60
REFERENCES: Final = {
    "warn_level": "警戒",
    "guarantee_level": "保证",
    "record_level": "历史最高",
    "flood_limit_level": "汛限",
    "design_level": "设计",
    "check_level": "校核",
    "dam_crest_level": "坝顶",
    "depth_warn_cm": "警示",
    "depth_close_cm": "封闭",
    "rate_orange_mm_h": "橙色",
    "rate_red_mm_h": "红色",
}
"""Columns of stations.csv that a value is compared with, as people call them."""


def station_rows(city: City, readings: Sequence[Now]) -> list[Json]:
    """One row a station and metric, in the pack's order. Rain tells its last interval, and `hour` its last 60 min."""
    stations, units = city.weather.stations, _units(city)
    return [
        {
            "station_id": now.station_id,
            "metric": now.metric,
            "value": now.value,
            "unit": units.get(now.metric, stations[now.station_id].unit),
            "time": now.at.isoformat() if now.at else None,
            "quality": now.state,
            "state": station_state(city, stations[now.station_id], now),
            "hour": now.sums.get(HOURLY),
        }
        for now in readings
    ]


def station_state(city: City, station: Station, now: Now) -> State:
    """Against the station's own marks; rain of an hour and wind against the thresholds at which the plan counts."""
    if now.value is None or now.state in ("stale", "none"):
        return "unknown"
    marks = plan_marks(city, station.kind, now.metric)
    if marks:
        value = now.sums.get(HOURLY, 0.0) if now.metric == RAIN else now.value
        reached = sum(value >= mark for mark in marks)
        return "normal" if reached == 0 else "warn" if reached == 1 else "over"
    severity = over(station, now)
    limit = station.flood_limit_level
    if severity == "now":
        return "over"
    return "warn" if severity == "soon" or (limit is not None and now.value >= limit) else "normal"


def plan_marks(city: City, kind: str, metric: str) -> list[float]:
    """Plain thresholds of the plan for this metric, ascending; of rain those of one hour."""
    tests = (
        test
        for response in city.weather.plan.responses
        for condition in response.conditions
        for test in condition.tests
        if isinstance(test, StationCount) and (test.station_kind, test.metric) == (kind, metric)
    )
    fitting = (test for test in tests if metric != RAIN or test.window_min == HOURLY)
    own = any(getattr(one, name) is not None for one in _of(city, kind) for name in REFERENCES)
    return [] if own else sorted({test.threshold for test in fitting if test.threshold is not None})


def references(city: City, station: Station, metric: str) -> list[Json]:
    """Lines to draw beside a series, in ascending order."""
    own = [
        {"name": name, "value": value}
        for column, name in REFERENCES.items()
        if (value := getattr(station, column)) is not None
    ]
    if metric != station.metrics[0]:
        own = []
    marks = [{"name": "预案阈值", "value": mark} for mark in plan_marks(city, station.kind, metric)]
    return sorted(own or ([] if metric == RAIN else marks), key=lambda one: one["value"])


def _of(city: City, kind: str) -> list[Station]:
    return [one for one in city.weather.stations.values() if one.kind == kind]


def _units(city: City) -> dict[str, str]:
    """Units that the plan names by metric; else the station's own."""
    return {
        test.metric: test.unit
        for response in city.weather.plan.responses
        for condition in response.conditions
        for test in condition.tests
        if isinstance(test, StationCount)
    }
