"""The city as the rest of the program sees it: frozen, every reference already checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.city.calendar import WorkingCalendar
from knowledge.city.check import BOUNDARY
from knowledge.city.duties import Duties
from knowledge.city.plan import ResponsePlan
from knowledge.city.policy import (
    CityInfo,
    DeadlineOverride,
    DeadlineRow,
    DeadlineRule,
    Dispatch,
    District,
    Duplicates,
    EmergencyCue,
    EmergencyRule,
    Geocoding,
    NeverAutomate,
    Privacy,
    SpecialRoute,
    Territorial,
    TicketType,
    TypeRule,
    UrgencyClass,
    UrgencyRule,
)
from knowledge.city.risk_kinds import RiskKinds
from knowledge.city.shapes import Shapes
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

_SECTION = re.compile(r"^#+ (\d+(?:\.\d+)+) (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class WeatherPack:
    """The weather folder, by id. `plan_text` is the plan's Markdown, `plan` the same as data.

    A pack may have no duties: then nothing counts down.
    """

    plan: ResponsePlan
    plan_text: str
    signals: tuple[Signal, ...]
    stations: Mapping[str, Station]
    risk_points: Mapping[str, RiskPoint]
    shelters: Mapping[str, Shelter]
    teams: Mapping[str, Team]
    equipment: Mapping[str, Equipment]
    contacts: Mapping[str, Contact]
    risk_kinds: RiskKinds
    duties: Duties | None = None

    def section(self, about: str) -> str:
        """Number of the first section of the plan's text with these words in its heading; empty where none has."""
        found = (number for number, heading in _SECTION.findall(self.plan_text) if about in heading)
        return next(found, "")


@dataclass(frozen=True, repr=False)
class City:
    """One city pack. Mappings keep the files' order; `urgency_classes` run from low to high.

    `fingerprint` is the SHA-256 (hex) over the pack's data files: the same tables, the same fingerprint.
    """

    info: CityInfo
    fingerprint: str
    districts: Mapping[str, District]
    departments: Mapping[str, Department]
    catalogue: Mapping[str, CatalogueEntry]
    places: Mapping[str, Place]
    ticket_types: Mapping[str, TicketType]
    type_rule: TypeRule
    urgency_classes: Mapping[str, UrgencyClass]
    urgency_rule: UrgencyRule
    deadline_rule: DeadlineRule
    deadlines: tuple[DeadlineRow, ...]
    deadline_overrides: tuple[DeadlineOverride, ...]
    calendar: WorkingCalendar
    special_routes: Mapping[str, SpecialRoute]
    emergency_rule: EmergencyRule
    emergency_cues: Mapping[str, EmergencyCue]
    privacy: Privacy
    duplicates: Duplicates
    dispatch: Dispatch
    never_automate: NeverAutomate
    territorial: Territorial
    geocoding: Geocoding
    utterances: tuple[Utterance, ...]
    route_utterances: tuple[RouteUtterance, ...]
    unit_rules: tuple[UnitRule, ...]
    unit_utterances: tuple[UnitUtterance, ...]
    weather: WeatherPack
    shapes: Shapes

    def __repr__(self) -> str:
        return f"City({self.name}, {self.fingerprint[:12]})"

    @property
    def name(self) -> str:
        return self.info.name

    def boundary_refs(self, code: str) -> tuple[str, ...]:
        """Codes its notes point to (written 040101「…」), in order, each once. KeyError: unknown code."""
        return tuple(dict.fromkeys(found for found, _ in BOUNDARY.findall(self.catalogue[code].notes)))

    def urgency_rank(self, urgency: str) -> int:
        """0 for the lowest class. ValueError for an unknown one."""
        return list(self.urgency_classes).index(urgency)
