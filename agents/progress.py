"""What a run tells its watchers: every step announces itself, its source, its time and what it found."""

import functools
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from langgraph.runtime import Runtime

Json = dict[str, Any]
S = TypeVar("S", bound=Mapping[str, Any])
R = TypeVar("R", bound=Runtime[Any])

Source = Literal["rule", "model", "fallback"]


@dataclass(frozen=True)
class Found:
    """What a step adds to the state, what of it a watcher sees (`patch`: fields of the agent's decision), and why
    parts of it took a fallback. Personal data stays out of `summary`."""

    update: Json
    summary: str
    patch: Json = field(default_factory=dict[str, Any])
    source: Source = "rule"
    degraded: tuple[str, ...] = ()


Work = Callable[[S, R], Awaitable[Found]]
Node = Callable[[S, R], Awaitable[Json]]


@dataclass(frozen=True)
class Steps:
    """Makes the nodes of one graph. titles: name of a step -> what people read."""

    titles: Mapping[str, str]

    def __call__(self, name: str) -> Callable[[Work[S, R]], Node[S, R]]:
        """Make a graph node of a step: announce, time, run, tell what degraded, announce."""

        def wrap(work: Work[S, R]) -> Node[S, R]:
            @functools.wraps(work)
            async def node(state: S, runtime: R) -> Json:
                write, begun = runtime.stream_writer, time.perf_counter()
                write({"type": "step.started", "name": name, "title": self.titles[name]})
                found = await work(state, runtime)
                for why in found.degraded:
                    write({"type": "degraded", "step": name, "why": why})
                write(self._finished(name, found, time.perf_counter() - begun))
                if not found.degraded:
                    return found.update
                told = [{"step": name, "why": why} for why in found.degraded]
                return found.update | {"degraded": [*state.get("degraded", []), *told]}

            return node

        return wrap

    def _finished(self, name: str, found: Found, seconds: float) -> Json:
        return {
            "type": "step.finished",
            "name": name,
            "title": self.titles[name],
            "source": found.source,
            "elapsed_ms": round(seconds * 1000),
            "summary": found.summary,
            "patch": found.patch,
        }
