"""When judgments run: on a request, by the clock while anything is met or possible, and when a condition changes
or a person signs.

One at a time: what changes while one runs is judged by the next. Whoever asks joins the one that runs, unless
something changed since it began: then theirs comes right after it.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import uuid4

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from serving.errors import ServingError
from serving.judgments import rows
from serving.runs.service import ENDED, RunService
from serving.situation.live import Live
from serving.situation.pictures import Look
from serving.situation.telling import STREAM
from serving.store.tables import Json, RunRow

log = logging.getLogger(__name__)

Trigger = Literal["request", "schedule", "change"]

LOOK_EVERY_S: Final = 1.0


@dataclass
class Judgments:
    """every: how often by the clock of the city; None: never by the clock."""

    live: Live
    runs: RunService
    every: timedelta | None
    _changed: bool = False
    _settled: bool = False
    _last_at: datetime | None = None
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, at: datetime | None, trigger: Trigger) -> Json:
        """Start a judgment, or join one that knows as much: {run_id, judgment_id}. The past is its own run."""
        if at is not None and at >= self.live.clock():
            at = None  # what is to come is not known yet
        async with self._asking:
            try:
                async with self.live.database.begin() as session:
                    running = await self._running(session)
                    if running is not None and at is None and not self._changed:
                        return {"run_id": running.run_id, "judgment_id": running.input["judgment_id"]}
                    moment = at or self.live.clock()
                    if at is None:  # what changes from here on, this one does not know
                        self._changed, self._last_at = False, moment
                    judgment_id = f"J-{uuid4().hex[:12]}"
                    asked: Json = {"judgment_id": judgment_id, "trigger": trigger, "at": moment.isoformat()}
                    asked["told"] = await self.live.events.count(session, STREAM)
                    asked |= {} if at is None else {"past": True}
                    run_id = await self.runs.create(session, rows.AGENT, asked, None, supersede=False)
            except ServingError:
                self._changed = True
                raise
            self.runs.launch(run_id, after=running.run_id if running and at is None else None)
        return {"run_id": run_id, "judgment_id": judgment_id}

    async def start(self) -> None:
        """Before `work`: what changed or was signed since the newest one was asked for still wants a judgment,
        although whoever would have asked ended with the process."""
        async with self.live.database.read() as session:
            newest = await self._newest(session)
            told = newest.input.get("told", 0) if newest else 0
            self._changed = await rows.wanted_since(session, self.live.course.watch_id, told)
        self._last_at = datetime.fromisoformat(newest.input["at"]) if newest else None

    def heard(self, new: Look, changed: list[Json]) -> None:
        """Listener of the live picture: a condition that changed its state asks for a judgment."""
        if self._last_at is not None and self._last_at > new.at + timedelta(minutes=5):
            self._last_at = None  # another course of time has begun
        if changed:
            self._changed = True

    def outdated(self) -> None:
        """A person signed: the newest judgment, and one that runs now, did not know of it."""
        self._changed = True

    async def work(self) -> None:
        """Start what is due, for ever; cancelled at shutdown."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                if (trigger := await self._due()) is not None:
                    await self.ask(None, trigger)
            except ServingError as error:  # the database's, or nothing is known yet
                log.info("judgments wait: %s", error)

    async def _due(self) -> Trigger | None:
        async with self.live.database.read() as session:
            if await self._running(session) is not None:
                return None
        # One look later: the five feeds tell of one change within a second, and the page is served first.
        settled, self._settled = self._changed and self._settled, self._changed
        if self._changed:
            return "change" if settled else None
        picture = self.live.last.picture
        if self.every is None or (picture.level is None and picture.possible is None):
            return None
        now = self.live.clock()
        return "schedule" if self._last_at is None or now - self._last_at >= self.every else None

    async def _running(self, session: AsyncSession) -> RunRow | None:
        """The newest that has not ended, of those about the present."""
        return await self._newest(session, RunRow.status.not_in(ENDED))

    async def _newest(self, session: AsyncSession, *which: ColumnElement[bool]) -> RunRow | None:
        """The run asked for last of those about the present."""
        query = select(RunRow).where(RunRow.agent == rows.AGENT, *which).order_by(RunRow.created_at.desc())
        async for run in await session.stream_scalars(query):
            if not run.input.get("past"):
                return run
        return None
