"""City packs: one folder of tables per city, loaded into checked, frozen objects."""

from knowledge.city.calendar import WorkingCalendar
from knowledge.city.deadlines import Deadline, deadline_for
from knowledge.city.geocode import Geocoder, Location
from knowledge.city.lexicon import Area, Mention
from knowledge.city.load import load_city
from knowledge.city.load_plan import PlanPack, load_response_plan
from knowledge.city.policy import District, EmergencyCue, SpecialRoute, TicketType, UrgencyClass
from knowledge.city.shapes import Road, Shapes
from knowledge.city.tables import (
    CatalogueEntry,
    Department,
    Place,
    RouteUtterance,
    UnitRule,
    UnitUtterance,
    Utterance,
)
from knowledge.city.types import City, WeatherPack
from knowledge.city.units import UnitChoice, responsible_unit

__all__ = [
    "Area",
    "CatalogueEntry",
    "City",
    "Deadline",
    "Department",
    "District",
    "EmergencyCue",
    "Geocoder",
    "Location",
    "Mention",
    "Place",
    "PlanPack",
    "Road",
    "RouteUtterance",
    "Shapes",
    "SpecialRoute",
    "TicketType",
    "UnitChoice",
    "UnitRule",
    "UnitUtterance",
    "UrgencyClass",
    "Utterance",
    "WeatherPack",
    "WorkingCalendar",
    "deadline_for",
    "load_city",
    "load_response_plan",
    "responsible_unit",
]
