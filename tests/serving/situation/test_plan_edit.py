"""A plan edited in the middle of an event: judged anew by the new text; old pictures stay, both texts are kept."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest

from agents.judgment.context import JudgmentContext
from agents.judgment.judge import judge_once
from agents.judgment.replay import UNHURRIED
from agents.model.off import NoModel
from knowledge.city import load_city
from serving.judgments.logged import LoggedSituation
from serving.situation import pictures
from serving.situation.pictures import conditions
from serving.situation.telling import STREAM
from serving.store.database import Database
from serving.store.tables import Json
from tests.serving.situation.made import PACK, Played, storm

PEAK = storm().start + timedelta(hours=10)
OLD, NEW = 'version = "2025年修订"', 'version = "2026年修订"'
HOURLY = 'window_min = 60, comparator = ">=", threshold = 50.0'
"""Of Ⅲ: three gauges with 50 mm in an hour."""


@pytest.fixture
async def played(database: Database, tmp_path: Path) -> Played:
    """The storm at 18:00 over a pack of its own, when Ⅲ is met."""
    made = Played(database, copytree(PACK, tmp_path / "pack"))
    await made.live.start()
    await made.to(storm().start)
    await made.to(PEAK)
    return made


def edit(tmp_path: Path, *changes: tuple[str, str]) -> None:
    plan = tmp_path / "pack" / "weather" / "response_plan.toml"
    text = plan.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    plan.write_text(text, encoding="utf-8")


@asynccontextmanager
async def working(played: Played) -> AsyncGenerator[None]:
    """While the server looks at the plan by itself."""
    played.live.gathered.set()
    task = asyncio.create_task(played.live.work())
    yield
    task.cancel()
    await asyncio.wait([task])


async def told(played: Played, type_: str) -> list[Json]:
    return [event for event in await played.live.events.read(STREAM, 0) if event["type"] == type_]


async def until_looked_at(played: Played, at: timedelta) -> None:
    played.hand.at = PEAK + at
    played.live.wake()
    async with asyncio.timeout(60):
        while played.live.last.at < PEAK + at:
            await asyncio.sleep(0.02)


async def test_the_event_is_judged_anew_and_every_judgment_says_by_which_text(
    played: Played, tmp_path: Path
) -> None:
    before = played.live.last.picture
    assert before.level == 3 and before.plan_version == "2025年修订"
    edit(tmp_path, (OLD, NEW))
    async with working(played):
        await until_looked_at(played, timedelta(minutes=1))
    after = played.live.last.picture
    assert (after.plan_version, after.level) == ("2026年修订", 3)
    first = {one.id: one.first_met_at for one in conditions(after).values() if one.state == "met"}
    assert first == {one: conditions(before)[one].first_met_at for one in first}, (
        "the whole watch, not from now on"
    )
    (event,) = await told(played, "plan")
    assert event["plan_version"] == "2026年修订"
    asked = LoggedSituation(played.live)
    context = JudgmentContext(played.live.pack.city, asked, NoModel(), played.clock, deadlines={**UNHURRIED})
    judged = await judge_once(context, played.clock())
    assert (judged.picture.plan_version, judged.picture.plan_hash) == ("2026年修订", after.plan_hash)
    assert (await asked.picture(PEAK)).plan_version == "2025年修订", "as it was known then"
    async with played.live.database.read() as session:
        texts = [await pictures.plan_text(session, one.plan_hash) for one in (before, after)]
    assert [OLD in texts[0]["text"], NEW in texts[1]["text"]] == [True, True]


async def test_another_threshold_counts_from_the_next_look(played: Played, tmp_path: Path) -> None:
    edit(tmp_path, (HOURLY, HOURLY.replace("50.0", "49.0")))
    async with working(played):
        await until_looked_at(played, timedelta(minutes=1))
    marks = {
        test.threshold
        for one in conditions(played.live.last.picture).values()
        for test in one.tests
        if test.window_min == 60 and test.kind == "station_count"
    }
    assert 49.0 in marks and 50.0 not in marks


async def test_a_plan_with_a_fault_is_refused_and_said(played: Played, tmp_path: Path) -> None:
    hash_ = played.live.last.picture.plan_hash
    edit(tmp_path, ('kind = "areal_rain"', 'kind = "areal_snow"'))
    async with working(played):
        await until_looked_at(played, timedelta(minutes=1))
        assert (
            "仍按原来的判定" in played.live.pack.trouble and "response_plan.toml" in played.live.pack.trouble
        )
        edit(tmp_path, ('kind = "areal_snow"', 'kind = "areal_rain"'))
        await until_looked_at(played, timedelta(minutes=2))
    assert (played.live.last.picture.plan_hash, played.live.pack.trouble) == (hash_, "")
    assert await told(played, "plan") == []


async def test_a_plan_edited_while_no_server_ran_is_told_and_kept(played: Played, tmp_path: Path) -> None:
    before = played.live.last.picture
    edit(tmp_path, (OLD, NEW))
    again = Played(played.live.database, tmp_path / "pack", load_city(tmp_path / "pack"))
    again.hand.at = PEAK + timedelta(minutes=1)
    await again.live.start()
    (event,) = await told(again, "plan")
    assert event["plan_version"] == "2026年修订"
    after = (await again.live.evaluate()).picture
    assert (after.plan_version, after.level) == ("2026年修订", before.level)
    asked = LoggedSituation(again.live)
    async with again.live.database.read() as session:
        text, _ = await pictures.at_moment(session, again.live.course.watch_id, again.hand.at)
        assert NEW in (await pictures.plan_text(session, after.plan_hash))["text"]
    assert text == again.live.last.text, "the past is what was seen"
    assert (await asked.picture(PEAK)).plan_version == "2025年修订"
