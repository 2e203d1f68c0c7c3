"""The evaluation of judgments: it finds what is wrong, counts what is won, and sees what silence does."""

import copy
import json
import shutil
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from evals.__main__ import main
from evals.errors import DataBroken, DataMissing
from evals.judgment.case import Case, load_cases, replay
from evals.judgment.degraded import silence
from evals.judgment.lead import leads
from evals.judgment.states import compare
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


def test_a_broken_reference_is_named(tmp_path: Path) -> None:
    shutil.copytree(SCENARIOS / "storm_may", tmp_path / "storm")
    (tmp_path / "storm" / "expected.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataBroken, match=r"expected\.json"):
        load_cases(tmp_path)


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
    folder = tmp_path / "storm"
    shutil.copytree(SCENARIOS / "storm_may", folder)
    about = (folder / "scenario.toml").read_text(encoding="utf-8")
    (folder / "scenario.toml").write_text(
        about.replace("2026-05-19T20:00", "2026-05-18T09:00"), encoding="utf-8"
    )
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
