"""Rests: in a long calm the engine begins anew with what still counts, so that a start never replays months.

A rest is a look that is marked in the log. Live, at a start and in a replay an engine goes on from the newest one: the
facts of LOOK_BACK before it, and what says how things stand until it says otherwise.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.judgment.engine.picture import Picture
from serving.situation import log, pictures
from serving.situation.courses import CALM, Course
from serving.situation.known import Known
from serving.situation.log import Kept
from serving.situation.moments import moment_text
from serving.situation.pictures import Look, Past
from serving.situation.replay import LOOK_BACK, Rules, begun, look_again
from serving.store.database import Database
from serving.store.situation_tables import EvaluationRow

EVERY: Final = timedelta(hours=6)
MOST: Final = 300_000
"""Facts of 48 hours: 80,000 take a second of CPU to read."""


@dataclass(frozen=True)
class Start:
    """What brings a new engine to where a watch stands: from when on it judges, the facts in order of arrival, the
    looks to take again, and when it last began anew."""

    since: datetime
    facts: list[Kept]
    looks: list[Past]
    rested_at: datetime


def due(course: Course, picture: Picture, rested_at: datetime) -> bool:
    """Whether nothing has happened for so long that an engine begun anew would know as much. The track of a response
    that people ended before its end conditions were met ends with it."""
    calm = course.kind == CALM and picture.at - course.opened_at >= LOOK_BACK
    return calm and picture.at - rested_at >= EVERY and picture.level is None


@dataclass(frozen=True)
class Anew:
    """An engine that began anew, its look, and what is known from it on."""

    rules: Rules
    look: Look
    since: datetime
    known: Known


async def anew(
    database: Database, course: Course, make: Callable[[datetime], Rules], old: Look
) -> Anew | None:
    """An engine begun anew at a look; None where it says otherwise of any condition, or has more than MOST to read."""
    since = old.at - LOOK_BACK
    async with database.read() as session:
        if await log.count(session, course.watch_id, since) > MOST:
            return None
        facts = await log.counting(session, course.watch_id, since, old.facts_seq)
    rules = make(since)
    new = await asyncio.to_thread(look_again, rules, facts, old.at, old.facts_seq)
    if pictures.changes(old.picture, new.picture):
        return None
    known = Known()
    known.add(one.fact for one in facts)
    return Anew(rules, new, since, known)


async def start(session: AsyncSession, course: Course) -> Start:
    """Of the watch as it is in the log."""
    rest = await newest(session, course.watch_id)
    if rest is None:
        facts, looks = (
            await log.read(session, course.watch_id),
            await pictures.looks(session, course.watch_id),
        )
        return Start(begun(course.begun_at, facts, looks), facts, looks, course.begun_at)
    facts = await log.counting(session, course.watch_id, rest.at - LOOK_BACK, rest.facts_seq)
    facts += await log.read(session, course.watch_id, after=rest.facts_seq)
    looks = await pictures.looks(session, course.watch_id, since=rest.number)
    return Start(rest.at - LOOK_BACK, facts, looks, rest.at)


async def begun_at(session: AsyncSession, course: Course, at: datetime) -> datetime:
    """From when on the engine judged that ran at a moment of the watch."""
    rest = await newest(session, course.watch_id, at)
    if rest is not None:
        return rest.at - LOOK_BACK
    first = select(func.min(EvaluationRow.number)).where(EvaluationRow.watch_id == course.watch_id)
    seq = select(EvaluationRow.facts_seq).where(EvaluationRow.number == first.scalar_subquery())
    return begun(course.begun_at, await log.read(session, course.watch_id, up_to=await session.scalar(seq)))


async def newest(session: AsyncSession, watch_id: int, at: datetime | None = None) -> Past | None:
    """The last rest of a watch, of those up to `at`."""
    query = select(EvaluationRow).where(EvaluationRow.watch_id == watch_id, EvaluationRow.anew)
    if at is not None:
        query = query.where(EvaluationRow.at <= moment_text(at))
    row = await session.scalar(query.order_by(EvaluationRow.number.desc()).limit(1))
    return None if row is None else Past(row.number, datetime.fromisoformat(row.at), row.facts_seq, row.hash)
