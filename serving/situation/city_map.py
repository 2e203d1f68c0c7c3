"""What the page draws the city from: outlines and roads as GeoJSON (longitude, latitude), points as lat and lon."""

from collections.abc import Mapping, Sequence
from typing import Any

from knowledge.city import City
from serving.store.tables import Json


def city_map(city: City) -> Json:
    weather = city.weather
    names = {district.code: district.name for district in city.districts.values()}
    return {
        "districts": _collection(
            [
                _feature({"district_code": code, "name": names[code]}, "Polygon", [ring])
                for code, ring in city.shapes.districts.items()
            ]
        ),
        "roads": _collection(
            [
                _feature(road.model_dump(mode="json", exclude={"line"}), "LineString", road.line)
                for road in city.shapes.roads
            ]
        ),
        "stations": [one.model_dump(mode="json") for one in weather.stations.values()],
        "risk_points": [one.model_dump(mode="json") for one in weather.risk_points.values()],
        "shelters": [one.model_dump(mode="json") for one in weather.shelters.values()],
        "teams": [one.model_dump(mode="json") for one in weather.teams.values()],
    }


def _collection(features: Sequence[Json]) -> Json:
    return {"type": "FeatureCollection", "features": list(features)}


def _feature(properties: Mapping[str, Any], kind: str, coordinates: Any) -> Json:
    return {
        "type": "Feature",
        "properties": dict(properties),
        "geometry": {"type": kind, "coordinates": coordinates},
    }
