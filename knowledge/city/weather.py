"""Row types of the weather tables: signals, stations, risk points, shelters, teams, gear, the call chain.

Levels in m, depth in cm, displacement in mm/h, coordinates in degrees WGS-84.
"""

from typing import Literal

from pydantic import Field

from knowledge.city.source import Listed, MaybeInt, MaybeNumber, MaybeText, Record, Text

Colour = Literal["白", "蓝", "黄", "橙", "红"]
StationKind = Literal["rain", "river", "reservoir", "ponding", "landslide", "wind"]


class Signal(Record):
    """One row of the signal table; rows with `active` false are other cities' versions, for comparison."""

    signal_set: Text = Field(alias="set")
    active: bool
    type: Text
    colour: Colour
    window_h: MaybeNumber
    metric: Text
    op: Text
    threshold: MaybeNumber
    unit: str
    metric2: MaybeText
    op2: MaybeText
    threshold2: MaybeNumber
    unit2: MaybeText
    logic: MaybeText
    metric3: MaybeText
    op3: MaybeText
    threshold3: MaybeNumber
    unit3: MaybeText
    also_if_observed: bool
    text: Text
    source_note: str


class Station(Record):
    """A gauge. A reference level that is None is not set: the station stays out of counts that use it."""

    station_id: Text
    kind: StationKind
    name: Text
    district: Text
    district_code: Text
    street: Text
    river_or_site: MaybeText
    lat: float
    lon: float
    metrics: Listed
    unit: Text
    reporting_interval_min: int
    stale_after_min: int
    area_km2: MaybeNumber
    station_class: MaybeText = Field(alias="class")
    warn_level: MaybeNumber
    guarantee_level: MaybeNumber
    record_level: MaybeNumber
    flood_limit_level: MaybeNumber
    design_level: MaybeNumber
    check_level: MaybeNumber
    dam_crest_level: MaybeNumber
    capacity_10k_m3: MaybeNumber
    depth_warn_cm: MaybeNumber
    depth_close_cm: MaybeNumber
    rate_orange_mm_h: MaybeNumber
    rate_red_mm_h: MaybeNumber
    place_id: MaybeText
    owner_dept: Text
    note: str


class RiskPoint(Record):
    risk_id: Text
    kind: Text
    name: Text
    district: Text
    district_code: Text
    street: Text
    place_id: MaybeText
    lat: float
    lon: float
    station_id: MaybeText
    people_exposed: MaybeInt
    households: MaybeInt
    trigger_hint: Text
    owner_dept: Text
    responsible_role: Text
    contact_id: MaybeText
    shelter_id: MaybeText
    note: str


class Shelter(Record):
    shelter_id: Text
    name: Text
    kind: Text
    district: Text
    district_code: Text
    street: Text
    place_id: MaybeText
    lat: float
    lon: float
    capacity: int
    indoor: bool
    backup_power: bool
    medical_point: bool
    barrier_free: bool
    above_flood_level: bool
    manager_dept: Text
    open_minutes: int
    note: str


class Team(Record):
    team_id: Text
    name: Text
    kind: Text
    members: int
    district: Text
    district_code: Text
    lat: float
    lon: float
    place_id: MaybeText
    ready_minutes: int
    night_ready: bool
    equipment: Listed
    owner_dept: Text
    phone: Text
    note: str


class Equipment(Record):
    equip_id: Text
    kind: Text
    spec: str
    quantity: int
    unit: Text
    depot: Text
    district: Text
    district_code: Text
    lat: float
    lon: float
    place_id: MaybeText
    keeper_dept: Text
    load_minutes: int
    note: str


class Contact(Record):
    """A post (never a person) of the call chain: who calls it, from which colour on, whom to call next."""

    contact_id: Text
    level: Text
    district: MaybeText
    district_code: MaybeText
    street: MaybeText
    place_id: MaybeText
    unit: Text
    dept_id: MaybeText
    role: Text
    phone: Text
    backup_phone: MaybeText
    called_by: MaybeText
    signal_from: MaybeText
    ack_within_min: MaybeInt
    escalate_to: MaybeText
