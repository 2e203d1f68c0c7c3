"""Hourly rain and gusts for each district's centre from an Open-Meteo forecast service: for the outlook only.

The plan's own figures (rain_6h, …) come from the forecast desk; these have other metrics (rain_1h, gust_1h) and
start nothing. Open-Meteo's sums and maxima belong to the hour that ends at their time.
"""

import asyncio
from datetime import datetime, timedelta, timezone
from typing import Final

from pydantic import BaseModel, ConfigDict

from tools.emergency.facts import Forecast
from tools.emergency.feed import Faults, Fetched, Reader, provenance
from tools.emergency.ground import Ground
from tools.emergency.units import UnknownUnit, convert
from tools.resilience import Clock
from tools.transport import translated

VARIABLES: Final = {"precipitation": "rain_1h", "wind_gusts_10m": "gust_1h"}
HOURS: Final = 24
HOUR: Final = timedelta(hours=1)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    utc_offset_seconds: int = 0
    hourly_units: dict[str, str]
    hourly: dict[str, list[str | float | None]]


class OpenMeteo:
    """A Feed of Forecast. Figures are told once an hour: the service names no time of issue."""

    def __init__(self, reader: Reader, ground: Ground, url: str, *, clock: Clock) -> None:
        """url: the service's forecast address (…/v1/forecast)."""
        self._reader = reader
        self._ground = ground
        self._url = url
        self._clock = clock
        self._issued: datetime | None = None

    async def fetch(self, since: datetime | None) -> Fetched:
        """The next 24 hours of every district with an outline. Raises CityError."""
        now, faults = self._clock(), Faults()
        issued = now.replace(minute=0, second=0, microsecond=0)
        if issued == self._issued:
            return Fetched((), (), now)
        found = await asyncio.gather(
            *(self._district(code, issued, now, faults) for code in self._ground.outlines)
        )
        self._issued = issued
        return Fetched(tuple(fact for facts in found for fact in facts), faults.problems, now)

    async def _district(self, code: str, issued: datetime, now: datetime, faults: Faults) -> list[Forecast]:
        lon, lat = self._ground.centre(code)
        query = {
            "latitude": f"{lat:.5f}",
            "longitude": f"{lon:.5f}",
            "hourly": ",".join(VARIABLES),
            "forecast_hours": str(HOURS + 1),
            "timezone": "GMT",
        }
        body, _ = await self._reader.get_json(self._url, query)
        with translated(f"GET {self._url}"):
            answer = _Answer.model_validate(body)
            return [
                fact
                for variable, metric in VARIABLES.items()
                for fact in self._figures(answer, variable, metric, code, issued, now, faults)
            ]

    def _figures(
        self,
        answer: _Answer,
        variable: str,
        metric: str,
        code: str,
        issued: datetime,
        now: datetime,
        faults: Faults,
    ) -> list[Forecast]:
        """Raises ValueError when the arrays don't fit each other."""
        zone = timezone(timedelta(seconds=answer.utc_offset_seconds))
        times, values = answer.hourly.get("time", []), answer.hourly.get(variable, [])
        if len(times) != len(values):
            raise ValueError(f"{variable} 有 {len(values)} 个值，时间却有 {len(times)} 个")
        facts: list[Forecast] = []
        for text, raw in zip(times, values, strict=True):
            ends = datetime.fromisoformat(str(text)).replace(tzinfo=zone).astimezone(self._ground.zone)
            if raw is None or ends <= issued:
                continue
            try:
                value, unit, note = convert(float(raw), answer.hourly_units.get(variable, ""), metric)
            except UnknownUnit as error:
                faults.add(self._url, variable, f"{error}，未用", "请核对 wind_speed_unit 等参数")
                break
            facts.append(
                Forecast(
                    issued_at=issued,
                    valid_from=ends - HOUR,
                    valid_to=ends,
                    metric=metric,
                    value=value,
                    unit=unit,
                    district_code=code,
                    provenance=provenance("forecasts", self._url, now, [note]),
                )
            )
        return facts
