"""What the gauges of downburst_june sent: true readings, and the faults that stand where they hurt."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from knowledge.city import City
from knowledge.city.weather import Station
from tools.simulator.emergency.reading import DECIMALS, UNITS
from tools.simulator.scenarios.downburst import END, RAIN_FROM, START, Row, Weather

FAULTS: Final[tuple[tuple[str, str, str, str, Callable[[Row], list[Row]]], ...]] = (
    # station, metric, first and last time of the day, what the gauge sends instead
    ("RG08", "rain_10min", "15:20", "16:40", lambda row: []),  # silent at the peak
    ("RG19", "rain_10min", "15:50", "17:00", lambda row: [row | {"value": 6.4}]),  # stuck while it pours
    ("RG23", "rain_10min", "16:10", "16:40", lambda row: [row | {"value": "", "quality": "missing"}]),
    ("RG10", "rain_10min", "15:50", "15:50", lambda row: [row | {"quality": "suspect"}]),
    ("RG12", "rain_10min", "15:30", "15:50", lambda row: [row, row]),  # twice, the same
    ("RV02", "water_level", "16:00", "16:00", lambda row: [_scaled(row, more=6.4)]),  # a spike
    ("RV06", "water_level", "17:00", "17:00", lambda row: [row | {"value": -9.9}]),  # nonsense
    ("PD04", "water_depth", "15:40", "16:00", lambda row: [row, _scaled(row, 0.6)]),  # twice, and different
    ("WD05", "gust", "16:00", "18:20", lambda row: [row | {"value": 17.3}]),  # stuck
)
HELD_BACK: Final = (
    "PD09",
    "2026-06-12T16:00",
    "2026-06-12T17:00",
)  # a batch that was written down at the end


def observations(city: City) -> list[Row]:
    """True readings in the order of time, then station."""
    weather = Weather(city.weather.stations.values())
    rows: list[Row] = []
    for station in city.weather.stations.values():
        begin = RAIN_FROM if station.kind == "rain" else START
        depths = dict(weather.water(station, START, END)) if station.kind == "ponding" else {}
        moment = begin
        while moment <= END:
            for metric in station.metrics:
                value = _true(weather, station, metric, moment, depths)
                rows.append(_row(moment, station.station_id, metric, value))
            moment += timedelta(minutes=station.reporting_interval_min)
    return sorted(rows, key=lambda row: str(row["time"]))


def _true(
    weather: Weather, station: Station, metric: str, time: datetime, depths: dict[datetime, float]
) -> float:
    match metric:
        case "rain_10min":
            return weather.rain(station, time)
        case "water_depth":
            return depths[time]
        case "water_level":
            return weather.level(station, time)
        case "gust":
            return weather.gust(station, time)
        case "wind_avg":
            return 0.62 * weather.gust(station, time)
        case _:
            return 0.3 + 0.02 * weather.rain(station, time)


def _scaled(row: Row, factor: float = 1, more: float = 0) -> Row:
    return row | {"value": round(float(str(row["value"])) * factor + more, 2)}


def _row(time: datetime, station_id: str, metric: str, value: float) -> Row:
    rounded = round(max(value, 0.0), DECIMALS.get(metric, 1))
    return {
        "time": time.isoformat(),
        "station_id": station_id,
        "metric": metric,
        "value": rounded,
        "unit": UNITS[metric],
        "quality": "good",
    }


def spoilt(rows: Sequence[Row]) -> list[Row]:
    """The readings as the gauges sent them. Each fault stands where it hurts."""
    sent = [copy for row in rows for copy in _sent(row)]
    station_id, first, last = HELD_BACK
    late = [row for row in sent if row["station_id"] == station_id and first <= str(row["time"])[:16] <= last]
    return [row for row in sent if row not in late] + late[::-1]


def _sent(row: Row) -> list[Row]:
    date, clock = str(row["time"])[:10], str(row["time"])[11:16]
    for station_id, metric, first, last, spoil in FAULTS:
        same = (row["station_id"], row["metric"]) == (station_id, metric)
        if same and date == f"{START:%Y-%m-%d}" and first <= clock <= last:
            return spoil(row)
    return [row]
