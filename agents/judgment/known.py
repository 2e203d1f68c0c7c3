"""What was known at one moment, condensed for the steps after gathering: plain and frozen, small enough to keep."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from agents.judgment.before import Before
from agents.judgment.engine.cleaning import SUSPECT, Series
from agents.judgment.engine.moments import HOUR, MINUTE, moment, ticks
from agents.judgment.engine.picture import Level, Picture
from agents.judgment.situation import Standing
from knowledge.city import City
from knowledge.city.weather import Station
from tools.emergency.facts import CitizenSignal, FeedState, Forecast, Observation, WeatherAlert

RAIN = "rain_10min"
WINDOWS = (60, 180, 360, 720, 1440)
"""Minutes of rain that a briefing tells (domain.md 2.6, part 3)."""

SPANS = {RAIN: 30, "water_depth": 30}
LONG_SPAN = 180
"""Minutes over which a trend is taken: showers and streets turn quickly, rivers and slopes slowly."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Now(_Frozen):
    """The newest sound value of one station and metric, and where it is going.

    sums: minutes -> mm, of good rows (rain only). slopes: minutes of window (0 for the value itself) -> change an
    hour. state: stale when older than the station may be, suspect when only suspect rows are that new.
    """

    station_id: str
    metric: str
    value: float | None
    at: AwareDatetime | None
    state: Literal["good", "suspect", "stale", "none"]
    sums: Mapping[int, float] = {}
    slopes: Mapping[int, float] = {}


FEED_SOURCES = {"tickets": "citizens"}
"""Feeds that judgments ask for by another name."""


class Known(_Frozen):
    """Everything a judgment rests on. `missing`: source -> why it gave nothing."""

    at: AwareDatetime
    picture: Picture
    now: tuple[Now, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    alerts: tuple[WeatherAlert, ...] = ()
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


def readings(city: City, rows: Iterable[Observation], at: datetime) -> tuple[Now, ...]:
    """Every station's metrics now, cleaned as the engine cleans them. Rows later than `at` do not count."""
    series = cleaned(city, rows, at)
    return tuple(
        _now(station, metric, series.get((station.station_id, metric)), at)
        for station in city.weather.stations.values()
        for metric in station.metrics
    )


def cleaned(city: City, rows: Iterable[Observation], at: datetime) -> dict[tuple[str, str], Series]:
    """Rows up to `at` by station and metric, each judged good or suspect as the engine judges it."""
    series: dict[tuple[str, str], Series] = {}
    for row in sorted(rows, key=lambda one: one.time):
        if row.time <= at:
            _put(city, series, row)
    return series


def _put(city: City, series: dict[tuple[str, str], Series], row: Observation) -> None:
    station = city.weather.stations.get(row.station_id)
    rules = city.weather.plan.semantics.metrics.get(row.metric)
    if station is None or rules is None or row.value is None or row.quality == "missing":
        return
    if not rules.valid_min <= row.value <= rules.valid_max:
        return
    key = (row.station_id, row.metric)
    if key not in series:
        series[key] = Series(rules, station.reporting_interval_min * MINUTE)
    series[key].put(ticks(row.time), row.value, row.quality == "suspect")


def _now(station: Station, metric: str, rows: Series | None, at: datetime) -> Now:
    newest = rows.newest_good() if rows else None
    if rows is None or newest is None:
        state = "suspect" if rows else "none"
        return Now(station_id=station.station_id, metric=metric, value=None, at=None, state=state)
    seen = moment(rows.times[newest])
    fresh = at - seen <= timedelta(minutes=station.stale_after_min)
    doubted = newest < len(rows.times) - 1
    return Now(
        station_id=station.station_id,
        metric=metric,
        value=rows.values[newest],
        at=seen,
        state=("suspect" if doubted else "good") if fresh else "stale",
        sums={window: _sum(rows, ticks(at), window) for window in WINDOWS} if metric == RAIN else {},
        slopes=_rain_slopes(rows, ticks(at))
        if metric == RAIN
        else _slope(rows, newest, SPANS.get(metric, LONG_SPAN)),
    )


def _sum(rows: Series, at: int, window: int) -> float:
    first = next((n for n, time in enumerate(rows.times) if time > at - window * MINUTE), len(rows.times))
    last = next((n for n, time in enumerate(rows.times) if time > at), len(rows.times))
    return round(rows.totals(first, max(first, last))[0], 1)


def _rain_slopes(rows: Series, at: int) -> dict[int, float]:
    """How fast the sum over a window grew lately, mm an hour."""
    earlier = at - SPANS[RAIN] * MINUTE
    grown = {window: _sum(rows, at, window) - _sum(rows, earlier, window) for window in WINDOWS}
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
    """Signals in force: issued, neither cancelled, superseded nor expired (expiry excluded). Gravest first."""
    known = sorted((one for one in messages if one.issued_at <= at), key=lambda one: one.issued_at)
    ended = {old for one in known if one.event != "issue" for old in one.supersedes}
    standing = [
        one
        for one in known
        if one.event != "cancel"
        and one.alert_id not in ended
        and (one.expires_at is None or at < one.expires_at)
    ]
    return tuple(sorted(standing, key=lambda one: (-RANK[one.colour], one.type, one.alert_id)))


RANK = {"白": 0, "蓝": 1, "黄": 2, "橙": 3, "红": 4}


def newest(forecasts: Sequence[Forecast], at: datetime) -> tuple[Forecast, ...]:
    """The newest issue of each figure that covers the moment."""
    best: dict[tuple[str, str, str], Forecast] = {}
    for one in sorted(forecasts, key=lambda item: item.issued_at):
        if one.issued_at <= at:
            best[(one.metric, one.district_code or "", one.station_id or "")] = one
    return tuple(one for _, one in sorted(best.items()) if one.valid_from <= at < one.valid_to)
