"""Asking the outside world: each source by a task of its own, so that a slow one holds no other up.

A client delivers a fact once. It is therefore kept here until it is stored, however long the database is locked;
after a crash new clients fetch all again, and the log knows what it has.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Final, Protocol

from serving.errors import ServingError
from serving.situation.live import Live
from serving.store.tables import Json
from tools.emergency.facts import Fact
from tools.emergency.feed import Fetched
from tools.emergency.sources import FEEDS

log = logging.getLogger(__name__)

AGAIN_S: Final = 1.0
TURN_S: Final = 0.2
SHOWN: Final = 20
TOLD: Final = timedelta(hours=6)
"""How long a problem stays in view after it was last met: a client says once what it will not read again."""
EVERY_S: Final = {"observations": 0.25, "alerts": 1.0, "reports": 1.0, "citizens": 1.0, "forecasts": 3.0}
"""How often each source is asked: a reading has a second on its way to the commander's table."""


class Source(Protocol):
    """A named feed whose failure is a fact as well (tools.emergency.sources.Source)."""

    name: str

    async def fetch(self, since: datetime | None) -> Fetched:
        """Never raises for a failing feed, and never lasts longer than the feed's deadline."""
        ...


@dataclass
class _Reading:
    """When a source last answered, and what was wrong in its answers: the newest problem of each place in each
    object, with when it was met."""

    fetched_at: datetime | None = None
    problems: dict[tuple[str, str], tuple[datetime, str]] = field(
        default_factory=dict[tuple[str, str], tuple[datetime, str]]
    )

    def heard(self, fetched: Fetched) -> None:
        now = self.fetched_at = fetched.fetched_at
        found = {(one.file, one.where): (now, str(one)) for one in fetched.problems}
        kept = {
            key: told for key, told in self.problems.items() if key not in found and now - told[0] <= TOLD
        }
        self.problems = found | kept


@dataclass
class Pollers:
    """make: the sources of a watch; another watch gets new ones, which have delivered nothing yet."""

    live: Live
    make: Callable[[], Sequence[Source]]
    _readings: dict[str, _Reading] = field(default_factory=dict[str, _Reading])

    async def work(self) -> None:
        """Poll for as long as the watch lasts, then for the next; cancelled at shutdown."""
        while True:
            watch_id, sources = self.live.course.watch_id, self.make()
            self._readings = {source.name: _Reading() for source in sources}
            waiting = {source.name for source in sources}
            tasks = [asyncio.create_task(self._poll(source, waiting)) for source in sources]
            try:
                while self.live.course.watch_id == watch_id:
                    await asyncio.sleep(TURN_S)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def states(self, now: datetime) -> list[Json]:
        """Per source {name, state, fetched_at, age_s, why, problems, problems_count}; age in seconds of the city's
        time, problems newest first."""
        return [self._state(name, reading, now) for name, reading in self._readings.items()]

    def _state(self, name: str, reading: _Reading, now: datetime) -> Json:
        told = self.live.known.feeds.get(FEEDS.get(name, name))
        at = reading.fetched_at
        return {
            "name": name,
            "state": told.state if told else "ok" if at else "down",
            "fetched_at": at.isoformat() if at else None,
            "age_s": max((now - at).total_seconds(), 0.0) if at else None,
            "why": told.why if told else "" if at else "还没有回应",
            "problems": [
                f"{problem}（{met:%H:%M}）" for met, problem in list(reading.problems.values())[:SHOWN]
            ],
            "problems_count": len(reading.problems),
        }

    async def _poll(self, source: Source, waiting: set[str]) -> None:
        since: datetime | None = None
        while True:
            await self.live.correct_clock()
            begun = monotonic()
            fetched = await source.fetch(since)
            await self._keep(fetched.facts, source.name)
            if self._told(source.name) != "down":
                since = fetched.fetched_at
                self._readings[source.name].heard(fetched)
            waiting.discard(source.name)
            if not waiting:
                self.live.gathered.set()
            # One that takes long to read (a flood of warnings) gets at most half of the time.
            await asyncio.sleep(max(EVERY_S[source.name], monotonic() - begun))

    def _told(self, name: str) -> str:
        told = self.live.known.feeds.get(FEEDS.get(name, name))
        return told.state if told else "ok"

    async def _keep(self, facts: Sequence[Fact], name: str) -> None:
        while True:
            try:
                await self.live.take(facts, name)
                return
            except ServingError as error:
                log.warning("%s waits to be stored: %s", name, error)
                await asyncio.sleep(AGAIN_S)
