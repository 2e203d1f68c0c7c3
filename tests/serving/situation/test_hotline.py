"""Tickets of our own as citizens' calls: in the transaction of their decision, once, by the watch's clock."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from serving.situation.hotline import hear
from serving.store.database import Database
from serving.store.situation_tables import FactRow
from serving.store.tables import Json, RunRow
from tests.serving.situation.made import Played, city, storm
from tools.emergency.facts import CitizenSignal

WATER = next(one for one in city().catalogue.values() if "积水" in one.level3)
LAMP = next(one for one in city().catalogue.values() if "路灯" in one.level3)
PLACE = next(iter(city().places))
_HOUR = timedelta(hours=1)


def run(agent: str = "triage", ticket_id: str | None = "T-1") -> RunRow:
    return RunRow(run_id="R-1", agent=agent, ticket_id=ticket_id)


def decided(*codes: str, words: str = "路口积水没过膝盖") -> Json:
    demands = [{"category_code": code, "evidence": words, "place_id": PLACE} for code in codes]
    return {"type": "decision", "decision": {"demands": demands}}


async def kept(database: Database) -> list[FactRow]:
    async with database.read() as session:
        return list(await session.scalars(select(FactRow).order_by(FactRow.seq)))


async def test_a_ticket_about_water_counts_from_when_it_was_decided(database: Database) -> None:
    played = Played(database)
    await played.live.start()
    await played.live.evaluate()
    async with database.begin() as session:
        await hear(played.live, session, run(), decided(WATER.code, LAMP.code))
    (row,) = await kept(database)
    assert (row.kind, row.source, row.subject) == ("citizen", "hotline", f"T-1-{WATER.code}")
    await played.live.evaluate()
    (call,) = played.live.known.calls(storm().start, played.live.last.at - storm().start + _HOUR)
    assert isinstance(call, CitizenSignal)
    assert (call.time, call.place_id) == (storm().start, PLACE)


async def test_a_ticket_analysed_anew_is_one_call(database: Database) -> None:
    played = Played(database)
    await played.live.start()
    for minute in (0, 7):
        played.hand.at = storm().start.replace(minute=minute)
        async with database.begin() as session:
            await hear(played.live, session, run(), decided(WATER.code, words=f"第{minute}分钟，积水"))
    assert len(await kept(database)) == 1


@pytest.mark.parametrize(
    ("of", "event"),
    [
        (run(agent="ask"), decided(WATER.code)),
        (run(ticket_id=None), decided(WATER.code)),
        (run(), {"type": "text.delta"}),
        (run(), decided("没有这一类")),
        (run(), decided(LAMP.code)),
    ],
    ids=["another agent", "no ticket", "another event", "unknown category", "no water"],
)
async def test_nothing_else_is_a_call(database: Database, of: RunRow, event: Json) -> None:
    played = Played(database)
    await played.live.start()
    async with database.begin() as session:
        await hear(played.live, session, of, event)
    assert await kept(database) == []


async def test_a_decision_that_is_not_stored_calls_nobody(database: Database) -> None:
    played = Played(database)
    await played.live.start()
    with pytest.raises(ZeroDivisionError):
        async with database.begin() as session:
            await hear(played.live, session, run(), decided(WATER.code))
            raise ZeroDivisionError
    assert await kept(database) == []
