"""What only a named person does: sign a level, open and close an event, say what was found.

Nothing here happens by itself. A decision is bound to the picture its signer saw; every act is audited and told.
"""

from typing import Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from agents.judgment.decision import LEVEL_NAMES
from serving.errors import Conflict, NotFound, RequestInvalid
from serving.situation import courses, log
from serving.situation.courses import Course
from serving.situation.decisions import decision_json, said, signed_levels
from serving.situation.live import Live
from serving.situation.moments import moment_text
from serving.situation.pictures import conditions
from serving.situation.signing_rules import Wish, deputy_for, level_of
from serving.situation.telling import opened
from serving.store import audit
from serving.store.situation_tables import DecisionRow, JudgmentRow
from serving.store.tables import Json
from tools.emergency.facts import Finding, Signature


class Found(BaseModel):
    """What a person found about a condition that only people judge."""

    model_config = ConfigDict(extra="forbid")

    condition_id: str = Field(max_length=40)
    object: str = Field(min_length=1, max_length=200)
    event: Literal["reported", "confirmed", "rejected", "resolved"]
    text: str = Field(default="", max_length=2000)


async def sign(live: Live, wish: Wish, by: str) -> Json:
    """Keep a named person's decision. Raises NotFound, Conflict, RequestInvalid."""
    plan, last, at = live.pack.city.weather.plan, live.last, live.clock()
    async with live.database.begin() as session:
        course = await courses.running(session)
        signed = (await signed_levels(session, course.event_id, at)).get(wish.hazard)
        standing = signed.level if signed else None
        level = level_of(plan, wish, standing, last.picture)
        in_stead_of = deputy_for(live.pack.city.weather, wish, level, standing, last.picture)
        basis_hash = await _basis(session, wish.basis)
        if course.kind == courses.CALM:
            title = f"{'演练：' if course.exercise else ''}{at.month}月{at.day}日{plan.plan.hazard_names[wish.hazard]}"
            course = await courses.open_storm(session, title, at, by, "签发响应决定")
        row = DecisionRow(
            decision_id=f"D-{uuid4().hex[:12]}",
            event_id=course.event_id,
            at=moment_text(at),
            hazard=wish.hazard,
            action=wish.action,
            level=level,
            reason=wish.reason,
            basis=wish.basis,
            basis_hash=basis_hash,
            picture_hash=last.says,
            by=by,
            post=wish.post,
            deputy_for=in_stead_of,
        )
        session.add(row)
        told = decision_json(row)
        await audit.append(session, row.at, by, "decision.signed", row.decision_id, told)
        if wish.action != "no_start":
            stands = None if wish.action == "end" else level
            signature = Signature(decision_id=row.decision_id, time=at, hazard=wish.hazard, level=stands)
            await log.append(session, course.watch_id, [signature], "operator", at)
        text = f"{by}（{wish.post}）签发：{said(plan.plan.hazard_names, told)}"
        await live.tell(session, {"type": "decision", **told, "text": text})
    live.turn_to(course)
    live.wake()
    return told


async def report(live: Live, found: Found, by: str) -> Json:
    """A person's finding joins the facts. Raises NotFound, RequestInvalid."""
    known = conditions(live.last.picture).get(found.condition_id)
    if known is None:
        raise NotFound(f"预案里没有条件 {found.condition_id}；请刷新页面")
    asked = {
        one.id: one.requires_human
        for response in live.pack.city.weather.plan.responses
        for one in (*response.conditions, *response.end_conditions)
    }
    if not asked.get(found.condition_id):
        raise RequestInvalid(f"条件 {known.clause} 由数据判定，不由人认定；请核对条件")
    at = live.clock()
    fact = Finding(
        report_id=f"P-{uuid4().hex[:12]}",
        time=at,
        condition_id=found.condition_id,
        object=found.object,
        event=found.event,
        text=found.text,
        by=by,
    )

    async def audited(session: AsyncSession) -> None:
        told = fact.model_dump(mode="json", exclude={"provenance", "fact"})
        await audit.append(session, moment_text(at), by, "finding", fact.report_id, told)

    await live.take([fact], "operator", audited)
    return fact.model_dump(mode="json")


async def open_event(live: Live, title: str, by: str) -> Course:
    """Raises Conflict while one is open."""
    async with live.database.begin() as session:
        course = await courses.open_storm(session, title, live.clock(), by, "人工开启")
        await live.tell(session, opened(course))
    return live.turn_to(course)


async def close_event(live: Live, by: str, note: str) -> Course:
    """Raises Conflict when none is open, or over a response that is in force."""
    at = live.clock()
    async with live.database.begin() as session:
        course = await courses.running(session)
        if standing := await signed_levels(session, course.event_id, at):
            names = "、".join(f"{one.hazard} {LEVEL_NAMES[one.level]}级" for one in standing.values())
            raise Conflict(f"响应还在生效（{names}）；请先签发终止，再结束场次")
        course = await courses.close_storm(session, at, by, note)
        await live.tell(session, opened(course))
    return live.turn_to(course)


async def _basis(session: AsyncSession, judgment_id: str | None) -> str | None:
    if judgment_id is None:
        return None
    row = await session.get(JudgmentRow, judgment_id)
    if row is None:
        raise NotFound(f"没有研判 {judgment_id}；请刷新页面")
    return row.hash
