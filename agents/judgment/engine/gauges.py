"""All stations' series, and what their windows say now: each span is computed once for all tests that ask for it."""

import copy
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from agents.judgment.engine.cleaning import Series
from agents.judgment.engine.moments import MINUTE, ticks
from agents.judgment.engine.windows import AGGREGATES, Gauge, Span
from knowledge.city.plan import ArealRain, ResponsePlan, Semantics, StationCount
from knowledge.city.weather import Station
from tools.emergency.facts import Observation

Key = tuple[str, str]
"""(station id, metric)"""


class Window:
    """One aggregation over one window of one metric, for all stations with that metric.

    `version` grows whenever any span is another than before, so that who rests on it need not look again.
    """

    def __init__(self, gauges: Sequence[Gauge], aggregation: str, window_min: int) -> None:
        self.gauges = gauges
        self.aggregation = aggregation
        self.width = window_min * MINUTE
        self.spans: list[Span] = []
        self.version = 0
        self._aggregate = AGGREGATES[aggregation]
        self._at: int | None = None
        self._seen: list[int] = []

    def look(self, at: int) -> None:
        """Brings the spans to `at`. At an unchanged moment only series with new rows are looked at."""
        versions = [gauge.series.version for gauge in self.gauges]
        if at == self._at and versions == self._seen:
            return
        spans = [
            self.spans[n]
            if at == self._at and versions[n] == self._seen[n]
            else self._aggregate(gauge, gauge.end(at), self.width)
            for n, gauge in enumerate(self.gauges)
        ]
        if spans != self.spans:
            self.spans, self.version = spans, self.version + 1
        self._at, self._seen = at, versions


class Gauges:
    """Series by station and metric. Rows older than any test can ask for are let go."""

    def __init__(
        self, plan: ResponsePlan, stations: Mapping[str, Station], grace: int, keep: Mapping[str, timedelta]
    ) -> None:
        """grace: see Gauge; keep: see Engine."""
        self._semantics = plan.semantics
        self._keep = _horizons(plan, stations.values(), keep)
        self._gauges: dict[Key, Gauge] = {}
        for station in stations.values():
            for metric in station.metrics:
                if metric in plan.semantics.metrics:
                    gauge = gauge_of(plan.semantics, station, metric, grace)
                    self._gauges[station.station_id, metric] = gauge
        self._windows: dict[tuple[str, str, int], Window] = {}

    @property
    def series(self) -> Mapping[Key, Gauge]:
        return self._gauges

    def window(self, metric: str, aggregation: str, window_min: int) -> Window:
        key = (metric, aggregation, window_min)
        if key not in self._windows:
            gauges = [gauge for (_, name), gauge in self._gauges.items() if name == metric]
            self._windows[key] = Window(gauges, aggregation, window_min)
        return self._windows[key]

    def put(self, row: Observation, time: int) -> None:
        """Takes in an observation that `refusal` let pass. A missing value is no row."""
        if row.value is None or row.quality == "missing":
            return
        gauge = self._gauges[row.station_id, row.metric]
        gauge.series.put(time, row.value, row.quality == "suspect")
        keep = self._keep.get(row.metric, 0)
        times = gauge.series.times
        if times and times[0] < time - keep - keep // _SLACK:
            gauge.series.trim(times[-1] - keep)

    def mismatch(self, row: Observation) -> str:
        """Why an observation belongs to no series; empty when it does. Chinese."""
        gauge = self._gauges.get((row.station_id, row.metric))
        if gauge is None:
            return f"没有测站 {row.station_id}，或该站不报 {row.metric}"
        if row.unit != gauge.station.unit:
            return f"{row.station_id} 的单位是 {gauge.station.unit}，来的是 {row.unit or '空'}"
        if row.value is not None and not math.isfinite(row.value):
            return f"{row.station_id} 的数值不是有限的数"
        return ""

    def refusal(self, row: Observation) -> str:
        """As `mismatch`, and for a value outside the metric's valid range, which counts as absent."""
        if (why := self.mismatch(row)) or row.value is None:
            return why
        rules = self._semantics.metrics[row.metric]
        if rules.valid_min <= row.value <= rules.valid_max:
            return ""
        return f"{row.station_id} 的数值 {row.value:g} 超出有效范围 {rules.valid_min:g}～{rules.valid_max:g}"

    def fork(self, keys: Iterable[Key]) -> "Gauges":
        """A copy with series of its own for `keys`; the others are shared and must not be put to."""
        other = copy.copy(self)
        other._windows = {}
        other._gauges = dict(self._gauges)
        for key in keys:
            gauge = self._gauges[key]
            other._gauges[key] = replace(gauge, series=gauge.series.fork())
        return other

    def assume(self, rows: Iterable[Observation]) -> None:
        """Lets the observations stand in the place of what their stations told at that time."""
        assumed: dict[Key, dict[int, float]] = {}
        for row in rows:
            if row.value is not None:
                assumed.setdefault((row.station_id, row.metric), {})[ticks(row.time)] = row.value
        for key, values in assumed.items():
            gauge = self._gauges[key]
            gauge.series.assume(sorted(values.items()), min(values) - gauge.interval)

    def newest(self, key: Key, at: int) -> Span:
        return AGGREGATES["latest"](self._gauges[key], at, 0)


def gauge_of(semantics: Semantics, station: Station, metric: str, grace: int) -> Gauge:
    """A station's metric before its first row. KeyError where the plan does not use the metric."""
    rules = semantics.metrics[metric]
    interval = station.reporting_interval_min * MINUTE
    return Gauge(
        station=station,
        series=Series(rules, interval),
        decimals=semantics.decimals[metric],
        coverage=rules.min_coverage,
        interval=interval,
        stale=station.stale_after_min * MINUTE,
        grace=grace,
    )


def _horizons(
    plan: ResponsePlan, stations: Iterable[Station], keep: Mapping[str, timedelta]
) -> dict[str, int]:
    """How long rows of each metric matter: the longest window, and before it a stale series or a stuck run."""
    longest = {metric: span // timedelta(minutes=1) for metric, span in keep.items()}
    for response in plan.responses:
        for condition in (*response.conditions, *response.end_conditions):
            for test in condition.tests:
                if isinstance(test, ArealRain | StationCount):
                    longest[test.metric] = max(longest.get(test.metric, 0), test.window_min)
    spare = dict.fromkeys(longest, 0)
    for station in stations:
        for metric in set(station.metrics) & longest.keys():
            run = (plan.semantics.metrics[metric].stuck_run + _REACH) * station.reporting_interval_min
            spare[metric] = max(spare[metric], station.stale_after_min, run)
    return {metric: (longest[metric] + spare[metric]) * MINUTE for metric in longest}


_REACH = 3
"""Reporting intervals over which a jump is looked for."""

_SLACK = 32
"""Rows are let go once this part of what is kept has gathered behind it: more would cost memory, less time."""
