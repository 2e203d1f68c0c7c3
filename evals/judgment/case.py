"""Scenario folders with what a reference found in them, and the engine's own pictures of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from agents.judgment.engine.engine import Engine
from agents.judgment.engine.picture import Picture
from evals.errors import DataBroken, DataMissing
from evals.report import Json
from knowledge.city import City
from tools.emergency.facts import Fact
from tools.emergency.scenario import Scenario, load_scenario

ABOUT = "scenario.toml"
EXPECTED = "expected.json"


@dataclass(frozen=True)
class Case:
    """`expected` is None for a scenario that nobody has worked out."""

    scenario: Scenario
    expected: Json | None


def load_cases(folder: Path) -> list[Case]:
    """All scenarios below a folder, or the one that it is. Raises DataMissing, DataBroken, BadScenario."""
    folders = (
        [folder] if (folder / ABOUT).is_file() else sorted(path.parent for path in folder.glob(f"*/{ABOUT}"))
    )
    if not folders:
        raise DataMissing(folder, f"请用 --scenarios 指明情景目录（其下各目录有 {ABOUT}）")
    return [Case(load_scenario(path), _expected(path / EXPECTED)) for path in folders]


def _expected(path: Path) -> Json | None:
    if not path.is_file():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataBroken(path, getattr(error, "lineno", 1), "不是合法的 JSON") from error


def replay(city: City, scenario: Scenario, facts: Iterable[Fact] | None = None) -> list[Picture]:
    """The picture at every step of a scenario; with other `facts` than its own if given."""
    codes = [district.code for district in city.districts.values()]
    engine = Engine(city.weather.plan, city.weather.stations, codes, start=scenario.start)
    for fact in scenario.facts if facts is None else facts:
        engine.add(fact)
    step, at = timedelta(minutes=scenario.step_min), scenario.start
    pictures: list[Picture] = []
    while at <= scenario.end:
        pictures.append(engine.evaluate(at))
        at += step
    return pictures
