"""The city's gauges as OGC SensorThings 1.1: entities as dicts, made when they are asked for.

Some stations speak other units than the city's tables; each datastream declares its own. Observation ids are the
readings' numbers. Quality (good, suspect, missing) travels as resultQuality; a missing value has result null.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from knowledge.city.weather import Station
from tools.simulator.emergency.odata import Entity, Query, value_of
from tools.simulator.emergency.reading import UNITS, Reading, Stream
from tools.simulator.emergency.scene import Scene

Unit = tuple[str, float]

COLLECTIONS: Final = ("Things", "Locations", "Datastreams", "Sensors", "ObservedProperties", "Observations")
LINKS: Final = {
    "Things": ("Locations", "Datastreams"),
    "Locations": ("Things",),
    "Datastreams": ("Thing", "Sensor", "ObservedProperty", "Observations"),
    "Sensors": ("Datastreams",),
    "ObservedProperties": ("Datastreams",),
    "Observations": ("Datastream",),
}
METRIC_NAMES: Final = {
    "rain_10min": "10分钟雨量",
    "water_level": "水位",
    "water_depth": "积水深度",
    "displacement_rate": "位移速率",
    "wind_avg": "10分钟平均风速",
    "gust": "10分钟极大风速",
}
UNIT_NAMES: Final = {
    "mm": "millimetre",
    "m": "metre",
    "cm": "centimetre",
    "mm/h": "millimetre per hour",
    "m/s": "metre per second",
    "km/h": "kilometre per hour",
}
ODD_UNITS: Final = {  # kind: every so many stations of it, which of them, unit, factor from the city's unit
    "river": (4, 2, "cm", 100.0),
    "reservoir": (4, 1, "cm", 100.0),
    "wind": (8, 4, "km/h", 3.6),
    "ponding": (9, 5, "m", 0.01),
}
PRECISION: Final = 6
MEASUREMENT: Final = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


class Gauges:
    """All entities at one moment. base: the service's address, up to v1.1; units: of `station_units`."""

    def __init__(self, scene: Scene, units: Mapping[Stream, Unit], now: datetime, base: str) -> None:
        self._scene = scene
        self._units = units
        self._now = now
        self._base = base
        self._stations = list(scene.city.weather.stations.values())
        self._metrics = list(dict.fromkeys(metric for _, metric in scene.streams))
        self._streams = {number: stream for stream, number in scene.streams.items()}
        self._kinds = list(dict.fromkeys(station.kind for station in self._stations))

    def collection(self, name: str, query: Query) -> Iterable[Entity]:
        """Everything of one collection, narrowed by the query where that is cheap."""
        match name:
            case "Things":
                return (self._thing(n) for n in range(1, len(self._stations) + 1))
            case "Locations":
                return (self._location(n) for n in range(1, len(self._stations) + 1))
            case "Datastreams":
                return (self._datastream(n) for n in self._streams)
            case "Sensors":
                return (self._sensor(n) for n in range(1, len(self._kinds) + 1))
            case "ObservedProperties":
                return (self._property(n) for n in range(1, len(self._metrics) + 1))
            case _:
                return self._observations(query, None)

    def one(self, name: str, number: int) -> Entity | None:
        """The entity with this id."""
        if name == "Observations":
            found = (reading for reading in self._readings(Query()) if reading.number == number)
            return next(map(self._observation, found), None)
        return next((e for e in self.collection(name, Query()) if e["@iot.id"] == number), None)

    def follow(self, entity: Entity, name: str, query: Query | None = None) -> Any:
        """A navigation property: an entity, a list of them, or None when the entity has none of that name."""
        kind, number = entity.get("@iot.kind"), entity.get("@iot.id")
        if not isinstance(kind, str) or not isinstance(number, int) or name not in LINKS.get(kind, ()):
            return None
        match kind, name:
            case "Things", "Datastreams":
                station_id = self._stations[number - 1].station_id
                return [self._datastream(n) for n, (owner, _) in self._streams.items() if owner == station_id]
            case "Things", _:
                return [self._location(number)]
            case "Locations", _:
                return [self._thing(number)]
            case "Observations", _:
                return self._datastream(entity["@iot.stream"])
            case "Datastreams", _:
                return self._of_datastream(number, name, query or Query())
            case _:
                return [s for s in map(self._datastream, self._streams) if self._belongs(s, kind, number)]

    def _of_datastream(self, number: int, name: str, query: Query) -> Any:
        station_id, metric = self._streams[number]
        station = self._scene.city.weather.stations[station_id]
        match name:
            case "Thing":
                return self._thing(self._stations.index(station) + 1)
            case "Sensor":
                return self._sensor(self._kinds.index(station.kind) + 1)
            case "ObservedProperty":
                return self._property(self._metrics.index(metric) + 1)
            case _:
                return list(self._observations(query, (station_id, metric)))

    def _belongs(self, datastream: Entity, kind: str, number: int) -> bool:
        single = "Sensor" if kind == "Sensors" else "ObservedProperty"
        return value_of(datastream, f"{single}/@iot.id", self.follow) == number

    def _observations(self, query: Query, stream: Stream | None) -> Iterable[Entity]:
        wanted = {self._streams.get(n) for n in query.over("Datastream/@iot.id", "eq")}
        wanted |= {self._streams.get(n) for n in query.over("Datastream/id", "eq")}
        if stream is not None:
            wanted = {stream}
        for reading in self._readings(query):
            if not wanted or (reading.station_id, reading.metric) in wanted:
                yield self._observation(reading)

    def _readings(self, query: Query) -> Sequence[Reading]:
        """The filter's bounds on phenomenonTime keep the search short; the filter itself decides."""
        lows = query.over("phenomenonTime", "ge", "gt", "eq")
        low = max((value for value in lows if isinstance(value, datetime)), default=None)
        if low is not None:
            low = datetime.fromtimestamp(low.timestamp() - 1, low.tzinfo)
        return self._scene.readings(low, self._now)

    def _entity(self, kind: str, number: int, **fields: object) -> Entity:
        path = f"{self._base}/{kind}({number})"
        links = {f"{name}@iot.navigationLink": f"{path}/{name}" for name in LINKS[kind]}
        return {"@iot.kind": kind, "@iot.id": number, "@iot.selfLink": path, **fields, **links}

    def _thing(self, number: int) -> Entity:
        station = self._stations[number - 1]
        return self._entity(
            "Things",
            number,
            name=station.name,
            description=station.note or station.name,
            properties={
                "station_id": station.station_id,
                "kind": station.kind,
                "district_code": station.district_code,
                "street": station.street,
                "owner_dept": station.owner_dept,
                "reporting_interval_min": station.reporting_interval_min,
            },
        )

    def _location(self, number: int) -> Entity:
        station = self._stations[number - 1]
        return self._entity(
            "Locations",
            number,
            name=station.name,
            description="WGS-84",
            encodingType="application/geo+json",
            location={"type": "Point", "coordinates": [station.lon, station.lat]},
        )

    def _datastream(self, number: int) -> Entity:
        station_id, metric = self._streams[number]
        station = self._scene.city.weather.stations[station_id]
        unit, _ = self._units[station_id, metric]
        return self._entity(
            "Datastreams",
            number,
            name=f"{station.name} {METRIC_NAMES.get(metric, metric)}",
            description=f"每 {station.reporting_interval_min} 分钟一次",
            observationType=MEASUREMENT,
            unitOfMeasurement={
                "name": UNIT_NAMES.get(unit, unit),
                "symbol": unit,
                "definition": f"ucum:{unit}",
            },
            properties={"station_id": station_id, "metric": metric},
        )

    def _sensor(self, number: int) -> Entity:
        kind = self._kinds[number - 1]
        return self._entity(
            "Sensors", number, name=kind, description="模拟测站", encodingType="text/plain", metadata="虚构"
        )

    def _property(self, number: int) -> Entity:
        metric = self._metrics[number - 1]
        shown = METRIC_NAMES.get(metric, metric)
        return self._entity(
            "ObservedProperties",
            number,
            name=metric,
            definition=f"urn:pingji:metric:{metric}",
            description=shown,
        )

    def _observation(self, reading: Reading) -> Entity:
        stream = (reading.station_id, reading.metric)
        value = None if reading.value is None else round(reading.value * self._units[stream][1], PRECISION)
        entity = self._entity(
            "Observations",
            reading.number,
            phenomenonTime=reading.time.isoformat(),
            resultTime=reading.arrives.isoformat(),
            result=value,
            resultQuality=reading.quality,
        )
        return entity | {"@iot.stream": self._scene.streams[stream]}


def station_units(stations: Iterable[Station]) -> dict[Stream, Unit]:
    """The unit that each datastream declares, and the factor to it from the city's own."""
    counts: Counter[str] = Counter()
    found: dict[Stream, Unit] = {}
    for station in stations:
        every, which, symbol, factor = ODD_UNITS.get(station.kind, (1, -1, "", 1.0))
        odd = counts[station.kind] % every == which
        counts[station.kind] += 1
        for metric in station.metrics:
            own = UNITS.get(metric, station.unit)
            found[station.station_id, metric] = (symbol, factor) if odd else (own, 1.0)
    return found
