"""The drill of 郑州 7·20: the timeline of the official report's figures, and when the engine would have spoken."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter

from agents.judgment.engine.engine import Engine
from agents.judgment.engine.picture import Level, Picture
from evals.judgment.states import conditions
from evals.report import Json
from evals.settings import ROOT
from knowledge.city.plan import ResponsePlan
from knowledge.city.weather import Station
from tools.emergency.facts import Fact

DRILL = ROOT / "evals" / "data" / "drill_720.toml"
FACT: TypeAdapter[Fact] = TypeAdapter(Fact)


class Event(BaseModel):
    """One dated figure of the report: where it stands there, and the fact that it becomes."""

    model_config = ConfigDict(frozen=True)

    at: AwareDatetime
    what: str
    where: str
    fact: dict[str, Any]


class Drill(BaseModel):
    """sources: whether a condition is the report's (`report`) or ours for comparison (`model`)."""

    model_config = ConfigDict(frozen=True)

    start: AwareDatetime
    end: AwareDatetime
    actual_level_1: AwareDatetime
    actual_where: str
    losses: str
    losses_from: AwareDatetime
    losses_where: str
    districts: tuple[str, ...]
    sources: dict[str, str]
    station: dict[str, Any]
    events: tuple[Event, ...]
    response_plan: ResponsePlan


@dataclass(frozen=True)
class Advice:
    """A recommendation, on which conditions, and how long before the response that was signed in the end."""

    at: datetime
    action: str
    level: Level | None
    met: tuple[str, ...]
    minutes_won: float


def load_drill(path: Path = DRILL) -> Drill:
    return Drill.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def play(drill: Drill) -> list[Advice]:
    """Every recommendation to start, upgrade, downgrade or end, in order."""
    step = timedelta(minutes=drill.response_plan.semantics.evaluation_step_min)
    engine = Engine(drill.response_plan, stations(drill), drill.districts, start=drill.start)
    for event in drill.events:
        every = {"districts": drill.districts} if event.fact.get("districts") == "all" else {}
        if not engine.add(FACT.validate_python(event.fact | every)):
            raise ValueError(f"{event.what}: {engine.ignored.latest[-1].why}")
    found: list[Advice] = []
    at = drill.start
    while at <= drill.end:
        found += _advice(engine.evaluate(at), drill)
        at += step
    return found


def stations(drill: Drill) -> dict[str, Station]:
    columns = dict.fromkeys((info.alias or name for name, info in Station.model_fields.items()), None)
    station = Station.model_validate(columns | drill.station)
    return {station.station_id: station}


def report(drill: Drill, advice: list[Advice]) -> Json:
    """What the engine would have said when, against what happened."""
    first = next(item for item in advice if item.level == 1)
    return {
        "actual_level_1": drill.actual_level_1.isoformat(),
        "recommended_level_1": first.at.isoformat(),
        "minutes_won": first.minutes_won,
        "minutes_before_losses": (drill.losses_from - first.at).total_seconds() / 60,
        "advice": [
            {
                "at": item.at.isoformat(),
                "action": item.action,
                "level": item.level,
                "met": list(item.met),
                "sources": [drill.sources[name] for name in item.met],
                "minutes_won": item.minutes_won,
            }
            for item in advice
        ],
        "timeline": [
            event.model_dump(mode="json", include={"at", "what", "where"}) for event in drill.events
        ],
    }


def _advice(seen: Picture, drill: Drill) -> list[Advice]:
    (hazard,) = seen.hazards
    if hazard.action in ("none", "keep"):
        return []
    met = tuple(item.id for item in conditions(seen) if item.state == "met")
    won = (drill.actual_level_1 - seen.at).total_seconds() / 60
    return [Advice(seen.at, hazard.action, hazard.target, met, won)]
