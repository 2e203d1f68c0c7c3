"""The city's outlines and roads: GeoJSON (longitude, latitude) in the pack's `geo` folder, in degrees WGS-84.

A pack without that folder has no shapes; nothing that decides a level rests on them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.city.source import Source, Text

Position = tuple[float, float]
"""Longitude, latitude: GeoJSON's order."""
Ring = tuple[Position, ...]

DISTRICTS_FILE = "geo/districts.geojson"
ROADS_FILE = "geo/roads.geojson"


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Outline(_Shape):
    type: Literal["Polygon"]
    coordinates: tuple[Ring, ...]


class _Line(_Shape):
    type: Literal["LineString"]
    coordinates: Ring


class _DistrictNames(_Shape):
    district_code: Text
    name: Text


class Road(_Shape):
    """`risk_ids`: risk points the road runs through; when one is closed, so is the road. speed_kmh: free flow."""

    road_id: Text
    name: Text
    kind: Text
    speed_kmh: int
    risk_ids: tuple[str, ...] = ()
    place_ids: tuple[str, ...] = ()
    line: Ring = ()


class _DistrictFeature(_Shape):
    properties: _DistrictNames
    geometry: _Outline


class _RoadFeature(_Shape):
    properties: Road
    geometry: _Line


class _Districts(_Shape):
    features: tuple[_DistrictFeature, ...]


class _Roads(_Shape):
    features: tuple[_RoadFeature, ...]


@dataclass(frozen=True)
class Shapes:
    """Outer rings by district code (closed), and the roads; roads meet where they share a position."""

    districts: Mapping[str, Ring] = field(default_factory=lambda: MappingProxyType({}))
    roads: tuple[Road, ...] = ()

    def district_at(self, lat: float, lon: float) -> str | None:
        """The code of the district that holds a point, or None outside the city."""
        return next((code for code, ring in self.districts.items() if holds(ring, lat, lon)), None)


def holds(ring: Sequence[Position], lat: float, lon: float) -> bool:
    """Whether a closed ring holds a point (even-odd rule)."""
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def read_shapes(source: Source) -> Shapes:
    """The geo folder, when there is one; mistakes go to `source.problems`."""
    if not (source.root / "geo").exists():
        return Shapes()
    districts, roads = source.json(DISTRICTS_FILE, _Districts), source.json(ROADS_FILE, _Roads)
    outlines: dict[str, Ring] = {}
    for index, feature in enumerate(districts.features if districts else ()):
        code, rings = feature.properties.district_code, feature.geometry.coordinates
        if len(rings) != 1 or len(rings[0]) < 4 or rings[0][0] != rings[0][-1]:
            where = f"features[{index}].geometry"
            source.add(DISTRICTS_FILE, where, "应是一个首尾相接、至少四点的环", "补上与首点相同的末点")
        else:
            outlines[code] = rings[0]
    return Shapes(
        districts=MappingProxyType(outlines),
        roads=tuple(
            feature.properties.model_copy(update={"line": feature.geometry.coordinates})
            for feature in (roads.features if roads else ())
        ),
    )
