"""The event's line says what happened in words that can't be taken for their opposite."""

from serving.situation import pictures
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
    assert [item["text"] for item in line["items"] if item["subject"] == "alerts"] == ["预警信号中断：503", "预警信号恢复"]
