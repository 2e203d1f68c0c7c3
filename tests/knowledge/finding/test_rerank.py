import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from evals.retrieval.gate import measure
from evals.retrieval.laws import Question
from knowledge.base import KnowledgeBase
from knowledge.errors import RerankerProblem
from knowledge.finding.rerank import GATE, Gate, open_reranker, read_gate, write_gate
from knowledge.finding.search import Finder
from tests.evals.made import Letters

TEXT = "---\ntitle: 停车条例\n---\n第一条 停车收费。\n\n第二条 停车罚款。\n\n第三条 停车位规划。\n"


class Longest:
    """Prefers what the wanted word is in."""

    fingerprint = "st-longest"

    def __init__(self, word: str) -> None:
        self.word = word

    def scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([text.count(self.word) for text in texts], np.float32)


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    (tmp_path / "a.md").write_text(TEXT, encoding="utf-8")
    opened = KnowledgeBase.open(tmp_path / "var", Letters(), lambda: datetime(2026, 7, 1, tzinfo=UTC))
    opened.add([tmp_path / "a.md"])
    opened.publish()
    return opened


def test_a_reranker_reorders_what_is_found_but_not_what_is_named(base: KnowledgeBase) -> None:
    finder = Finder(base._store, Letters(), reranker=Longest("规划"))  # pyright: ignore[reportPrivateUsage]
    view, _ = base.look()
    hits = finder.find(view, "停车收费", date(2026, 7, 1), 3)
    assert hits[0].article == "第三条" and hits[0].legs["reranked"] == 1
    named = finder.find(view, "停车条例第二条", date(2026, 7, 1), 3)
    assert named[0].article == "第二条" and "reranked" not in named[0].legs
    base.close()


def test_the_gate_tells_help_from_harm(base: KnowledgeBase) -> None:
    asked = [
        Question(query_id=n, query="停车收费", relevant=("停车条例第三条", "停车条例第二条"))
        for n in range(20)
    ]
    quiet = Console(quiet=True)
    helped = measure(base, asked, Longest("规划"), "bag", quiet)
    harmed = measure(base, asked, Longest("收费"), "bag", quiet)
    assert helped.mrr_10 > 0 >= harmed.mrr_10 and not harmed.passed
    assert not helped.passed, "recall has not moved, so it is not worth its time"
    base.close()


def gate(**told: float) -> Gate:
    values: dict[str, float] = {"recall_10": 0.05, "recall_10_low": 0.01, "mrr_10": 0.05, "mrr_10_low": 0.01}
    return Gate("st-model", "bag-1", 700, **(values | told))


def test_a_gate_is_passed_only_when_both_measures_surely_gain() -> None:
    assert gate().passed
    assert not gate(mrr_10_low=-0.001).passed
    assert not gate(recall_10=0.005).passed


def test_without_a_passed_gate_for_this_embedder_a_reranker_stays_off(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    assert open_reranker(f"st:{model}", "bag-1") is None
    write_gate(model, gate(mrr_10=-0.2))
    assert open_reranker(f"st:{model}", "bag-1") is None
    write_gate(model, gate())
    assert open_reranker(f"st:{model}", "bag-2") is None
    (model / GATE).write_text("{")
    assert read_gate(model) is None and open_reranker(f"st:{model}", "bag-1") is None
    (model / GATE).write_text(json.dumps({"reranker": "x"}))
    assert read_gate(model) is None


@pytest.mark.parametrize("spec", ["http:x", "st:", "st:/nowhere"])
def test_a_bad_spec_says_what_to_do(spec: str) -> None:
    with pytest.raises(RerankerProblem, match=r"st:目录|检查"):
        open_reranker(spec, "bag-1")
