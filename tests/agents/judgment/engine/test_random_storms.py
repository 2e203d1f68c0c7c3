"""Random storms with every fault in them: the engine and the naive evaluator must agree at every step."""

import csv
import random
import tomllib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agents.judgment.engine.engine import Engine
from evals.judgment.states import as_step
from knowledge.city import City, load_city
from tests.agents.judgment.engine.naive import Naive
from tests.agents.judgment.engine.storms import Storm
from tools.emergency.facts import DistrictReport, Fact, Forecast, WeatherAlert
from tools.emergency.scenario import load_scenario

PACK = Path("knowledge/city/yunzhou")


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(PACK)


@pytest.mark.parametrize("seed", range(6))
def test_engine_agrees_with_the_text(seed: int, city: City) -> None:
    compare(seed, city)


@pytest.mark.stress
@pytest.mark.parametrize("seed", range(100, 200))
def test_engine_agrees_with_the_text_in_many_storms(seed: int, city: City) -> None:
    compare(seed, city)


def test_engine_agrees_with_the_text_on_instruments_that_fail(city: City) -> None:
    scenario = load_scenario(Path("tools/simulator/scenarios/downburst_june"))
    plan, stations = raw_pack()
    districts = [district.code for district in city.districts.values()]
    naive = Naive(plan, stations, districts, scenario.start, rows_of(scenario.facts))
    engine = Engine(city.weather.plan, city.weather.stations, districts, start=scenario.start)
    for fact in scenario.facts:
        engine.add(fact)
    at = scenario.start
    while at <= scenario.end:
        assert as_step(engine.evaluate(at)) == naive.evaluate(at), at
        at += timedelta(minutes=scenario.step_min)


def rows_of(facts: Sequence[Fact]) -> dict[str, list[dict[str, Any]]]:
    """Facts as the naive evaluator takes them: rows of plain values."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in KINDS.values()}
    for fact in facts:
        row = fact.model_dump()
        match fact:
            case Forecast():
                row["subject"] = fact.district_code or fact.station_id
            case WeatherAlert():
                row["id"] = fact.alert_id
            case DistrictReport():
                row["district"] = fact.district_code
            case _:
                pass
        rows[KINDS[fact.fact]].append(row)
    return rows


KINDS = {
    "observation": "observations",
    "forecast": "forecasts",
    "alert": "warnings",
    "district_response": "responses",
    "finding": "findings",
    "citizen": "tickets",
}


def raw_pack() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The plan and the stations as text and TOML give them."""
    plan = tomllib.loads((PACK / "weather/response_plan.toml").read_text(encoding="utf-8"))
    with (PACK / "weather/stations.csv").open(encoding="utf-8") as file:
        return plan, list(csv.DictReader(file))


def compare(seed: int, city: City) -> None:
    plan, stations = raw_pack()
    districts = [district.code for district in city.districts.values()]
    storm = Storm(seed, plan, sparse(seed, stations), districts)
    kept = {row["station_id"]: city.weather.stations[row["station_id"]] for row in storm.stations}
    engine = Engine(city.weather.plan, kept, districts, start=storm.start)
    for fact in storm.facts():
        engine.add(fact)
    naive = Naive(plan, list(storm.stations), districts, storm.start, storm.rows)
    for step in range(2 * storm.hours + 1):
        now = storm.start + timedelta(minutes=30 * step)
        assert as_step(engine.evaluate(now)) == naive.evaluate(now), now


def sparse(seed: int, stations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Half of the stations, at least two of each kind."""
    dice = random.Random(seed)
    kept: list[dict[str, Any]] = []
    for kind in sorted({station["kind"] for station in stations}):
        group = [station for station in stations if station["kind"] == kind]
        kept += dice.sample(group, max(2, len(group) // 2))
    return sorted(kept, key=stations.index)
