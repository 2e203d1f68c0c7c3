"""Evaluations in the store: what the plan said at each look, byte for byte as it was known then."""

import asyncio
import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.judgment.engine.picture import ConditionState, Picture
from serving.errors import NotFound
from serving.situation.moments import moment_text
from serving.store.situation_tables import EvaluationRow, PlanRow
from serving.store.tables import Json


@dataclass(frozen=True)
class Look:
    """One evaluation. `says` covers what the picture says, without its moment and its count of facts."""

    at: datetime
    facts_seq: int
    picture: Picture
    text: bytes
    says: str


def look(picture: Picture, facts_seq: int) -> Look:
    """Costs milliseconds: called beside the event loop."""
    text = picture.model_dump_json().encode()
    says = hashlib.sha256(picture.model_dump_json(exclude={"at", "facts"}).encode()).hexdigest()
    return Look(picture.at, facts_seq, picture, text, says)


async def store(session: AsyncSession, watch_id: int, new: Look, *, same: bool, anew: bool = False) -> None:
    """Keep an evaluation; `same`: it says what the one before said, so its picture need not be kept again; `anew`: the
    engine began anew before it."""
    session.add(
        EvaluationRow(
            watch_id=watch_id,
            at=moment_text(new.at),
            facts_seq=new.facts_seq,
            plan_hash=new.picture.plan_hash,
            hash=new.says,
            picture=None if same else zlib.compress(new.text),
            anew=anew,
        )
    )
    await session.flush()


async def at_moment(session: AsyncSession, watch_id: int, at: datetime) -> tuple[bytes, str]:
    """JSON of the picture as it was known at `at`, and its hash. Raises NotFound before the first."""
    query = _pictured(watch_id).where(EvaluationRow.at <= moment_text(at))
    row = await session.scalar(query.order_by(EvaluationRow.number.desc()).limit(1))
    if row is None or row.picture is None:
        raise NotFound(f"{at:%Y-%m-%d %H:%M} 之前还没有核对过启动条件；请选择更晚的时刻")
    return zlib.decompress(row.picture), row.hash


async def last_kept(session: AsyncSession, watch_id: int) -> Look:
    """The newest picture that was kept whole: what the page saw last."""
    row = await session.scalar(_pictured(watch_id).order_by(EvaluationRow.number.desc()).limit(1))
    assert row is not None and row.picture is not None, "a watch's first evaluation keeps its picture"
    text = zlib.decompress(row.picture)
    picture = await asyncio.to_thread(Picture.model_validate_json, text)
    return Look(picture.at, row.facts_seq, picture, text, row.hash)


@dataclass(frozen=True)
class Past:
    """An evaluation as it is stored, but for its picture."""

    number: int
    at: datetime
    facts_seq: int
    says: str


async def looks(session: AsyncSession, watch_id: int, since: int = 0) -> list[Past]:
    """Every evaluation of a watch from number `since` on, in order."""
    columns = EvaluationRow.number, EvaluationRow.at, EvaluationRow.facts_seq, EvaluationRow.hash
    query = select(*columns).where(EvaluationRow.watch_id == watch_id, EvaluationRow.number >= since)
    return [
        Past(number, datetime.fromisoformat(at), facts_seq, says)
        for number, at, facts_seq, says in await session.execute(query.order_by(EvaluationRow.number))
    ]


async def kept(session: AsyncSession, watch_id: int) -> dict[int, bytes]:
    """JSON of the pictures that were kept, by the number of their evaluation."""
    query = _pictured(watch_id).with_only_columns(EvaluationRow.number, EvaluationRow.picture)
    return {number: zlib.decompress(packed) for number, packed in await session.execute(query) if packed}


async def store_plan(session: AsyncSession, look: Look, source: str) -> None:
    """Keep the text of a plan that begins to judge; one used before is known."""
    told = look.picture
    if await session.get(PlanRow, told.plan_hash) is None:
        session.add(
            PlanRow(
                plan_hash=told.plan_hash,
                plan=told.plan,
                version=told.plan_version,
                used_from=moment_text(look.at),
                text=source,
            )
        )


async def plan_text(session: AsyncSession, plan_hash: str) -> Json:
    """Raises NotFound."""
    row = await session.get(PlanRow, plan_hash)
    if row is None:
        raise NotFound(f"没有用过哈希为 {plan_hash[:16]} 的预案；请核对研判里的 plan_hash")
    return {
        "plan_hash": row.plan_hash,
        "plan": row.plan,
        "plan_version": row.version,
        "used_from": row.used_from,
        "text": row.text,
    }


def _pictured(watch_id: int) -> Select[EvaluationRow]:
    return select(EvaluationRow).where(EvaluationRow.watch_id == watch_id, EvaluationRow.picture.is_not(None))


def conditions(picture: Picture) -> dict[str, ConditionState]:
    """Start and end conditions by id."""
    return {one.id: one for hazard in picture.hazards for one in (*hazard.conditions, *hazard.end_conditions)}


def changes(before: Picture | None, after: Picture) -> list[Json]:
    """Conditions whose state differs, in the plan's order: {id, from, to} and what the page names them by; `ends` where
    it is an end condition."""
    old = {} if before is None else conditions(before)
    ends = {one.id for hazard in after.hazards for one in hazard.end_conditions}
    found: list[Json] = []
    for one in conditions(after).values():
        was = old.get(one.id)
        if was is None and (before is not None or not (one.review or one.state in ("met", "unknown"))):
            continue  # an end condition that came into view, or what nobody asks about at the first look
        if was is None or (was.state, was.review) != (one.state, one.review):
            found.append(
                {
                    "id": one.id,
                    "from": None if was is None else was.state,
                    "to": one.state,
                    "review": one.review,
                    "hazard": one.hazard,
                    "level": one.level,
                    "clause": one.clause,
                    "text": one.text,
                    "ends": one.id in ends,
                }
            )
    return found


def levels(picture: Picture) -> dict[str, int | None]:
    return {hazard.hazard: hazard.level for hazard in picture.hazards}
