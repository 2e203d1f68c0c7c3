"""QWeather's answers as types: warnings (the present and the retired form), storms and their tracks, hourly weather.

Times come without seconds, figures as text; empty text means unknown. Shapes: dev.qweather.com, August 2026.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from knowledge.city.source import MaybeNumber, MaybeText, Text
from tools.emergency.feed import Reader
from tools.errors import CityBroken
from tools.transport import translated


def _blank(value: object) -> object:
    return None if value == "" else value


MaybeTime = Annotated[AwareDatetime | None, BeforeValidator(_blank)]


class _Open(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class MessageType(_Open):
    code: Literal["alert", "update", "cancel"]
    supersedes: tuple[str, ...] = ()


class EventType(_Open):
    name: str
    code: str


class Colour(_Open):
    code: str


class CurrentAlert(_Open):
    """One of `alerts` in /weatheralert/v1/current/{lat}/{lon}."""

    id: Text
    sender: str = Field(alias="senderName", default="")
    issued_at: AwareDatetime = Field(alias="issuedTime")
    message: MessageType = Field(alias="messageType")
    event: EventType = Field(alias="eventType")
    severity: str | None = None
    color: Colour | None = None
    effective_at: MaybeTime = Field(alias="effectiveTime", default=None)
    expires_at: MaybeTime = Field(alias="expireTime", default=None)
    headline: str = ""
    description: str = ""


class OldWarning(_Open):
    """One of `warning` in /v7/warning/now (retired by the provider on 2026-09-01; old mirrors still answer)."""

    id: Text
    sender: str = ""
    issued_at: AwareDatetime = Field(alias="pubTime")
    starts_at: MaybeTime = Field(alias="startTime", default=None)
    ends_at: MaybeTime = Field(alias="endTime", default=None)
    status: Literal["active", "update", "cancel"]
    severity: str = ""
    colour: str = Field(alias="severityColor", default="")
    type: str = ""
    type_name: str = Field(alias="typeName", default="")
    title: str = ""
    text: str = ""
    related: MaybeText = None

    def current(self) -> CurrentAlert:
        """The same in the present form."""
        code = "alert" if self.status == "active" else self.status
        return CurrentAlert.model_validate(
            {
                "id": self.id,
                "senderName": self.sender,
                "issuedTime": self.issued_at,
                "messageType": {"code": code, "supersedes": (self.related,) if self.related else ()},
                "eventType": {"name": self.type_name, "code": self.type},
                "severity": self.severity,
                "color": {"code": self.colour} if self.colour else None,
                "effectiveTime": self.starts_at,
                "expireTime": self.ends_at,
                "headline": self.title,
                "description": self.text,
            }
        )


class WindRadius(_Open):
    """Kilometres to the four quarters."""

    ne: MaybeNumber = Field(alias="neRadius", default=None)
    se: MaybeNumber = Field(alias="seRadius", default=None)
    sw: MaybeNumber = Field(alias="swRadius", default=None)
    nw: MaybeNumber = Field(alias="nwRadius", default=None)


class StormPoint(_Open):
    """Where a storm was or will be. pressure in hPa, wind in m/s, move in km/h; type as TD, TS, STS, TY, …"""

    time: AwareDatetime
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    type: str
    pressure: MaybeNumber = None
    wind: MaybeNumber = Field(alias="windSpeed", default=None)
    move: MaybeNumber = Field(alias="moveSpeed", default=None)
    direction: str = Field(alias="moveDir", default="")
    radius30: WindRadius | None = Field(alias="windRadius30", default=None)
    radius50: WindRadius | None = Field(alias="windRadius50", default=None)
    radius64: WindRadius | None = Field(alias="windRadius64", default=None)


class StormName(_Open):
    """One of `storm` in /v7/tropical/storm-list."""

    id: Text
    name: str
    active: bool = Field(alias="isActive")


class HourlyWeather(_Open):
    """One of `hourly` in /v7/weather/24h; precip in mm, wind in km/h."""

    time: AwareDatetime = Field(alias="fxTime")
    precip: MaybeNumber = None
    wind_kmh: MaybeNumber = Field(alias="windSpeed", default=None)
    text: str = ""


@dataclass(frozen=True)
class Storm:
    """A storm with the way it came and the way it is expected to go."""

    name: StormName
    passed: tuple[StormPoint, ...]
    coming: tuple[StormPoint, ...]


def current_alerts(body: object) -> list[object]:
    """The raw alerts of an answer. Raises ValueError."""
    return _part(body, "alerts")


def old_warnings(body: object) -> list[OldWarning]:
    """Raises ValueError."""
    return [OldWarning.model_validate(item) for item in _part(body, "warning")]


def storm_names(body: object) -> list[StormName]:
    """Raises ValueError."""
    return [StormName.model_validate(item) for item in _part(body, "storm")]


def storm_points(body: object) -> list[StormPoint]:
    """Of a track (`track`, then `now`) or a forecast (`forecast`), in the order of time. Raises ValueError."""
    answer = _checked(body)
    items = [*_list(answer.get("track")), *_list(answer.get("forecast"))]
    points: list[StormPoint] = []
    if (now := answer.get("now")) and isinstance(now, Mapping) and now.get("pubTime"):
        items.append({**now, "time": now["pubTime"]})
    for item in items:
        fields = (
            {**item, "time": item.get("time") or item.get("fxTime")} if isinstance(item, Mapping) else item
        )
        points.append(StormPoint.model_validate(fields))
    return sorted({point.time: point for point in points}.values(), key=lambda point: point.time)


def hourly_weather(body: object) -> list[HourlyWeather]:
    """Raises ValueError."""
    return [HourlyWeather.model_validate(item) for item in _part(body, "hourly")]


class Storms:
    """The storms under way, from /v7/tropical. base: the service up to its host."""

    def __init__(self, reader: Reader, base: str) -> None:
        self._reader = reader
        self._base = base

    async def active(self, basin: str, year: int) -> tuple[Storm, ...]:
        """Raises CityError."""
        url = f"{self._base}/v7/tropical"
        body, _ = await self._reader.get_json(f"{url}/storm-list", {"basin": basin, "year": str(year)})
        with translated(f"GET {url}/storm-list"):
            names = [name for name in storm_names(body) if name.active]
        return tuple([await self._storm(url, name) for name in names])

    async def _storm(self, url: str, name: StormName) -> Storm:
        points: list[tuple[StormPoint, ...]] = []
        for part in ("storm-track", "storm-forecast"):
            body, _ = await self._reader.get_json(f"{url}/{part}", {"stormid": name.id})
            with translated(f"GET {url}/{part}"):
                points.append(tuple(storm_points(body)))
        return Storm(name, points[0], points[1])


def _part(body: object, name: str) -> list[object]:
    return _list(_checked(body).get(name), name)


def _list(value: object, name: str = "") -> list[object]:
    if value is None and not name:
        return []
    if not isinstance(value, list):
        raise ValueError(f"{name} 应是列表")
    return list(value)


def _checked(body: object) -> Mapping[str, object]:
    """QWeather answers 200 and tells its own code inside. Raises CityBroken for a code that isn't 200."""
    if not isinstance(body, Mapping):
        raise ValueError("应是带字段名的记录")
    code = str(body.get("code", "200"))
    if code != "200":
        raise CityBroken(f"和风天气返回代码 {code}；请检查密钥、位置和用量")
    return body
