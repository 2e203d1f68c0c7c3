"""What a judgment is told of a moment: by the engine that ran then, and from the log once time has gone on."""

import asyncio
import gc
import json
import weakref
from datetime import datetime, timedelta

import pytest

from serving.judgments import logged
from serving.judgments.logged import LoggedSituation
from serving.situation import pictures
from serving.situation.pictures import Look
from serving.situation.replay import Rules
from serving.store.database import Database
from tests.serving.situation.made import Played, city, signal, storm
from tools.emergency.facts import Observation

AT = storm().start + timedelta(hours=8)


async def storm_to(database: Database, at: datetime) -> Played:
    played = Played(database)
    await played.live.start()
    await played.to(storm().start)
    await played.through(at, timedelta(minutes=30))
    return played


def under_water(at: datetime) -> list[Observation]:
    depths = [one for one in city().weather.stations.values() if one.kind == "ponding"][:6]
    return [
        Observation(
            station_id=one.station_id,
            metric="water_depth",
            time=at - timedelta(minutes=minutes),
            value=90.0,
            unit="cm",
        )
        for one in depths
        for minutes in range(0, 25, 5)
    ]


@pytest.mark.parametrize("hours", [3, 8, 20, 30])
async def test_a_moment_stays_as_it_was_while_time_goes_on(database: Database, hours: int) -> None:
    at = storm().start + timedelta(hours=hours)
    played = await storm_to(database, at)
    asked = LoggedSituation(played.live)
    picture = await asked.picture(at)
    await played.through(at + timedelta(hours=1), timedelta(minutes=10))
    assert not asked.is_now(at) and played.live.last.picture != picture
    later = LoggedSituation(played.live)
    assert await later.picture(at) == picture
    told = await asked.observations(at)
    assert told == await later.observations(at) and any(one.value for one in told)
    supposed = await asked.what_if(at, under_water(at))
    assert pictures.changes(picture, supposed)
    assert supposed == await later.what_if(at, under_water(at))


async def test_what_is_supposed_leaves_the_engine_as_it_is(database: Database) -> None:
    played = await storm_to(database, AT)
    asked, before = LoggedSituation(played.live), played.live.last
    assert pictures.changes(before.picture, await asked.what_if(AT, under_water(AT)))
    assert played.live.last is before
    await played.to(AT + timedelta(minutes=1))
    assert json.loads(played.live.last.text)["level"] == before.picture.level


async def test_a_clock_that_stands_hides_no_news(database: Database) -> None:
    """An exercise that is paused: the next judgment of the same moment knows what came in between."""
    played = await storm_to(database, AT)
    asked = LoggedSituation(played.live)
    await asked.picture(AT)
    await played.live.take([signal(AT)], "test")
    await played.live.evaluate()
    assert (await asked.picture(AT)).facts["alert"] == played.live.last.picture.facts["alert"]
    supposed = await asked.what_if(AT, [])
    assert supposed.hazards == played.live.last.picture.hazards


async def test_an_engine_is_let_go_after_a_while(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """At thousands of stations it is large; who asks on has it filled from the log, and hears the same."""
    monkeypatch.setattr(logged, "HELD_S", 0.2)
    played = await storm_to(database, AT)
    asked, copies, standing = LoggedSituation(played.live), [], played.live.standing

    async def watched() -> tuple[Look, Rules]:
        look, rules = await standing()
        copies.append(weakref.ref(rules))
        return look, rules

    monkeypatch.setattr(played.live, "standing", watched)
    await asked.picture(AT)
    supposed = await asked.what_if(AT, under_water(AT))
    async with asyncio.timeout(30):
        while any(held() for held in copies):
            await asyncio.sleep(0.1)
            gc.collect()
    await played.through(AT + timedelta(minutes=10), timedelta(minutes=10))
    assert await asked.what_if(AT, under_water(AT)) == supposed
