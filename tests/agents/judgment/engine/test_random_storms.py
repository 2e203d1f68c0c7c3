"""Random storms with every fault in them: the engine and the naive evaluator must agree at every step."""

import csv
import random
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agents.judgment.engine.engine import Engine
from evals.judgment.states import as_step
from knowledge.city import City, load_city
from tests.agents.judgment.engine.naive import Naive
from tests.agents.judgment.engine.storms import Storm

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
