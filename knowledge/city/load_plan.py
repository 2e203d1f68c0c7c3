"""A response plan with its stations, without the rest of a city: enough to judge by."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from knowledge.city.check_plan import check_plan, check_references
from knowledge.city.check_weather import check_plan_text
from knowledge.city.pack import PLAN_FILE, STATIONS_FILE
from knowledge.city.plan import ResponsePlan
from knowledge.city.source import Source
from knowledge.city.weather import Station
from knowledge.errors import CityPackError


@dataclass(frozen=True)
class PlanPack:
    """`districts` are the codes that the stations stand in, in the file's order."""

    plan: ResponsePlan
    plan_text: str
    stations: Mapping[str, Station]
    districts: tuple[str, ...]


def load_response_plan(root: Path) -> PlanPack:
    """Reads and checks weather/response_plan.toml, its text and weather/stations.csv below `root`.

    Raises CityPackError with every problem found.
    """
    source = Source(root)
    plan = source.toml(PLAN_FILE, ResponsePlan)
    table = source.table(STATIONS_FILE, Station)
    text = source.text(f"weather/{plan.plan.text_file}") if plan else ""
    districts = tuple(dict.fromkeys(station.district_code for station in table.items))
    if plan:
        check_plan_text(plan, text, source)
    if plan and not source.problems:
        check_plan(PLAN_FILE, plan, table.items, len(districts), source)
    check_references(table.file, table.rows, source)
    if source.problems or plan is None:
        raise CityPackError(root, source.problems)
    stations = MappingProxyType({station.station_id: station for station in table.items})
    return PlanPack(plan, text, stations, districts)
