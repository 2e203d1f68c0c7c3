"""Every step of both scenarios, against the reference's own results: not one state may differ."""

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
from tools.emergency.scenario import load_scenario

SCENARIOS = Path("tools/simulator/scenarios")
NAMES = ("storm_may", "typhoon_july")


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(Path("knowledge/city/yunzhou"))


@pytest.fixture(scope="module", params=NAMES)
def steps(
    request: pytest.FixtureRequest, city: City
) -> Iterator[tuple[dict[str, Any], list[picture.Picture]]]:
    folder = SCENARIOS / request.param
    scenario = load_scenario(folder)
    codes = [district.code for district in city.districts.values()]
    engine = Engine(city.weather.plan, city.weather.stations, codes, start=scenario.start)
    assert all(engine.add(fact) for fact in scenario.facts)
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    yield expected, [engine.evaluate(datetime.fromisoformat(step["time"])) for step in expected["steps"]]


def test_states_levels_and_advice_at_every_step(steps: tuple[dict[str, Any], list[picture.Picture]]) -> None:
    expected, pictures = steps
    for step, seen in zip(expected["steps"], pictures, strict=True):
        assert as_step(seen) == {**step, "review": sorted(step["review"])}


def test_first_met_with_its_evidence(steps: tuple[dict[str, Any], list[picture.Picture]]) -> None:
    expected, pictures = steps
    first: dict[str, picture.ConditionState] = {}
    for seen in pictures:
        for condition in conditions(seen):
            if condition.state == "met":
                first.setdefault(condition.id, condition)
    assert first.keys() == expected["first_met"].keys()
    for name, wanted in expected["first_met"].items():
        assert first[name].first_met_at == datetime.fromisoformat(wanted["time"])
        for t, evidence in wanted["evidence"].items():
            if t == "confirmed":
                assert all(thing in first[name].why for thing in evidence)
            else:
                test = next(item for item in first[name].tests if item.t == t)
                assert _evidence(test, evidence.keys()) == evidence


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
