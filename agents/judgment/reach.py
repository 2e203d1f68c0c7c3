"""How long a team needs to a point: turning out at this hour, and the way along the roads that are open."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from agents.judgment.known import Known
from knowledge.city import City
from knowledge.city.weather import RiskPoint, Team
from tools.emergency.ground import metres
from tools.emergency.reach import RoadNet, Way

By = Literal["road", "straight", "cut"]
"""Reckoned along roads, as the crow flies, or so because no open road leads there."""

NIGHT_FROM, NIGHT_TO = 20, 6
_LATER = re.compile(r"夜间到岗时间加(\d+)分钟")


@dataclass(frozen=True)
class Reach:
    """Minutes until the team is there."""

    team: Team
    minutes: float
    by: By


def km(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Straight distance of two points in degrees."""
    return metres(lon, lat, to_lon, to_lat) / 1000


class OpenRoads:
    """Roads without those through points whose own gauge stands at the closing depth (plan 4.3).

    The way to such a point itself ends at its edge, so for it its own closing does not count.
    """

    def __init__(self, city: City, known: Known, roads: RoadNet) -> None:
        self._roads = roads
        self._closed = frozenset(_closed(city, known))
        self._without = roads.closing(self._closed) if self._closed else roads

    def to(self, risk_id: str) -> RoadNet:
        if risk_id not in self._closed:
            return self._without
        others = self._closed - {risk_id}
        return self._roads.closing(others) if others else self._roads


def _closed(city: City, known: Known) -> Iterator[str]:
    for point in city.weather.risk_points.values():
        station = city.weather.stations.get(point.station_id or "")
        now = known.reading(station.station_id, "water_depth") if station else None
        limit = station.depth_close_cm if station else None
        if limit is not None and now is not None and now.value is not None and now.value >= limit:
            yield point.risk_id


def by(way: Way) -> By:
    return "cut" if way.cut else "straight" if way.straight else "road"


def ready_minutes(team: Team, at: datetime) -> float:
    """Minutes until the team turns out at this hour; the pack says how much later at night."""
    night = at.hour >= NIGHT_FROM or at.hour < NIGHT_TO
    later = _LATER.search(team.note)
    return team.ready_minutes + (float(later[1]) if night and later else 0.0)


def reach_of(team: Team, at: datetime, roads: RoadNet, point: RiskPoint) -> Reach:
    way = roads.way(team.lat, team.lon, point.lat, point.lon)
    return Reach(team, ready_minutes(team, at) + way.minutes, by(way))
