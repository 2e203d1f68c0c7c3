"""The situation that a judgment asks, answered from the log: everything as it was known at the moment asked for."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import TypeVar

from agents.judgment.decision import Judgment
from agents.judgment.engine.picture import Picture
from agents.judgment.known import readings, rows_hours, told
from agents.judgment.situation import Now, Standing
from knowledge.city import City
from serving.judgments import rows
from serving.situation import courses, log, pictures, rests
from serving.situation.call_book import call_records
from serving.situation.decisions import signed_levels
from serving.situation.live import Live
from serving.situation.pictures import Look
from serving.situation.replay import Rules
from tools.emergency.facts import (
    CitizenSignal,
    Fact,
    FeedState,
    Forecast,
    Observation,
    WeatherAlert,
    stamp,
)

F = TypeVar("F", Observation, Forecast, WeatherAlert, CitizenSignal, FeedState)

FORECAST_HOURS = 48.0
FRESH = timedelta(seconds=5)
"""A moment so near to the last look is now."""

HELD_S = 60.0
"""How long an engine is held for who asks on about its moment: at thousands of stations it is large."""


Key = tuple[int, datetime, str]
"""Of a watch, the moment asked for, under a pack of this fingerprint."""


@dataclass(frozen=True, eq=False)
class Moment:
    """What had arrived by a moment of a watch, in an engine of its own under the plan that judges now."""

    key: Key
    look: Look | None
    """The engine's, where it is a copy of the one that runs."""
    rules: Rules
    alone: Lock = field(default_factory=Lock)
    """Held by a thread that asks the engine: one that nobody waits for any more still runs to its end."""

    def what_if(self, at: datetime, changes: Sequence[Fact]) -> Picture:
        with self.alone:
            return self.rules.what_if(max(at, self.look.at) if self.look else at, changes)

    def readings(self, city: City, at: datetime) -> Sequence[Now]:
        with self.alone:
            return told(city, self.rules.gauges, at)


@dataclass
class LoggedSituation:
    """Implements agents.judgment.situation.Situation.

    What is asked about one moment is answered by one engine, which stays as it is while the city's time goes on.
    """

    live: Live
    _moments: deque[Moment] = field(default_factory=partial(deque[Moment], maxlen=2))
    """A judgment asks a dozen things about one moment, and meanwhile a page may suppose something of another."""
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def is_now(self, at: datetime) -> bool:
        """Whether the engine that runs can answer for the moment."""
        return at >= self.live.last.at - FRESH

    async def picture(self, at: datetime) -> Picture:
        """Asked first: the other answers follow the look that was the newest then."""
        if self.is_now(at):
            async with self._asking:
                return (await self._copied(at)).picture
        async with self.live.database.read() as session:
            text, _ = await pictures.at_moment(session, self.live.course.watch_id, at)
        return await asyncio.to_thread(Picture.model_validate_json, text)

    async def what_if(self, at: datetime, changes: Sequence[Fact]) -> Picture:
        async with self._asking:
            known = await self._at_hand(at) or await self._filled(at)
        return await asyncio.to_thread(known.what_if, at, changes)

    async def observations(self, at: datetime) -> Sequence[Now]:
        city = self.live.pack.city
        async with self._asking:
            known = await self._at_hand(at)
        if known is not None:
            return await asyncio.to_thread(known.readings, city, at)
        rows = await self.rows(at, rows_hours(city.weather.plan))
        return await asyncio.to_thread(readings, city, rows, at, self.live.last.picture.grace)

    async def rows(self, at: datetime, hours: float) -> Sequence[Observation]:
        """Observations stamped in (at - hours, at], in order of arrival."""
        return await self._of(Observation, "observation", at, hours)

    async def forecasts(self, at: datetime) -> Sequence[Forecast]:
        return await self._of(Forecast, "forecast", at, FORECAST_HOURS)

    async def alerts(self, at: datetime) -> Sequence[WeatherAlert]:
        if self.is_now(
            at
        ):  # those the newest look judged; ten thousand in the log take half a second to read
            return tuple(self.live.known.alerts)
        return await self._of(WeatherAlert, "alert", at, None)

    async def citizens(self, at: datetime, hours: float) -> Sequence[CitizenSignal]:
        return await self._of(CitizenSignal, "citizen", at, hours)

    async def feeds(self, at: datetime) -> Sequence[FeedState]:
        told = await self._of(FeedState, "feed", at, None)
        return tuple({one.feed: one for one in sorted(told, key=stamp)}.values())

    async def standing(self, at: datetime) -> Standing:
        async with self.live.database.read() as session:
            event = await courses.event_at(session, self.live.course.watch_id, at)
            signed = await signed_levels(session, event.event_id, at)
            calls = await call_records(session, event.event_id, at)
        return Standing(
            event_id=event.event_id,
            title=event.title,
            started_at=datetime.fromisoformat(event.opened_at),
            signed=tuple(signed.values()),
            calls=tuple(calls),
        )

    async def previous(self, at: datetime) -> Judgment | None:
        async with self.live.database.read() as session:
            event = await courses.event_at(session, self.live.course.watch_id, at)
            row = await rows.newest(session, event.event_id, at)
        return None if row is None else await asyncio.to_thread(Judgment.model_validate, row.data)

    async def _of(self, kind: type[F], name: str, at: datetime, hours: float | None) -> Sequence[F]:
        after = None if hours is None else at - timedelta(hours=hours)
        async with self.live.database.read() as session:
            found = await log.known_by(session, self.live.course.watch_id, at, (name,), after)
        return [fact for fact in found if isinstance(fact, kind)]

    async def _at_hand(self, at: datetime) -> Moment | None:
        """The moment, where its engine is here already or can be copied; the caller holds `_asking`."""
        key = self._key(at)
        known = next((one for one in self._moments if one.key == key), None)
        if known is None and self.is_now(at):
            await self._copied(at)
            known = self._moments[0]
        return known

    async def _copied(self, at: datetime) -> Look:
        """The engine that runs, as it is now, stands for the moment from here on."""
        look, rules = await self.live.standing()
        self._keep(Moment(self._key(at), look, rules))
        return look

    async def _filled(self, at: datetime) -> Moment:
        """An engine of the past, filled from the log."""
        key, course, since = self._key(at), self.live.course, self.live.since
        async with self.live.database.read() as session:
            if at < self.live.rested_at:
                since = await rests.begun_at(session, course, at)
            found = await log.known_by(session, course.watch_id, at, since=since)
        rules = self.live.make_rules(self.live.pack.city, since)
        await asyncio.to_thread(_fill, rules, found, at)
        return self._keep(Moment(key, None, rules))

    def _keep(self, known: Moment) -> Moment:
        self._moments.appendleft(known)
        asyncio.get_running_loop().call_later(HELD_S, self._let_go, known)
        return known

    def _let_go(self, known: Moment) -> None:
        """Whoever asks of it later has it filled from the log."""
        if known in self._moments:
            self._moments.remove(known)

    def _key(self, at: datetime) -> Key:
        return self.live.course.watch_id, at, self.live.pack.city.fingerprint


def _fill(rules: Rules, facts: Sequence[Fact], at: datetime) -> None:
    for fact in facts:
        rules.add(fact)
    rules.evaluate(at)
