"""The forecast desk on a quiet day: the figures that the plan asks for, issued at fixed hours."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from knowledge.city import City
from tools.emergency.facts import Forecast
from tools.simulator.emergency.reading import chance, resting_level

HOURS: Final = {"rain_6h": 3, "rain_24h": 6, "gust_24h": 6, "river_level_max_24h": 6}
FIRST_HOUR: Final = 2  # issues at 2, 5, 8, … (every 3 hours) or 2, 8, 14, 20 (every 6), the city's own time


def calm_forecasts(city: City, seed: int, since: datetime, until: datetime) -> list[Forecast]:
    """All issued at since <= time <= until."""
    return [
        forecast
        for issued in _issues(since, until)
        for metric, every in HOURS.items()
        if (issued.hour - FIRST_HOUR) % every == 0
        for forecast in _issue(city, seed, metric, issued)
    ]


def _issues(since: datetime, until: datetime) -> Iterator[datetime]:
    moment = since.replace(hour=0, minute=0, second=0, microsecond=0)
    while moment <= until:
        if moment >= since and (moment.hour - FIRST_HOUR) % 3 == 0:
            yield moment
        moment += timedelta(hours=1)


def _issue(city: City, seed: int, metric: str, issued: datetime) -> Iterator[Forecast]:
    valid_to = issued + timedelta(hours=6 if metric == "rain_6h" else 24)

    def forecast(
        value: float, unit: str, *, district: str | None = None, station: str | None = None
    ) -> Forecast:
        return Forecast(
            issued_at=issued,
            valid_from=issued,
            valid_to=valid_to,
            metric=metric,
            value=value,
            unit=unit,
            district_code=district,
            station_id=station,
        )

    if metric == "river_level_max_24h":
        for station in city.weather.stations.values():
            if station.kind == "river":
                yield forecast(round(resting_level(station) + 0.05, 2), "m", station=station.station_id)
        return
    for district in city.districts.values():
        gust = round(4 + 3 * chance(seed, district.code, issued.isoformat()), 1)
        rain = metric != "gust_24h"
        yield forecast(0.0 if rain else gust, "mm" if rain else "m/s", district=district.code)
