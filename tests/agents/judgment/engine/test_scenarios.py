"""Every step of the scenarios, against the results of their reference: not one state may differ."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from agents.judgment.engine import picture
from agents.judgment.engine.engine import Engine
from evals.judgment.states import as_step, conditions
from knowledge.city import City, load_city
from tests.agents.judgment.engine.write_expected import expected
from tools.emergency.scenario import load_scenario

PACK = Path("knowledge/city/yunzhou")
SCENARIOS = Path("tools/simulator/scenarios")
NAMES = ("storm_may", "typhoon_july", "downburst_june")
ABSURD = {"downburst_june": 1}  # values outside the valid range: turned away, and absent for the reference


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(PACK)


@pytest.fixture(scope="module", params=NAMES)
def steps(
    request: pytest.FixtureRequest, city: City
) -> Iterator[tuple[dict[str, Any], list[picture.Picture]]]:
    folder = SCENARIOS / request.param
    scenario = load_scenario(folder)
    codes = [district.code for district in city.districts.values()]
    engine = Engine(city.weather.plan, city.weather.stations, codes, start=scenario.start)
    assert sum(not engine.add(fact) for fact in scenario.facts) == ABSURD.get(request.param, 0)
    wanted = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    yield wanted, [engine.evaluate(datetime.fromisoformat(step["time"])) for step in wanted["steps"]]


def test_states_levels_and_advice_at_every_step(steps: tuple[dict[str, Any], list[picture.Picture]]) -> None:
    reference, pictures = steps
    for step, seen in zip(reference["steps"], pictures, strict=True):
        assert as_step(seen) == {**step, "review": sorted(step["review"])}


def test_first_met_with_its_evidence(steps: tuple[dict[str, Any], list[picture.Picture]]) -> None:
    reference, pictures = steps
    first: dict[str, picture.ConditionState] = {}
    for seen in pictures:
        for condition in conditions(seen):
            if condition.state == "met":
                first.setdefault(condition.id, condition)
    assert first.keys() == reference["first_met"].keys()
    for name, wanted in reference["first_met"].items():
        assert first[name].first_met_at == datetime.fromisoformat(wanted["time"])
        for t, evidence in wanted["evidence"].items():
            if t == "confirmed":
                assert all(thing in first[name].why for thing in evidence)
            else:
                test = next(item for item in first[name].tests if item.t == t)
                assert _evidence(test, evidence.keys()) == evidence


def test_the_reference_of_our_own_scenario_is_of_another_hand() -> None:
    folder = SCENARIOS / "downburst_june"
    kept = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert kept == expected(folder, PACK)


def _evidence(test: picture.TestState, keys: Any) -> dict[str, Any]:
    true = [reading for reading in test.readings if reading.verdict]
    subjects = [reading.subject for reading in true]
    every = {
        "share": test.observed,
        "upper_share": test.upper,
        "count": test.observed,
        "unknown": (test.upper or 0) - (test.observed or 0),
        "stations": subjects,
        "districts": subjects,
        "values": {reading.subject: reading.value for reading in true},
        "signals": sorted({source for reading in true for source in reading.sources}),
    }
    return {key: every[key] for key in keys}
