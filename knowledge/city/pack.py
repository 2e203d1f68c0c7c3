"""The pack as read: every file parsed on its own, nothing compared yet."""

from dataclasses import dataclass
from typing import TypeVar

from knowledge.city.duties import DUTIES_FILE, Duties
from knowledge.city.plan import ResponsePlan
from knowledge.city.policy import CityPolicy
from knowledge.city.risk_kinds import RISK_KINDS_FILE, RiskKinds
from knowledge.city.shapes import Shapes, read_shapes
from knowledge.city.source import Record, Source, Table
from knowledge.city.tables import (
    CatalogueEntry,
    Department,
    Place,
    RouteUtterance,
    UnitRule,
    UnitUtterance,
    Utterance,
)
from knowledge.city.weather import (
    Contact,
    Equipment,
    RiskPoint,
    Shelter,
    Signal,
    Station,
    Team,
)

ROUTES_FILE = "utterances/routes.csv"
UNITS_FILE = "utterances/units.csv"
RULES_FILE = "unit_rules.csv"
PLAN_FILE = "weather/response_plan.toml"
STATIONS_FILE = "weather/stations.csv"

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Pack:
    """Parsed files. `policy`, `plan` are None when their TOML did not parse (see the problems)."""

    policy: CityPolicy | None
    plan: ResponsePlan | None
    plan_text: str
    departments: Table[Department]
    catalogue: Table[CatalogueEntry]
    gazetteer: Table[Place]
    utterances: tuple[Table[Utterance], ...]
    routes: Table[RouteUtterance]
    unit_rules: Table[UnitRule]
    unit_utterances: Table[UnitUtterance]
    signals: Table[Signal]
    stations: Table[Station]
    risk_points: Table[RiskPoint]
    shelters: Table[Shelter]
    teams: Table[Team]
    equipment: Table[Equipment]
    contacts: Table[Contact]
    shapes: Shapes
    duties: Duties | None
    risk_kinds: RiskKinds | None

    @property
    def tables(self) -> dict[str, "Table[Record]"]:
        """Every table by its file name."""
        named: dict[str, Table[Record]] = {}
        for value in (*vars(self).values(), *self.utterances):
            if isinstance(value, Table):
                table: Table[Record] = value
                named[table.file] = table
        return named


def read_pack(source: Source) -> Pack:
    """Reads every file; mistakes go to `source.problems`."""
    plan = source.toml(PLAN_FILE, ResponsePlan)
    return Pack(
        policy=source.toml("city.toml", CityPolicy),
        plan=plan,
        plan_text=source.text(f"weather/{plan.plan.text_file}") if plan else "",
        departments=source.table("departments.csv", Department),
        catalogue=source.table("catalogue.csv", CatalogueEntry),
        gazetteer=source.table("gazetteer.csv", Place),
        utterances=tuple(source.table(file, Utterance) for file in _utterance_files(source)),
        routes=_optional(source, ROUTES_FILE, RouteUtterance),
        unit_rules=_optional(source, RULES_FILE, UnitRule),
        unit_utterances=_optional(source, UNITS_FILE, UnitUtterance),
        signals=source.table("weather/signals.csv", Signal),
        stations=source.table(STATIONS_FILE, Station),
        risk_points=source.table("weather/risk_points.csv", RiskPoint),
        shelters=source.table("weather/shelters.csv", Shelter),
        teams=source.table("weather/teams.csv", Team),
        equipment=source.table("weather/equipment.csv", Equipment),
        contacts=source.table("weather/contacts.csv", Contact),
        shapes=read_shapes(source),
        duties=_optional_toml(source, DUTIES_FILE, Duties),
        risk_kinds=_optional_toml(source, RISK_KINDS_FILE, RiskKinds),
    )


def _utterance_files(source: Source) -> list[str]:
    paths = sorted((source.root / "utterances").glob("*.csv"))
    files = (f"utterances/{path.name}" for path in paths)
    return [file for file in files if file not in (ROUTES_FILE, UNITS_FILE)]


def _optional_toml(source: Source, file: str, model: type[R]) -> R | None:
    return source.toml(file, model) if (source.root / file).exists() else None


def _optional(source: Source, file: str, model: type[R]) -> Table[R]:
    return source.table(file, model) if (source.root / file).exists() else Table(file, (), ())
