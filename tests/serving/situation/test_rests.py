"""Weeks of calm: the engine begins anew now and then, says the same, and a start goes on from there."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from agents.judgment.engine.picture import Picture
from serving.judgments.logged import LoggedSituation
from serving.situation import courses, log, pictures, rests
from serving.situation.courses import CALM
from serving.situation.replay import LOOK_BACK
from serving.store.database import Database, open_database
from serving.store.situation_tables import EvaluationRow
from tests.serving.installation import ROOT
from tests.serving.situation.made import PACK, Played, city, signal, storm
from tests.serving.situation.test_plan_edit import working
from tools.emergency.facts import Observation

BEGIN = storm().start
TEN_MINUTES, HOUR = timedelta(minutes=10), timedelta(hours=1)


def readings(at: datetime, value: float = 0.0) -> Sequence[Observation]:
    """Of every rain gauge, ten minutes."""
    gauges = (one for one in city().weather.stations.values() if one.kind == "rain")
    return [
        Observation(station_id=one.station_id, metric="rain_10min", time=at, value=value, unit="mm")
        for one in gauges
    ]


async def calm(played: Played, hours: float, value: float = 0.0, *, rest: bool = True) -> None:
    """Readings each ten minutes, told and looked at each hour."""
    end = played.hand.at + timedelta(hours=hours)
    while played.hand.at < end:
        told = [readings(played.hand.at + n * TEN_MINUTES, value) for n in range(1, 7)]
        played.hand.at += HOUR
        await played.live.take([one for some in told for one in some], "test")
        await played.live.evaluate()
        if rest:
            await played.live.rest()


async def begun(database: Database) -> Played:
    played = Played(database)
    await played.live.start()
    await played.live.evaluate()
    return played


async def marked(database: Database) -> list[datetime]:
    async with database.read() as session:
        query = select(EvaluationRow.at).where(EvaluationRow.anew).order_by(EvaluationRow.number)
        return [datetime.fromisoformat(at) for at in await session.scalars(query)]


def states(picture: Picture) -> dict[str, tuple[str, str]]:
    return {key: (one.state, one.why) for key, one in pictures.conditions(picture).items()}


async def test_a_long_calm_is_rested_in_and_nothing_is_seen_of_it(database: Database) -> None:
    played = await begun(database)
    await calm(played, 47)
    assert await marked(database) == []
    await calm(played, 14)
    assert await marked(database) == [BEGIN + LOOK_BACK + n * rests.EVERY for n in range(3)]
    async with database.read() as session:
        facts = await log.read(session, played.live.course.watch_id)
    other = played.live.make_rules(city(), BEGIN)
    for one in facts:
        other.add(one.fact)
    assert states(other.evaluate(played.hand.at)) == states(played.live.last.picture)


async def test_the_server_rests_by_itself(database: Database) -> None:
    played = await begun(database)
    await calm(played, 49, rest=False)
    async with working(played), asyncio.timeout(60):
        while not await marked(database):
            await asyncio.sleep(0.02)
    assert played.live.rested_at == played.live.last.at


async def test_a_start_goes_on_from_the_newest_rest(database: Database, database_url: str) -> None:
    played = await begun(database)
    await calm(played, 57)
    await played.live.take([signal(played.hand.at, "蓝")], "test")
    await calm(played, 2, value=4.0)
    before = played.live.last
    async with database.read() as session:
        start = await rests.start(session, played.live.course)
        every = await session.scalar(select(func.count()).select_from(EvaluationRow))
    assert len(start.looks) < 10 < (every or 0)
    await database.close()
    reopened = open_database(database_url)
    again = Played(reopened)
    again.hand.at = played.hand.at
    await again.live.start()
    assert again.live.last.text == before.text, "the engine stands where it stood"
    assert again.live.known.in_force(again.hand.at) == played.live.known.in_force(played.hand.at)
    await reopened.close()


async def test_a_fresh_process_makes_the_same_bytes_from_a_rest(
    database: Database, database_url: str
) -> None:
    played = await begun(database)
    await calm(played, 56)
    await calm(played, 3, value=6.0)
    async with database.read() as session:
        start = await rests.start(session, played.live.course)
        kept = await pictures.kept(session, played.live.course.watch_id)
    says = [one.says for one in start.looks]
    await database.close()
    command = [sys.executable, "-m", "tests.serving.situation.rebuild", database_url, str(PACK)]
    made = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [line.split()[2] for line in made.stdout.splitlines()] == says and len(kept) > len(says) > 3


async def test_a_moment_before_a_rest_is_judged_as_it_was_known(database: Database) -> None:
    played = await begun(database)
    await calm(played, 50)
    at = played.hand.at
    picture = await LoggedSituation(played.live).picture(at)
    await calm(played, 8)
    assert (await marked(database))[-1] > at
    supposed = await LoggedSituation(played.live).what_if(at, [])
    assert supposed.hazards == picture.hazards
    early = BEGIN + 10 * HOUR
    asked = LoggedSituation(played.live)
    assert (await asked.what_if(early, [])).hazards == (await asked.picture(early)).hazards


async def test_an_event_that_a_person_ended_leaves_nothing_behind(database: Database) -> None:
    """Its track stood, since most gauges say nothing here and an end must not rest on that."""
    played = await begun(database)
    await played.live.take([signal(played.hand.at)], "test")
    await calm(played, 7)
    async with database.begin() as session:
        course = await courses.close_storm(session, played.live.clock(), "王芳", "演示")
    played.live.turn_to(course)
    await calm(played, 47)
    assert played.live.last.picture.in_force is not None
    await calm(played, 2)
    assert len(await marked(database)) == 1 and played.live.last.picture.in_force is None


async def test_a_city_with_very_many_readings_is_left_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rests, "MOST", 1000)
    played = await begun(database)
    await calm(played, 49)
    assert await marked(database) == [] and played.live.rested_at == BEGIN + LOOK_BACK


async def test_there_is_no_rest_while_anything_stands(database: Database) -> None:
    played = await begun(database)
    await played.live.take([signal(played.hand.at)], "test")
    await calm(played, 1)
    assert played.live.course.kind == courses.STORM
    await calm(played, 56)
    assert await marked(database) == [], "nobody has ended the event"
    look, course = played.live.last, played.live.course
    quiet = replace(course, kind=CALM)
    assert rests.due(quiet, look.picture, look.at - rests.EVERY)
    standing = look.picture.model_copy(update={"level": 4})
    assert not rests.due(quiet, standing, look.at - rests.EVERY)
    just_begun = replace(quiet, opened_at=look.at - LOOK_BACK + HOUR)
    assert not rests.due(just_begun, look.picture, look.at - rests.EVERY)
