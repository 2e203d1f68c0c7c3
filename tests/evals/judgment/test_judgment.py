"""The evaluation of judgments: it finds what is wrong, counts what is won, and sees what silence does."""

import copy
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.progress import Progress

from evals.__main__ import main
from evals.errors import DataBroken, DataMissing
from evals.judgment.case import Case, load_cases, replay
from evals.judgment.degraded import silence
from evals.judgment.lead import leads
from evals.judgment.run import evaluate
from evals.judgment.states import compare, conditions
from knowledge.city import City

SCENARIOS = Path("tools/simulator/scenarios")


@pytest.fixture(scope="module")
def storm() -> Case:
    return load_cases(SCENARIOS / "storm_may")[0]


def test_every_folder_with_a_scenario_is_a_case(tmp_path: Path) -> None:
    names = {case.scenario.name for case in load_cases(SCENARIOS)}
    assert {"storm_may", "typhoon_july"} <= names
    with pytest.raises(DataMissing, match="--scenarios"):
        load_cases(tmp_path)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda found: [], "全文"),
        (lambda found: {"steps": found["steps"]}, "first_met"),
        (lambda found: found | {"steps": found["steps"][1:]}, "每 30 分钟一步，共 73 步"),
        (lambda found: found | {"steps": [{"time": 8}]}, r"steps\[0\]"),
    ],
)
def test_a_broken_reference_is_named(
    tmp_path: Path, spoil: Callable[[dict[str, Any]], object], told: str
) -> None:
    path = shutil.copytree(SCENARIOS / "storm_may", tmp_path / "storm") / "expected.json"
    path.write_text(json.dumps(spoil(json.loads(path.read_text(encoding="utf-8")))), encoding="utf-8")
    with pytest.raises(DataBroken, match=rf"expected\.json.*{told}"):
        load_cases(tmp_path)


def test_scenarios_elsewhere_without_a_reference_and_with_strange_rows(city: City, tmp_path: Path) -> None:
    folder = short(tmp_path / "storm")
    (folder / "expected.json").unlink()
    (folder / "forecasts.csv").write_text("", encoding="utf-8")
    header, first, *_ = (folder / "observations.csv").read_text(encoding="utf-8").splitlines()
    rows = [header, first, first.replace("RG01", "XX01"), first.replace("rain_10min", "snow")]
    (folder / "observations.csv").write_text("\n".join(rows), encoding="utf-8")
    with Progress(disable=True) as progress:
        found = evaluate(city, load_cases(tmp_path), progress)
    without, ignored = found.notes["storm_may"]
    assert "没有 expected.json" in without
    assert ignored.startswith("未采用 2 条数据") and "XX01" in ignored and "snow" in ignored
    assert {one.total for one in found.right} == {0}


def test_a_scenario_may_have_a_step_of_its_own(city: City, tmp_path: Path) -> None:
    about = short(tmp_path / "storm") / "scenario.toml"
    text = about.read_text(encoding="utf-8").replace("evaluation_step_min = 30", "evaluation_step_min = 20")
    about.write_text(text, encoding="utf-8")
    (about.parent / "expected.json").unlink()
    pictures = replay(city, load_cases(tmp_path)[0].scenario)
    assert [seen.at.minute for seen in pictures] == [0, 20, 40, 0]
    assert {item.since.minute for item in conditions(pictures[-1])} <= {0, 20, 40}


def short(folder: Path) -> Path:
    """storm_may, but only its first hour."""
    shutil.copytree(SCENARIOS / "storm_may", folder)
    about = (folder / "scenario.toml").read_text(encoding="utf-8")
    (folder / "scenario.toml").write_text(
        about.replace("2026-05-19T20:00", "2026-05-18T09:00"), encoding="utf-8"
    )
    return folder


def test_what_differs_from_the_reference_is_counted_and_listed(city: City, storm: Case) -> None:
    assert storm.expected
    pictures = replay(city, storm.scenario)
    tallies, wrong = compare(storm.expected, pictures)
    assert wrong == []
    assert all(one.hits == one.total for name, one in tallies.items() if name != "unknown_shown")
    other = copy.deepcopy(storm.expected)
    step = next(step for step in other["steps"] if "F4-02" in step["met"])
    step["met"].remove("F4-02")
    step["unknown"].append("F4-02")
    step["level_possible"]["flood"] = 1
    other["first_met"]["F4-02"]["time"] = other["steps"][0]["time"]
    quiet = next(step for step in other["steps"] if "F4-01" in step["not_met"])
    quiet["not_met"].remove("F4-01")
    quiet["unknown"].append("F4-01")
    tallies, wrong = compare(other, pictures)
    assert {row["what"] for row in wrong} == {"F4-01", "F4-02", "level_possible"}
    assert tallies["states"].total - tallies["states"].hits == 2
    assert tallies["levels"].total - tallies["levels"].hits == 1
    assert tallies["first_met"].total - tallies["first_met"].hits == 1
    assert (tallies["unknown_shown"].hits, tallies["unknown_shown"].total) == (1, 2)


def test_minutes_won_against_the_red_signal(city: City, storm: Case) -> None:
    (lead,) = leads(city.weather.plan, storm.scenario, replay(city, storm.scenario))
    assert (lead.hazard, lead.minutes) == ("flood", 36)


@pytest.mark.parametrize(("feed", "unknown"), [("alerts", True), ("tickets", False)])
def test_silence_makes_unknown_and_never_calm(feed: str, unknown: bool, city: City, storm: Case) -> None:
    early = replace(storm.scenario, end=storm.scenario.start + timedelta(hours=10))
    told = silence(city, early, feed, replay(city, early))
    assert told.met > 0
    assert (told.became_unknown > 0) == unknown
    assert (told.calm, told.covered) == (0, told.steps)


def test_the_command_reports_what_is_wrong_and_ends_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = short(tmp_path / "storm")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    expected["steps"] = expected["steps"][:3]
    expected["steps"][1]["level_by_rules"]["flood"] = 2
    expected["first_met"] = {}
    (folder / "expected.json").write_text(json.dumps(expected), encoding="utf-8")
    report = tmp_path / "report.json"
    monkeypatch.setattr(
        sys, "argv", ["evals", "judgment", "--scenarios", str(tmp_path), "--json", str(report)]
    )
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    assert "不符 05-18T08:30 level_by_rules" in capsys.readouterr().out
    assert json.loads(report.read_text(encoding="utf-8"))["scenarios"] == ["storm_may"]
