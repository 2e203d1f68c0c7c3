"""Judgments in the store: kept in the transaction of the event that tells them, numbered within their event."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.judgment.decision import Judgment
from serving.errors import NotFound
from serving.situation import courses
from serving.situation.live import Live
from serving.situation.moments import moment_text
from serving.situation.telling import STREAM
from serving.store import audit
from serving.store.situation_tables import JudgmentRow, SituationEventRow
from serving.store.tables import Json, RunRow

AGENT = "judge"
MILLISECOND = timedelta(milliseconds=1)


async def observe(live: Live, session: AsyncSession, run: RunRow, event: Json) -> None:
    """Observer of the run service: a finished judgment is kept with the event that tells it.

    Its time is counted here, from the question to the answer by the wall clock: the agent's clock is the city's, and
    in an exercise that runs faster.
    """
    if run.agent != AGENT:
        return
    if event["type"] == "decision":
        spent = datetime.fromisoformat(event["at"]) - datetime.fromisoformat(run.created_at)
        await keep(session, live, run, event["decision"] | {"elapsed_ms": round(spent / MILLISECOND)})
    elif event["type"] == "run.finished":
        live.announce()


async def keep(session: AsyncSession, live: Live, run: RunRow, decision: Json) -> JudgmentRow:
    """Store a finished judgment once; its number is the next of its event."""
    known = await session.get(JudgmentRow, decision["judgment_id"])
    if known is not None:
        return known
    event_id = decision["event_id"] or (await courses.running(session)).event_id
    last = await session.scalar(select(func.max(JudgmentRow.number)).where(JudgmentRow.event_id == event_id))
    judgment = Judgment.model_validate({**decision, "event_id": event_id, "number": (last or 0) + 1})
    data = judgment.model_dump(mode="json")
    row = JudgmentRow(
        judgment_id=judgment.judgment_id,
        event_id=event_id,
        run_id=run.run_id,
        number=judgment.number,
        previous_id=judgment.previous_id,
        at=moment_text(judgment.at),
        made_at=moment_text(judgment.made_at),
        trigger=judgment.trigger,
        hash=audit.canonical_hash(data),
        data=data,
    )
    session.add(row)
    await session.flush()
    told: Json = {"type": "judgment", **listed_json(row)}
    stored = await live.tell(session, told)
    kept: Json = {"hash": row.hash, "plan_hash": judgment.picture.plan_hash, "event_id": event_id}
    await audit.append(session, stored["at"], f"run:{run.run_id}", "judgment", row.judgment_id, kept)
    return row


async def wanted_since(session: AsyncSession, watch_id: int, told: int) -> bool:
    """Whether a condition changed or a person signed after event `told` of the stream: a judgment's reasons."""
    query = select(SituationEventRow.data).where(
        SituationEventRow.run_id == STREAM,
        SituationEventRow.seq > told,
        SituationEventRow.type.in_(("situation", "decision")),
    )
    async for event in await session.stream_scalars(query.order_by(SituationEventRow.seq.desc())):
        if event["watch_id"] != watch_id:
            return False
        if event["type"] == "decision" or event["changed"]:
            return True
    return False


async def newest(session: AsyncSession, event_id: str, at: datetime) -> JudgmentRow | None:
    """The last judgment of an event that speaks of `at` or earlier."""
    query = select(JudgmentRow).where(JudgmentRow.event_id == event_id, JudgmentRow.at <= moment_text(at))
    return await session.scalar(query.order_by(JudgmentRow.number.desc()).limit(1))


async def get(session: AsyncSession, judgment_id: str) -> JudgmentRow:
    """Raises NotFound."""
    row = await session.get(JudgmentRow, judgment_id)
    if row is None:
        raise NotFound(f"没有研判 {judgment_id}；请刷新页面")
    return row


async def listed(session: AsyncSession, event_id: str) -> list[Json]:
    """The newest first."""
    query = select(JudgmentRow).where(JudgmentRow.event_id == event_id).order_by(JudgmentRow.number.desc())
    return [listed_json(row) for row in await session.scalars(query.limit(500))]


def listed_json(row: JudgmentRow) -> Json:
    return {
        "judgment_id": row.judgment_id,
        "event_id": row.event_id,
        "number": row.number,
        "previous_id": row.previous_id,
        "at": row.at,
        "made_at": row.made_at,
        "trigger": row.trigger,
        "level": row.data["level"],
        "level_possible": row.data["level_possible"],
        "hash": row.hash,
    }
