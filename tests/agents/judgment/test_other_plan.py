"""A plan with other names, ids, clauses and windows: nothing of the bundled one is left in what is said of a storm."""

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from agents.briefing.checks import check
from agents.briefing.compose import compose
from agents.briefing.decision import FORM_NAMES
from agents.briefing.material import Material
from agents.judgment.checker import Checker
from agents.judgment.claims import Reader
from agents.judgment.decision import Judgment
from agents.judgment.judge import judge_once
from agents.judgment.replay import FactSituation
from knowledge.city import City, load_city
from tests.agents.judgment.played import ROOT, at, context_of, scenario

OTHER = {
    "response_plan.toml": (
        (r'id = "([FTE][FT]?)(\d)-', r'id = "Q\1\2-'),
        (r'(clause|section) = "5\.', r'\1 = "8.'),
        (r'flood = "防汛"', 'flood = "防洪"'),
        (r"window_min = 180", "window_min = 120"),
    ),
    "response_plan.md": ((r"(?m)^(#+) 5(\.|\s)", r"\1 8\2"), ("### 3.4 叫应", "### 3.7 预警叫应")),
    "risk_kinds.toml": ((r'"5\.', '"8.'),),
    "duties.toml": ((r'"5\.', '"8.'),),
}


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> City:
    pack = tmp_path_factory.mktemp("pack") / "other"
    shutil.copytree(ROOT / "knowledge/city/yunzhou", pack, copy_function=shutil.copyfile)
    for folder in (pack, *(path for path in pack.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    for name, changes in OTHER.items():
        changed(pack / "weather" / name, changes)
    return load_city(pack)


def changed(path: Path, changes: tuple[tuple[str, str], ...]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        text, count = re.subn(old, new, text)
        assert count, old
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def judged(other: City) -> Judgment:
    storm = scenario("storm_may")
    situation = FactSituation(other, storm.facts, storm.start, storm.name)
    return asyncio.run(judge_once(context_of(other, Reader(other), situation), at("18:00")))


def test_what_is_said_is_the_other_plans(other: City, judged: Judgment) -> None:
    said = [sentence for paragraph in judged.narrative for sentence in paragraph.sentences]
    told = "\n".join(one.text for one in said)
    assert "建议启动防洪Ⅲ级响应" in told and "防洪Ⅲ级8.5.1(1)成立" in told and "按3.7应叫应" in told
    assert any("近2小时雨量" in one.text for one in judged.evidence), "sums over the plan's own windows"
    checker = Checker(Reader(other), judged.evidence)
    assert [one for one in said if checker.check(one.text, one.evidence)] == []


def test_papers_hold(other: City, judged: Judgment) -> None:
    for form in FORM_NAMES:
        assert (
            check(compose(judged, form, other, material=Material(scenario("storm_may").facts)), judged) == ()
        )
