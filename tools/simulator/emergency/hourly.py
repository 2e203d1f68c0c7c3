"""Hours of weather at one place, made from the forecast desk's sums: what Open-Meteo and QWeather are asked for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from tools.emergency.facts import Forecast

WARMEST_HOUR: Final = 14
MEAN_C: Final = 24.0
SWING_C: Final = 4.0
LULL: Final = 0.6  # mean wind as a share of the gust


class Hour(NamedTuple):
    """The hour that begins at `time`."""

    time: datetime
    rain_mm: float
    gust_ms: float
    wind_ms: float
    temperature_c: float


def hours(forecasts: Sequence[Forecast], first: datetime, count: int) -> list[Hour]:
    """`count` hours from `first` on. forecasts: of one district, in the order of issue; the newest counts."""
    newest = {forecast.metric: forecast for forecast in forecasts}
    return [_hour(newest, first + timedelta(hours=n)) for n in range(count)]


def _hour(newest: dict[str, Forecast], time: datetime) -> Hour:
    gust = _covering(newest.get("gust_24h"), time)
    gust_ms = gust.value if gust else 0.0
    warmth = MEAN_C - SWING_C * abs((time.hour - WARMEST_HOUR + 12) % 24 - 12) / 6
    return Hour(time, round(_rain(newest, time), 2), gust_ms, round(gust_ms * LULL, 1), round(warmth, 1))


def _rain(newest: dict[str, Forecast], time: datetime) -> float:
    """The six-hour sum in its own hours; what it leaves of the day's sum over the hours after."""
    six, day = newest.get("rain_6h"), newest.get("rain_24h")
    if near := _covering(six, time):
        return near.value / _length(near)
    far = _covering(day, time)
    if far is None:
        return 0.0
    if six is None or six.valid_to >= far.valid_to:
        return far.value / _length(far)
    rest = (far.valid_to - max(six.valid_to, far.valid_from)) / timedelta(hours=1)
    return max(0.0, far.value - six.value) / rest


def _covering(forecast: Forecast | None, time: datetime) -> Forecast | None:
    return forecast if forecast and forecast.valid_from <= time < forecast.valid_to else None


def _length(forecast: Forecast) -> float:
    return (forecast.valid_to - forecast.valid_from) / timedelta(hours=1)
