"""The clock of an exercise: followed, corrected before anything is dated, and a new watch where time begins anew."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from serving.situation.exercise import Exercise
from serving.store.database import Database
from tests.serving.situation.made import Played, storm

NOON = datetime.fromisoformat("2026-05-18T12:00:00+08:00")


class City:
    """A simulated city's control address; `asked` counts how often it was."""

    def __init__(self) -> None:
        self.plays: dict[str, Any] = {
            "name": "storm_may",
            "now": NOON.isoformat(),
            "speed": 1,
            "paused": False,
        }
        self.asked = 0
        self.broken = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/_control/scenario"
        self.asked += 1
        return httpx.Response(200, text="<html>") if self.broken else httpx.Response(200, json=self.plays)


def follow(database: Database) -> tuple[City, Played, Exercise]:
    city, played = City(), Played(database)
    http = httpx.AsyncClient(transport=httpx.MockTransport(city))
    return city, played, Exercise(played.live, http, "http://city/_control")


async def test_our_time_is_the_exercise_s(database: Database) -> None:
    city, played, exercise = follow(database)
    await played.live.start()
    assert played.clock() == storm().start, "the wall's, until an exercise was seen"
    city.plays |= {"speed": 60}
    await exercise.look()
    played.wall = 2.0
    assert played.clock() == NOON + timedelta(minutes=2)
    city.plays |= {"now": (NOON + timedelta(minutes=2)).isoformat(), "paused": True}
    await exercise.look()
    played.wall = 9.0
    assert (played.clock(), played.clock.speed) == (NOON + timedelta(minutes=2), 0.0)
    city.plays |= {"name": None}
    await exercise.look()
    assert (played.clock(), played.live.course.exercise) == (storm().start, None)


@pytest.mark.parametrize(
    ("then", "another"),
    [
        ({}, False),
        ({"now": "2026-05-18T11:59:57+08:00"}, False),
        ({"now": "2026-05-18T16:00:00+08:00"}, False),
        ({"now": "2026-05-18T11:59:00+08:00"}, True),
        ({"name": "typhoon_july"}, True),
        ({"name": None}, True),
    ],
    ids=["same", "jitter", "jump ahead", "set back", "another storm", "over"],
)
async def test_another_course_of_time_is_another_watch(
    database: Database, then: dict[str, Any], another: bool
) -> None:
    city, played, exercise = follow(database)
    await played.live.start()
    await exercise.look()
    before = played.live.course.watch_id
    city.plays |= then
    await exercise.look()
    assert (played.live.course.watch_id != before) is another
    assert played.live.course.exercise == city.plays["name"]


async def test_a_clock_that_does_not_answer_runs_on(database: Database) -> None:
    city, played, exercise = follow(database)
    await played.live.start()
    await exercise.look()
    before, city.broken = played.live.course, True
    await exercise.look()
    played.wall = 3.0
    assert played.clock() == NOON + timedelta(seconds=3)
    assert played.live.course == before


async def test_a_fast_exercise_that_was_paused_is_not_run_ahead_of(database: Database) -> None:
    """At 900-fold, half a second between two looks is seven minutes: enough to call fresh feeds old."""
    city, played, exercise = follow(database)
    await played.live.start()
    city.plays |= {"speed": 900}
    await exercise.look()
    city.plays |= {"now": (NOON + timedelta(seconds=9)).isoformat(), "paused": True}
    played.wall = 0.5
    assert played.clock() > NOON + timedelta(minutes=7)
    await exercise.correct()
    assert played.clock() == NOON + timedelta(seconds=9)


async def test_an_exercise_that_goes_on_is_kept_up_with(database: Database) -> None:
    """At 300-fold its readings are a minute ahead of a clock that stands: told as wrong clocks of the gauges."""
    city, played, exercise = follow(database)
    await played.live.start()
    city.plays |= {"speed": 300, "paused": True}
    await exercise.look()
    city.plays |= {"now": (NOON + timedelta(seconds=60)).isoformat(), "paused": False}
    played.wall = 0.2
    await exercise.correct()
    assert played.clock() == NOON + timedelta(seconds=60)


async def test_the_clock_is_asked_only_where_it_may_be_wrong(database: Database) -> None:
    city, played, exercise = follow(database)
    await played.live.start()
    await exercise.look()
    played.wall = 0.5
    await exercise.correct()
    assert city.asked == 1, "half a second at the pace of life"


async def test_another_course_is_left_to_the_look_that_begins_its_watch(database: Database) -> None:
    """Else what is fetched of the new course would still count for the old watch."""
    city, played, exercise = follow(database)
    await played.live.start()
    city.plays |= {"speed": 60}
    await exercise.look()
    before = played.live.course
    city.plays |= {"name": "typhoon_july", "now": "2026-07-14T08:00:00+08:00"}
    played.wall = 1.0
    await exercise.correct()
    assert played.clock() == NOON + timedelta(minutes=1)
    assert played.live.course == before
