"""Six of the project's tickets through the real graph under Inspect, on a small share of the city's utterances."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.progress import Progress

from agents.model.off import NoModel
from agents.triage.basis import load_basis
from agents.triage.context import ModelUses
from agents.triage.reader import TicketReader
from evals.context import NoDispatch, Stage, index_hash, open_base
from evals.triage.batch import Batch
from evals.triage.case import SETS, Case, load_cases
from evals.triage.run import MEASURES, Asked, Evaluated, evaluate
from knowledge.city import City, Geocoder
from tests.evals.made import Letters
from tools.dispatch import DispatchOrder

LAW = "---\ntitle: 沄州市热线办法\neffective: 2025-01-01\n---\n第一条 热线受理诉求，按目录派单。\n"
SHARE = 12


@pytest.fixture(scope="module")
def stage(city: City, letters: Letters, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    (folder / "law.md").write_text(LAW, encoding="utf-8")
    base = open_base(folder / "base", folder, letters)
    base.add([folder / "law.md"])
    base.publish()
    small = replace(city, utterances=city.utterances[::SHARE])
    yield Stage(
        city=city,
        geocoder=Geocoder(city),
        embedder=letters,
        knowledge=base,
        reader=TicketReader.fit(small, letters),
        basis=load_basis(folder / "none.csv"),
        index_hash=index_hash(folder / "base" / "index"),
        model=NoModel(),
        model_timeout=1,
    )
    base.close()


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return load_cases(SETS["dev"], 6)


def run(stage: Stage, cases: list[Case], logs: Path) -> Evaluated:
    asked = Asked(cases, "dev", 2, ModelUses(choose=False, write=False), "off", logs)
    with Progress(disable=True) as progress:
        return evaluate(stage, asked, progress)


# Inspect leaves memory streams to the garbage collector; nothing of ours is unclosed.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_evaluation_from_tickets_to_report(stage: Stage, cases: list[Case], tmp_path: Path) -> None:
    found = run(stage, cases, tmp_path)
    assert found.failed == []
    assert [item.id for item in found.items] == [case.ticket.ticket_id for case in cases]
    assert {one.measure.key for one in found.measured} == {one.key for one in MEASURES} | {"failed"}
    values = {one.measure.key: one.value for one in found.measured}
    assert values["citation_valid"] == values["evidence_exact"] == values["pii_offsets"] == 1
    assert values["llm_calls"] == values["degraded"] == values["failed"] == 0
    assert (found.head["tickets"], found.head["model"], found.head["synthetic"]) == (6, "off", True)
    for field in ("commit", "date", "machine", "embedder", "index", "city_fingerprint", "prompt_versions"):
        assert field in found.head, field
    assert Path(found.head["inspect_log"]).suffix == ".eval"
    assert json.loads(found.items[0].detail["gold"])["ticket_type"] == "投诉"


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_ticket_whose_run_breaks_is_named_and_the_rest_goes_on(
    stage: Stage, cases: list[Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locate = Geocoder.locate

    def breaks(self: Geocoder, text: str, *, near: str | None = None) -> object:
        if text == cases[1].ticket.text:
            raise ZeroDivisionError("made to break")
        return locate(self, text, near=near)

    monkeypatch.setattr(Geocoder, "locate", breaks)
    found = run(stage, cases[:3], tmp_path)
    assert [ticket_id for ticket_id, _ in found.failed] == [cases[1].ticket.ticket_id]
    assert "made to break" in found.failed[0][1]
    assert len(found.items) == 2
    assert found.measured[0].hits == 1


def test_decisions_do_not_depend_on_the_number_of_workers(stage: Stage, cases: list[Case]) -> None:
    async def decisions(workers: int) -> list[dict[str, object]]:
        batch = Batch(stage, cases, workers=workers, uses=ModelUses(choose=False, write=False))
        found = [(await batch.outcome(case.ticket.ticket_id)).decision for case in cases]
        return [decision.model_dump(exclude={"elapsed_ms"}) for decision in found]

    assert asyncio.run(decisions(1)) == asyncio.run(decisions(3))


async def test_an_evaluation_refuses_to_dispatch() -> None:
    order = DispatchOrder.model_construct(ticket_id="T-1")
    with pytest.raises(RuntimeError, match="must not dispatch"):
        await NoDispatch().submit(order)
