"""One value that a gauge sent, and the arithmetic of calm weather."""

import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from knowledge.city.weather import Station
from tools.emergency.facts import Quality

Stream = tuple[str, str]
"""Station id and metric: what SensorThings calls a datastream."""

DECIMALS: Final = {"water_level": 2}
UNITS: Final = {
    "rain_10min": "mm",
    "water_level": "m",
    "water_depth": "cm",
    "displacement_rate": "mm/h",
    "wind_avg": "m/s",
    "gust": "m/s",
}
SETTLE: Final = timedelta(hours=6)  # half of what a storm left is gone after this time
RESTING: Final = (  # reference column, metres below it in calm weather
    ("warn_level", 2.6),
    ("flood_limit_level", 1.8),
)


class Reading(NamedTuple):
    """`time` is the end of its interval, `arrives` when the outside can read it. value None: missing."""

    number: int
    station_id: str
    metric: str
    time: datetime
    value: float | None
    quality: Quality
    arrives: datetime


class Calm:
    """Quiet weather as a pure function of seed, station and time: no state, no history to keep."""

    def __init__(self, stations: Mapping[str, Station], numbers: Mapping[Stream, int], seed: int) -> None:
        self._stations = stations
        self._numbers = numbers
        self._seed = seed

    def readings(
        self, since: datetime, until: datetime, last: Mapping[Stream, Reading] | None = None
    ) -> list[Reading]:
        """All with since < time <= until, by time. `last`: a storm's last values, from which levels settle."""
        found = [
            self.one(stream, time, (last or {}).get(stream))
            for stream in self._numbers
            for time in self.moments(stream, since, until)
        ]
        found.sort(key=lambda reading: reading.time)
        return found

    def one(self, stream: Stream, time: datetime, last: Reading | None = None) -> Reading:
        station_id, metric = stream
        value = self._value(self._stations[station_id], metric, time)
        if last is not None and last.value is not None and metric != "rain_10min":
            value += (last.value - value) * 0.5 ** ((time - last.time) / SETTLE)
        minute = int(time.timestamp()) // 60
        rounded = round(value, DECIMALS.get(metric, 1))
        return Reading(minute * 1000 + self._numbers[stream], station_id, metric, time, rounded, "good", time)

    def moments(self, stream: Stream, since: datetime, until: datetime) -> list[datetime]:
        """The stream's reporting times with since < time <= until: whole multiples of its interval."""
        step = timedelta(minutes=self._stations[stream[0]].reporting_interval_min)
        seconds = int(step.total_seconds())
        moment = datetime.fromtimestamp(int(since.timestamp()) // seconds * seconds, since.tzinfo) + step
        found: list[datetime] = []
        while moment <= until:
            found.append(moment)
            moment += step
        return found

    def _value(self, station: Station, metric: str, time: datetime) -> float:
        dice = chance(self._seed, station.station_id, metric, time.isoformat())
        match metric:
            case "water_level":
                return resting_level(station) + 0.03 * dice
            case "wind_avg":
                return 1.5 + 1.5 * dice
            case "gust":
                return 3.0 + 2.5 * dice
            case "displacement_rate":
                return 0.1 + 0.3 * dice
            case _:
                return 0.0


def chance(*what: object) -> float:
    """A number in [0, 1) that is the same for the same words in every run."""
    return zlib.crc32("|".join(map(str, what)).encode()) / 2**32


def resting_level(station: Station) -> float:
    """Metres: where a river or a reservoir stands in calm weather; 0 for stations without a reference."""
    levels = ((getattr(station, column), below) for column, below in RESTING)
    return next((level - below for level, below in levels if level is not None), 0.0)
