"""Scenario folders: what the given ones hold, and how a bad file is reported."""

import shutil
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from tools.emergency.facts import stamp
from tools.emergency.scenario import load_scenario
from tools.errors import BadScenario

GIVEN = Path(__file__).parents[4] / "shared" / "city" / "scenarios"

ABOUT = """
name = "tiny"
title = "小雨"
start = "2026-05-18T08:00:00+08:00"
end = "2026-05-18T10:00:00+08:00"
observations_from = "2026-05-18T08:00:00+08:00"
seed = 1
evaluation_step_min = 30
teaches = []
"""
OBSERVATIONS = """time,station_id,metric,value,unit,quality
2026-05-18T09:00:00+08:00,RG01,rain_10min,1.5,mm,good
2026-05-18T08:10:00+08:00,RG01,rain_10min,,mm,missing
"""
REPORTS = (
    '{"id": "R1", "time": "2026-05-18T08:30:00+08:00", "kind": "district_response", "district": "990304",'
    ' "hazard": "flood", "level": 4, "event": "start", "source": "区防汛办"}\n\n'
    '{"id": "R2", "time": "2026-05-18T08:20:00+08:00", "kind": "finding", "condition_id": "F4-09",'
    ' "object": "闸", "event": "reported", "text": "关不严", "by": "街道"}\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scenario.toml").write_text(ABOUT, encoding="utf-8")
    (tmp_path / "observations.csv").write_text(OBSERVATIONS, encoding="utf-8")
    (tmp_path / "reports.jsonl").write_text(REPORTS, encoding="utf-8")
    return tmp_path


def test_facts_come_in_the_order_of_their_stamps(folder: Path):
    scenario = load_scenario(folder)
    assert scenario.start == datetime.fromisoformat("2026-05-18T08:00:00+08:00")
    assert scenario.step_min == 30
    assert [fact.fact for fact in scenario.facts] == [
        "observation",
        "finding",
        "district_response",
        "observation",
    ]
    missing, finding, response, rain = scenario.facts
    assert (missing.value, missing.quality) == (None, "missing")
    assert (finding.report_id, finding.condition_id, finding.object) == ("R2", "F4-09", "闸")
    assert (response.district_code, response.level, response.hazard) == ("990304", 4, "flood")
    assert (rain.value, rain.unit) == (1.5, "mm")


def test_every_mistake_is_named_with_file_and_line(folder: Path):
    (folder / "observations.csv").write_text(
        OBSERVATIONS + "2026-05-18T09:10:00,RG01,rain_10min,2,mm,good\n"
        "2026-05-18T09:20:00+08:00,RG01,rain_10min,much,mm,good\n",
        encoding="utf-8",
    )
    (folder / "reports.jsonl").write_text(
        REPORTS + '{"id": "R3"\n' + '{"kind": "rumour"}\n', encoding="utf-8"
    )
    (folder / "forecasts.csv").write_text(
        "issued_at,valid_from,valid_to,district,metric,value,unit,station_id\n"
        "2026-05-18T08:00:00+08:00,2026-05-18T08:00:00+08:00,2026-05-18T14:00:00+08:00,,rain_6h,3,mm,\n",
        encoding="utf-8",
    )
    with pytest.raises(BadScenario) as error:
        load_scenario(folder)
    places = [(p.file, p.where.split("，")[0]) for p in error.value.problems]
    assert places == [
        ("observations.csv", "第 4 行"),
        ("observations.csv", "第 5 行"),
        ("forecasts.csv", "第 2 行"),
        ("reports.jsonl", "第 4 行"),
        ("reports.jsonl", "第 5 行"),
    ]
    assert "时区" in str(error.value)


def test_a_folder_without_observations_is_refused(folder: Path):
    (folder / "observations.csv").unlink()
    with pytest.raises(BadScenario, match=r"observations\.csv，文件"):
        load_scenario(folder)


def test_start_after_end_is_refused(folder: Path):
    (folder / "scenario.toml").write_text(ABOUT.replace("T10:00", "T07:00"), encoding="utf-8")
    with pytest.raises(BadScenario, match="先后"):
        load_scenario(folder)


@pytest.mark.skipif(not GIVEN.exists(), reason="../shared/city is not here")
@pytest.mark.parametrize("name", ["storm_may", "typhoon_july"])
def test_no_row_of_the_given_scenarios_is_lost(name: str, tmp_path: Path):
    shutil.copytree(GIVEN / name, tmp_path / name)
    scenario = load_scenario(tmp_path / name)
    lines = {
        file: (tmp_path / name / file).read_text(encoding="utf-8").count("\n")
        for file in (
            "observations.csv",
            "forecasts.csv",
            "warnings.jsonl",
            "reports.jsonl",
            "tickets_hint.csv",
        )
    }
    found = Counter(fact.fact for fact in scenario.facts)
    assert found["observation"] == lines["observations.csv"] - 1
    assert found["forecast"] == lines["forecasts.csv"] - 1
    assert found["alert"] == lines["warnings.jsonl"]
    assert found["district_response"] + found["finding"] == lines["reports.jsonl"]
    assert found["citizen"] == lines["tickets_hint.csv"] - 1
    stamps = [stamp(fact) for fact in scenario.facts]
    assert stamps == sorted(stamps)
