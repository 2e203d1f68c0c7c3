"""Suppositions of the page (rain at a district, a value at a station) as facts for the engine."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from agents.judgment.engine.picture import Picture
from agents.judgment.known import RAIN
from knowledge.city import City
from knowledge.city.plan import StationCount
from knowledge.city.weather import Station
from serving.errors import NotFound, RequestInvalid
from serving.situation.moments import Instant
from serving.situation.pictures import conditions
from serving.store.tables import Json
from tools.emergency.facts import Observation


class _Change(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DistrictRain(_Change):
    """`value` mm fell evenly over the last `window_min` minutes at every gauge of the district."""

    kind: Literal["district_rain"]
    district_code: str = Field(max_length=20)
    window_min: int = Field(ge=10, le=24 * 60)
    value: float = Field(ge=0, le=2000)


class StationValue(_Change):
    """The station reads `value` now and did so for the longest time that the plan asks for."""

    kind: Literal["station"]
    station_id: str = Field(max_length=20)
    metric: str = Field(max_length=40)
    value: float = Field(ge=-1000, le=10000)


class Supposition(_Change):
    at: Instant | None = None
    changes: tuple[Annotated[DistrictRain | StationValue, Field(discriminator="kind")], ...] = Field(
        min_length=1, max_length=50
    )


def supposed(city: City, wish: Supposition, at: datetime) -> list[Observation]:
    """Observations that say so. Raises NotFound, RequestInvalid."""
    facts: list[Observation] = []
    for change in wish.changes:
        facts += _rain(city, change, at) if isinstance(change, DistrictRain) else _station(city, change, at)
    return facts


def differences(before: Picture, after: Picture) -> list[Json]:
    """Conditions that would be in another state: {id, from, to}."""
    old = conditions(before)
    return [
        {"id": one.id, "from": old[one.id].state, "to": one.state}
        for one in conditions(after).values()
        if one.id in old and old[one.id].state != one.state
    ]


def _rain(city: City, change: DistrictRain, at: datetime) -> Iterator[Observation]:
    gauges = [
        one
        for one in city.weather.stations.values()
        if one.kind == "rain" and one.district_code == change.district_code
    ]
    if not gauges:
        raise NotFound(f"区县 {change.district_code} 没有雨量站；请换一个区县")
    for gauge in gauges:
        moments = list(_moments(gauge, at, change.window_min))
        share, most = change.value / len(moments), city.weather.plan.semantics.metrics[RAIN].valid_max
        if share > most:
            raise RequestInvalid(
                f"value：{change.window_min} 分钟 {change.value:g} 毫米超出雨量站量程（每时段 {most:g} 毫米）；请调小"
            )
        for moment in moments:
            yield Observation(station_id=gauge.station_id, metric=RAIN, time=moment, value=share, unit="mm")


def _station(city: City, change: StationValue, at: datetime) -> Iterator[Observation]:
    station = city.weather.stations.get(change.station_id)
    if station is None:
        raise NotFound(f"没有测站 {change.station_id}；请刷新页面")
    if change.metric not in station.metrics:
        raise RequestInvalid(
            f"metric：{station.name}不测 {change.metric}；可用：{'、'.join(station.metrics)}"
        )
    limits = city.weather.plan.semantics.metrics[change.metric]
    if not limits.valid_min <= change.value <= limits.valid_max:
        raise RequestInvalid(
            f"value：{change.value:g} 超出量程 {limits.valid_min:g}–{limits.valid_max:g}；请改小或改大"
        )
    unit, minutes = _held(city, station, change.metric)
    for moment in _moments(station, at, minutes):
        yield Observation(
            station_id=station.station_id, metric=change.metric, time=moment, value=change.value, unit=unit
        )


def _moments(station: Station, at: datetime, minutes: int) -> Iterator[datetime]:
    """Reporting times of (at - minutes, at], the last at `at`; at least one."""
    step = station.reporting_interval_min
    for number in range(max(minutes // step, 1)):
        yield at - timedelta(minutes=step * number)


def _held(city: City, station: Station, metric: str) -> tuple[str, int]:
    """The metric's unit, and for how long a value must stand to satisfy every sustained test (one row more)."""
    tests = [
        test
        for response in city.weather.plan.responses
        for condition in response.conditions
        for test in condition.tests
        if isinstance(test, StationCount) and test.metric == metric
    ]
    lasting = [test.window_min for test in tests if test.aggregation == "sustained"]
    unit = tests[0].unit if tests else station.unit
    return unit, max(lasting, default=0) + station.reporting_interval_min
