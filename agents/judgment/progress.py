"""What a judgment tells its watchers: every step announces itself, its time, and what it found."""

import functools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from langgraph.runtime import Runtime

from agents.judgment.context import JudgmentContext
from agents.judgment.state import Json, JudgmentState

Run = Runtime[JudgmentContext]

TITLES = {
    "gather": "汇集数据",
    "rules": "核对启动条件",
    "exposure": "风险点与人员",
    "signals": "群众诉求侧信号",
    "past": "以往教训",
    "advise": "响应建议与叫应",
    "place": "力量预置",
    "outlook": "未来推演",
    "narrate": "拟写研判",
    "check": "逐句核验",
    "review": "成稿",
}

Source = Literal["rule", "model", "fallback"]


@dataclass(frozen=True)
class Found:
    """What a step adds to the state, what of it a watcher sees (`patch`), and which parts took a fallback."""

    update: Json
    summary: str
    patch: Json = field(default_factory=dict[str, "object"])
    source: Source = "rule"
    degraded: tuple[str, ...] = ()


Work = Callable[[JudgmentState, Run], Awaitable[Found]]
Node = Callable[[JudgmentState, Run], Awaitable[Json]]


def step(name: str) -> Callable[[Work], Node]:
    """Make a graph node of a step: announce, time, run, name what degraded, announce."""

    def wrap(work: Work) -> Node:
        @functools.wraps(work)
        async def node(state: JudgmentState, runtime: Run) -> Json:
            write, begun = runtime.stream_writer, time.perf_counter()
            write({"type": "step.started", "name": name, "title": TITLES[name]})
            found = await work(state, runtime)
            for why in found.degraded:
                write({"type": "degraded", "step": name, "why": why})
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
            if not found.degraded:
                return found.update
            told = [{"step": name, "why": why} for why in found.degraded]
            return found.update | {"degraded": [*state.get("degraded", []), *told]}

        return node

    return wrap
