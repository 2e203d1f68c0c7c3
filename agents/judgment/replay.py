"""A situation told from a list of facts alone: for the command line, evaluations and tests, without a server.

Asked about moments in order; what was asked for once can't be asked again for an earlier moment (Engine.evaluate).
"""

import asyncio
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar, cast

from agents.judgment.context import SOLVER
from agents.judgment.decision import Judgment
from agents.judgment.engine.engine import Engine
from agents.judgment.engine.picture import Picture
from agents.judgment.known import readings, rows_hours
from agents.judgment.situation import CallRecord, Now, Signed, Standing
from knowledge.city import City
from tools.emergency.facts import (
    CitizenSignal,
    Fact,
    FeedState,
    Forecast,
    Observation,
    Signature,
    WeatherAlert,
    stamp,
)

F = TypeVar("F", bound=Fact)

UNHURRIED = dict.fromkeys(("picture", "what_if", "observations", SOLVER), 60.0)
"""Deadlines for facts in memory: nothing hangs, however busy the machine is, and the first look may have a whole storm
to catch up with."""


class FactSituation:
    """Facts of one event. `standing`: what people signed and called, changed by whoever plays them."""

    def __init__(self, city: City, facts: Sequence[Fact], start: datetime, event_id: str) -> None:
        plan, self._city = city.weather.plan, city
        districts = [district.code for district in city.districts.values()]
        self._engine = Engine(plan, city.weather.stations, districts, start=start)
        self._facts: dict[type[Fact], list[tuple[datetime, Fact]]] = {}
        for fact in sorted(facts, key=stamp):
            self._engine.add(fact)
            self._facts.setdefault(type(fact), []).append((stamp(fact), fact))
        self.standing_now = Standing(event_id=event_id, started_at=start)
        self.last: Judgment | None = None
        self._asked = start

    def sign(self, *signed: Signed) -> None:
        """What stands from now on; a hazard not named has nothing signed."""
        ended = {one.hazard for one in self.standing_now.signed} - {one.hazard for one in signed}
        for hazard in ended:
            self._engine.add(Signature(decision_id="", time=self._asked, hazard=hazard, level=None))
        for one in signed:
            told = one.model_dump(include={"decision_id", "hazard", "level"})
            self._engine.add(Signature(**told, time=max(one.signed_at, self._asked)))
        self.standing_now = self.standing_now.model_copy(update={"signed": signed})

    def called(self, *calls: CallRecord) -> None:
        self.standing_now = self.standing_now.model_copy(update={"calls": calls})

    async def picture(self, at: datetime) -> Picture:
        self._asked = at
        return await asyncio.to_thread(self._engine.evaluate, at)

    async def what_if(self, at: datetime, changes: Sequence[Fact]) -> Picture:
        return await asyncio.to_thread(self._engine.what_if, at, changes)

    async def observations(self, at: datetime) -> Sequence[Now]:
        rows = self._of(Observation, at, rows_hours(self._city.weather.plan))
        return await asyncio.to_thread(readings, self._city, rows, at)

    async def forecasts(self, at: datetime) -> Sequence[Forecast]:
        return self._of(Forecast, at)

    async def alerts(self, at: datetime) -> Sequence[WeatherAlert]:
        return self._of(WeatherAlert, at)

    async def citizens(self, at: datetime, hours: float) -> Sequence[CitizenSignal]:
        return self._of(CitizenSignal, at, hours)

    async def feeds(self, at: datetime) -> Sequence[FeedState]:
        return tuple({one.feed: one for one in self._of(FeedState, at)}.values())

    async def standing(self, at: datetime) -> Standing:
        return self.standing_now

    async def previous(self, at: datetime) -> Judgment | None:
        return self.last

    def _of(self, kind: type[F], at: datetime, hours: float | None = None) -> tuple[F, ...]:
        told = self._facts.get(kind, [])
        last = bisect_right(told, at, key=_stamped)
        first = 0 if hours is None else bisect_right(told, at - timedelta(hours=hours), key=_stamped)
        return tuple(cast("Sequence[F]", [fact for _, fact in told[first:last]]))


def _stamped(told: tuple[datetime, Fact]) -> datetime:
    return told[0]
