"""Which unit, which district and street a catalogue line comes down to at a place."""

from dataclasses import dataclass
from typing import Protocol

from knowledge.city.tables import CatalogueEntry
from knowledge.city.types import City


class Sited(Protocol):
    """Anything that says where it is: a `Location`, a place, a demand."""

    @property
    def district(self) -> str | None: ...

    @property
    def street(self) -> str | None: ...


@dataclass(frozen=True)
class UnitChoice:
    """The main unit. A placeholder `dept_id` ("the district", "the street") is narrowed by the other two."""

    dept_id: str
    district: str | None
    street: str | None
    reason: str


def responsible_unit(city: City, entry: CatalogueEntry, location: Sited) -> UnitChoice:
    """The unit for `entry` where the matter is.

    City departments are the same everywhere. The district placeholder becomes the unit of a district with
    a unit of its own (the development zone). `reason` is Chinese; it says when the place must be asked first.
    """
    units = city.territorial
    dept_id, district, street = entry.main_dept_id, location.district, location.street
    name = city.departments[dept_id].short_name
    line = f"目录 {entry.code}「{entry.level3}」主办为{name}"
    if not entry.territorial:
        return UnitChoice(dept_id, district, street, f"{line}。")
    if dept_id == units.district_unit:
        if district is None:
            return UnitChoice(dept_id, district, street, f"{line}，按发生地确定；区县未定，须先问清地点。")
        own = units.own_units.get(district)
        if own:
            reason = f"{line}，发生地在{district}，换为{city.departments[own].short_name}。"
            return UnitChoice(own, district, street, reason)
        return UnitChoice(dept_id, district, street, f"{line}，按发生地确定为{district}。")
    if dept_id == units.street_unit and street is None:
        return UnitChoice(dept_id, district, street, f"{line}，按发生地确定；街道乡镇未定，须先问清地点。")
    return UnitChoice(dept_id, district, street, f"{line}，按发生地确定为{district or ''}{street or ''}。")
