"""A scenario made ready for serving: its facts by kind, found by time."""

from bisect import bisect_right
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tools.emergency.facts import (
    CitizenSignal,
    DistrictReport,
    Finding,
    Forecast,
    Observation,
    WeatherAlert,
    stamp,
)
from tools.emergency.scenario import Scenario, load_scenario
from tools.simulator.emergency.reading import Reading, Stream

F = TypeVar("F", Forecast, WeatherAlert, CitizenSignal, DistrictReport | Finding)


class Storm:
    """One scenario. Lists are ordered by time; the file's own order within one moment."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        facts = scenario.facts
        observed = (fact for fact in facts if isinstance(fact, Observation))
        self._readings = [_reading(number, fact) for number, fact in enumerate(observed, 1)]
        self._times = [reading.time for reading in self._readings]
        self.alerts = [fact for fact in facts if isinstance(fact, WeatherAlert)]
        self.forecasts = [fact for fact in facts if isinstance(fact, Forecast)]
        self.citizens = [fact for fact in facts if isinstance(fact, CitizenSignal)]
        self.reports = [fact for fact in facts if isinstance(fact, DistrictReport | Finding)]
        self._streams: defaultdict[Stream, list[Reading]] = defaultdict(list)
        for reading in self._readings:
            if reading.value is not None:
                self._streams[reading.station_id, reading.metric].append(reading)

    @property
    def last(self) -> dict[Stream, Reading]:
        """What each stream said at the end."""
        return {stream: readings[-1] for stream, readings in self._streams.items()}

    @classmethod
    def read(cls, folder: Path) -> "Storm":
        """Raises BadScenario (tools.errors)."""
        return cls(load_scenario(folder))

    def readings(self, since: datetime, until: datetime) -> list[Reading]:
        """since < time <= until."""
        return self._readings[bisect_right(self._times, since) : bisect_right(self._times, until)]

    def newest(self, stream: Stream, at: datetime) -> Reading | None:
        """The stream's last reading at or before a moment that has a value."""
        readings = self._streams.get(stream, [])
        index = bisect_right(readings, at, key=lambda reading: reading.time)
        return readings[index - 1] if index else None


def known(facts: list[F], since: datetime | None, now: datetime) -> list[F]:
    """Those stamped at or before now, and at or after `since`."""
    return [fact for fact in facts if stamp(fact) <= now and (since is None or stamp(fact) >= since)]


def _reading(number: int, fact: Observation) -> Reading:
    return Reading(
        number, fact.station_id, fact.metric, fact.time, fact.value, fact.quality, arrives=fact.time
    )
