"""Gauges through OGC SensorThings 1.1: one list of datastreams, then only observations that are new.

A Thing names its station in properties.station_id, an ObservedProperty its metric in name; the unit is the one that
the datastream declares. Values that can't be trusted leave here as missing or suspect, never as good, and say why.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from knowledge.city.plan import MetricSemantics
from knowledge.city.weather import Station
from tools.emergency.facts import Observation
from tools.emergency.feed import Faults, Fetched, Reader, Record, listed, mapping, models
from tools.emergency.ground import Ground, metres
from tools.emergency.readings import Gauge, Readings
from tools.errors import CityBroken
from tools.resilience import Clock
from tools.transport import translated

MOVED_M: Final = 500
EXPAND: Final = "Thing($expand=Locations),ObservedProperty"


@dataclass(frozen=True)
class SensorThingsConfig:
    """url ends in /v1.1. overlap: how far behind the last reading each look goes back; every `sweep` it goes back
    `late` instead, for stations that report behind time. Gauges are listed anew every `relist`."""

    url: str
    overlap: timedelta = timedelta(minutes=15)
    late: timedelta = timedelta(hours=3)
    sweep: timedelta = timedelta(minutes=5)
    relist: timedelta = timedelta(hours=1)
    page: int = 1_000
    pages_max: int = 500


class _Open(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Unit(_Open):
    symbol: str | None = None
    name: str | None = None


class _Property(_Open):
    name: str


class _Location(_Open):
    location: dict[str, object] = {}


class _Thing(_Open):
    properties: dict[str, object] = {}
    locations: tuple[_Location, ...] = Field(default=(), alias="Locations")


class _Datastream(_Open):
    id: int | str = Field(alias="@iot.id")
    unit: _Unit = Field(alias="unitOfMeasurement", default=_Unit())
    thing: _Thing = Field(alias="Thing")
    observed: _Property = Field(alias="ObservedProperty")


@dataclass
class _Memory:
    """What one client knows from its earlier looks."""

    gauges: dict[str, Gauge] = field(default_factory=dict[str, Gauge])
    faults: Faults = field(default_factory=Faults)
    listed_at: datetime | None = None
    swept_at: datetime | None = None
    newest: datetime | None = None
    made_at: datetime | None = None


class SensorThings:
    """A Feed of Observation. An observation that was delivered once is not delivered again."""

    def __init__(
        self,
        reader: Reader,
        ground: Ground,
        stations: Mapping[str, Station],
        metrics: Mapping[str, MetricSemantics],
        config: SensorThingsConfig,
        *,
        clock: Clock,
    ) -> None:
        """metrics: the plan's valid ranges; what lies outside counts as missing there too."""
        self._reader = reader
        self._ground = ground
        self._stations = stations
        self._config = config
        self._clock = clock
        self._memory = _Memory()
        self._readings = Readings(ground.zone, metrics, config.late + config.overlap)

    async def fetch(self, since: datetime | None) -> Fetched:
        """Observations of phenomenonTime after `since` (less the overlap) that were not delivered before.

        Raises CityError; what a look read before it broke off comes with the next.
        """
        now, faults, memory = self._clock(), Faults(), self._memory
        if memory.listed_at is None or not timedelta(0) <= now - memory.listed_at < self._config.relist:
            await self._list_gauges(now)
        sweep = memory.swept_at is None or not timedelta(0) <= now - memory.swept_at < self._config.sweep
        query = {"$expand": "Datastream($select=id)", "$top": str(self._config.page)}
        if since is not None:
            start = min(since, memory.newest or since, now) - (
                self._config.late if sweep else self._config.overlap
            )
            query["$filter"] = f"phenomenonTime gt {start.isoformat()}"
        self._readings.begin()
        records = [item async for page in self._pages("Observations", query) for item in page]
        found = await self._observations(records, since is not None, now, faults)
        if sweep:
            memory.swept_at = now
        self._readings.delivered()
        memory.newest = self._readings.newest
        problems = (*memory.faults.problems, *faults.problems)
        ages = [age for age in (memory.newest, memory.made_at) if age is not None]
        return Fetched(found, problems, now, min(ages, default=None))

    async def _observations(
        self, records: list[Record], fresh: bool, now: datetime, faults: Faults
    ) -> tuple[Observation, ...]:
        """fresh: stamps of more than a day ago are wrong clocks; in a first look they are the history."""
        found: list[Observation] = []
        for number, record in enumerate(records):
            if number % 500 == 0:
                await asyncio.sleep(0)  # thousands at once must not hold the event loop
            gauge = self._memory.gauges.get(_stream_id(record))
            if gauge is None:
                continue  # of a datastream that was named as a problem when the gauges were listed
            if reading := self._readings.read(record, gauge, now, fresh, faults):
                found.append(reading)
        return tuple(sorted(found, key=lambda reading: reading.time))

    async def _list_gauges(self, now: datetime) -> None:
        faults = Faults()
        gauges: dict[str, Gauge] = {}
        query = {"$expand": EXPAND, "$top": str(self._config.page)}
        async for page in self._pages("Datastreams", query):
            for stream in models(page, _Datastream, f"{self._config.url}/Datastreams", faults):
                if gauge := self._gauge(stream, faults):
                    gauges[str(stream.id)] = gauge
        self._memory.gauges, self._memory.faults, self._memory.listed_at = gauges, faults, now

    def _gauge(self, stream: _Datastream, faults: Faults) -> Gauge | None:
        """None for a station or metric that the city's table doesn't have."""
        link = f"{self._config.url}/Datastreams({stream.id})"
        station_id = str(stream.thing.properties.get("station_id", ""))
        station = self._stations.get(station_id)
        if station is None:
            what = f"测站“{station_id}”不在城市的测站表里，读数未用"
            faults.add(link, "station_id", what, "把它补进 stations.csv，或请提供方更正编号")
            return None
        if stream.observed.name not in station.metrics:
            what = f"测站 {station_id} 不应有“{stream.observed.name}”，读数未用"
            faults.add(link, "ObservedProperty", what, "核对 stations.csv 的 metrics 列")
            return None
        unit = stream.unit.symbol or stream.unit.name or ""
        moved = self._moved(stream, station, faults, link)
        return Gauge(station_id, stream.observed.name, unit, link, moved)

    def _moved(self, stream: _Datastream, station: Station, faults: Faults, link: str) -> str:
        """A note when the provider has the station elsewhere than the city's table: whose rain is it then?"""
        for place in stream.thing.locations:
            try:
                lon, lat = (float(str(x)) for x in listed(place.location.get("coordinates"))[:2])
            except ValueError:
                faults.add(link, "Locations", "测站位置不是“经度,纬度”", "请提供方更正")
                continue
            if self._ground.swapped(lon, lat):
                faults.add(link, "Locations", "测站位置的经纬度写反，已对调", "请提供方更正")
                lon, lat = lat, lon
            away = metres(lon, lat, station.lon, station.lat)
            if away > MOVED_M:
                what = f"测站 {station.station_id} 的位置与城市测站表相差 {away:.0f} 米，读数存疑"
                faults.add(link, "Locations", what, "核实测站是否迁移；确认后更新 stations.csv")
                return what
        return ""

    async def _pages(self, collection: str, query: Mapping[str, str]) -> AsyncIterator[list[Record]]:
        """The pages of a collection. Raises CityBroken when they don't end, repeat, or lead to another host."""
        url, seen = f"{self._config.url}/{collection}", set[str]()
        params: Mapping[str, str] | None = query
        home = urlsplit(url).netloc
        while url:
            if url in seen or len(seen) >= self._config.pages_max or urlsplit(url).netloc != home:
                raise CityBroken(
                    f"GET {url} 的翻页重复、过多或指向别的主机；请提供方检查 @iot.nextLink", retryable=False
                )
            seen.add(url)
            answer, self._memory.made_at = await self._reader.get_json(url, params)
            with translated(f"GET {url}"):
                page = mapping(answer)
                yield [mapping(item) for item in listed(page.get("value"))]
                url, params = str(page.get("@iot.nextLink") or ""), None


def _stream_id(record: Record) -> str:
    stream = record.get("Datastream")
    return str(mapping(stream).get("@iot.id", "")) if stream is not None else ""
