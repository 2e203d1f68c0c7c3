"""Facts in, pictures out: kept once, judged, told, and the same again when replayed."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from serving.emergency import make_engine
from serving.situation import courses, log, pictures
from serving.situation.replay import replay
from serving.situation.telling import STREAM
from serving.store.database import Database, open_database
from serving.store.situation_tables import FactRow, PlanRow
from serving.store.tables import Json
from tests.serving.situation.made import Played, city, signal, storm
from tools.emergency.facts import Fact, Observation

HALF_HOUR = timedelta(minutes=30)


async def told(played: Played, type_: str) -> list[Json]:
    found: list[Json] = []
    while page := await played.live.events.read(STREAM, found[-1]["seq"] if found else 0):
        found.extend(page)
    return [event for event in found if event["type"] == type_]


async def test_a_fact_fetched_again_is_the_same_row(database: Database) -> None:
    played = Played(database)
    await played.live.start()
    facts: Sequence[Fact] = storm().facts[:200]
    assert await played.live.take(facts, "first") == 200
    assert await played.live.take(facts, "again") == 0
    changed = facts[0].model_copy(update={"value": 33.3})
    assert isinstance(changed, Observation)
    assert await played.live.take([changed], "other value") == 1
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(FactRow)) == 201


async def test_a_restarted_server_fetches_again_and_keeps_nothing_twice(
    database: Database, database_url: str
) -> None:
    played = Played(database)
    await played.live.start()
    await played.to(storm().start + timedelta(hours=1))
    before = played.live.last
    await database.close()
    reopened = open_database(database_url)
    again = Played(reopened)
    await again.live.start()
    assert again.live.last.text == before.text, "the engine stands where it stood"
    assert await again.live.take(storm().facts[:100], "after the crash") == 0
    await reopened.close()


async def test_the_log_replays_to_the_same_pictures_byte_for_byte(
    database: Database, database_url: str
) -> None:
    played = Played(database)
    await played.live.start()
    await played.through(storm().start + timedelta(hours=12), timedelta(minutes=7))
    watch = played.live.course.watch_id
    await database.close()
    fresh = open_database(database_url)
    async with fresh.read() as session:
        facts = await log.read(session, watch)
        past, kept = await pictures.looks(session, watch), await pictures.kept(session, watch)
    again = list(replay(make_engine(city(), played.live.since), facts, past))
    assert len(kept) > 50
    assert [one.says for one in again] == [one.says for one in past]
    texts = {old.number: new.text for new, old in zip(again, past, strict=True)}
    assert {number: texts[number] for number in kept} == kept
    await fresh.close()


async def test_a_moment_of_the_past_is_what_was_known_then(database: Database) -> None:
    """A reading that comes late does not change what the commander saw."""
    played = Played(database)
    await played.live.start()
    await played.to(storm().start + timedelta(hours=8))
    moment = storm().start + timedelta(hours=8, minutes=30)
    await played.to(moment)
    seen = played.live.last.text
    station = next(fact for fact in storm().facts if isinstance(fact, Observation))
    late = station.model_copy(update={"time": moment - timedelta(minutes=1), "value": 55.0})
    played.hand.at = moment + timedelta(minutes=5)
    await played.live.take([late], "late")
    await played.to(moment + timedelta(minutes=5))
    watch = played.live.course.watch_id
    async with database.read() as session:
        text, _ = await pictures.at_moment(session, watch, moment + timedelta(minutes=4))
        known = await log.known_by(session, watch, moment + timedelta(minutes=4))
    assert text == seen
    assert late not in known and len(known) > 100


async def test_the_first_signal_opens_the_event_and_changes_are_told(database: Database) -> None:
    played = Played(database)
    await played.live.start()
    await played.live.evaluate()
    assert played.live.course.kind == courses.CALM
    await played.to(storm().start + timedelta(minutes=1))
    assert played.live.course.title == "5月18日暴雨过程"
    await played.through(storm().start + timedelta(hours=10), HALF_HOUR)
    opened = [event for event in await told(played, "event") if event["kind"] == courses.STORM]
    assert len(opened) == 1
    met = [one for event in await told(played, "situation") for one in event["changes"] if one["to"] == "met"]
    assert {one["hazard"] for one in met} == {"flood"}
    assert (await told(played, "situation"))[-1]["level"] == 3
    assert [event["alert_id"] for event in await told(played, "alert")][:1] == ["storm_may-W01"]


async def test_an_event_that_a_person_closed_stays_closed_until_something_new(database: Database) -> None:
    played = Played(database)
    await played.live.start()
    at = storm().start
    await played.live.take([signal(at)], "test")
    await played.to(at + timedelta(minutes=1))
    async with database.begin() as session:
        course = await courses.close_storm(session, played.live.clock(), "王芳", "演示")
    played.live.turn_to(course)
    await played.to(at + timedelta(minutes=2))
    assert played.live.course.kind == courses.CALM, "the signal is still in force, but it is no news"
    later = at + timedelta(minutes=3)
    played.hand.at = later
    await played.live.take([signal(later, alert_id="W-2")], "test")
    await played.live.evaluate()
    assert played.live.course.kind == courses.STORM


async def test_the_plan_that_judged_is_kept(database: Database) -> None:
    played = Played(database)
    await played.live.start()
    await played.live.evaluate()
    async with database.read() as session:
        plan = await session.scalar(select(PlanRow))
    assert plan is not None and plan.plan_hash == played.live.last.picture.plan_hash
    assert "schema_version = 1" in plan.text


async def test_a_server_that_joins_late_knows_when_it_began(database: Database) -> None:
    """Ten hours into the storm, from what the feeds still carry: the same picture, first met at the same time."""
    played = Played(database)
    await played.live.start()
    await played.to(storm().start)
    await played.to(storm().start + timedelta(hours=10))
    seen = pictures.conditions(played.live.last.picture)
    late = Played(database)
    late.hand.at = storm().start + timedelta(hours=10)
    await late.live.begin_watch("storm_may")
    await late.to(late.hand.at)
    known = pictures.conditions(late.live.last.picture)
    met = {one.id: one.first_met_at for one in seen.values() if one.first_met_at}
    assert met and {one.id: one.first_met_at for one in known.values() if one.first_met_at} == met
    assert late.live.last.picture.in_force == played.live.last.picture.in_force
    again = Played(database)
    await again.live.start()
    assert again.live.last.text == late.live.last.text, "and after a restart"
