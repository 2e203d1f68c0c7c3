"""A scenario folder (../simulator/scenarios, format of the city pack's weather/README.md) as dated facts.

A scenario is the log of a storm that never was: the engine, the evaluation and the simulated city read it here.
Values stay as they were written, absurd ones too: what to make of them is the engine's business.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from knowledge.city.source import MaybeNumber, MaybeText, Record, Source, Text
from knowledge.city.weather import Colour
from tools.emergency.facts import (
    CitizenSignal,
    Fact,
    Forecast,
    Observation,
    Quality,
    WeatherAlert,
    stamp,
)
from tools.emergency.reports import ReportLine, report_fact
from tools.errors import BadScenario

ABOUT: Final = "scenario.toml"
FILES: Final = (
    ABOUT,
    "observations.csv",
    "forecasts.csv",
    "warnings.jsonl",
    "reports.jsonl",
    "tickets_hint.csv",
    "expected.json",
)
"""What a scenario's folder holds."""
WEEK_MIN: Final = 7 * 24 * 60

Row = TypeVar("Row", bound=BaseModel)


@dataclass(frozen=True)
class Scenario:
    """Aware times; `facts` ordered by their stamps. `observations_from` is where the rain history begins."""

    name: str
    title: str
    start: datetime
    end: datetime
    observations_from: datetime
    step_min: int
    seed: int
    story: str
    facts: tuple[Fact, ...]


class _About(Record):
    model_config = ConfigDict(extra="ignore")

    name: Text
    title: Text
    start: AwareDatetime
    end: AwareDatetime
    observations_from: AwareDatetime
    step_min: int = Field(alias="evaluation_step_min", gt=0, le=WEEK_MIN)
    seed: int = 0
    story: str = ""


class _ObservationRow(Record):
    time: AwareDatetime
    station_id: Text
    metric: Text
    value: MaybeNumber
    unit: Text
    quality: Quality


class _ForecastRow(Record):
    issued_at: AwareDatetime
    valid_from: AwareDatetime
    valid_to: AwareDatetime
    district: MaybeText
    metric: Text
    value: float
    unit: Text
    station_id: MaybeText


class _HintRow(Record):
    time: AwareDatetime
    place_id: MaybeText
    kind: Text
    catalogue_code: MaybeText
    note: str


class _WarningLine(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Text
    event: Literal["issue", "update", "cancel"]
    type: Text
    colour: Colour
    districts: tuple[str, ...]
    issued_at: AwareDatetime
    effective_from: AwareDatetime
    expires_at: AwareDatetime | None = None
    supersedes: tuple[str, ...] = ()
    issuer: str
    headline: str = ""
    text: str = ""


def load_scenario(folder: Path) -> Scenario:
    """Read one scenario. A file that holds nothing may be left out, scenario.toml and the observations not.

    Raises BadScenario with every mistake, each with its file, line and remedy.
    """
    source = Source(folder)
    about = source.toml(ABOUT, _About)
    facts: list[Fact] = []
    rows = source.table("observations.csv", _ObservationRow).rows
    _collect(source, "observations.csv", rows, _observation, facts)
    if _there(folder, "forecasts.csv"):
        rows = source.table("forecasts.csv", _ForecastRow).rows
        _collect(source, "forecasts.csv", rows, _forecast, facts)
    if _there(folder, "warnings.jsonl"):
        warnings = source.lines("warnings.jsonl", _WarningLine)
        _collect(source, "warnings.jsonl", warnings, _alert, facts)
    if _there(folder, "reports.jsonl"):
        _collect(source, "reports.jsonl", source.lines("reports.jsonl", ReportLine), report_fact, facts)
    if about and _there(folder, "tickets_hint.csv"):
        hints = source.table("tickets_hint.csv", _HintRow).items
        facts += [_citizen(f"{about.name}-T{number:04}", row) for number, row in enumerate(hints, 1)]
    if about and not about.observations_from <= about.start < about.end:
        what = "observations_from、start、end 的先后不对"
        source.add(ABOUT, "start", what, "按 observations_from ≤ start < end 改正")
    if source.problems or about is None:
        raise BadScenario(folder, source.problems)
    return Scenario(**about.model_dump(), facts=tuple(sorted(facts, key=stamp)))


def _there(folder: Path, file: str) -> bool:
    """A file without a single byte, not even a header, holds nothing either."""
    path = folder / file
    return path.exists() and path.stat().st_size > 0


def _collect(
    source: Source,
    file: str,
    rows: Iterable[tuple[int, Row]],
    fact: Callable[[Row], Fact],
    facts: list[Fact],
) -> None:
    """Turn rows into facts; a row that contradicts itself becomes a problem with its line."""
    for line, row in rows:
        try:
            facts.append(fact(row))
        except ValueError as error:
            source.add(file, f"第 {line} 行", str(error), "按 README 的说明改正")


def _observation(row: _ObservationRow) -> Observation:
    return Observation(**row.model_dump())


def _forecast(row: _ForecastRow) -> Forecast:
    if (row.district is None) == (row.station_id is None):
        raise ValueError("district 和 station_id 应恰有一个")
    return Forecast(**row.model_dump(exclude={"district"}), district_code=row.district)


def _alert(row: _WarningLine) -> WeatherAlert:
    return WeatherAlert(**row.model_dump(exclude={"id"}), alert_id=row.id)


def _citizen(signal_id: str, row: _HintRow) -> CitizenSignal:
    fields = row.model_dump(exclude={"catalogue_code"})
    return CitizenSignal(**fields, signal_id=signal_id, category_code=row.catalogue_code)
