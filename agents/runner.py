"""A checkpointed graph as a stream of events: how the server runs any agent without knowing LangGraph."""

import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command

Json = dict[str, Any]
Checkpoints = BaseCheckpointSaver[Any]

BUSY_MS = 10_000
"""How long another process may hold the checkpoints."""


class Paused(Exception):
    """The stream ended because a person is asked: the interrupt's id, and the action it asks about."""

    def __init__(self, approval_id: str, action: Json) -> None:
        super().__init__(approval_id)
        self.approval_id = approval_id
        self.action = action


class CheckpointTrouble(Exception):
    """The checkpoints can't be read or written now; the run can go on from its last one when they can."""


@contextmanager
def _checkpoint_faults() -> Generator[None]:
    """The saver's own errors become ours: nothing else in a graph speaks to SQLite without a wrapper."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise CheckpointTrouble(
            f"运行进度存不了（checkpoints.db：{error}）；请确认数据目录没有被别的程序占用、磁盘未满，之后自动继续"
        ) from error


@asynccontextmanager
async def open_checkpoints(path: Path) -> AsyncGenerator[Checkpoints]:
    """Checkpoints in an SQLite file of their own, tables made when missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    async with aiosqlite.connect(path) as connection:
        await connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        saver = AsyncSqliteSaver(connection)
        await saver.setup()
        yield saver


@dataclass(frozen=True)
class GraphAgent:
    """One graph. `context` gives what its nodes may use, awaited at each stretch: it may still be loading.

    `state_of` makes the graph's first state of a run's input. `concluded` gives the events that a state implies,
    told whether the graph has ended.
    """

    graph: CompiledStateGraph[Any, Any, Any, Any]
    context: Callable[[], Awaitable[Any]]
    state_of: Callable[[Json], Json]
    concluded: Callable[[Json, bool], list[Json]]

    async def stream(self, run_id: str, start: Json | None, answer: Json | None) -> AsyncIterator[Json]:
        """Events of one stretch: from `start`, with a person's `answer` {interrupt id: value}, or on from the
        last checkpoint. Raises Paused where a person is asked, CheckpointTrouble, and whatever the graph raises."""
        with _checkpoint_faults():
            async for event in self._streamed(_config(run_id), start, answer):
                yield event

    async def _streamed(
        self, config: RunnableConfig, start: Json | None, answer: Json | None
    ) -> AsyncIterator[Json]:
        context = await self.context()
        first = await self._input(config, start, answer)
        pause: Paused | None = None
        async for part in self.graph.astream(
            first,
            config,
            context=context,
            stream_mode=["custom", "updates"],
            durability="sync",
            version="v2",
        ):
            if part["type"] == "custom":
                yield part["data"]
                continue
            updates: Json = part["data"]  # pyright: ignore[reportAssignmentType] # the stub knows one mode only
            for asked in updates.get("__interrupt__", ()):
                pause = Paused(asked.id, asked.value)
        if pause is not None:
            raise pause

    async def _input(self, config: RunnableConfig, start: Json | None, answer: Json | None) -> Any:
        if start is not None:
            return self.state_of(start)
        if answer:
            # A crash may have come after the answer was used: then there is nothing left to answer.
            waiting = {asked.id for asked in (await self.graph.aget_state(config)).interrupts}
            if waiting & answer.keys():
                return Command(resume=answer)
        return None

    async def conclusions(self, run_id: str) -> list[Json]:
        """What the run must have said by now. A step's result is kept before its words are: a crash between the
        two loses the words, and the step won't run again. Raises CheckpointTrouble."""
        with _checkpoint_faults():
            kept = await self.graph.aget_state(_config(run_id))
        return self.concluded(kept.values, not kept.next)

    async def started(self, run_id: str) -> bool:
        """Whether the run left a checkpoint. Raises CheckpointTrouble."""
        with _checkpoint_faults():
            return bool((await self.graph.aget_state(_config(run_id))).created_at)

    async def forget(self, run_id: str) -> None:
        """Drop the run's checkpoints: its events and its decision are kept elsewhere. Raises CheckpointTrouble."""
        saver = self.graph.checkpointer
        if saver is not None and not isinstance(saver, bool):
            with _checkpoint_faults():
                await saver.adelete_thread(run_id)


def _config(run_id: str) -> RunnableConfig:
    return {"configurable": {"thread_id": run_id}}
