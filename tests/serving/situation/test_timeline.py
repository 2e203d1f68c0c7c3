"""The event's line says what happened in words that can't be taken for their opposite, and ends where its clock did."""

from datetime import timedelta

from serving.situation import pictures
from serving.situation.moments import moment_text
from serving.situation.timeline import timeline
from serving.store.database import Database
from serving.store.situation_tables import EmergencyRow
from tests.serving.situation.made import Played


async def test_what_ends_a_response_is_told_apart_from_what_starts_one(database: Database) -> None:
    played = Played(database)
    await played.live.start()
    await played.live.evaluate()
    picture = played.live.last.picture
    flood, *others = picture.hazards
    quiet = flood.conditions[0].model_copy(
        update={"id": "EF4-01", "clause": "5.10.2(1)", "text": "无启动条件成立"}
    )
    before, after = (
        picture.model_copy(
            update={
                "hazards": (
                    flood.model_copy(update={"end_conditions": (quiet.model_copy(update={"state": state}),)}),
                    *others,
                )
            }
        )
        for state in ("not_met", "met")
    )
    told = {
        "type": "situation",
        "changes": pictures.changes(before, after),
        "level": None,
        "was": None,
        "levels": {},
    }
    async with database.begin() as session:
        await played.live.tell(session, told)
        event = await session.get_one(EmergencyRow, played.live.course.event_id)
        line = await timeline(session, event, played.live.clock())
    assert "终止条件 5.10.2(1)成立：无启动条件成立" in {item["text"] for item in line["items"]}


async def test_a_feed_comes_back_only_after_it_was_gone(database: Database) -> None:
    played = Played(database)
    await played.live.start()
    await played.live.evaluate()
    async with database.begin() as session:
        for state, why in (("ok", ""), ("down", "503"), ("ok", "")):
            await played.live.tell(session, {"type": "sources", "feed": "alerts", "state": state, "why": why})
        event = await session.get_one(EmergencyRow, played.live.course.event_id)
        line = await timeline(session, event, played.live.clock())
    told = [item["text"] for item in line["items"] if item["subject"] == "alerts"]
    assert told == ["预警信号中断：503", "预警信号恢复"]


async def test_an_exercise_that_is_left_ends_by_its_own_clock(database: Database) -> None:
    played = Played(database)
    await played.live.start()
    await played.live.evaluate()
    left, reached = played.live.course.event_id, played.live.last.at
    played.hand.at += timedelta(days=190)  # the real clock is back
    await played.live.begin_watch(None)
    async with database.read() as session:
        event = await session.get_one(EmergencyRow, left)
        assert (await timeline(session, event, played.live.clock()))["to"] == moment_text(reached)
