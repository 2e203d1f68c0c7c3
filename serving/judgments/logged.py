"""The situation that a judgment asks, answered from the log: everything as it was known at the moment asked for."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from agents.judgment.decision import Judgment
from agents.judgment.engine.picture import Picture
from agents.judgment.situation import Standing
from serving.judgments import rows
from serving.situation import courses, log, pictures
from serving.situation.call_book import call_records
from serving.situation.decisions import signed_levels
from serving.situation.live import Live
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


@dataclass(frozen=True)
class Past:
    """An engine that knows what had arrived by a moment of a watch, under the plan that judges now."""

    watch_id: int
    at: datetime
    pack: str
    rules: Rules


@dataclass
class LoggedSituation:
    """Implements agents.judgment.situation.Situation."""

    live: Live
    _past: Past | None = None
    """The newest one: a judgment supposes a dozen things at one moment, and filling an engine takes a second."""
    _supposing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def is_now(self, at: datetime) -> bool:
        """Whether the engine that runs can answer for the moment."""
        return at >= self.live.last.at - FRESH

    async def picture(self, at: datetime) -> Picture:
        if self.is_now(at):
            return self.live.last.picture
        async with self.live.database.read() as session:
            text, _ = await pictures.at_moment(session, self.live.course.watch_id, at)
        return await asyncio.to_thread(Picture.model_validate_json, text)

    async def what_if(self, at: datetime, changes: Sequence[Fact]) -> Picture:
        if self.is_now(at):
            return (await self.live.what_if(changes, at))[1]
        async with self._supposing:
            rules = await self._rules(at)
            return await asyncio.to_thread(rules.what_if, at, changes)

    async def observations(self, at: datetime, hours: float) -> Sequence[Observation]:
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

    async def _rules(self, at: datetime) -> Rules:
        """An engine of the past: it knows what had arrived by then."""
        course, city = self.live.course, self.live.pack.city
        past = self._past
        if past is None or (past.watch_id, past.at, past.pack) != (course.watch_id, at, city.fingerprint):
            async with self.live.database.read() as session:
                found = await log.known_by(session, course.watch_id, at)
            rules = self.live.make_rules(city, self.live.since)
            await asyncio.to_thread(_fill, rules, found, at)
            past = self._past = Past(course.watch_id, at, city.fingerprint, rules)
        return past.rules


def _fill(rules: Rules, facts: Sequence[Fact], at: datetime) -> None:
    for fact in facts:
        rules.add(fact)
    rules.evaluate(at)
