"""Readings as tables and charts want them: rain sums, newest values, peaks, series, each with the evidence it is.

Cleaning, sums and the words of the evidence are the judgment's own (agents/judgment/known.py, evidence.py), so that
a table never tells another figure than the trigger table beside it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from agents.briefing import wording
from agents.judgment.decision import Evidence
from agents.judgment.engine.cleaning import SUSPECT
from agents.judgment.engine.gauges import Key
from agents.judgment.engine.moments import MINUTE, moment, ticks
from agents.judgment.engine.windows import Gauge
from agents.judgment.evidence import of_forecast, of_rain, of_value
from agents.judgment.known import RAIN, WINDOWS, cleaned, newest, told
from agents.judgment.naming import METRICS, clock, hours
from agents.judgment.situation import Now
from knowledge.city import City
from knowledge.city.weather import Station, StationKind
from tools.emergency.facts import Fact, Forecast, Observation, WeatherAlert, stamp

DAY_MIN = WINDOWS[-1]
WINDS = ("wind_avg", "gust")

Points = tuple[tuple[datetime, float], ...]


@dataclass(frozen=True)
class Figure:
    """A value that a cell shows. at: the reading's time, or the window's end."""

    value: float
    unit: str
    at: datetime
    evidence: Evidence


@dataclass(frozen=True)
class Sum(Figure):
    """Rain of a window at one station; whole: no interval of it is missing or suspect."""

    station: Station
    whole: bool


class Observed:
    """The facts stamped at or before `at`, which carries the city's own zone: times are told in it. grace: the
    engine's that judged them."""

    def __init__(
        self, facts: Iterable[Fact], city: City, at: datetime, grace: timedelta = timedelta(0)
    ) -> None:
        self._city, self._at, self._grace = city, at, grace
        self._facts = [fact for fact in facts if stamp(fact) <= at]

    @cached_property
    def rows(self) -> Mapping[Key, Points]:
        """Good rows by station and metric, in order of time."""
        return {
            key: tuple(
                (moment(time).astimezone(self._at.tzinfo), value)
                for time, value, mark in zip(rows.times, rows.values, rows.marks, strict=True)
                if not mark & SUSPECT
            )
            for key, rows in ((key, gauge.series) for key, gauge in self._gauges.items())
        }

    @cached_property
    def alerts(self) -> tuple[WeatherAlert, ...]:
        """Every message about signals so far, in order of issue."""
        return tuple(fact for fact in self._facts if isinstance(fact, WeatherAlert))

    @cached_property
    def forecasts(self) -> tuple[tuple[Forecast, Evidence], ...]:
        """The newest issue for every metric and place that covers this moment."""
        issued = (fact for fact in self._facts if isinstance(fact, Forecast))
        found = newest(self._city.weather.plan, issued, self._at)
        return tuple((one, of_forecast(self._city, one, self._at)) for one in found)

    @cached_property
    def sums(self) -> Mapping[int, tuple[Sum, ...]]:
        """Rain by window (minutes), most first; stations without a good row are left out."""
        rains = [one for one in self._now.values() if one.metric == RAIN]
        return {
            window: tuple(
                sorted(
                    (found for one in rains if (found := self._sum(one, window)) is not None),
                    key=lambda found: (-found.value, found.station.station_id),
                )
            )
            for window in WINDOWS
        }

    def areal(self, window: int) -> Figure | None:
        """Mean rain over the city, each gauge weighted by its area; None without any gauge."""
        sums = [one for one in self.sums[window] if one.station.area_km2]
        area = sum(one.station.area_km2 or 0.0 for one in sums)
        if not area:
            return None
        mean = round(sum(one.value * (one.station.area_km2 or 0.0) for one in sums) / area, 1)
        text = f"近{hours(window)}全市面雨量{wording.measured(mean, 'mm')}（{len(sums)}个站按代表面积加权）"
        return self._figure(f"O:city.{window}@{self._at:%H:%M}", text, mean, "mm", self._at, "")

    def latest(self, station: Station, metric: str) -> Figure | None:
        """The newest good reading that is not stale."""
        now = self._now.get((station.station_id, metric))
        if now is None or now.value is None or now.at is None or now.state in ("stale", "none"):
            return None
        proof = of_value(self._city, now, self._at)
        return proof and Figure(now.value, station.unit, now.at.astimezone(self._at.tzinfo), proof)

    def peaks(self, metric: str, window: int) -> tuple[Figure, ...]:
        """The strongest wind of each gauge in the window, strongest first."""
        since, found = self._at - timedelta(minutes=window), list[Figure]()
        for station in self.of_kind("wind"):
            rows = [row for row in self.rows.get((station.station_id, metric), ()) if row[0] > since]
            if rows:
                time, value = max(rows, key=lambda row: (row[1], row[0]))
                text = f"{station.name}近{hours(window)}最大{METRICS.get(metric, metric)}"
                text += f"{wording.measured(value, station.unit)}（{clock(time, self._at)}）"
                key = f"O:{station.station_id}.{metric}.{window}@{time:%H:%M}"
                found.append(self._figure(key, text, value, station.unit, time, station.station_id))
        return tuple(sorted(found, key=lambda one: (-one.value, one.evidence.id)))

    def of_kind(self, kind: StationKind) -> tuple[Station, ...]:
        return tuple(one for one in self._city.weather.stations.values() if one.kind == kind)

    @cached_property
    def evidence(self) -> Mapping[str, Evidence]:
        """All that the figures above rest on, by id."""
        return {one.id: one for one in self._proofs()}

    def _proofs(self) -> Iterator[Evidence]:
        yield from (one.evidence for sums in self.sums.values() for one in sums)
        yield from (one.evidence for window in WINDOWS if (one := self.areal(window)))
        for station in self._city.weather.stations.values():
            yield from (one.evidence for metric in station.metrics if (one := self.latest(station, metric)))
        for metric in WINDS:
            yield from (one.evidence for window in (60, DAY_MIN) for one in self.peaks(metric, window))
        yield from (proof for _, proof in self.forecasts)

    @cached_property
    def _gauges(self) -> Mapping[Key, Gauge]:
        rows = (fact for fact in self._facts if isinstance(fact, Observation))
        return cleaned(self._city, rows, self._at, self._grace)

    @cached_property
    def _now(self) -> Mapping[Key, Now]:
        found = told(self._city, self._gauges, self._at)
        return {(one.station_id, one.metric): one for one in found}

    def _sum(self, now: Now, window: int) -> Sum | None:
        proof = of_rain(self._city, now, window, self._at)
        if proof is None or now.at is None:
            return None
        station, gauge = self._city.weather.stations[now.station_id], self._gauges[now.station_id, RAIN]
        times = gauge.series.times
        first = bisect_right(times, gauge.end(ticks(self._at)) - window * MINUTE)
        good = gauge.series.totals(first, len(times))[2]
        whole = good >= window // station.reporting_interval_min
        return Sum(now.sums[window], "mm", now.at.astimezone(self._at.tzinfo), proof, station, whole)

    def _figure(self, key: str, text: str, value: float, unit: str, at: datetime, subject: str) -> Figure:
        proof = Evidence(
            id=key,
            kind="observation",
            text=text,
            figures=((value, unit),),
            at=at,
            subject=subject,
            source="监测站汇总",
        )
        return Figure(value, unit, at, proof)
