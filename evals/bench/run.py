"""Speed and size, side by side in one run: on a shared machine only the ratios travel.

Every row pays for its own vectors: no text is remembered from another row.
"""

import asyncio
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from agents.privacy import find_injection, redact
from agents.triage.context import ModelUses
from agents.triage.graph import TriageGraph, build_analysis
from evals.context import Stage
from evals.stats import percentile
from evals.triage.batch import Batch, OrderedHistory, analyse
from evals.triage.case import Case
from knowledge.city import deadline_for, responsible_unit
from tools.ticket import Ticket

Say = Callable[[str], None]
Unit = Literal["单/秒", "毫秒", "MB"]
RULES_ONLY = ModelUses(choose=False, write=False)


@dataclass(frozen=True)
class Row:
    """p50, p95: of single items in ms. ratio: to the row named `to`."""

    name: str
    value: float
    unit: Unit
    p50: float | None = None
    p95: float | None = None
    ratio: float | None = None
    to: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def measure(stage: Stage, cases: Sequence[Case], say: Say) -> list[Row]:
    """All rows, one after the other, on the same tickets."""
    tickets = [case.ticket for case in cases]
    say("一个工单单独处理")
    graph = build_analysis()
    _warm(stage, graph, tickets[0])
    alone = _timed("单个工单", lambda ticket: asyncio.run(_alone(stage, graph, ticket)), tickets)
    say("向量、脱敏与规则、检索")
    parts = [
        _timed("仅向量", lambda ticket: stage.embedder.embed_queries([ticket.text]), tickets, alone),
        _timed("仅脱敏与规则", lambda ticket: _rules(stage, ticket), tickets, alone),
        _timed("仅知识检索", lambda ticket: stage.knowledge.search(ticket.text), tickets, alone),
    ]
    say("批量，一个工作线程")
    one = _batch(stage, cases, 1)
    say("批量，两个工作线程")
    two = _batch(stage, cases, 2, one)
    return [one, two, alone, *parts, _memory()]


def _warm(stage: Stage, graph: TriageGraph, ticket: Ticket) -> None:
    """First calls load lazily what later ones find ready."""
    asyncio.run(_alone(stage, graph, ticket))
    stage.knowledge.search(ticket.text)


async def _alone(stage: Stage, graph: TriageGraph, ticket: Ticket) -> None:
    await analyse(graph, stage.context(OrderedHistory([ticket]), RULES_ONLY), ticket)


def _rules(stage: Stage, ticket: Ticket) -> None:
    """What a ticket costs in code alone: personal data, commands, place, unit, deadline."""
    city = stage.city
    redact(ticket.text, caller_name=ticket.caller.name, city=city)
    find_injection(ticket.text)
    place = stage.geocoder.locate(ticket.text, near=ticket.text)
    entry = next(iter(city.catalogue.values()))
    responsible_unit(city, entry, place)
    deadline_for(city, entry.default_type, entry.default_urgency, entry.code, ticket.created_at)


def _timed(
    name: str, work: Callable[[Ticket], object], tickets: Sequence[Ticket], whole: Row | None = None
) -> Row:
    spent: list[float] = []
    for ticket in tickets:
        begun = time.perf_counter()
        work(ticket)
        spent.append((time.perf_counter() - begun) * 1000)
    mean = sum(spent) / len(spent)
    row = Row(name, mean, "毫秒", percentile(spent, 50), percentile(spent, 95))
    return _against(row, whole)


def _batch(stage: Stage, cases: Sequence[Case], workers: int, single: Row | None = None) -> Row:
    plain = [Case(case.ticket, case.gold) for case in cases]  # no twins: only what a batch really runs
    begun = time.perf_counter()
    asyncio.run(_drain(Batch(stage, plain, workers=workers, uses=RULES_ONLY), plain))
    rate = len(plain) / (time.perf_counter() - begun)
    return _against(Row(f"批量，{workers} 个工作线程", rate, "单/秒"), single)


async def _drain(batch: Batch, cases: Sequence[Case]) -> None:
    for case in cases:
        await batch.outcome(case.ticket.ticket_id)


def _against(row: Row, other: Row | None) -> Row:
    if other is None:
        return row
    return Row(row.name, row.value, row.unit, row.p50, row.p95, row.value / other.value, other.name)


def _memory() -> Row:
    """Peak resident size of this process, index and reader included."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Row("进程内存峰值", peak / (1024 * 1024 if sys.platform == "darwin" else 1024), "MB")
