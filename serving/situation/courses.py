"""Watches and events: a watch is one course of the city's clock, an event (场次) a stretch of it.

Exactly one event is open. In calm it is the standing 值守; the first signal, condition or level opens a storm's, or
a named person does; only a named person closes one (an exercise that starts anew closes its own).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from serving.errors import Conflict, NotFound, NotReady
from serving.situation.moments import moment_text
from serving.store import audit
from serving.store.situation_tables import EmergencyRow, EvaluationRow, WatchRow
from serving.store.tables import Json

CALM, STORM = "calm", "storm"
SYSTEM = "system"
CALM_TITLE = "日常值守"


@dataclass(frozen=True)
class Course:
    """The watch that runs and its open event."""

    watch_id: int
    exercise: str | None
    begun_at: datetime
    event_id: str
    kind: str
    title: str
    opened_at: datetime


async def current(session: AsyncSession) -> Course | None:
    """The open event with its watch; None on a fresh database."""
    query = select(EmergencyRow, WatchRow).join(WatchRow).where(EmergencyRow.closed_at.is_(None))
    found = (await session.execute(query)).first()
    return None if found is None else _course(*found)


async def running(session: AsyncSession) -> Course:
    """The open event. Raises NotReady on a fresh database."""
    course = await current(session)
    if course is None:
        raise NotReady("态势还在载入；请几秒后重试")
    return course


async def begin_watch(session: AsyncSession, exercise: str | None, at: datetime) -> Course:
    """A new course of the clock, calm at first; what was open ends with the old one, by its own clock."""
    await _close(session, await _last_look(session) or at, SYSTEM, "时钟换了：演练开始、重来或结束")
    watch = WatchRow(exercise=exercise, begun_at=moment_text(at))
    session.add(watch)
    await session.flush()
    row = await _add(session, watch.watch_id, CALM, CALM_TITLE, at, SYSTEM, "开始值守")
    return _course(row, watch)


async def open_storm(session: AsyncSession, title: str, at: datetime, by: str, why: str) -> Course:
    """Open an event in place of the calm. Raises Conflict when one is open."""
    course = await running(session)
    if course.kind == STORM:
        raise Conflict(f"场次“{course.title}”还没有结束；请先结束它，再开新的")
    await _close(session, at, SYSTEM, "转入场次")
    row = await _add(session, course.watch_id, STORM, title, at, by, why)
    await audit.append(
        session, moment_text(at), by, "event.opened", row.event_id, {"title": title, "why": why}
    )
    return _course(row, await session.get_one(WatchRow, course.watch_id))


async def close_storm(session: AsyncSession, at: datetime, by: str, note: str) -> Course:
    """A named person ends the event; calm follows. Raises Conflict when none is open."""
    course = await running(session)
    if course.kind != STORM:
        raise Conflict("现在没有进行中的场次；无需结束")
    await _close(session, at, by, note)
    await audit.append(session, moment_text(at), by, "event.closed", course.event_id, {"note": note})
    row = await _add(session, course.watch_id, CALM, CALM_TITLE, at, SYSTEM, "场次结束，转入值守")
    return _course(row, await session.get_one(WatchRow, course.watch_id))


async def event_at(session: AsyncSession, watch_id: int, at: datetime) -> EmergencyRow:
    """The event that was open at a moment of the watch. Raises NotFound."""
    query = (
        select(EmergencyRow)
        .where(EmergencyRow.watch_id == watch_id, EmergencyRow.opened_at <= moment_text(at))
        .order_by(EmergencyRow.opened_at.desc(), EmergencyRow.number.desc())
        .limit(1)
    )
    row = await session.scalar(query)
    if row is None:
        raise NotFound(f"{at:%Y-%m-%d %H:%M} 还没有开始值守；请选择更晚的时刻")
    return row


async def listed(session: AsyncSession) -> list[Json]:
    """Storms, the newest first."""
    query = select(EmergencyRow).where(EmergencyRow.kind == STORM).order_by(EmergencyRow.number.desc())
    return [event_json(row) for row in await session.scalars(query.limit(200))]


def event_json(row: EmergencyRow) -> Json:
    return {
        "event_id": row.event_id,
        "kind": row.kind,
        "title": row.title,
        "started_at": row.opened_at,
        "opened_by": row.opened_by,
        "why": row.why,
        "closed_at": row.closed_at,
        "closed_by": row.closed_by,
        "closing_note": row.closing_note,
    }


async def _last_look(session: AsyncSession) -> datetime | None:
    """When the watch that runs was last looked at; None on a fresh database."""
    course = await current(session)
    if course is None:
        return None
    at = await session.scalar(
        select(func.max(EvaluationRow.at)).where(EvaluationRow.watch_id == course.watch_id)
    )
    return max(course.opened_at, datetime.fromisoformat(at)) if at else course.opened_at


async def _close(session: AsyncSession, at: datetime, by: str, note: str) -> None:
    for row in await session.scalars(select(EmergencyRow).where(EmergencyRow.closed_at.is_(None))):
        row.closed_at, row.closed_by, row.closing_note = moment_text(at), by, note
    await session.flush()


async def _add(
    session: AsyncSession, watch_id: int, kind: str, title: str, at: datetime, by: str, why: str
) -> EmergencyRow:
    number = (await session.scalar(select(func.max(EmergencyRow.number))) or 0) + 1
    row = EmergencyRow(
        event_id=f"E{number:05d}",
        number=number,
        watch_id=watch_id,
        kind=kind,
        title=title,
        opened_at=moment_text(at),
        opened_by=by,
        why=why,
    )
    session.add(row)
    await session.flush()
    return row


def _course(row: EmergencyRow, watch: WatchRow) -> Course:
    return Course(
        watch_id=watch.watch_id,
        exercise=watch.exercise,
        begun_at=datetime.fromisoformat(watch.begun_at),
        event_id=row.event_id,
        kind=row.kind,
        title=row.title,
        opened_at=datetime.fromisoformat(row.opened_at),
    )
