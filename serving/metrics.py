"""Counters for Prometheus, on a registry of their own: two applications in one process don't meet."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from serving.store.tables import Json, RunRow

STEP_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """An observer of the run service; counts what the events say."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._runs = Gauge(
            "pingji_runs", "Runs by agent and state", ("agent", "status"), registry=self._registry
        )
        self._steps = Histogram(
            "pingji_step_seconds",
            "Time of a step",
            ("step", "source"),
            buckets=STEP_BUCKETS,
            registry=self._registry,
        )
        self._dispatches = Counter("pingji_dispatches", "Orders the city has", registry=self._registry)
        self._degraded = Counter(
            "pingji_degraded", "Steps on their fallback", ("step",), registry=self._registry
        )
        self._tokens = Counter(
            "pingji_model_tokens", "Model tokens of finished decisions", registry=self._registry
        )
        self._calls = Counter(
            "pingji_model_calls", "Model calls of finished decisions", registry=self._registry
        )

    async def observe(self, _session: AsyncSession, _run: RunRow, event: Json) -> None:
        """Observer of the run service."""
        match event["type"]:
            case "step.finished":
                self._steps.labels(event["name"], event["source"]).observe(event["elapsed_ms"] / 1000)
            case "effect.done":
                self._dispatches.inc()
            case "degraded":
                self._degraded.labels(event["step"]).inc()
            case "decision":
                self._tokens.inc(event["decision"]["llm_tokens"])
                self._calls.inc(event["decision"]["llm_calls"])
            case _:
                return

    async def text(self, session: AsyncSession) -> bytes:
        """The exposition text; runs are counted in the database, so a restart loses none."""
        counted = await session.execute(
            select(RunRow.agent, RunRow.status, func.count()).group_by(RunRow.agent, RunRow.status)
        )
        self._runs.clear()
        for agent, status, number in counted.tuples():
            self._runs.labels(agent, status).set(number)
        return generate_latest(self._registry)
