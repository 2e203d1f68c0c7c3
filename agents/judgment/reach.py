"""How long a team or a lorry needs to a point: along the roads when they are known, else as the crow flies."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agents.judgment.geometry import km
from knowledge.city.weather import Team

DETOUR, SPEED_KMH = 1.35, 30.0
"""Streets against the straight line, and the speed in a storm, where no roads are known."""

NIGHT_FROM, NIGHT_TO = 20, 6
_LATER = re.compile(r"夜间到岗时间加(\d+)分钟")


@dataclass(frozen=True)
class Way:
    """straight: reckoned along the straight line, not along roads."""

    km: float
    minutes: float
    straight: bool


class Roads(Protocol):
    def way(self, lat: float, lon: float, to_lat: float, to_lon: float) -> Way:
        """Never fails: without roads it reckons."""
        ...


class StraightLine:
    """Roads for a city whose roads are not known."""

    def way(self, lat: float, lon: float, to_lat: float, to_lon: float) -> Way:
        distance = km(lat, lon, to_lat, to_lon) * DETOUR
        return Way(round(distance, 1), distance / SPEED_KMH * 60, straight=True)


def ready_minutes(team: Team, at: datetime) -> float:
    """Minutes until the team turns out at this hour; the pack says how much later at night."""
    night = at.hour >= NIGHT_FROM or at.hour < NIGHT_TO
    later = _LATER.search(team.note)
    return team.ready_minutes + (float(later[1]) if night and later else 0.0)
