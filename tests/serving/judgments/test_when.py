"""When a judgment runs by itself: once for a change, one at a time, again for what changed meanwhile."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from serving.judgments import service
from serving.judgments.service import Judgments
from serving.store.database import Database
from serving.store.tables import Json, RunRow
from tests.serving.situation.made import Played, storm


class Runs:
    """Runs that are only written down; they end when the test says so."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.asked: list[Json] = []
        self.after: list[str | None] = []

    async def create(
        self, session: AsyncSession, agent: str, input_: Json, ticket_id: str | None, *, supersede: bool
    ) -> str:
        self.asked.append(input_)
        run_id = f"R-{len(self.asked)}"
        moments = {"created_at": f"2026-05-18T00:0{len(self.asked)}", "updated_at": "2026-05-18"}
        session.add(RunRow(run_id=run_id, agent=agent, input=input_, status="queued", **moments))
        return run_id

    def launch(self, run_id: str, *, after: str | None) -> None:
        self.after.append(after)

    async def end(self) -> None:
        async with self.database.begin() as session:
            (await session.get_one(RunRow, f"R-{len(self.asked)}")).status = "finished"

    async def until(self, count: int) -> None:
        """So many were written down: a run that is asked for is one once its transaction has committed."""
        async with asyncio.timeout(30):
            while len(self.after) < count:
                await asyncio.sleep(0.01)


@pytest.fixture
async def working(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[tuple[Played, Runs, Judgments]]:
    monkeypatch.setattr(service, "LOOK_EVERY_S", 0.01)
    played, runs = Played(database), Runs(database)
    await played.live.start()
    await played.live.evaluate()
    run_service: Any = runs
    judgments = Judgments(played.live, run_service, None)
    task = asyncio.create_task(judgments.work())
    yield played, runs, judgments
    assert not task.done(), task.exception()
    task.cancel()
    await asyncio.wait([task])


CHANGE: list[Json] = [{"id": "F3-02", "from": "not_met", "to": "met"}]


async def test_a_change_is_judged_once_and_what_comes_meanwhile_by_the_next(
    working: tuple[Played, Runs, Judgments],
) -> None:
    played, runs, judgments = working
    judgments.heard(played.live.last, [])
    await asyncio.sleep(0.2)
    assert runs.asked == [], "nothing changed"
    judgments.heard(played.live.last, CHANGE)
    await runs.until(1)
    assert runs.asked[0]["trigger"] == "change"
    judgments.heard(played.live.last, CHANGE)
    await asyncio.sleep(0.2)
    assert len(runs.asked) == 1, "one at a time"
    await runs.end()
    await runs.until(2)
    await runs.end()
    await asyncio.sleep(0.2)
    assert len(runs.asked) == 2


async def test_who_asks_while_one_runs_joins_it(working: tuple[Played, Runs, Judgments]) -> None:
    _, runs, judgments = working
    first = await judgments.ask(None, "request")
    assert await judgments.ask(None, "request") == first
    past = await judgments.ask(storm().start - timedelta(hours=1), "request")
    assert past["run_id"] != first["run_id"] and len(runs.asked) == 2, "a moment of the past is its own run"
    assert await judgments.ask(None, "request") == first, "which nobody joins who asks about the present"


async def test_who_asks_after_a_change_gets_one_that_knows_of_it(
    working: tuple[Played, Runs, Judgments],
) -> None:
    played, runs, judgments = working
    first = await judgments.ask(None, "request")
    judgments.heard(played.live.last, CHANGE)
    second = await judgments.ask(None, "request")
    assert second["run_id"] != first["run_id"] and runs.after == [None, first["run_id"]]
    assert await judgments.ask(None, "request") == second


@asynccontextmanager
async def at_work(played: Played, runs: Runs) -> AsyncGenerator[None]:
    """A server over what the database knows; its memory is gone at the end."""
    run_service: Any = runs
    judgments = Judgments(played.live, run_service, None)
    await judgments.start()
    task = asyncio.create_task(judgments.work())
    yield
    task.cancel()
    await asyncio.wait([task])


async def sign(played: Played) -> None:
    async with played.live.database.begin() as session:
        await played.live.tell(session, {"type": "decision", "text": "签发"})


@pytest.fixture
async def between(database: Database, monkeypatch: pytest.MonkeyPatch) -> tuple[Played, Runs]:
    """A judgment has been made, and no server runs."""
    monkeypatch.setattr(service, "LOOK_EVERY_S", 0.01)
    played, runs = Played(database), Runs(database)
    await played.live.start()
    await played.live.evaluate()
    run_service: Any = runs
    await Judgments(played.live, run_service, None).ask(None, "request")
    await runs.end()
    return played, runs


async def test_what_was_signed_before_a_crash_is_judged_after_it_once(between: tuple[Played, Runs]) -> None:
    played, runs = between
    async with at_work(played, runs):
        await asyncio.sleep(0.2)
    assert len(runs.asked) == 1, "nothing is new"
    await sign(played)
    async with at_work(played, runs):
        await runs.until(2)
    assert runs.asked[1]["trigger"] == "change"
    for _ in range(2):  # killed while it runs, and after it has ended
        async with at_work(played, runs):
            await asyncio.sleep(0.2)
        await runs.end()
    assert len(runs.asked) == 2


async def test_a_change_that_was_stored_before_a_crash_is_judged_after_it(
    between: tuple[Played, Runs],
) -> None:
    played, runs = between
    await played.through(storm().start + timedelta(hours=10), timedelta(hours=1))  # nobody hears of it
    async with at_work(played, runs):
        await runs.until(2)


async def test_what_was_signed_in_another_watch_asks_for_nothing(between: tuple[Played, Runs]) -> None:
    played, runs = between
    await sign(played)
    await played.live.begin_watch("storm_may")
    async with at_work(played, runs):
        await asyncio.sleep(0.2)
    assert len(runs.asked) == 1
