"""The storm of downburst_june itself: when, where, and the true weather, before any gauge spoils it. Synthetic."""

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from knowledge.city.weather import Station
from tools.simulator.emergency.reading import resting_level

SEED: Final = 20260612
NAME: Final = "downburst_june"
START: Final = datetime.fromisoformat("2026-06-12T12:00:00+08:00")
END: Final = datetime.fromisoformat("2026-06-13T06:00:00+08:00")
RAIN_FROM: Final = datetime.fromisoformat("2026-06-11T12:10:00+08:00")
KM: Final = 111.2
CELL_KM: Final = 8.0  # radius at which the cell's rain has fallen to 1/e
PATH: Final = (  # time, lat, lon, mm in ten minutes at the centre, gust in m/s below it
    ("14:00", 29.610, 112.940, 0.0, 6.0),
    ("14:40", 29.590, 113.020, 6.0, 14.0),
    ("15:10", 29.578, 113.060, 11.0, 21.0),
    ("15:40", 29.572, 113.100, 13.5, 33.0),
    ("16:10", 29.568, 113.150, 12.5, 29.0),
    ("16:50", 29.560, 113.210, 8.0, 20.0),
    ("17:40", 29.530, 113.300, 4.0, 11.0),
    ("18:30", 29.500, 113.380, 0.0, 6.0),
)
Row = dict[str, object]


class Weather:
    """The true weather, before any gauge spoils it."""

    def __init__(self, stations: Iterable[Station]) -> None:
        self._dice = random.Random(SEED)
        self._noise = {station.station_id: self._dice.uniform(0.8, 1.15) for station in stations}
        self._marks = [(clock(at), *rest) for at, *rest in PATH]

    def rain(self, station: Station, end: datetime) -> float:
        """mm in the ten minutes up to `end`."""
        centre = self._cell(end - timedelta(minutes=5))
        return self._noise[station.station_id] * centre[2] * self._near(station, centre)

    def gust(self, station: Station, end: datetime) -> float:
        """m/s: a breeze, and the downburst around the cell's centre."""
        centre = self._cell(end - timedelta(minutes=5))
        breeze = 4.0 + 1.5 * math.sin(end.timestamp() / 4000 + station.lon * 50)
        return breeze + self._noise[station.station_id] * max(0.0, centre[3] - 6) * self._near(
            station, centre
        )

    def water(self, station: Station, since: datetime, until: datetime) -> Iterator[tuple[datetime, float]]:
        """cm on a road or in an underpass: what the drains leave, every five minutes."""
        depth, collects = 0.0, 1.0 if station.station_class == "road" else 1.8
        moment = since
        while moment <= until:
            yield moment, depth
            moment += timedelta(minutes=5)
            arriving = self.rain(station, moment) / 2 * collects
            depth = max(0.0, depth + arriving - 1.2 - 0.035 * depth)

    def level(self, station: Station, time: datetime) -> float:
        """m: a slow swell that runs down the river after the storm."""
        height = 0.9 if station.station_class == "tributary" else 0.45
        hours = (time - clock("16:00")).total_seconds() / 3600
        swell = height / (1 + math.exp(-(hours - 3) / 1.2)) * math.exp(-max(0.0, hours - 6) / 14)
        return resting_level(station) + swell

    def _cell(self, time: datetime) -> Sequence[float]:
        """lat, lon, rain and gust of the centre, between the path's marks."""
        for (t1, *a), (t2, *b) in pairwise(self._marks):
            if t1 <= time <= t2:
                share = (time - t1) / (t2 - t1)
                return [x + (y - x) * share for x, y in zip(a, b, strict=True)]
        return [0.0, 0.0, 0.0, 0.0]

    def _near(self, station: Station, centre: Sequence[float]) -> float:
        """1 at the centre, falling with the square of the distance."""
        north = (station.lat - centre[0]) * KM
        east = (station.lon - centre[1]) * KM * math.cos(math.radians(29.6))
        return math.exp(-(north**2 + east**2) / CELL_KM**2)


def clock(text: str) -> datetime:
    """A time on the day of the storm."""
    hour, minute = map(int, text.split(":"))
    return START.replace(hour=hour, minute=minute)
