"""The situation that a judgment asks, answered from the log: everything as it was known at the moment asked for."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from agents.judgment.decision import Judgment
from agents.judgment.engine.picture import Picture
from agents.judgment.situation import Standing
from serving.judgments import rows
from serving.situation import courses, log, pictures
from serving.situation.call_book import call_records
from serving.situation.decisions import signed_levels
from serving.situation.live import Live
from serving.situation.moments import moment_text
from serving.situation.replay import Rules
from serving.store.situation_tables import FactRow
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
class LoggedSituation:
    """Implements agents.judgment.situation.Situation."""

    live: Live

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
        rules = await self._rules(at)
        return await asyncio.to_thread(rules.what_if, at, changes)

    async def observations(self, at: datetime, hours: float) -> Sequence[Observation]:
        return await self._of(Observation, "observation", at, hours)

    async def forecasts(self, at: datetime) -> Sequence[Forecast]:
        return await self._of(Forecast, "forecast", at, FORECAST_HOURS)

    async def alerts(self, at: datetime) -> Sequence[WeatherAlert]:
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
        query = log.known_by(self.live.course.watch_id, at).where(FactRow.kind == name)
        if hours is not None:
            query = query.where(FactRow.stamp > moment_text(at - timedelta(hours=hours)))
        async with self.live.database.read() as session:
            found = list(await session.scalars(query.with_only_columns(FactRow.data)))
        return await asyncio.to_thread(_read, kind, found)

    async def _rules(self, at: datetime) -> Rules:
        """An engine of the past: it knows what had arrived by then."""
        course = self.live.course
        async with self.live.database.read() as session:
            found = list(
                await session.scalars(log.known_by(course.watch_id, at).with_only_columns(FactRow.data))
            )
        return await asyncio.to_thread(self._filled, found, course.begun_at, at)

    def _filled(self, found: Sequence[Any], begun_at: datetime, at: datetime) -> Rules:
        rules = self.live.make_rules(self.live.pack.city, begun_at)
        for data in found:
            rules.add(log.FACT.validate_python(data))
        rules.evaluate(at)
        return rules


def _read(kind: type[F], found: Sequence[Any]) -> list[F]:
    return [kind.model_validate(data) for data in found]
