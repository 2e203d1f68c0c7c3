"""The city's ground as the clients of feeds need it: which district holds a point, a polygon or a name.

Positions are longitude, latitude in degrees WGS-84, as GeoJSON and shapely have them; CAP's lat,lon is turned at
its client's edge.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from shapely import Point, Polygon, box, unary_union
from shapely.geometry.base import BaseGeometry

from knowledge.city.types import City

EARTH_M: Final = 6_371_000
KM_PER_DEGREE: Final = 111.195
OVERLAP_MIN: Final = 0.02
"""Share of the smaller area from which two areas overlap; less is the raggedness of a hand-drawn border."""


@dataclass(frozen=True)
class Ground:
    """Districts by code: names and outlines. `frame` is lon_min, lat_min, lon_max, lat_max of the city."""

    code: str
    name: str
    zone: tzinfo
    names: Mapping[str, str]
    outlines: Mapping[str, Polygon]
    frame: tuple[float, float, float, float]

    @classmethod
    def of(cls, city: City) -> "Ground":
        """Outlines from the pack's shapes; a district without one stands by its name and code only."""
        outlines = {code: Polygon(ring) for code, ring in city.shapes.districts.items()}
        boxes = [box(d.bbox[1], d.bbox[0], d.bbox[3], d.bbox[2]) for d in city.districts.values()]
        return cls(
            code=city.info.code,
            name=city.name,
            zone=ZoneInfo(city.info.timezone),
            names={district.code: district.name for district in city.districts.values()},
            outlines=outlines,
            frame=unary_union([*boxes, *outlines.values()]).bounds,
        )

    def in_frame(self, lon: float, lat: float) -> bool:
        west, south, east, north = self.frame
        return west <= lon <= east and south <= lat <= north

    def swapped(self, lon: float, lat: float) -> bool:
        """Whether a point lies in the frame only when its two numbers change places."""
        return not self.in_frame(lon, lat) and self.in_frame(lat, lon)

    def district_at(self, lon: float, lat: float) -> str | None:
        """The district that holds a point, its border included, or None."""
        point = Point(lon, lat)
        return next((code for code, outline in self.outlines.items() if outline.intersects(point)), None)

    def districts_in(self, area: BaseGeometry) -> tuple[str, ...]:
        """Districts that an area (valid, lon,lat) covers or overlaps by more than a ragged border."""
        return tuple(
            code
            for code, outline in self.outlines.items()
            if area.intersection(outline).area > OVERLAP_MIN * min(area.area, outline.area)
        )

    def districts_coded(self, value: str) -> tuple[str, ...] | None:
        """Districts of an administrative code of six or more digits (a street's code counts for its district).

        () for a code of somewhere else, None when the value is no such code.
        """
        if not (value.isascii() and value.isdigit() and len(value) in (6, 9, 12)):
            return None
        if value[:6] == self.code:
            return tuple(self.names)
        return (value[:6],) if value[:6] in self.names else ()

    def districts_named(self, text: str) -> tuple[str, ...]:
        """Districts named in a text; the city's own name stands for all of them only when none is named."""
        found = tuple(code for code, name in self.names.items() if name in text)
        return found or (tuple(self.names) if self.name in text else ())

    def centre(self, code: str) -> tuple[float, float]:
        """lon, lat of a point inside the district. KeyError: no outline."""
        point = self.outlines[code].representative_point()
        return point.x, point.y


def metres(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Great-circle distance in metres."""
    a, b = math.radians(lat1), math.radians(lat2)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(half))


def circle(lon: float, lat: float, radius_km: float) -> Polygon:
    """A circle on the ground as a 64-sided polygon in degrees; a radius of 0 becomes 10 m."""
    radius = max(radius_km, 0.01) / KM_PER_DEGREE
    stretch = radius / max(math.cos(math.radians(lat)), 0.01)
    angles = (step * math.tau / 64 for step in range(64))
    return Polygon([(lon + stretch * math.cos(turn), lat + radius * math.sin(turn)) for turn in angles])


def area_of(rings: Sequence[Sequence[tuple[float, float]]]) -> BaseGeometry:
    """One valid area from closed rings (lon, lat), self-crossing ones made whole by a zero-width buffer."""
    return unary_union([ring if ring.is_valid else ring.buffer(0) for ring in map(Polygon, rings)])
