"""What city.toml says: districts, types, deadlines, routes, cues, privacy, duplicates. One class a table.

Every number is the city's own choice; the file says which.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field

from knowledge.city.source import Record, Text


class CityInfo(Record):
    name: Text
    code: Text
    fictional: bool
    level: Text
    population: int
    timezone: Text
    crs: Literal["WGS-84"]
    hotline: Text
    province_note: str = ""
    summary: str = ""


class Frame(Record):
    """The box every coordinate lies in, degrees."""

    lat_min: float
    lat_max: float
    lon_min: float
    lon_max: float

    def holds(self, lat: float, lon: float) -> bool:
        return self.lat_min <= lat <= self.lat_max and self.lon_min <= lon <= self.lon_max


class District(Record):
    """A county-level unit. `bbox` is lat_min, lon_min, lat_max, lon_max in degrees."""

    code: Text
    name: Text
    kind: Text
    population: int
    bbox: tuple[float, float, float, float]
    streets: tuple[Text, ...] = Field(min_length=1)
    note: str = ""

    def holds(self, lat: float, lon: float) -> bool:
        south, west, north, east = self.bbox
        return south <= lat <= north and west <= lon <= east


class TicketType(Record):
    id: Text
    meaning: Text
    cues: tuple[Text, ...] = Field(min_length=1)


class TypeRule(Record):
    mixed: Text
    report_first: Text


class UrgencyClass(Record):
    id: Text
    meaning: Text
    raise_cues: tuple[Text, ...] = ()


class UrgencyRule(Record):
    floor: Text
    risk_words: tuple[Text, ...]
    risk_action: Text


FinishUnit = Literal["working_day", "hour"]


class DeadlineRule(Record):
    """Prose, but for `cutoff`: it begins with the time (HH:MM) after which the next working day counts."""

    start: Text
    counting: Text
    cutoff: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d")
    longer_legal_limit: Text
    extend: Text
    write_on_ticket: bool
    conflict: Text


class DeadlineRow(Record):
    """Hours to the first contact, and working days or hours to the finish, for one type and urgency."""

    type: Text
    urgency: Text
    contact_hours: float = Field(gt=0)
    finish_value: int = Field(gt=0)
    finish_unit: FinishUnit


class DeadlineOverride(Record):
    """A second clock for some catalogue codes; the earlier of the two counts."""

    name: Text
    codes: tuple[Text, ...] = Field(min_length=1)
    urgencies: tuple[Text, ...] = Field(min_length=1)
    contact_hours: float = Field(gt=0)
    finish_value: int = Field(gt=0)
    finish_unit: FinishUnit
    note: str = ""


class CalendarYear(Record):
    year: int
    rest_days: frozenset[date]
    makeup_workdays: frozenset[date]


class CalendarTable(Record):
    """Office week and hours; `years` overrules the library of public holidays for the years it lists."""

    week: tuple[Literal["周一", "周二", "周三", "周四", "周五", "周六", "周日"], ...] = Field(min_length=1)
    hours: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")
    note: str = ""
    source_note: str = ""
    years: tuple[CalendarYear, ...] = ()


class SpecialRoute(Record):
    """A way out of the ordinary dispatch: what it covers, where it leads, what a person confirms."""

    id: Text
    key: Text
    name: Text
    covers: Text
    channel: Text
    phones: tuple[Text, ...]
    show_immediately: bool
    human_confirm: bool
    confirm_what: Text
    cues: tuple[Text, ...] = Field(min_length=1)


class EmergencyRule(Record):
    never_wait_for_model: bool
    unknown_tense: Text
    negation: Text
    negation_window_chars: int = Field(gt=0)
    text_channel: Text
    log: Text


class EmergencyCue(Record):
    """Words for a number to call. `counter_cues`: it isn't happening now; `hard_cues` can't be countered."""

    id: Text
    number: Text
    also: tuple[Text, ...] = ()
    also_dept_ids: tuple[Text, ...] = ()
    name: Text
    cues: tuple[Text, ...] = Field(min_length=1)
    hard_cues: tuple[Text, ...] = ()
    counter_cues: tuple[Text, ...] = ()
    catalogue_code: Text


class Privacy(Record):
    principle: Text
    masked_in_display: tuple[Text, ...]
    never_to_model: tuple[Text, ...]
    replace_with: Text
    sensitive: tuple[Text, ...]
    reporter_shield: Text
    conflict_of_interest: Text
    anonymous: Text
    retention_months: Mapping[str, int]
    retention_note: Text
    disclosure: Text
    external_model: Text
    placeholders: Mapping[str, str]


class ClusterAlert(Record):
    count: int
    window_hours: float
    radius_m: float
    action: Text


class DuplicateOverride(Record):
    """Other limits for some codes; None keeps the general one."""

    name: Text
    codes: tuple[Text, ...] = Field(min_length=1)
    window_hours: float | None = None
    radius_m: float | None = None
    similarity: float | None = None
    never_merge_across_callers: bool = False
    note: str = ""


class Duplicates(Record):
    """Limits of the duplicate check: hours, metres, cosine similarity. The `gray_zone` is only shown."""

    window_hours: float
    radius_m: float
    similarity: float
    gray_zone: tuple[float, float]
    same_caller_window_days: int
    require: tuple[Text, ...]
    new_fact_cues: tuple[Text, ...]
    recurrence_rule: Text
    merge_action: Text
    cluster_alert: ClusterAlert
    overrides: tuple[DuplicateOverride, ...] = ()


class NeverAct(Record):
    id: Text
    act: Text
    who: Text


class NeverAutomate(Record):
    note: Text
    items: tuple[NeverAct, ...] = Field(min_length=1)


class Dispatch(Record):
    co_dept_max: int = Field(ge=0)
    first_responsible: Text
    dispute_hours: float
    joint_lead: Text
    copy_district: Text
    confidence_note: str = ""


class Territorial(Record):
    """Units that stand for "the district" and "the street"; districts that have a unit of their own."""

    district_unit: Text
    street_unit: Text
    own_units: Mapping[str, str] = Field(default_factory=dict[str, str])


class Geocoding(Record):
    """Aliases that are everyday words: they name a place only in a locative phrase, and yield to others."""

    weak_aliases: frozenset[str] = frozenset()


class CityPolicy(Record):
    """city.toml as a whole."""

    city: CityInfo
    frame: Frame
    districts: tuple[District, ...] = Field(min_length=1)
    ticket_types: tuple[TicketType, ...] = Field(min_length=1)
    type_rule: TypeRule
    urgency_classes: tuple[UrgencyClass, ...] = Field(min_length=1)
    urgency_rule: UrgencyRule
    deadline_rule: DeadlineRule
    deadlines: tuple[DeadlineRow, ...]
    deadline_overrides: tuple[DeadlineOverride, ...] = ()
    working_calendar: CalendarTable
    special_routes: tuple[SpecialRoute, ...]
    emergency_rule: EmergencyRule
    emergency_cues: tuple[EmergencyCue, ...]
    privacy: Privacy
    duplicates: Duplicates
    never_automate: NeverAutomate
    dispatch: Dispatch
    territorial: Territorial
    geocoding: Geocoding = Geocoding()
