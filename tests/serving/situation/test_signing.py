"""Levels are signed by named people of the right post, bound to what they saw, and nothing else changes them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from serving.errors import Conflict, NotFound, RequestInvalid
from serving.situation import courses, signing
from serving.situation.decisions import signed_levels
from serving.situation.signing import Found
from serving.situation.signing_rules import Wish
from serving.store import audit
from serving.store.database import Database
from serving.store.situation_tables import DecisionRow
from serving.store.tables import AuditRow
from tests.serving.situation.made import Played, storm

SECRETARY = "市防指秘书长"
VICE = "市防指常务副总指挥"
COMMANDER = "市防指总指挥"


@pytest.fixture
async def met(database: Database) -> Played:
    """The storm at 18:00, when Ⅲ is met."""
    played = Played(database)
    await played.live.start()
    await played.to(storm().start + timedelta(hours=10))
    assert played.live.last.picture.level == 3
    return played


def wish(**fields: object) -> Wish:
    return Wish.model_validate({"hazard": "flood", "action": "start", "level": 3, "post": VICE, **fields})


async def standing(played: Played) -> dict[str, int]:
    async with played.live.database.read() as session:
        found = await signed_levels(session, played.live.course.event_id, played.live.clock())
    return {hazard: signed.level for hazard, signed in found.items()}


async def test_nothing_is_in_force_until_somebody_signs(met: Played) -> None:
    assert await standing(met) == {}
    told = await signing.sign(met.live, wish(post="市防指常务副总指挥（常务副市长）"), "王芳")
    assert told["deputy_for"] is None and told["picture_hash"] == met.live.last.says
    assert await standing(met) == {"flood": 3}
    async with met.live.database.read() as session:
        line = await session.scalar(select(AuditRow).where(AuditRow.action == "decision.signed"))
        assert (await audit.verify(session))[1] == []
    assert line is not None and (line.actor, line.data["level"]) == ("王芳", 3)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"post": "市水务局局长", "reason": "急"}, "市水务局局长不能签"),
        ({"post": SECRETARY, "reason": "急"}, "不能签"),
        ({"post": COMMANDER}, "代市防指常务副总指挥签发须写明理由"),
        ({"level": 2, "post": COMMANDER}, "条件未达到而启动的须写明理由"),
        ({"level": None}, "没有写明级别"),
        ({"action": "no_start"}, "不启动的须写明理由"),
    ],
)
async def test_what_a_wish_lacks_is_said(met: Played, fields: dict[str, object], says: str) -> None:
    with pytest.raises(RequestInvalid, match=says):
        await signing.sign(met.live, wish(**fields), "王芳")
    assert await standing(met) == {}
    async with met.live.database.read() as session:
        assert await session.scalar(select(DecisionRow)) is None


async def test_a_deputy_signs_with_a_reason(met: Played) -> None:
    reason = "16:40起三次呼叫常务副总指挥未接，代签"
    told = await signing.sign(met.live, wish(post=COMMANDER, reason=reason), "李强")
    assert told["deputy_for"] == VICE


async def test_levels_rise_fall_and_end_in_order(met: Played) -> None:
    with pytest.raises(Conflict, match="请签发启动"):
        await signing.sign(met.live, wish(action="upgrade"), "王芳")
    await signing.sign(met.live, wish(), "王芳")
    with pytest.raises(Conflict, match="已在生效"):
        await signing.sign(met.live, wish(level=2, post=COMMANDER), "王芳")
    with pytest.raises(RequestInvalid, match="不能"):
        await signing.sign(met.live, wish(action="upgrade", level=4, post=SECRETARY), "王芳")
    reason = "上游来水，预判加重"
    await signing.sign(met.live, wish(action="upgrade", level=2, post=COMMANDER, reason=reason), "王芳")
    assert await standing(met) == {"flood": 2}
    lower = wish(action="downgrade", level=4, post=COMMANDER, reason="雨带已移出，会商决定")
    await signing.sign(met.live, lower, "王芳")
    assert await standing(met) == {"flood": 4}
    with pytest.raises(Conflict, match="先签发终止"):
        await signing.close_event(met.live, "王芳", "雨停")
    await signing.sign(met.live, wish(action="end", level=None, post=SECRETARY, reason="会商决定"), "王芳")
    assert await standing(met) == {}
    await signing.close_event(met.live, "王芳", "雨停")
    assert met.live.course.kind == courses.CALM


async def test_lowering_is_signed_by_the_post_of_what_stands_and_says_why_the_plan_is_left(
    met: Played,
) -> None:
    await signing.sign(met.live, wish(), "王芳")
    unmet = {"action": "downgrade", "level": 4}
    with pytest.raises(RequestInvalid, match=r"终止条件未全部满足.*预案5\.10）"):
        await signing.sign(met.live, wish(**unmet), "王芳")
    with pytest.raises(RequestInvalid, match=f"Ⅲ级降级、终止由{VICE}.*{SECRETARY}不能签"):
        await signing.sign(met.live, wish(**unmet, post=SECRETARY, reason="雨停"), "王芳")
    assert await standing(met) == {"flood": 3}
    await signing.sign(met.live, wish(**unmet, reason="雨带已移出，会商决定"), "王芳")
    assert await standing(met) == {"flood": 4}


async def test_what_was_signed_later_did_not_stand_before(met: Played) -> None:
    before = met.live.clock()
    met.hand.at += timedelta(minutes=10)
    await signing.sign(met.live, wish(), "王芳")
    async with met.live.database.read() as session:
        assert await signed_levels(session, met.live.course.event_id, before) == {}


async def test_a_start_in_calm_opens_an_event(database: Database) -> None:
    played = Played(database)
    await played.live.start()
    await played.live.evaluate()
    await signing.sign(played.live, wish(level=4, post=SECRETARY, reason="上级要求提前进入"), "王芳")
    assert played.live.course.kind == courses.STORM
    assert await standing(played) == {"flood": 4}


async def test_a_persons_finding_meets_its_condition(met: Played) -> None:
    asked = next(
        condition.id
        for response in met.live.pack.city.weather.plan.responses
        for condition in response.conditions
        if condition.requires_human and response.level == 2 and response.hazard == "flood"
    )
    counted = next(
        condition.id
        for response in met.live.pack.city.weather.plan.responses
        for condition in response.conditions
        if not condition.requires_human
    )
    with pytest.raises(NotFound):
        await signing.report(met.live, Found(condition_id="X-1", object="堤", event="confirmed"), "王芳")
    with pytest.raises(RequestInvalid, match="由数据判定"):
        await signing.report(met.live, Found(condition_id=counted, object="堤", event="confirmed"), "王芳")
    found = Found(condition_id=asked, object="青峦堤段", event="confirmed", text="管涌")
    await signing.report(met.live, found, "王芳")
    await met.live.evaluate()
    assert met.live.last.picture.level == 2
    assert met.live.known.findings[asked, "青峦堤段"].by == "王芳"
