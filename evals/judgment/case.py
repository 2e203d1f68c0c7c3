"""Scenario folders with what a reference found in them, and the engine's own pictures of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from agents.judgment.engine.engine import Engine
from agents.judgment.engine.picture import Picture
from evals.errors import DataBroken, DataMissing
from evals.report import Json
from knowledge.city import City
from knowledge.city.source import in_chinese, key_path
from tools.emergency.facts import Fact
from tools.emergency.scenario import Scenario, load_scenario

ABOUT = "scenario.toml"
EXPECTED = "expected.json"


Levels = dict[str, Literal[1, 2, 3, 4] | None]


class _Read(BaseModel):
    model_config = ConfigDict(strict=True)


class _Advice(_Read):
    action: Literal["none", "start", "upgrade", "keep", "downgrade", "end"]
    level: Literal[1, 2, 3, 4] | None


class _Step(_Read):
    """One step of expected.json, as the reference writes it."""

    time: str
    level_by_rules: Levels
    level_possible: Levels
    met: list[str]
    not_met: list[str]
    unknown: list[str]
    human: list[str]
    review: list[str]
    recommendation: dict[str, _Advice]
    in_force_if_signed: Levels
    end_conditions: dict[str, dict[str, Literal["met", "not_met", "unknown", "human"]]]


class _First(_Read):
    time: str


class _Expected(_Read):
    steps: list[_Step]
    first_met: dict[str, _First]


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
    return [_case(path) for path in folders]


def _case(folder: Path) -> Case:
    scenario = load_scenario(folder)
    return Case(scenario, _expected(folder / EXPECTED, scenario))


def _expected(path: Path, scenario: Scenario) -> Json | None:
    if not path.is_file():
        return None
    try:
        found = _Expected.model_validate_json(path.read_bytes())
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        raise DataBroken(path, f"{key_path(detail['loc'])} ", in_chinese(detail)[0]) from error
    times = [at.isoformat() for at in moments(scenario)]
    if [step.time for step in found.steps] != times:
        what = f"应从 {times[0]} 到 {times[-1]} 每 {scenario.step_min} 分钟一步，共 {len(times)} 步"
        raise DataBroken(path, "steps ", what)
    return found.model_dump()


def moments(scenario: Scenario) -> list[datetime]:
    """The evaluation points, start and end included."""
    step = timedelta(minutes=scenario.step_min)
    return [scenario.start + n * step for n in range((scenario.end - scenario.start) // step + 1)]


def turned_away(city: City, scenario: Scenario) -> Counter[str]:
    """Facts of the scenario that the engine doesn't take, by reason."""
    engine = _engine(city, scenario)
    for fact in scenario.facts:
        engine.add(fact)
    return engine.ignored.reasons


def replay(city: City, scenario: Scenario, facts: Iterable[Fact] | None = None) -> list[Picture]:
    """The picture at every step of a scenario; with other `facts` than its own if given."""
    engine = _engine(city, scenario)
    for fact in scenario.facts if facts is None else facts:
        engine.add(fact)
    return [engine.evaluate(at) for at in moments(scenario)]


def _engine(city: City, scenario: Scenario) -> Engine:
    codes = [district.code for district in city.districts.values()]
    step = timedelta(minutes=scenario.step_min)
    return Engine(city.weather.plan, city.weather.stations, codes, start=scenario.start, step=step)
