"""The picture as it is now: facts in, the plan evaluated beside the event loop, what changed told to the page.

Facts, evaluations and events are stored before anybody hears of them. After a crash the engine is filled again from
the log, look by look, so it stands where it stood.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.city import City
from serving.errors import NotReady, ServingError
from serving.runs.events import EventLog
from serving.situation import courses, log, pictures, rests
from serving.situation.courses import Course
from serving.situation.known import KEPT, Known
from serving.situation.moments import WorldClock
from serving.situation.pack import PackWatch
from serving.situation.pictures import Look
from serving.situation.replay import Rules, begun, catch_up, look_again
from serving.situation.telling import STREAM, looked, opened, opening, told_of
from serving.store.database import Database
from serving.store.tables import Json
from tools.emergency.facts import Fact, stamp

logger = logging.getLogger(__name__)

COALESCE_S = 0.1
EVERY = timedelta(minutes=1)
AGAIN_S = 2.0

NEVER = datetime.max.replace(tzinfo=UTC)

MakeRules = Callable[[City, datetime], Rules]
Listener = Callable[[Look, list[Json]], None]
"""Hears of every evaluation that was stored, with the conditions that changed; must return at once."""

Also = Callable[[AsyncSession], Awaitable[None]]


async def _told_by_itself() -> None:
    """The wall clock needs no setting."""


@dataclass
class Live:
    """One per server. `start` before anything else."""

    database: Database
    events: EventLog
    clock: WorldClock
    pack: PackWatch
    make_rules: MakeRules
    listeners: list[Listener] = field(default_factory=list[Listener])
    correct_clock: Callable[[], Awaitable[None]] = _told_by_itself
    """Called before a look and before a source is asked (Exercise.correct, where an exercise plays)."""
    known: Known = field(default_factory=Known)
    rested_at: datetime = NEVER
    """When the engine last began anew, or was to (rests.py)."""
    _course: Course | None = None
    _rules: Rules | None = None
    _last: Look | None = None
    _told: Look | None = None
    _seq: int = 0
    _ahead: datetime | None = None
    _since: datetime | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    gathered: asyncio.Event = field(default_factory=asyncio.Event)
    """Every source has answered or failed once: before that a first look would only tell what is not here yet."""

    @property
    def course(self) -> Course:
        """Raises NotReady before `start`."""
        if self._course is None:
            raise NotReady("态势还在载入；请几秒后重试")
        return self._course

    @property
    def last(self) -> Look:
        """The newest stored evaluation. Raises NotReady before the first."""
        if self._last is None:
            raise NotReady("还没有核对过启动条件；请几秒后重试")
        return self._last

    @property
    def since(self) -> datetime:
        """From when on the rules judge: what was met before a server joined is first met then. Raises NotReady."""
        return self._since or self.course.begun_at

    @property
    def reached(self) -> datetime:
        """How far the watch has come. Raises NotReady before `start`."""
        return self._last.at if self._last else self.course.begun_at

    async def start(self) -> None:
        """Go on with the watch the database knows, or begin the first one."""
        async with self.database.begin() as session:
            course = await courses.current(session)
            if course is None:
                course = await courses.begin_watch(session, None, self.clock())
        async with self._turn:
            await self._fill(course)
        told, last = self._told, self._last
        if told and last and told.picture.plan_hash != last.picture.plan_hash:  # edited while no server ran
            await self._tell_plan()

    async def begin_watch(self, exercise: str | None) -> None:
        """The clock is another one now: an exercise begins, begins anew, or is over."""
        async with self._turn:  # no look may fall between the old watch's end and the new one's engine
            async with self.database.begin() as session:
                course = await courses.begin_watch(session, exercise, self.clock())
                await self.tell(session, opened(course))
            self.announce()
            await self._fill(course)

    async def take(self, facts: Sequence[Fact], source: str, also: Also | None = None) -> int:
        """Keep what is new of the facts and have it evaluated soon; gives how many were new.

        also: what has to be stored in the same transaction.
        """
        if not facts:
            return 0
        course = self.course
        async with self.database.begin() as session:
            if also is not None:
                await also(session)
            new = await log.append(session, course.watch_id, facts, source, self.clock())
            for event in told_of(new):
                await self.tell(session, event)
        if new:
            self.announce()
            self.wake()
        return len(new)

    def wake(self) -> None:
        """There are new facts in the log, or there will be once the transaction of the moment has ended."""
        self._news.set()

    async def tell(self, session: AsyncSession, event: Json) -> Json:
        """An event for the page, in the caller's transaction; `announce` once that has committed."""
        course = await courses.running(session)
        return await self.events.add(session, STREAM, {**event, "watch_id": course.watch_id})

    def announce(self) -> None:
        """Wake who follows the stream."""
        self.events.announce(STREAM)

    def turn_to(self, course: Course) -> Course:
        """The event that is open from now on, as it was stored; wakes the page."""
        self._course = course
        self.announce()
        return course

    async def standing(self) -> tuple[Look, Rules]:
        """The newest look, and a copy of the engine that gave it: who asks more of it holds nobody up."""
        async with self._turn:
            assert self._rules is not None
            return self.last, await asyncio.to_thread(self._rules.copy)

    async def work(self) -> None:
        """Evaluate when there is news and at least each minute, for ever; cancelled at shutdown."""
        while True:
            try:
                await self._wait()
                self._news.clear()
                await self.correct_clock()
                await self.pack.look(self._new_plan)
                await self.evaluate()
                await self.rest()
                await asyncio.sleep(COALESCE_S)
            except ServingError as error:  # the database's: the facts are still in it
                logger.warning("evaluation waits: %s", error)
                await asyncio.sleep(AGAIN_S)

    async def evaluate(self) -> Look:
        """One look at the plan with all that the log holds, stored and told.

        In one transaction that may write: a fact whose own is still open is waited for, not missed.
        """
        async with self._turn, self.database.begin() as session:
            assert self._rules is not None
            watch_id = self.course.watch_id
            fresh = await log.read(session, watch_id, after=self._seq)
            at = max(self.clock(), self._last.at) if self._last else self.clock()
            self._ahead = min((stamp(one.fact) for one in fresh if stamp(one.fact) > at), default=None)
            self._seq = fresh[-1].seq if fresh else self._seq
            self.known.add(one.fact for one in fresh)
            if self._last is None:
                self._since = begun(self.course.begun_at, fresh)
                self._rules = self.make_rules(self.pack.city, self._since)
            new = await asyncio.to_thread(look_again, self._rules, fresh, at, self._seq)
            # Against what was told, not what was computed: a look that could not be stored loses no change.
            changed = pictures.changes(self._told.picture if self._told else None, new.picture)
            same = self._told is not None and self._told.says == new.says
            await pictures.store(session, watch_id, new, same=same)
            if self._told is None or self._told.picture.plan_hash != new.picture.plan_hash:
                await pictures.store_plan(session, new, self.pack.plan_source)
            course = self.course if same else await self._tell(session, new, changed, fresh)
        self._last = new
        if not same:
            self._told = new
            self.turn_to(course)
        self.known.forget(new.at - KEPT)
        for listener in self.listeners:
            listener(new, changed)
        return new

    async def rest(self) -> None:
        """In a long calm: go on with an engine that knows only what still counts, where it says the same.

        Whatever the log holds, nobody who writes waits for it: only the next look does.
        """
        async with self._turn:
            old, course = self.last, self.course
            if not rests.due(course, old.picture, self.rested_at):
                return
            anew = await rests.anew(self.database, course, partial(self.make_rules, self.pack.city), old)
            self.rested_at = old.at  # where it says otherwise it is tried again later
            if anew is None:
                return
            async with self.database.begin() as session:
                same = anew.look.says == old.says
                await pictures.store(session, course.watch_id, anew.look, same=same, anew=True)
                if not same:
                    await self._tell(session, anew.look, [], [])
            self._rules, self._since, self.known = anew.rules, anew.since, anew.known
            self._last = self._told = anew.look
        self.announce()

    async def _tell(
        self,
        session: AsyncSession,
        new: Look,
        changed: list[Json],
        fresh: Sequence[log.Kept],
    ) -> Course:
        course = await courses.running(session)
        if course.kind == courses.CALM:
            course = await self._opened(session, course, new, changed, fresh)
        await self.tell(session, looked(new, changed, self._told))
        return course

    async def _opened(
        self, session: AsyncSession, calm: Course, new: Look, changed: list[Json], fresh: Sequence[log.Kept]
    ) -> Course:
        """The event that a new signal or condition opens; else the calm goes on."""
        standing = {one.alert_id for one in self.known.in_force(new.at)}
        why = opening(new, fresh, standing, changed, calm.exercise)
        if why is None:
            return calm
        title, reason = why
        course = await courses.open_storm(session, title, new.at, courses.SYSTEM, reason)
        await self.tell(session, opened(course))
        return course

    async def _wait(self) -> None:
        """Until there is news, a fact from just ahead begins to count, or a minute of the city's time is over."""
        if self._last is None:
            await self.gathered.wait()
        if self._news.is_set() or self._last is None:
            return
        due = self._last.at + EVERY
        due = min(due, self._ahead) if self._ahead else due
        speed = self.clock.speed
        wait = (due - self.clock()).total_seconds() / speed if speed else None
        try:
            await asyncio.wait_for(self._news.wait(), None if wait is None else max(wait, 0.0))
        except TimeoutError:
            return

    async def _new_plan(self, _: City) -> None:
        """The pack was edited: the whole watch is judged anew by the new text, the old pictures stay as they were."""
        async with self._turn:
            await self._fill(self.course)
        await self._tell_plan()

    async def _tell_plan(self) -> None:
        info = self.pack.city.weather.plan.plan
        async with self.database.begin() as session:
            told: Json = {
                "type": "plan",
                "plan": info.id,
                "plan_version": info.version,
                "why": "预案文件已更新",
            }
            await self.tell(session, told)
        self.announce()

    async def _fill(self, course: Course) -> None:
        """A new engine over the log; the caller holds the turn.

        What it says of the last look need not be what the page saw: the plan may be another one since, or the program.
        """
        async with self.database.read() as session:
            start = await rests.start(session, course)
            told = await pictures.last_kept(session, course.watch_id) if start.looks else None
        done = start.looks[-1].facts_seq if start.looks else 0
        rules = self.make_rules(self.pack.city, start.since)
        last = await asyncio.to_thread(catch_up, rules, start.facts, start.looks)
        known = Known()
        known.add(one.fact for one in start.facts if one.seq <= done)
        self._course, self._since, self._rules, self.known = course, start.since, rules, known
        self._last, self._told, self.rested_at = last, told, start.rested_at
        self._seq, self._ahead = done, None
        if last is None:
            self.gathered.clear()
        self._news.set()
