"""Gauges that misbehave, switched on over HTTP for a chosen time, on top of scenario or calm weather.

silent        sends nothing
stuck         repeats one value: `value`, or the one it had when the fault began
spiking       every `every`-th value is far off: `value`, or one that suits the metric
late          each value arrives `minutes` after its time
out_of_order  each arrives up to `minutes` late, by chance, so newer ones overtake older ones
duplicated    each is sent twice; with `differs` the second says something else
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from tools.simulator.emergency.notes import Notes
from tools.simulator.emergency.reading import Reading, Stream, chance

NOTE: Final = "station faults"
TWIN: Final = 10**12  # added to a reading's number for its second copy
SPIKES: Final = {"rain_10min": 48.0, "water_depth": 260.0, "displacement_rate": 95.0, "gust": 62.0}
LEAP: Final = 7.5  # m above the true level: more than the plan lets a level step

Kind = Literal["silent", "stuck", "spiking", "late", "out_of_order", "duplicated"]
Newest = Callable[[Stream, datetime], Reading | None]


class StationFault(BaseModel):
    """In force for readings with since <= time < until (None: from now on, until it is taken away)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    metric: str | None = None
    since: AwareDatetime | None = Field(default=None, alias="from")
    until: AwareDatetime | None = None
    value: float | None = None
    every: int = Field(default=4, ge=1)
    minutes: float = Field(default=30, gt=0, le=24 * 60)
    differs: bool = False

    def hits(self, reading: Reading) -> bool:
        if self.metric not in (None, reading.metric):
            return False
        return (self.since is None or reading.time >= self.since) and (
            self.until is None or reading.time < self.until
        )


_ALL: Final = TypeAdapter(dict[str, tuple[StationFault, ...]])


class StationFaults:
    """The faults in force by station, kept over a restart."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        text = notes.kept(NOTE)
        self._faults = _ALL.validate_json(text) if text else {}

    def all(self) -> dict[str, tuple[StationFault, ...]]:
        return dict(self._faults)

    def add(self, station_id: str, fault: StationFault, now: datetime) -> None:
        """A fault without `from` begins now."""
        dated = fault if fault.since else fault.model_copy(update={"since": now})
        self._faults[station_id] = (*self._faults.get(station_id, ()), dated)
        self._keep()

    def remove(self, station_id: str) -> None:
        self._faults.pop(station_id, None)
        self._keep()

    def clear(self) -> None:
        self._faults.clear()
        self._keep()

    def apply(self, readings: Iterable[Reading], newest: Newest) -> Iterator[Reading]:
        """The readings as the faulty gauges send them. `newest` tells what a stuck gauge holds on to."""
        for reading in readings:
            sent = [reading]
            for fault in self._faults.get(reading.station_id, ()):
                if fault.hits(reading):
                    sent = [copy for one in sent for copy in _spoilt(one, fault, newest)]
            yield from sent

    def _keep(self) -> None:
        self._notes.keep(NOTE, _ALL.dump_json(self._faults, by_alias=True).decode())


def _spoilt(reading: Reading, fault: StationFault, newest: Newest) -> Iterator[Reading]:
    match fault.kind:
        case "silent":
            return
        case "stuck":
            yield reading._replace(value=_held(reading, fault, newest))
        case "spiking":
            due = chance(reading.station_id, reading.time.isoformat()) < 1 / fault.every
            yield reading._replace(value=_spike(reading, fault)) if due else reading
        case "late":
            yield reading._replace(arrives=reading.arrives + timedelta(minutes=fault.minutes))
        case "out_of_order":
            share = chance("order", reading.station_id, reading.time.isoformat())
            yield reading._replace(arrives=reading.arrives + timedelta(minutes=fault.minutes * share))
        case "duplicated":
            yield reading
            again = reading._replace(number=reading.number + TWIN)
            other = None if reading.value is None else round(reading.value * 1.4 + 1, 2)
            yield again._replace(value=other) if fault.differs else again


def _held(reading: Reading, fault: StationFault, newest: Newest) -> float | None:
    if fault.value is not None or fault.since is None:
        return fault.value
    held = newest((reading.station_id, reading.metric), fault.since)
    return held.value if held else reading.value


def _spike(reading: Reading, fault: StationFault) -> float:
    if fault.value is not None:
        return fault.value
    if reading.metric in SPIKES:
        return SPIKES[reading.metric]
    return round((reading.value or 0.0) + LEAP, 2)
