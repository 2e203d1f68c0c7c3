"""What a run tells its watchers: every analysis step announces itself, its source, its time and what it found."""

import functools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from langgraph.runtime import Runtime

from agents.triage.context import TriageContext
from agents.triage.state import Json, TriageState

Run = Runtime[TriageContext]

TITLES = {
    "redact": "脱敏",
    "detect": "紧急与特殊路径",
    "understand": "理解诉求",
    "candidates": "派单目录候选",
    "clauses": "查找依据",
    "decide": "选定承办单位",
    "rules": "紧急程度与时限",
    "duplicates": "重复与聚集",
    "draft": "拟写工单与答复",
    "check": "核验",
    "approval": "等待人工确认",
    "apply": "采纳人工意见",
    "dispatch": "派发",
    "record": "归档",
}


Source = Literal["rule", "model", "fallback"]


@dataclass(frozen=True)
class Found:
    """What a step adds to the state, and what of it a watcher sees (`patch`: fields of TriageDecision)."""

    update: Json
    summary: str
    patch: Json = field(default_factory=dict)
    source: Source = "rule"


Work = Callable[[TriageState, Run], Awaitable[Found]]
Node = Callable[[TriageState, Run], Awaitable[Json]]


def step(name: str) -> Callable[[Work], Node]:
    """Make a graph node of a step: announce, time, run, announce. Personal data stays out of `summary`."""

    def wrap(work: Work) -> Node:
        @functools.wraps(work)
        async def node(state: TriageState, runtime: Run) -> Json:
            write, begun = runtime.stream_writer, time.perf_counter()
            write({"type": "step.started", "name": name, "title": TITLES[name]})
            found = await work(state, runtime)
            write(
                {
                    "type": "step.finished",
                    "name": name,
                    "title": TITLES[name],
                    "source": found.source,
                    "elapsed_ms": round((time.perf_counter() - begun) * 1000),
                    "summary": found.summary,
                    "patch": found.patch,
                }
            )
            return found.update

        return node

    return wrap


def degrade(state: TriageState, runtime: Run, name: str, why: str) -> list[Json]:
    """Tell the watchers that a step took its fallback, and return the list that the state should hold now."""
    runtime.stream_writer({"type": "degraded", "step": name, "why": why})
    return [*state.get("degraded", []), {"step": name, "why": why}]
