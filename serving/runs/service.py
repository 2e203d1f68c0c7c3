"""Executing runs: each is a task over a checkpointed graph, and everything it says is an event in the database.

A run outlives whoever watches it and the process that runs it: `recover` continues what a crash interrupted from
the last checkpoint. Steps may run again after a crash; effects may not, which the outbox sees to.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.runner import CheckpointTrouble, Paused
from serving.errors import Conflict, NotFound, StoreFull, StoreLocked, StoreUnreachable
from serving.runs.agent import Agent, place, said
from serving.runs.approvals import Answer, Approvals, approval_json
from serving.runs.events import EventLog
from serving.store.database import Database
from serving.store.tables import ApprovalRow, Json, RunRow

log = logging.getLogger(__name__)

ENDED = ("finished", "failed", "cancelled")
STORE_TROUBLE = (StoreLocked, StoreFull, StoreUnreachable, CheckpointTrouble)
STORE_AGAIN_S = 5.0
EXPIRED = "超过审批时限无人确认；请重新分析工单"

Observer = Callable[[AsyncSession, RunRow, Json], Awaitable[None]]
"""Follows every event in the transaction that stores it (the ticket's row changes with its run)."""


class _Ended(Exception):
    """The run was ended from outside while it ran: it has nothing more to say."""


@dataclass(frozen=True)
class RunService:
    database: Database
    events: EventLog
    approvals: Approvals
    agents: Mapping[str, Agent]
    observers: tuple[Observer, ...]
    clock: Callable[[], datetime]
    slots: asyncio.Semaphore
    """Runs that may compute at once. A run a person has answered needs none: it only waits for the city."""
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict[str, asyncio.Task[None]])

    async def create(
        self, session: AsyncSession, agent: str, input_: Json, ticket_id: str | None, *, supersede: bool
    ) -> str:
        """Store a new run in the caller's transaction; `launch` it once that has committed.

        supersede: older runs of this agent about the ticket end, their questions with them.
        """
        if agent not in self.agents:
            raise NotFound(f"没有名为 {agent} 的智能体；可用：{'、'.join(self.agents)}")
        if supersede:
            for older in await session.scalars(_open_runs(agent, ticket_id)):
                gone = {"type": "run.cancelled", "reason": "工单有了新内容，已重新分析"}
                await self._close(session, older, gone, "cancelled", None)
        now = self.clock().isoformat()
        run = RunRow(
            run_id=f"R-{uuid4().hex}",
            agent=agent,
            ticket_id=ticket_id,
            input=input_,
            status="queued",
            created_at=now,
            updated_at=now,
        )
        session.add(run)
        await session.flush()
        return run.run_id

    def launch(self, run_id: str, answer: Json | None = None, *, after: str | None = None) -> None:
        """Execute in the background: from the start, on from a checkpoint, or with a person's answer.

        after: a run whose execution comes first, when there is one.
        """
        before = self.tasks.get(after or run_id)
        task = asyncio.create_task(self._execute(run_id, answer, before), name=run_id)
        self.tasks[run_id] = task
        task.add_done_callback(lambda done: self._forget_task(run_id, done))

    def _forget_task(self, run_id: str, done: asyncio.Task[None]) -> None:
        if self.tasks.get(run_id) is done:
            del self.tasks[run_id]

    async def answer(self, approval_id: str, answer: Answer, by: str) -> Json:
        """Take a person's answer and go on with the run. Raises what `Approvals.decide` raises."""
        async with self.database.begin() as session:
            row = await self.approvals.decide(session, approval_id, answer, by)
            run = await session.get_one(RunRow, row.run_id)
            given = {"type": "approval.given", "approval_id": approval_id, "decision": row.status, "by": by}
            await self._store(session, run, given)
        self.events.announce(row.run_id)
        self.launch(row.run_id, {approval_id: row.answer})
        return approval_json(row)

    async def cancel(self, run_id: str) -> str:
        """End a run that has not ended. Orders already approved stay in the outbox: they were decided."""
        async with self.database.read() as session:
            run = await session.get(RunRow, run_id)
        if run is None:
            raise NotFound(f"没有运行 {run_id}；请刷新页面")
        if run.status in ENDED:
            raise Conflict("该运行已结束，无需取消")
        await self._end(run_id, {"type": "run.cancelled"}, "cancelled")
        await self._stop_task(run_id)
        return "cancelled"

    async def recover(self) -> int:
        """At start: go on with every run that had not ended. Returns how many."""
        async with self.database.read() as session:
            open_runs = list(await session.scalars(select(RunRow).where(RunRow.status.not_in(ENDED))))
            asked = {run.run_id: await self.approvals.of_run(session, run.run_id) for run in open_runs}
        for run in open_runs:
            question = asked[run.run_id]
            if run.status == "waiting" and question is not None and question.answer is None:
                if question.status != "pending":
                    await self._end(run.run_id, {"type": "run.cancelled", "reason": EXPIRED}, "cancelled")
                continue  # else still the person's turn
            self.launch(run.run_id, _answer_of(question))
        return len(open_runs)

    async def expire(self) -> None:
        """End the runs whose question nobody answered in time."""
        async with self.database.begin() as session:
            run_ids = await self.approvals.expire(session)
        for run_id in run_ids:
            await self._end(run_id, {"type": "run.cancelled", "reason": EXPIRED}, "cancelled")

    async def stop(self) -> None:
        """End the tasks, not the runs: they go on at the next start."""
        for run_id in list(self.tasks):
            await self._stop_task(run_id)

    async def _stop_task(self, run_id: str) -> None:
        task = self.tasks.pop(run_id, None)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _execute(self, run_id: str, answer: Json | None, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        while True:
            try:
                return await self._attempt(run_id, answer)
            except STORE_TROUBLE as error:
                # Nothing can be stored now, not even a failure. What was stored stands: on from there, later.
                log.warning("run %s waits: %s", run_id, error)
                await asyncio.sleep(STORE_AGAIN_S)

    async def _attempt(self, run_id: str, answer: Json | None) -> None:
        """One stretch, its end or its question stored. Raises STORE_TROUBLE alone."""
        try:
            async with AsyncExitStack() as held:
                if answer is None:
                    await held.enter_async_context(self.slots)
                await self._stretch(run_id, answer)
        except Paused as pause:
            await self._pause(run_id, pause)
        except _Ended:
            log.info("run %s was ended from outside", run_id)
        except STORE_TROUBLE:
            raise
        except Exception as error:  # noqa: BLE001 # whatever an agent raises must end its run, not vanish
            log.error("run %s failed: %s", run_id, place(error))
            await self._end(run_id, {"type": "run.failed", "error": said(error)}, "failed")

    async def _stretch(self, run_id: str, answer: Json | None) -> None:
        run = await self._begin(run_id)
        agent = self.agents[run.agent]
        begun = await agent.started(run_id)
        start = None if begun else {**run.input, "run_id": run_id}
        try:
            async for event in agent.stream(run_id, start, answer if begun else None):
                await self.emit(run_id, event)
        except Paused:
            await self._complete(run_id, agent)
            raise
        await self._complete(run_id, agent)
        async with self.database.read() as session:
            result = await self.events.newest(session, run_id, "outcome")
        result = {key: value for key, value in (result or {}).items() if key not in ("type", "seq", "at")}
        await self._end(run_id, {"type": "run.finished", "result": result}, "finished", result)

    async def _complete(self, run_id: str, agent: Agent) -> None:
        """Say what a crash kept from being said after its step's result was kept."""
        for event in await agent.conclusions(run_id):
            async with self.database.read() as session:
                newest = await self.events.newest(session, run_id, event["type"]) or {}
            if any(newest.get(key) != value for key, value in event.items()):
                await self.emit(run_id, event)

    async def _begin(self, run_id: str) -> RunRow:
        async with self.database.begin() as session:
            run = await session.get_one(RunRow, run_id)
            if run.status in ENDED:
                raise _Ended
            first, run.status, run.updated_at = run.status == "queued", "running", self.clock().isoformat()
            if first:
                started = {"type": "run.started", "agent": run.agent, "ticket_id": run.ticket_id}
                await self._store(session, run, started)
            superseded = list(await session.scalars(_older_runs(run))) if first and run.ticket_id else []
        self.events.announce(run_id)
        for older in superseded:
            self.events.announce(older)
            await self._stop_task(older)
            await self.agents[run.agent].forget(older)
        return run

    async def emit(self, run_id: str, event: Json) -> None:
        """Append one event and wake the readers."""
        async with self.database.begin() as session:
            await self._store(session, await session.get_one(RunRow, run_id), event)
        self.events.announce(run_id)

    async def _store(self, session: AsyncSession, run: RunRow, event: Json) -> None:
        if run.status in ENDED:
            raise _Ended
        stamped = await self.events.add(session, run.run_id, event)
        for observer in self.observers:
            await observer(session, run, stamped)

    async def _pause(self, run_id: str, pause: Paused) -> None:
        async with self.database.begin() as session:
            run = await session.get_one(RunRow, run_id)
            if run.status in ENDED:
                return
            new = await session.get(ApprovalRow, pause.approval_id) is None
            row = await self.approvals.ask(session, pause.approval_id, run_id, run.ticket_id, pause.action)
            run.status, run.updated_at = "waiting", self.clock().isoformat()
            if new:
                needed = {
                    "type": "approval.needed",
                    "approval_id": row.approval_id,
                    "action": row.action,
                    "action_hash": row.action_hash,
                    "expires_at": row.expires_at,
                }
                await self._store(session, run, needed)
        self.events.announce(run_id)

    async def _end(self, run_id: str, event: Json, status: str, result: Json | None = None) -> None:
        async with self.database.begin() as session:
            run = await session.get_one(RunRow, run_id)
            if run.status in ENDED:
                return
            await self._close(session, run, event, status, result)
        self.events.announce(run_id)
        agent = self.agents.get(run.agent)
        if agent is not None:
            await agent.forget(run_id)

    async def _close(
        self, session: AsyncSession, run: RunRow, event: Json, status: str, result: Json | None
    ) -> None:
        await self._store(session, run, event)
        await self.approvals.withdraw(session, run.run_id)
        run.status, run.updated_at, run.result = status, self.clock().isoformat(), result
        await session.flush()


def _open_runs(agent: str, ticket_id: str | None) -> Select[RunRow]:
    return select(RunRow).where(
        RunRow.agent == agent, RunRow.ticket_id == ticket_id, RunRow.status.not_in(ENDED)
    )


def _older_runs(run: RunRow) -> Select[str]:
    return select(RunRow.run_id).where(
        RunRow.agent == run.agent,
        RunRow.ticket_id == run.ticket_id,
        RunRow.run_id != run.run_id,
        RunRow.status == "cancelled",
    )


def _answer_of(asked: ApprovalRow | None) -> Json | None:
    """What resumes a run that was answered but not resumed before the crash; harmless if it was."""
    return {asked.approval_id: asked.answer} if asked is not None and asked.answer is not None else None
