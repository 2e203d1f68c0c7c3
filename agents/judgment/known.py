"""What was known at one moment, condensed for the steps after gathering: plain and frozen, small enough to keep."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from pydantic import AwareDatetime, BaseModel, ConfigDict

from agents.judgment.before import Before
from agents.judgment.engine.cleaning import SUSPECT, Series
from agents.judgment.engine.forecasts import Forecasts
from agents.judgment.engine.gauges import Key, gauge_of
from agents.judgment.engine.moments import HOUR, MICROSECOND, MINUTE, moment, ticks
from agents.judgment.engine.picture import Level, Picture
from agents.judgment.engine.reports import Signals
from agents.judgment.engine.windows import Gauge
from agents.judgment.situation import Now, Standing
from knowledge.city import City
from knowledge.city.plan import ArealRain, ResponsePlan, StationCount
from knowledge.city.weather import Station
from tools.emergency.facts import CitizenSignal, FeedState, Forecast, Observation, WeatherAlert

RAIN = "rain_10min"
WINDOWS = (60, 180, 360, 720, 1440)
"""Minutes of rain that a briefing tells (domain.md 2.6, part 3)."""

SPANS = {RAIN: 30, "water_depth": 30}
LONG_SPAN = 180
"""Minutes over which a trend is taken: showers and streets turn quickly, rivers and slopes slowly."""


BEFORE = timedelta(hours=1)
"""Of rows before the longest window: what a jump or a stuck run began with."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


FEED_SOURCES = {"tickets": "citizens"}
"""Feeds that judgments ask for by another name."""


class Known(_Frozen):
    """Everything a judgment rests on. `missing`: source -> why it gave nothing."""

    at: AwareDatetime
    picture: Picture
    now: tuple[Now, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    alerts: tuple[WeatherAlert, ...] = ()
    alerts_unlisted: int = 0
    """How many more are in force (see `weightiest`)."""
    citizens: tuple[CitizenSignal, ...] = ()
    feeds: tuple[FeedState, ...] = ()
    standing: Standing
    before: Before | None = None
    missing: Mapping[str, str] = {}

    def signed(self) -> dict[str, Level | None]:
        """Per hazard of the plan: the level that stands by signature, or None."""
        stands: dict[str, Level | None] = {one.hazard: one.level for one in self.standing.signed}
        return {hazard.hazard: stands.get(hazard.hazard) for hazard in self.picture.hazards}

    def unheard(self) -> dict[str, str]:
        """Source -> why its silence proves nothing: it gave no answer, or its feed is down."""
        down = {one.feed: one.why or "数据源中断" for one in self.feeds if one.state == "down"}
        return {FEED_SOURCES.get(feed, feed): why for feed, why in down.items()} | dict(self.missing)

    def reading(self, station_id: str, metric: str) -> Now | None:
        return next((one for one in self.now if one.station_id == station_id and one.metric == metric), None)

    def forecast(self, metric: str, *, district: str = "", station: str = "") -> Forecast | None:
        """The newest one that covers the moment."""
        return next(
            (
                one
                for one in self.forecasts
                if one.metric == metric
                and (one.district_code or "") == district
                and (one.station_id or "") == station
            ),
            None,
        )


def rain_windows(plan: ResponsePlan) -> tuple[int, ...]:
    """Minutes of rain that are told, and those that the plan asks for; the shortest first."""
    tests = (
        test for response in plan.responses for condition in response.conditions for test in condition.tests
    )
    asked = {
        one.window_min
        for one in tests
        if isinstance(one, ArealRain | StationCount) and one.metric == RAIN and one.aggregation == "sum"
    }
    return tuple(sorted(asked.union(WINDOWS)))


def looked_back(plan: ResponsePlan) -> dict[str, timedelta]:
    """Per metric of the plan: over how much of the past a reading is told, its trend included."""
    rain = rain_windows(plan)[-1] + SPANS[RAIN]
    minutes = {one: rain if one == RAIN else SPANS.get(one, LONG_SPAN) for one in plan.semantics.metrics}
    return {metric: timedelta(minutes=span) for metric, span in minutes.items()}


def readings(
    city: City, rows: Iterable[Observation], at: datetime, grace: timedelta = timedelta(0)
) -> tuple[Now, ...]:
    """Every station's metrics now, cleaned and summed as the engine does it (`grace`: the engine's own). Rows later
    than `at` do not count."""
    return told(city, cleaned(city, rows, at, grace), at)


def rows_hours(plan: ResponsePlan) -> float:
    """How many hours of rows `readings` needs."""
    return (max(looked_back(plan).values()) + BEFORE) / timedelta(hours=1)


def told(city: City, gauges: Mapping[Key, Gauge], at: datetime) -> tuple[Now, ...]:
    windows = rain_windows(city.weather.plan)
    return tuple(
        _now(station, metric, gauges.get((station.station_id, metric)), at, windows)
        for station in city.weather.stations.values()
        for metric in station.metrics
    )


def cleaned(
    city: City, rows: Iterable[Observation], at: datetime, grace: timedelta = timedelta(0)
) -> dict[Key, Gauge]:
    """Gauges that told anything up to `at`, each row judged good or suspect as the engine judges it."""
    gauges: dict[Key, Gauge] = {}
    for row in sorted(rows, key=lambda one: one.time):
        if row.time <= at:
            _put(city, gauges, row, grace // MICROSECOND)
    return gauges


def _put(city: City, gauges: dict[Key, Gauge], row: Observation, grace: int) -> None:
    station, semantics = city.weather.stations.get(row.station_id), city.weather.plan.semantics
    rules = semantics.metrics.get(row.metric)
    if station is None or rules is None or row.value is None or row.quality == "missing":
        return
    if not rules.valid_min <= row.value <= rules.valid_max:
        return
    key = (row.station_id, row.metric)
    if key not in gauges:
        gauges[key] = gauge_of(semantics, station, row.metric, grace)
    gauges[key].series.put(ticks(row.time), row.value, row.quality == "suspect")


def _now(station: Station, metric: str, gauge: Gauge | None, at: datetime, windows: Sequence[int]) -> Now:
    newest = gauge.series.newest_good() if gauge else None
    if gauge is None or newest is None:
        state = "suspect" if gauge else "none"
        return Now(station_id=station.station_id, metric=metric, value=None, at=None, state=state)
    rows, end = gauge.series, gauge.end(ticks(at))
    fresh = rows.times[newest] >= ticks(at) - gauge.stale
    doubted = newest < len(rows.times) - 1
    return Now(
        station_id=station.station_id,
        metric=metric,
        value=round(rows.values[newest], gauge.decimals),
        at=moment(rows.times[newest]),
        state=("suspect" if doubted else "good") if fresh else "stale",
        sums={window: _sum(rows, end, window) for window in windows} if metric == RAIN else {},
        slopes=_rain_slopes(rows, end, windows)
        if metric == RAIN
        else _slope(rows, newest, SPANS.get(metric, LONG_SPAN)),
    )


def _sum(rows: Series, at: int, window: int) -> float:
    first, last = bisect_right(rows.times, at - window * MINUTE), bisect_right(rows.times, at)
    return round(rows.totals(first, last)[0], 1)


def _rain_slopes(rows: Series, at: int, windows: Sequence[int]) -> dict[int, float]:
    """How fast the sum over a window grew lately, mm an hour."""
    earlier = at - SPANS[RAIN] * MINUTE
    grown = {window: _sum(rows, at, window) - _sum(rows, earlier, window) for window in windows}
    return {window: round(gain * 60 / SPANS[RAIN], 1) for window, gain in grown.items()}


def _slope(rows: Series, newest: int, minutes: int) -> dict[int, float]:
    """Change an hour from the oldest good row within `minutes` to the newest; none from less than a third of it."""
    good = [n for n in range(newest + 1) if not rows.marks[n] & SUSPECT]
    since = rows.times[newest] - minutes * MINUTE
    first = next((n for n in good if rows.times[n] >= since), newest)
    span = rows.times[newest] - rows.times[first]
    if span < minutes * MINUTE / 3:
        return {}
    return {0: round((rows.values[newest] - rows.values[first]) / (span / HOUR), 3)}


def in_force(messages: Iterable[WeatherAlert], at: datetime) -> tuple[WeatherAlert, ...]:
    """Signals in force as the engine has them. Gravest first."""
    signals = Signals(tuple(RANK))
    for one in sorted((one for one in messages if one.issued_at <= at), key=lambda one: one.issued_at):
        signals.put(one)
    return tuple(
        sorted(signals.standing(ticks(at)), key=lambda one: (-RANK[one.colour], one.type, one.alert_id))
    )


ALERTS_SHOWN = 200


def weightiest(
    city: City, alerts: Sequence[WeatherAlert], most: int = ALERTS_SHOWN
) -> tuple[WeatherAlert, ...]:
    """Of a flood of signals at most `most`, in their order: a feed may list ten thousand, a page and a paper can't.

    Those that decide anything are among them: per signal of the city and district the gravest (of equals the
    earliest), and the one that lasts longest.
    """
    if len(alerts) <= most:
        return tuple(alerts)
    own = {signal.type for signal in city.weather.signals}
    gravest: dict[tuple[str, str], WeatherAlert] = {}
    longest: dict[str, WeatherAlert] = {}
    ends: dict[str, datetime] = {}
    for one in sorted(alerts, key=lambda alert: (-RANK[alert.colour], alert.issued_at, alert.alert_id)):
        if one.type in own:
            for district in one.districts:
                gravest.setdefault((one.type, district), one)
            if one.expires_at and (one.type not in ends or one.expires_at > ends[one.type]):
                ends[one.type], longest[one.type] = one.expires_at, one
    first = {one.alert_id for one in (*gravest.values(), *longest.values())}
    others = (one.alert_id for one in alerts if one.alert_id not in first)
    kept = first.union(islice(others, max(0, most - len(first))))
    return tuple(one for one in alerts if one.alert_id in kept)


RANK = {"白": 0, "蓝": 1, "黄": 2, "橙": 3, "红": 4}


def newest(plan: ResponsePlan, forecasts: Iterable[Forecast], at: datetime) -> tuple[Forecast, ...]:
    """Of each figure the newest issue, where it covers the moment and is not too old: what the engine goes by."""
    known = Forecasts(plan)
    for one in sorted((one for one in forecasts if one.issued_at <= at), key=lambda one: one.issued_at):
        known.put(one)
    found = known.standing(ticks(at))
    return tuple(sorted(found, key=lambda one: (one.metric, one.district_code or "", one.station_id or "")))
