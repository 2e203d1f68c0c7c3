"""Feeds that fail: down (503 or a reset connection), cut off in the middle, or hours behind."""

from datetime import datetime, timedelta
from typing import Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from tools.simulator.clock import SimClock
from tools.simulator.emergency.notes import Notes
from tools.simulator.faults import Fault, Kind

NOTE: Final = "feed faults"
PATHS: Final = {
    "alerts": ("/cap/", "/weatheralert/"),
    "observations": ("/sta/",),
    "forecasts": ("/plan/forecasts", "/v1/forecast", "/v7/"),
    "reports": ("/reports",),
    "citizens": ("/citizens",),
    "calls": ("/calls",),
    "geo": ("/geo/",),
}
Feed = Literal["alerts", "observations", "forecasts", "reports", "citizens", "calls", "geo"]


class FeedFault(BaseModel):
    """In force from `from` (now, unless told) until `until` (None: until taken away), simulated time.

    how: what a feed that is down does. hours: how far an old one is behind.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["down", "truncated", "old"]
    how: Literal["503", "reset"] = "503"
    hours: float = Field(default=2, gt=0, le=72)
    since: AwareDatetime | None = Field(default=None, alias="from")
    until: AwareDatetime | None = None

    def holds(self, now: datetime) -> bool:
        return (self.since is None or now >= self.since) and (self.until is None or now < self.until)


_ALL: Final = TypeAdapter(dict[Feed, FeedFault])


class FeedFaults:
    """One fault a feed, kept over a restart. `take` is asked by tools.simulator.faults.Faulty."""

    def __init__(self, notes: Notes, clock: SimClock) -> None:
        self._notes = notes
        self._clock = clock
        text = notes.kept(NOTE)
        self._faults = _ALL.validate_json(text) if text else {}

    def all(self) -> dict[Feed, FeedFault]:
        return dict(self._faults)

    def put(self, feed: Feed, fault: FeedFault) -> None:
        self._faults[feed] = fault if fault.since else fault.model_copy(update={"since": self._clock()})
        self._keep()

    def remove(self, feed: Feed) -> None:
        self._faults.pop(feed, None)
        self._keep()

    def clear(self) -> None:
        self._faults.clear()
        self._keep()

    def now(self, feed: Feed) -> datetime:
        """The moment up to which a feed tells: the clock's, or hours before it."""
        fault, now = self._faults.get(feed), self._clock()
        if fault and fault.kind == "old" and fault.holds(now):
            return now - timedelta(hours=fault.hours)
        return now

    def take(self, method: str, path: str) -> Fault | None:
        """What hits a request for `path`, as a fault of the wire."""
        for feed, fault in self._faults.items():
            if path.startswith(PATHS[feed]) and fault.kind != "old" and fault.holds(self._clock()):
                return Fault(kind=_on_the_wire(fault), path=path)
        return None

    def _keep(self) -> None:
        self._notes.keep(NOTE, _ALL.dump_json(self._faults, by_alias=True).decode())


def _on_the_wire(fault: FeedFault) -> Kind:
    if fault.kind == "truncated":
        return "malformed"
    return "reset" if fault.how == "reset" else "error503"
