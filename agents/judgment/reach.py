"""How long a team or a lorry needs to a point: along the roads when they are known, else as the crow flies."""

import re
from datetime import datetime
from typing import Protocol

from knowledge.city.weather import Team
from tools.emergency.reach import Way

NIGHT_FROM, NIGHT_TO = 20, 6
_LATER = re.compile(r"夜间到岗时间加(\d+)分钟")


class Roads(Protocol):
    def way(self, lat: float, lon: float, to_lat: float, to_lon: float) -> Way:
        """Never fails: without roads it reckons."""
        ...


def ready_minutes(team: Team, at: datetime) -> float:
    """Minutes until the team turns out at this hour; the pack says how much later at night."""
    night = at.hour >= NIGHT_FROM or at.hour < NIGHT_TO
    later = _LATER.search(team.note)
    return team.ready_minutes + (float(later[1]) if night and later else 0.0)
