"""The scenarios that ship: readable, as their generator writes them, with the faults that they promise."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tools.emergency.facts import Forecast, Observation
from tools.emergency.scenario import load_scenario

ROOT = Path(__file__).parents[3]
SCENARIOS = ROOT / "tools" / "simulator" / "scenarios"
GIVEN = ROOT.parent / "shared" / "city" / "scenarios"


@pytest.fixture(scope="module")
def downburst():
    return load_scenario(SCENARIOS / "downburst_june")


@pytest.mark.parametrize("name", ["storm_may", "typhoon_july"])
def test_given_scenarios_are_unchanged(name) -> None:
    if not GIVEN.is_dir():
        pytest.skip(f"没有 {GIVEN}：放上原始情景后可核对副本")
    for path in (GIVEN / name).iterdir():
        assert (SCENARIOS / name / path.name).read_bytes() == path.read_bytes()


def test_the_generator_writes_the_same_files_again(tmp_path) -> None:
    command = [sys.executable, "-m", "tools.simulator.scenarios.make_downburst", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == [
        "forecasts.csv",
        "observations.csv",
        "reports.jsonl",
        "scenario.toml",
        "tickets_hint.csv",
        "warnings.jsonl",
    ]
    for name in written:
        assert (tmp_path / name).read_bytes() == (SCENARIOS / "downburst_june" / name).read_bytes(), name


def of(scenario, station_id: str, metric: str, first: str, last: str) -> list[Observation]:
    return [
        fact
        for fact in scenario.facts
        if isinstance(fact, Observation)
        and (fact.station_id, fact.metric) == (station_id, metric)
        and f"2026-06-12T{first}" <= fact.time.isoformat()[:16] <= f"2026-06-12T{last}"
    ]


def test_the_downburst_has_its_faults(downburst) -> None:
    assert of(downburst, "RG08", "rain_10min", "15:20", "16:40") == []
    assert len(of(downburst, "RG07", "rain_10min", "15:20", "16:40")) == 9
    assert {o.value for o in of(downburst, "RG19", "rain_10min", "15:50", "17:00")} == {6.4}
    assert {o.quality for o in of(downburst, "RG23", "rain_10min", "16:10", "16:40")} == {"missing"}
    before, spike, after = of(downburst, "RV02", "water_level", "15:30", "16:30")
    assert spike.value - before.value > 3 and spike.value - after.value > 3
    twice = Counter(o.time for o in of(downburst, "PD04", "water_depth", "15:40", "16:00"))
    assert set(twice.values()) == {2}
    assert len({o.value for o in of(downburst, "PD04", "water_depth", "15:40", "16:00")}) > len(twice)
    assert len({o.value for o in of(downburst, "WD05", "gust", "16:00", "18:20")}) == 1


def test_no_forecast_came_for_hours_of_the_downburst(downburst) -> None:
    issued = {fact.issued_at.isoformat()[11:16] for fact in downburst.facts if isinstance(fact, Forecast)}
    assert issued == {"08:00", "11:00", "18:40", "20:00", "23:00"}


def test_it_rains_where_and_when_the_story_says(downburst) -> None:
    heaviest = max(
        (fact for fact in downburst.facts if isinstance(fact, Observation) and fact.metric == "rain_10min"),
        key=lambda fact: fact.value or 0,
    )
    assert heaviest.station_id in {f"RG{n:02}" for n in range(7, 13)}  # 望澜区
    assert "15:20" <= heaviest.time.isoformat()[11:16] <= "16:10"
    assert 10 < heaviest.value < 60
