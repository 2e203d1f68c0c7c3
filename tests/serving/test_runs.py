"""Runs over a small graph: events, a person's answer, crashes at awkward moments, withdrawal and expiry."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from agents.runner import open_checkpoints
from serving.errors import Conflict, NotFound, RequestInvalid
from serving.runs.approvals import Answer, Approvals
from serving.runs.events import LAST, EventLog
from serving.runs.service import RunService
from serving.store.database import open_database
from serving.store.tables import ApprovalRow, EventRow, RunRow
from tests.serving.small_graph import Clock, World, small_agent

Open = Callable[[World], Any]


@pytest.fixture
def opened(tmp_path: Path, clock: Clock) -> Open:
    """Opens the service on the same files each time: leaving the block without `stop` is a crash."""

    @asynccontextmanager
    async def open_(world: World) -> AsyncGenerator[RunService]:
        database = open_database(f"sqlite+aiosqlite:///{tmp_path / 'app.db'}")
        async with open_checkpoints(tmp_path / "checkpoints.db") as checkpoints:
            service = RunService(
                database=database,
                events=EventLog(database, clock),
                approvals=Approvals(clock, timedelta(hours=24), lambda action, answer: None),
                agents={"triage": small_agent(checkpoints, world)},
                observers=(),
                clock=clock,
                slots=asyncio.Semaphore(2),
            )
            try:
                yield service
            finally:
                await service.stop()
                await database.close()

    return open_


async def start(service: RunService, text: str = "路灯坏了", ticket_id: str | None = "T1") -> str:
    async with service.database.begin() as session:
        run_id = await service.create(
            session, "triage", {"ticket": {"text": text}}, ticket_id, supersede=ticket_id is not None
        )
    service.launch(run_id)
    return run_id


async def until(service: RunService, run_id: str, *types: str) -> list[dict[str, Any]]:
    """The run's events up to the first of one of `types`."""
    events: list[dict[str, Any]] = []
    async with asyncio.timeout(20):
        async for event in service.events.follow(run_id, 0):
            events.append(event)
            if event["type"] in types:
                break
    return events


async def question(service: RunService, run_id: str) -> ApprovalRow:
    await until(service, run_id, "approval.needed")
    async with service.database.read() as session:
        row = await service.approvals.of_run(session, run_id)
    assert row is not None
    return row


def yes(row: ApprovalRow) -> Answer:
    return Answer(decision="approve", action_hash=row.action_hash)


async def whole(service: RunService, run_id: str) -> list[dict[str, Any]]:
    """Every event, checked: numbers without gaps, exactly one end, and that last."""
    events = await until(service, run_id, *LAST)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [event["type"] in LAST for event in events].count(True) == 1
    async with service.database.read() as session:
        stored = list(await session.scalars(select(EventRow.seq).where(EventRow.run_id == run_id)))
    assert len(stored) == len(events)
    return events


async def test_a_run_asks_acts_once_and_ends_once(opened: Open) -> None:
    world = World()
    async with opened(world) as service:
        run_id = await start(service)
        row = await question(service, run_id)
        answered = await service.answer(row.approval_id, yes(row), "王芳")
        assert answered["status"] == "approved"
        events = await whole(service, run_id)
        assert [event["type"] for event in events] == [
            "run.started", "step.started", "approval.needed", "approval.given", "outcome", "run.finished",
        ]  # fmt: skip
        assert [answer["by"] for answer in world.done] == ["王芳"]
        assert events[-1]["result"] == {"kind": "dispatched"}
        assert not await service.agents["triage"].started(run_id), "a finished run leaves no checkpoint"


async def test_an_answer_is_used_once_for_the_action_it_was_shown(opened: Open, clock: Clock) -> None:
    async with opened(World()) as service:
        run_id = await start(service)
        row = await question(service, run_id)
        with pytest.raises(NotFound):
            await service.answer("nothing", yes(row), "王")
        with pytest.raises(Conflict, match="已变化"):
            await service.answer(row.approval_id, Answer(decision="approve", action_hash="0" * 64), "王")
        with pytest.raises(RequestInvalid, match="理由"):
            await service.answer(
                row.approval_id, Answer(decision="return", action_hash=row.action_hash), "王"
            )
        await service.answer(row.approval_id, yes(row), "王")
        with pytest.raises(Conflict, match="已批准"):
            await service.answer(row.approval_id, yes(row), "李")
        await whole(service, run_id)


async def test_an_unanswered_question_expires_and_ends_its_run(opened: Open, clock: Clock) -> None:
    world = World()
    async with opened(world) as service:
        run_id = await start(service)
        row = await question(service, run_id)
        clock.advance(hours=25)
        with pytest.raises(Conflict, match="过期"):
            await service.answer(row.approval_id, yes(row), "王")
        await service.expire()
        assert (await whole(service, run_id))[-1]["type"] == "run.cancelled"
        assert world.done == []


async def test_a_newer_run_of_a_ticket_ends_the_older_and_its_question(opened: Open) -> None:
    world = World()
    async with opened(world) as service:
        first = await start(service)
        row = await question(service, first)
        second = await start(service, "路灯坏了，又说了一遍")
        assert (await whole(service, first))[-1]["type"] == "run.cancelled"
        with pytest.raises(Conflict, match="已撤回"):
            await service.answer(row.approval_id, yes(row), "王")
        newer = await question(service, second)
        await service.answer(newer.approval_id, yes(newer), "王")
        assert (await whole(service, second))[-1]["type"] == "run.finished"
        assert len(world.done) == 1


async def test_a_running_run_is_ended_by_a_newer_one(opened: Open) -> None:
    world, held = World(), asyncio.Event()
    world.before_thinking = held.wait  # type: ignore[method-assign]
    async with opened(world) as service:
        first = await start(service)
        await until(service, first, "step.started")
        second = await start(service)
        events = await whole(service, first)
        held.set()
        assert events[-1]["type"] == "run.cancelled"
        await question(service, second)
        assert await service.events.read(first, len(events)) == []


async def test_cancelling_ends_a_waiting_run_and_its_question(opened: Open) -> None:
    async with opened(World()) as service:
        run_id = await start(service)
        row = await question(service, run_id)
        assert await service.cancel(run_id) == "cancelled"
        with pytest.raises(Conflict):
            await service.answer(row.approval_id, yes(row), "王")
        with pytest.raises(Conflict, match="已结束"):
            await service.cancel(run_id)
        await whole(service, run_id)


async def test_a_foreign_failure_ends_the_run_and_tells_no_secret(
    opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(World()) as service:
        with caplog.at_level(logging.DEBUG, "serving"):
            events = await whole(service, await start(service, "炸"))
        assert events[-1]["type"] == "run.failed"
        assert "ZeroDivisionError" in events[-1]["error"]
        assert "13800001111" not in events[-1]["error"] + caplog.text


async def test_a_crash_before_the_question_goes_on_from_the_checkpoint(opened: Open) -> None:
    world, never = World(), asyncio.Event()
    world.before_thinking = never.wait  # type: ignore[method-assign]
    async with opened(world) as service:
        run_id = await start(service)
        await until(service, run_id, "step.started")
    world = World()
    async with opened(world) as service:
        assert await service.recover() == 1
        row = await question(service, run_id)
        await service.answer(row.approval_id, yes(row), "王")
        events = await whole(service, run_id)
        assert [event["type"] for event in events].count("run.started") == 1
        assert len(world.done) == 1


async def test_a_crash_while_waiting_keeps_the_question(opened: Open) -> None:
    async with opened(World()) as service:
        run_id = await start(service)
        row = await question(service, run_id)
    world = World()
    async with opened(world) as service:
        await service.recover()
        assert (await question(service, run_id)).approval_id == row.approval_id
        await service.answer(row.approval_id, yes(row), "王")
        events = await whole(service, run_id)
        assert [event["type"] for event in events].count("approval.needed") == 1
        assert len(world.done) == 1


async def test_a_crash_between_interrupt_and_question_asks_under_the_same_id(opened: Open) -> None:
    """The graph's checkpoint knows the interrupt, our tables do not yet."""
    async with opened(World()) as service:
        run_id = await start(service)
        row = await question(service, run_id)
        async with service.database.begin() as session:
            await session.delete(await session.get_one(ApprovalRow, row.approval_id))
            run = await session.get_one(RunRow, run_id)
            run.status = "running"
            for event in await session.scalars(
                select(EventRow).where(EventRow.run_id == run_id, EventRow.type == "approval.needed")
            ):
                await session.delete(event)
    async with opened(World()) as service:
        await service.recover()
        assert (await question(service, run_id)).approval_id == row.approval_id


async def test_a_crash_right_after_the_answer_uses_it_once(opened: Open) -> None:
    async with opened(World()) as service:
        run_id = await start(service)
        row = await question(service, run_id)
        async with service.database.begin() as session:
            await service.approvals.decide(session, row.approval_id, yes(row), "王")
    world = World()
    async with opened(world) as service:
        await service.recover()
        await whole(service, run_id)
        assert [answer["by"] for answer in world.done] == ["王"]


async def test_a_crash_inside_the_effect_runs_it_again_with_the_same_answer(opened: Open) -> None:
    world, never = World(), asyncio.Event()

    async def hang(answer: dict[str, Any]) -> None:
        await never.wait()

    world.act = hang  # type: ignore[method-assign]
    async with opened(world) as service:
        run_id = await start(service)
        row = await question(service, run_id)
        await service.answer(row.approval_id, yes(row), "王")
        await asyncio.sleep(0.3)
    world = World()
    async with opened(world) as service:
        await service.recover()
        await whole(service, run_id)
        assert [answer["approval_id"] for answer in world.done] == [row.approval_id]


async def test_a_crash_between_a_steps_result_and_its_words_loses_neither(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checkpoint knows that the effect is done, so the step won't run again to say so."""
    emit, lost = RunService.emit, asyncio.Event()

    async def crash_at_the_outcome(self: RunService, run_id: str, event: dict[str, Any]) -> None:
        if event["type"] == "outcome":
            lost.set()
            await asyncio.Event().wait()
        await emit(self, run_id, event)

    async with opened(World()) as service:
        run_id = await start(service)
        row = await question(service, run_id)
        monkeypatch.setattr(RunService, "emit", crash_at_the_outcome)
        await service.answer(row.approval_id, yes(row), "王")
        await asyncio.wait_for(lost.wait(), 20)
        await asyncio.sleep(0.3)
        monkeypatch.undo()
    world = World()
    async with opened(world) as service:
        await service.recover()
        events = await whole(service, run_id)
        assert [event["type"] for event in events][-3:] == ["approval.given", "outcome", "run.finished"]
        assert events[-1]["result"] == {"kind": "dispatched"}
        assert world.done == []


@pytest.mark.parametrize("step", ["thinking", "acting"])
@pytest.mark.parametrize("file", ["app.db", "checkpoints.db"])
async def test_a_locked_database_holds_a_run_up_and_loses_nothing(
    opened: Open,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    file: str,
    step: str,
) -> None:
    monkeypatch.setattr("serving.store.database.BUSY_S", 0)
    monkeypatch.setattr("agents.runner.BUSY_MS", 0)
    monkeypatch.setattr("serving.runs.service.STORE_AGAIN_S", 0.05)
    world = World()
    with closing(sqlite3.connect(tmp_path / file, isolation_level=None)) as other:

        async def lock(*_: Any) -> None:
            if "waits" not in caplog.text:  # the first time only: the step runs again afterwards
                other.execute("BEGIN IMMEDIATE")

        async def acted(answer: dict[str, Any]) -> None:
            world.done.append(answer)
            await lock()

        if step == "thinking":
            world.before_thinking = lock  # type: ignore[method-assign]
        else:
            world.act = acted  # type: ignore[method-assign]
        async with opened(world) as service, asyncio.timeout(20):
            run_id = await start(service)
            if step == "acting":
                row = await question(service, run_id)
                await service.answer(row.approval_id, yes(row), "王")
            while "waits" not in caplog.text:
                await asyncio.sleep(0.02)
            other.execute("ROLLBACK")
            if step == "thinking":
                row = await question(service, run_id)
                await service.answer(row.approval_id, yes(row), "王")
            events = await whole(service, run_id)
    assert events[-1]["type"] == "run.finished"
    assert {answer["approval_id"] for answer in world.done} == {row.approval_id}


async def test_runs_beyond_the_slots_wait_but_answered_ones_do_not(opened: Open) -> None:
    world, never = World(), asyncio.Event()
    async with opened(world) as service:
        answered = await start(service, ticket_id="T0")
        row = await question(service, answered)
        world.before_thinking = never.wait  # type: ignore[method-assign]
        for ticket_id in ("T1", "T2"):
            await until(service, await start(service, ticket_id=ticket_id), "step.started")
        third = await start(service, ticket_id="T3")
        await service.answer(row.approval_id, yes(row), "王")
        assert (await whole(service, answered))[-1]["type"] == "run.finished"
        assert await service.events.read(third, 0) == []
        never.set()
        await question(service, third)


async def test_a_reader_that_comes_late_or_again_gets_all_and_ends(opened: Open) -> None:
    async with opened(World()) as service:
        run_id = await start(service)
        row = await question(service, run_id)
        await service.answer(row.approval_id, yes(row), "王")
        events = await whole(service, run_id)
        again = [event async for event in service.events.follow(run_id, 3)]
        assert again == events[3:]
        assert [event async for event in service.events.follow(run_id, len(events))] == []
        assert service.events._readers == {}, "readers that left hold nothing"  # pyright: ignore[reportPrivateUsage]


async def test_a_reader_misses_no_last_event_that_comes_between_its_looks(opened: Open) -> None:
    """The last event is stored after the reader found nothing new and before it asks whether the run has ended."""
    async with opened(World()) as service:
        run_id = await start(service, "好")
        await until(service, run_id, "approval.needed")
        log, late = service.events, True
        seen = (await log.read(run_id, 0))[-1]["seq"]
        ask = log._ended_by

        async def ends_just_before(run: str, seq: int) -> bool:
            nonlocal late
            if late:
                late = False
                await service.emit(run, {"type": "run.finished"})
            return await ask(run, seq)

        log._ended_by = ends_just_before  # type: ignore[method-assign]
        async with asyncio.timeout(20):
            found = [event["type"] async for event in log.follow(run_id, seen)]
        assert found == ["run.finished"]
