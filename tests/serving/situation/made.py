"""A watch over a scenario, its clock moved by the test: facts arrive when they are stamped."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from knowledge.city import City, load_city
from serving.emergency import make_engine
from serving.runs.events import EventLog
from serving.situation.live import Live
from serving.situation.moments import WorldClock
from serving.situation.pack import PackWatch
from serving.store.database import Database
from serving.store.situation_tables import SituationEventRow
from tests.serving.installation import ROOT
from tools.emergency.facts import Fact, WeatherAlert, stamp
from tools.emergency.scenario import Scenario, load_scenario

PACK = ROOT / "knowledge" / "city" / "yunzhou"
STORM = ROOT / "tools" / "simulator" / "scenarios" / "storm_may"


@cache
def city() -> City:
    return load_city(PACK)


@cache
def storm() -> Scenario:
    return load_scenario(STORM)


class Hand:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


class Played:
    """A scenario against a Live, as fast as the test wants."""

    def __init__(self, database: Database, folder: Path = PACK, pack: City | None = None) -> None:
        self.hand = Hand(storm().start)
        self.wall = 0.0
        self.clock = WorldClock(self.hand, lambda: self.wall)
        events = EventLog(database, self.clock, SituationEventRow, frozenset())
        self.live = Live(database, events, self.clock, PackWatch(folder, pack or city()), make_engine)
        self._done = 0
        self._stamps = [stamp(fact) for fact in storm().facts]

    async def to(self, at: datetime) -> None:
        """Everything stamped by then arrives, then the plan is looked at."""
        self.hand.at = at
        end = bisect_right(self._stamps, at)
        facts: Sequence[Fact] = storm().facts[self._done : end]
        self._done = end
        await self.live.take(facts, "test")
        await self.live.evaluate()

    async def through(self, end: datetime, step: timedelta) -> None:
        at = self.hand.at
        while at < end:
            at = min(at + step, end)
            await self.to(at)


def signal(at: datetime, colour: str = "红", alert_id: str = "W-1") -> WeatherAlert:
    return WeatherAlert(
        alert_id=alert_id,
        event="issue",
        type="暴雨",
        colour=colour,  # pyright: ignore[reportArgumentType]
        districts=tuple(one.code for one in city().districts.values()),
        issued_at=at,
        effective_from=at,
        expires_at=at + timedelta(hours=6),
        issuer="沄州市气象台",
    )
