"""The city's map as GeoJSON (RFC 7946): longitude first, WGS-84, the table's other columns as properties."""

from collections.abc import Callable, Iterable
from typing import Final

from pydantic import BaseModel

from knowledge.city import City

Feature = dict[str, object]
PLACE: Final = {"lat", "lon"}


def _points(rows: Iterable[BaseModel], key: str) -> list[Feature]:
    return [
        {
            "type": "Feature",
            "id": getattr(row, key),
            "properties": row.model_dump(mode="json", exclude=PLACE),
            "geometry": {"type": "Point", "coordinates": [getattr(row, "lon"), getattr(row, "lat")]},  # noqa: B009
        }
        for row in rows
    ]


def _districts(city: City) -> list[Feature]:
    names = {district.code: district for district in city.districts.values()}
    return [
        {
            "type": "Feature",
            "id": code,
            "properties": {
                "district_code": code,
                "name": names[code].name,
                "kind": names[code].kind,
                "population": names[code].population,
            },
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for code, ring in city.shapes.districts.items()
    ]


def _roads(city: City) -> list[Feature]:
    return [
        {
            "type": "Feature",
            "id": road.road_id,
            "properties": road.model_dump(mode="json", exclude={"line"}),
            "geometry": {"type": "LineString", "coordinates": road.line},
        }
        for road in city.shapes.roads
    ]


LAYERS: Final[dict[str, Callable[[City], list[Feature]]]] = {
    "districts": _districts,
    "roads": _roads,
    "shelters": lambda city: _points(city.weather.shelters.values(), "shelter_id"),
    "teams": lambda city: _points(city.weather.teams.values(), "team_id"),
    "equipment": lambda city: _points(city.weather.equipment.values(), "equip_id"),
    "risk_points": lambda city: _points(city.weather.risk_points.values(), "risk_id"),
}
