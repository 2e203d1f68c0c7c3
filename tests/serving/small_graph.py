"""A clock that tests move, and a small graph that asks a person and then acts."""

from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agents.runner import GraphAgent


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 5, 17, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        self.now += timedelta(**parts)


class State(TypedDict, total=False):
    ticket: dict[str, Any]
    action: dict[str, Any]
    answer: dict[str, Any]
    outcome: dict[str, Any]


async def think(state: State, runtime: Runtime[Any]) -> State:
    runtime.stream_writer({"type": "step.started", "name": "think", "title": "想"})
    await runtime.context.before_thinking()
    if state["ticket"]["text"] == "炸":
        raise ZeroDivisionError(f"secret {1380000}1111")
    return {"action": {"kind": "dispatch", "text": state["ticket"]["text"]}}


async def ask(state: State, runtime: Runtime[Any]) -> State:
    return {"answer": interrupt(state["action"])}


async def act(state: State, runtime: Runtime[Any]) -> State:
    await runtime.context.act(state["answer"])
    kind = "dispatched" if state["answer"]["decision"] == "approve" else "returned"
    runtime.stream_writer({"type": "outcome", "kind": kind})
    return {"outcome": {"kind": kind}}


class World:
    """The small graph's context: what was done, and where to wait."""

    def __init__(self) -> None:
        self.done: list[dict[str, Any]] = []

    async def before_thinking(self) -> None:
        return

    async def act(self, answer: dict[str, Any]) -> None:
        self.done.append(answer)


def small_agent(checkpoints: BaseCheckpointSaver[Any], world: World) -> GraphAgent:
    graph = StateGraph(State, context_schema=World)
    for name, node in (("think", think), ("ask", ask), ("act", act)):
        graph.add_node(name, node)
    graph.add_edge(START, "think")
    graph.add_edge("think", "ask")
    graph.add_edge("ask", "act")
    graph.add_edge("act", END)

    async def context() -> World:
        return world

    compiled = graph.compile(checkpointer=checkpoints)
    return GraphAgent(compiled, context, lambda start: {"ticket": start["ticket"]}, _concluded)


def _concluded(state: dict[str, Any], ended: bool) -> list[dict[str, Any]]:
    return [{"type": "outcome", **state["outcome"]}] if ended else []
