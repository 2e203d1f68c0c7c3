"""/v1/forecast as Open-Meteo answers it: parallel arrays, local times without a zone, errors with a reason.

Sums and gusts belong to the hour that ends at their time ("preceding hour"); wind and temperature are of that moment.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tools.simulator.emergency.hourly import Hour

Json = dict[str, object]
DAYS_MAX: Final = 16
VARIABLES: Final = ("precipitation", "rain", "wind_gusts_10m", "wind_speed_10m", "temperature_2m")
WIND_UNITS: Final = {"kmh": ("km/h", 3.6), "ms": ("m/s", 1.0)}


class BadQuery(Exception):
    """Answered 400 with {error: true, reason}."""


class Wanted:
    """A checked query. Raises BadQuery."""

    def __init__(self, query: Mapping[str, str], now: datetime) -> None:
        self.lat, self.lon = _number(query, "latitude", 90), _number(query, "longitude", 180)
        self.zone = _zone(query.get("timezone", "GMT"))
        self.variables = tuple(filter(None, query.get("hourly", "").split(",")))
        for name in self.variables:
            if name not in VARIABLES:
                raise BadQuery(
                    f"Data corrupted at path ''. Cannot initialize from invalid String value {name}."
                )
        unit = query.get("wind_speed_unit", "kmh")
        if unit not in WIND_UNITS:
            raise BadQuery(f"Value of type 'WindspeedUnit' is invalid: {unit}")
        self.wind_unit, self.wind_factor = WIND_UNITS[unit]
        local = now.astimezone(self.zone)
        self.first, self.count = _span(query, local)


def answer(wanted: Wanted, hours: Sequence[Hour], elapsed_ms: float) -> Json:
    """hours: from the one that ends at `wanted.first` on, one more than are told."""
    offset = wanted.first.utcoffset() or timedelta(0)
    body: Json = {
        "latitude": wanted.lat,
        "longitude": wanted.lon,
        "generationtime_ms": round(elapsed_ms, 3),
        "utc_offset_seconds": int(offset.total_seconds()),
        "timezone": str(wanted.zone),
        "timezone_abbreviation": wanted.first.strftime("%Z"),
        "elevation": 40.0,
    }
    if wanted.variables:
        body["hourly_units"] = {"time": "iso8601"} | {name: _unit(name, wanted) for name in wanted.variables}
        body["hourly"] = {"time": [f"{hour.time:%Y-%m-%dT%H:%M}" for hour in hours[1:]]} | {
            name: [_value(name, *pair, wanted) for pair in pairwise(hours)] for name in wanted.variables
        }
    return body


def _unit(name: str, wanted: Wanted) -> str:
    if name.startswith("wind"):
        return wanted.wind_unit
    return "°C" if name.startswith("temperature") else "mm"


def _value(name: str, ended: Hour, hour: Hour, wanted: Wanted) -> float:
    match name:
        case "wind_gusts_10m":
            return round(ended.gust_ms * wanted.wind_factor, 1)
        case "wind_speed_10m":
            return round(hour.wind_ms * wanted.wind_factor, 1)
        case "temperature_2m":
            return hour.temperature_c
        case _:
            return ended.rain_mm


def _span(query: Mapping[str, str], local: datetime) -> tuple[datetime, int]:
    """Whole days from midnight on, or with forecast_hours from this hour on."""
    past = _count(query, "past_hours", 0)
    if "forecast_hours" in query:
        begin = local.replace(minute=0, second=0, microsecond=0) - timedelta(hours=past)
        return begin, _count(query, "forecast_hours", 0) + past
    days = _count(query, "forecast_days", 7)
    if days > DAYS_MAX:
        raise BadQuery(f"Forecast days is invalid. Allowed range 0 to {DAYS_MAX}. Given {days}.")
    return local.replace(hour=0, minute=0, second=0, microsecond=0), days * 24


def _count(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal() or int(text) > 24 * DAYS_MAX:
        raise BadQuery(f"Parameter '{name}' is out of range: {text[:20]}")
    return int(text)


def _number(query: Mapping[str, str], name: str, most: float) -> float:
    if name not in query:
        raise BadQuery(f"Parameter '{name}' is required")
    try:
        value = float(query[name])
    except ValueError as error:
        raise BadQuery(f"Parameter '{name}' is not a number: {query[name][:20]}") from error
    if not -most <= value <= most:
        raise BadQuery(f"{name.capitalize()} must be in range of -{most} to {most}°. Given: {value}.")
    return value


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadQuery("Invalid timezone") from error
