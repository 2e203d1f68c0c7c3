"""Row types of the pack's CSV tables. Field names are the column names; `|` divides values in one cell."""

from typing import Literal

from pydantic import Field

from knowledge.city.source import Listed, MaybeText, Record, Text


class Department(Record):
    """A unit (departments.csv). When `accepts_directly` is false it is told of, never dispatched to."""

    dept_id: Text
    name: Text
    short_name: Text
    aliases: Listed
    level: Text
    duties: Text
    hotline_phone: Text
    accepts_directly: bool


class CatalogueEntry(Record):
    """One line of the dispatch catalogue 派单目录 (catalogue.csv).

    `code` has six digits, two a level. `co_dept_ids` are candidates, not addressees. `territorial`: the
    main unit is the district's or the street's. `default_urgency` is a floor.
    """

    code: str = Field(pattern=r"^\d{6}$")
    level1: Text
    level2: Text
    level3: Text
    description: Text
    example_cues: Listed
    main_dept_id: Text
    co_dept_ids: Listed
    territorial: bool
    default_type: Text
    default_urgency: Text
    notes: str


PlaceKind = Literal[
    "road",
    "community",
    "village",
    "building",
    "park",
    "hospital",
    "school",
    "metro_station",
    "bridge",
    "market",
    "underpass",
    "river",
]


class Place(Record):
    """A named place (gazetteer.csv). `lat`, `lon` in degrees, WGS-84; of a road or river, one point on it."""

    place_id: Text
    name: Text
    aliases: Listed
    kind: PlaceKind
    district: Text
    street: Text
    lat: float
    lon: float


class Utterance(Record):
    """One invented caller's sentence with its labels (utterances/NN.csv). Synthetic."""

    code: Text
    type: Text
    urgency: Text
    text: Text


class RouteUtterance(Record):
    """A sentence for the special routes (utterances/routes.csv): `route` None says that none applies."""

    route: MaybeText
    number: MaybeText
    code: MaybeText
    text: Text


class UnitRule(Record):
    """When the main unit of a catalogue line is another than its `main_dept_id` (unit_rules.csv).

    `condition` is one Chinese clause; `cues` are words that strongly tell that it holds.
    """

    code: Text
    dept_id: Text
    condition: Text
    cues: Listed = Field(min_length=1)


class UnitUtterance(Record):
    """A sentence about `code` whose main unit is `dept_id` (utterances/units.csv). Synthetic."""

    code: Text
    dept_id: Text
    text: Text
