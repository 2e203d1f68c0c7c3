"""The response plan as data (weather/response_plan.toml): what starts, ends and makes up each response.

Windows are minutes, rain mm, levels m, wind m/s. `level` 1 is the highest. The pack's weather/README.md says
what each kind of test means.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from knowledge.city.source import MaybeNumber, MaybeText, Record, Text
from knowledge.city.weather import Colour, StationKind


class _Test(Record):
    t: Text
    scope: Literal["city"] = "city"


class ArealRain(_Test):
    """The area with so much rain: a share of the city, or km² (`min_area_km2` included, `over_area_km2` not).

    Exactly one of the three. upto: as in StationCount, for that figure.
    """

    kind: Literal["areal_rain"]
    metric: Text
    aggregation: Literal["sum"]
    window_min: int
    comparator: Literal[">="]
    threshold: float
    unit: Text
    min_share: float | None = Field(default=None, gt=0, le=1)
    min_area_km2: float | None = Field(default=None, gt=0)
    over_area_km2: float | None = Field(default=None, ge=0)
    upto: float | None = None


class StationForecast(Record):
    """Joined to a station's own test with AND, station by station."""

    metric: Text
    ref: MaybeText = None
    offset: float = 0.0
    above: MaybeText = None
    threshold: MaybeNumber = None


class StationCount(_Test):
    """Stations at or over a number, or over a column of stations.csv (`ref`) plus `offset`.

    upto: where the plan's table ends this level's range. The highest level wins, so it decides nothing; the checker
    sees by it that one level's range ends where the next begins.
    """

    kind: Literal["station_count"]
    station_kind: StationKind
    metric: Text
    aggregation: Literal["sum", "max", "latest", "sustained"]
    window_min: int
    comparator: Literal[">="]
    threshold: float | None = None
    upto: float | None = None
    ref: str | None = None
    offset: float = 0.0
    unit: Text
    station_classes: tuple[str, ...] = Field(default=(), alias="class")
    min_count: int
    min_districts: int | None = None
    forecast: StationForecast | None = None


class ForecastDistricts(_Test):
    kind: Literal["forecast_districts"]
    metric: Text
    aggregation: Literal["latest_issue"]
    comparator: Literal[">="]
    threshold: float
    unit: Text
    min_count: int


class SignalDistricts(_Test):
    kind: Literal["signal_districts"]
    signal_type: Text
    comparator: Literal[">="]
    min_colour: Colour
    min_count: int


class DistrictResponse(_Test):
    kind: Literal["district_response"]
    hazard: Text
    comparator: Literal["at_least_as_high_as"]
    level: int
    min_count: int


class TicketCount(_Test):
    kind: Literal["ticket_count"]
    ticket_kinds: tuple[Text, ...]
    aggregation: Literal["count"]
    window_min: int
    comparator: Literal[">="]
    min_count: int
    min_places: int | None = None


class StartConditionsClear(_Test):
    kind: Literal["start_conditions_clear"]
    hazard: Text
    level: int
    window_min: int


Test = Annotated[
    ArealRain
    | StationCount
    | ForecastDistricts
    | SignalDistricts
    | DistrictResponse
    | TicketCount
    | StartConditionsClear,
    Field(discriminator="kind"),
]


class Condition(Record):
    """A start or end condition: `expr` joins the tests' names with and, or, not. No tests: people judge."""

    id: Text
    clause: Text
    text: Text
    kind: Text
    requires_human: bool
    role: Literal["hint"] | None = None
    expr: str | None = None
    tests: tuple[Test, ...] = ()


class Action(Record):
    clause: Text
    unit: Text
    what: Text
    within_minutes: int


FourStop = Literal["none", "consider", "must"]


class Response(Record):
    """One hazard at one level: who signs, what starts it, what ends it, who does what."""

    hazard: Text
    level: Literal[1, 2, 3, 4]
    name: Text
    section: Text
    signer: Text
    chair: Text
    decided_by: Text
    duty_post: Text
    proposer: Text
    proposer_dept: Text
    includes_lower_levels: bool
    includes_actions_of: str | None = None
    four_stops_clause: Text
    four_stops: Mapping[str, FourStop]
    four_stops_owners: Mapping[str, tuple[str, ...]]
    end_signer: Text
    end_logic: Literal["all", "any"]
    conditions: tuple[Condition, ...]
    end_conditions: tuple[Condition, ...]
    actions: tuple[Action, ...] = ()


class PlanInfo(Record):
    id: Text
    title: Text
    document_no: Text
    version: Text
    effective_from: date
    fictional: bool
    text_file: Text
    hazards: tuple[Text, ...]
    hazard_names: Mapping[str, str]
    level_names: Mapping[int, str]


class PlanRules(Record):
    inclusive: bool
    any_condition_starts: bool
    highest_wins: bool
    level_skipping: bool
    signal_is_response: bool
    unknown_is_not_false: bool
    suspect_never_triggers: bool
    end_requires_all: bool
    end_checks_level_by_level: bool


class MetricSemantics(Record):
    valid_min: float
    valid_max: float
    min_coverage: float = Field(gt=0, le=1)
    stuck_run: int
    stuck_min_value: float | None = None
    max_step: float | None = None


class ForecastSemantics(Record):
    max_age_h: float


class SignalSemantics(Record):
    colours: tuple[Colour, ...]
    types_used: tuple[Text, ...]


class Semantics(Record):
    evaluation_step_min: int
    window: Text
    decimals: Mapping[str, int]
    metrics: Mapping[str, MetricSemantics]
    forecasts: Mapping[str, ForecastSemantics]
    signals: SignalSemantics


class ResponsePlan(Record):
    schema_version: Literal[1]
    plan: PlanInfo
    rules: PlanRules
    semantics: Semantics
    responses: tuple[Response, ...]
