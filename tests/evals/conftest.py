"""A world small enough to build for every test run."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.triage.decision import TriageDecision
from evals.triage.case import Case, Command, Gold
from evals.triage.scorers.family import Outcome, World
from knowledge.base import KnowledgeBase
from knowledge.city import City, load_city
from tests.evals.made import TEXT, WHEN, Letters, demand, gold_demand
from tools.ticket import Ticket

PACK = Path(__file__).parents[2] / "knowledge" / "city" / "yunzhou"
LAW = (
    "---\ntitle: 沄州市容条例\neffective: 2025-01-01\n---\n第一条 城管部门管路边摊。\n\n第二条 罚款二百元。\n"
)


@pytest.fixture(scope="session")
def letters() -> Letters:
    return Letters()


@pytest.fixture(scope="session")
def city() -> City:
    return load_city(PACK)


@pytest.fixture(scope="session")
def world(city: City, letters: Letters, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    (folder / "law.md").write_text(LAW, encoding="utf-8")
    base = KnowledgeBase.open(folder / "base", letters, lambda: WHEN)
    base.add([folder / "law.md"])
    base.publish()
    yield World(city, base)
    base.close()


@pytest.fixture
def case() -> Callable[..., Case]:
    def make(*, text: str = TEXT, command: Command | None = None, **gold: Any) -> Case:
        ticket = Ticket(ticket_id="T-1", created_at=WHEN, text=text)
        labels = {"ticket_type": "投诉", "urgency": "一般", "demands": [gold_demand()]} | gold
        return Case(ticket, Gold.model_validate(labels), command)

    return make


@pytest.fixture
def decided() -> Callable[..., TriageDecision]:
    def make(**changes: Any) -> TriageDecision:
        fields = {
            "ticket_id": "T-1",
            "ticket_type": "投诉",
            "urgency": "一般",
            "demands": [demand()],
            "redacted_text": TEXT.replace("王小明", "〔姓名〕").replace("13800000000", "〔电话〕"),
        }
        return TriageDecision.model_validate(fields | changes)

    return make


@pytest.fixture
def outcome(decided: Callable[..., TriageDecision]) -> Callable[..., Outcome]:
    def make(twin: TriageDecision | None = None, **changes: Any) -> Outcome:
        return Outcome(decided(**changes), 12.5, twin)

    return make
