"""The city's map and means of rescue from GeoJSON layers (RFC 7946: longitude first, WGS-84)."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from shapely import Polygon
from shapely.errors import ShapelyError
from shapely.geometry import shape

from knowledge.city.shapes import Road
from knowledge.city.source import Record
from knowledge.city.types import City
from knowledge.city.weather import Equipment, RiskPoint, Shelter, Team
from knowledge.errors import Problem
from tools.emergency.feed import Faults, Reader, listed, mapping, models, shown
from tools.emergency.ground import Ground
from tools.errors import CityBroken
from tools.transport import translated

LAYERS: Final = ("districts", "roads", "shelters", "teams", "equipment", "risk_points")
Feature = Mapping[str, object]
Row = TypeVar("Row", bound=Record)


@dataclass(frozen=True)
class ResourceBook:
    """Rows by id, as the city pack has them; outlines by district code (lon, lat). problems: what was left out."""

    districts: Mapping[str, Polygon]
    roads: tuple[Road, ...]
    shelters: Mapping[str, Shelter]
    teams: Mapping[str, Team]
    equipment: Mapping[str, Equipment]
    risk_points: Mapping[str, RiskPoint]
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, city: City) -> "ResourceBook":
        """What the city pack itself says: for a city without a live map, or while it is down."""
        weather = city.weather
        return cls(
            districts={code: Polygon(ring) for code, ring in city.shapes.districts.items()},
            roads=city.shapes.roads,
            shelters=weather.shelters,
            teams=weather.teams,
            equipment=weather.equipment,
            risk_points=weather.risk_points,
        )


async def fetch_resources(reader: Reader, base: str, ground: Ground) -> ResourceBook:
    """All layers under `base` (…/geo). Raises CityError; a layer with latitude first is CityBroken."""
    faults = Faults()
    layers = await asyncio.gather(*(_layer(reader, f"{base}/{name}.geojson") for name in LAYERS))
    found: dict[str, list[Feature]] = dict(zip(LAYERS, layers, strict=True))

    def points(name: str, model: type[Row], key: str) -> dict[str, Row]:
        url = f"{base}/{name}.geojson"
        rows = models(_points(found[name], model, url, ground, faults), model, url, faults)
        return {getattr(row, key): row for row in rows}

    return ResourceBook(
        districts=dict(_outlines(found["districts"], f"{base}/districts.geojson", ground, faults)),
        roads=tuple(_roads(found["roads"], f"{base}/roads.geojson", ground, faults)),
        shelters=points("shelters", Shelter, "shelter_id"),
        teams=points("teams", Team, "team_id"),
        equipment=points("equipment", Equipment, "equip_id"),
        risk_points=points("risk_points", RiskPoint, "risk_id"),
        problems=faults.problems,
    )


async def _layer(reader: Reader, url: str) -> list[Feature]:
    body, _ = await reader.get_json(url)
    with translated(f"GET {url}"):
        collection = mapping(body)
        if collection.get("type") != "FeatureCollection":
            raise ValueError("不是 GeoJSON 的 FeatureCollection")
        return [mapping(feature) for feature in listed(collection.get("features"))]


def _points(
    features: list[Feature], model: type[Row], url: str, ground: Ground, faults: Faults
) -> Iterator[dict[str, object]]:
    """Rows of the pack's table: known properties, with lat and lon from the geometry."""
    known = set(model.model_fields)
    for feature in features:
        try:
            properties = mapping(feature.get("properties"))
            lon, lat = _position(mapping(feature.get("geometry")).get("coordinates"))
        except ValueError as error:
            faults.add(url, shown(feature.get("id")), f"{error}，未用", "请提供方更正这一处")
            continue
        if _usable([(lon, lat)], feature, url, ground, faults):
            yield {name: value for name, value in properties.items() if name in known} | {
                "lat": lat,
                "lon": lon,
            }


def _outlines(
    features: list[Feature], url: str, ground: Ground, faults: Faults
) -> Iterator[tuple[str, Polygon]]:
    for feature in features:
        code = str(mapping(feature.get("properties") or {}).get("district_code", ""))
        try:
            outline = shape(dict(mapping(feature.get("geometry"))))
        except (ShapelyError, ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
            faults.add(url, code or shown(feature.get("id")), f"边界读不懂（{shown(error)}）", "请提供方更正")
            continue
        if not isinstance(outline, Polygon) or outline.is_empty:
            faults.add(url, code, f"边界应是一个面，却是 {outline.geom_type}", "请提供方更正")
        elif not outline.is_valid:
            faults.add(url, code, "边界自相交，未用", "请提供方更正")
        elif code not in ground.names:
            faults.add(url, code, "不是本市的区县代码，未用", "核对 city.toml 的 districts.code")
        elif _usable([(x, y) for x, y in outline.exterior.coords], feature, url, ground, faults):
            yield code, outline


def _roads(features: list[Feature], url: str, ground: Ground, faults: Faults) -> Iterator[Road]:
    for feature in features:
        try:
            properties = mapping(feature.get("properties"))
            line = [_position(point) for point in listed(mapping(feature.get("geometry")).get("coordinates"))]
            if len(line) < 2:
                raise ValueError("少于两点，不成线")
        except ValueError as error:
            faults.add(url, shown(feature.get("id")), f"{error}，未用", "请提供方更正这一处")
            continue
        if _usable(line, feature, url, ground, faults):
            yield from models([{**properties, "line": tuple(line)}], Road, url, faults)


def _position(value: object) -> tuple[float, float]:
    """lon, lat. Raises ValueError."""
    numbers = listed(value)
    if len(numbers) < 2 or not all(isinstance(n, int | float) for n in numbers[:2]):
        raise ValueError(f"坐标 {shown(value)} 不是“经度, 纬度”")
    return float(str(numbers[0])), float(str(numbers[1]))


def _usable(
    line: list[tuple[float, float]], feature: Feature, url: str, ground: Ground, faults: Faults
) -> bool:
    """Whether a feature touches the city. Raises CityBroken when it does with its numbers the other way round:
    then the whole file is latitude first, and no point of it may be believed."""
    if any(ground.in_frame(lon, lat) for lon, lat in line):
        return True
    if any(ground.swapped(lon, lat) for lon, lat in line):
        raise CityBroken(f"GET {url} 的坐标是“纬度, 经度”，GeoJSON 应为“经度, 纬度”；请提供方更正后再用")
    faults.add(url, shown(feature.get("id")), "在本市范围之外，未用", "核对坐标系（应为 WGS-84）和位置")
    return False
