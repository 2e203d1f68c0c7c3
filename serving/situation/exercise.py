"""Following the simulated city's clock: while it plays an exercise, its time is ours.

A real city has no such clock: there PINGJI_EXERCISE_URL is empty and nothing here runs.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import httpx
from pydantic import AwareDatetime, BaseModel, ValidationError

from serving.situation.live import Live

log = logging.getLogger(__name__)

EVERY_S: Final = 0.25
PATIENCE_S: Final = 2.0
BACK: Final = timedelta(seconds=5)
"""A clock that went back by more than this was set back: another course of time begins."""

JUMP: Final = timedelta(seconds=1)


class Playing(BaseModel):
    """What the simulator's /_control/scenario says, as far as it is used."""

    name: str | None
    now: AwareDatetime
    speed: float
    paused: bool


@dataclass
class Exercise:
    """`url`: the simulator's control address."""

    live: Live
    http: httpx.AsyncClient
    url: str
    _seen: datetime | None = field(default=None)

    async def work(self) -> None:
        """Look four times a second; cancelled at shutdown."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """Once: set our clock by the exercise's, and begin a new watch where it is another course of time."""
        playing = await self._playing()
        if playing is None:
            return
        other = self._is_other(playing)
        self._set(playing)
        self._seen = playing.now
        if other:
            await self.live.begin_watch(playing.name)

    async def correct(self) -> None:
        """Before something is dated: a fast exercise that was paused would be run ahead of by minutes, and one that
        goes on after a pause would run ahead of us."""
        clock = self.live.clock
        if clock.speed and clock.reckoned <= JUMP:
            return
        playing = await self._playing()
        if playing is not None and not self._is_other(playing):  # else `look` begins another watch first
            self._set(playing)

    async def _playing(self) -> Playing | None:
        try:
            answer = await self.http.get(f"{self.url}/scenario", timeout=PATIENCE_S)
            return Playing.model_validate_json(answer.content)
        except (httpx.HTTPError, ValidationError) as error:
            log.info("no exercise clock: %s", type(error).__name__)
            return None

    def _is_other(self, playing: Playing) -> bool:
        reached = self._seen or self.live.reached
        return self.live.course.exercise != playing.name or playing.now < reached - BACK

    def _set(self, playing: Playing) -> None:
        clock = self.live.clock
        before, speed = clock(), clock.speed
        if playing.name is None:
            clock.real()
        else:
            clock.play(playing.name, playing.now, 0.0 if playing.paused else playing.speed)
        if clock.speed != speed or abs(clock() - before) > JUMP:
            self.live.wake()  # facts that lay ahead may count now, and the next look is due at another time
