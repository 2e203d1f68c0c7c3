"""Tests over stations: the share of the area with so much rain, the number of stations at a level."""

import heapq
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from agents.judgment.engine.forecasts import Forecasts, Outlook
from agents.judgment.engine.gauges import Gauges
from agents.judgment.engine.logic import Truth, all_of, at_least
from agents.judgment.engine.moments import MINUTE, moment
from agents.judgment.engine.picture import Reading, TestState
from agents.judgment.engine.windows import Gauge, Span, why_unknown
from knowledge.city.plan import ArealRain, StationCount, StationForecast
from knowledge.city.plan_tests import counted, level_of
from knowledge.city.weather import Station

_SHARE_DECIMALS = 6
_FALSE_SHOWN = 12
_NAMED = 3


class Member(NamedTuple):
    """A station that a test looks at: its place in the window, and its own threshold."""

    place: int
    gauge: Gauge
    threshold: float


class Verdict(NamedTuple):
    member: Member
    span: Span
    truth: Truth
    why: str


class ArealTest:
    """Each gauge stands for its area; gauges that stand for none are left out."""

    def __init__(self, test: ArealRain, gauges: Gauges) -> None:
        self._test = test
        self._window = gauges.window(test.metric, test.aggregation, test.window_min)
        self._members = [
            Member(n, gauge, test.threshold)
            for n, gauge in enumerate(self._window.gauges)
            if gauge.station.area_km2
        ]
        self._seen = -1
        self._state: TestState | None = None

    def state(self, at: int) -> TestState:
        self._window.look(at)
        if self._state is None or self._window.version != self._seen:
            self._state, self._seen = self._judge(at), self._window.version
        return self._state

    def _judge(self, at: int) -> TestState:
        test = self._test
        verdicts: list[Verdict] = []
        for member in self._members:
            span = self._window.spans[member.place]
            truth = span.reaches(test.threshold)
            why = _why(self._window.aggregation, self._window.width, member, at) if truth is None else ""
            verdicts.append(Verdict(member, span, truth, why))
        share, upper = self._figure(verdicts, (True,)), self._figure(verdicts, (True, None))
        value = self._reached(share, upper) if verdicts else None
        return TestState(
            t=test.t,
            kind=test.kind,
            value=value,
            observed=share,
            upper=upper,
            required=test.min_share or test.min_area_km2 or test.over_area_km2 or 0.0,
            threshold=test.threshold,
            unit=test.unit,
            window_min=test.window_min,
            readings=readings(verdicts),
            why=reasons(verdicts) if value is None else "",
        )

    def _reached(self, sure: float, possible: float) -> Truth:
        if self._test.over_area_km2 is None:
            return at_least(sure, possible, self._test.min_share or self._test.min_area_km2 or 0.0)
        if sure > self._test.over_area_km2:
            return True
        return None if possible > self._test.over_area_km2 else False

    def _figure(self, verdicts: Iterable[Verdict], wanted: Sequence[Truth]) -> float:
        """A share of all gauges' area, or the area itself."""
        area = sum(_area(verdict.member) for verdict in verdicts if verdict.truth in wanted)
        every = sum(_area(member) for member in self._members) if self._test.min_share else 1.0
        return round(area / every, _SHARE_DECIMALS) if every else 0.0


class CountTest:
    """Stations of a kind and class at or over a number or a level of their own; where it isn't set, they stay out."""

    def __init__(self, test: StationCount, gauges: Gauges, forecasts: Forecasts) -> None:
        self._test = test
        self._gauges = gauges
        self._forecasts = forecasts
        self._window = gauges.window(test.metric, test.aggregation, test.window_min)
        thresholds = {
            station.station_id: threshold
            for station, threshold in counted(test, (gauge.station for gauge in self._window.gauges))
        }
        self._members = [
            Member(n, gauge, thresholds[gauge.station.station_id])
            for n, gauge in enumerate(self._window.gauges)
            if gauge.station.station_id in thresholds
        ]
        self._seen: tuple[int, list[Outlook]] = (-1, [])
        self._state: TestState | None = None

    def state(self, at: int) -> TestState:
        self._window.look(at)
        rule = self._test.forecast
        outlooks = [self._forecasts.outlook(_id(member), rule.metric, at) for member in self._members if rule]
        seen = (self._window.version, outlooks)
        if self._state is None or seen != self._seen:
            self._state, self._seen = self._judge(at), seen
        return self._state

    def _judge(self, at: int) -> TestState:
        test = self._test
        verdicts = [self._verdict(member, at) for member in self._members]
        sure = [verdict.member.gauge.station for verdict in verdicts if verdict.truth]
        possible = [verdict.member.gauge.station for verdict in verdicts if verdict.truth is not False]
        value = at_least(len(sure), len(possible), test.min_count)
        if test.min_districts:
            value = all_of((value, at_least(_districts(sure), _districts(possible), test.min_districts)))
        return TestState(
            t=test.t,
            kind=test.kind,
            value=value,
            observed=len(sure),
            upper=len(possible),
            required=test.min_count,
            threshold=test.ref or test.threshold,
            unit=test.unit,
            window_min=test.window_min or None,
            readings=readings(verdicts),
            why=reasons(verdicts) if value is None else "",
        )

    def _verdict(self, member: Member, at: int) -> Verdict:
        span = self._window.spans[member.place]
        truth = span.reaches(member.threshold)
        why = _why(self._window.aggregation, self._window.width, member, at) if truth is None else ""
        if self._test.forecast and truth is not False:
            expected, missing = self._expected(self._test.forecast, member, at)
            truth, why = all_of((truth, expected)), why or missing
        return Verdict(member, span, truth, why if truth is None else "")

    def _expected(self, rule: StationForecast, member: Member, at: int) -> tuple[Truth, str]:
        """Does the station's forecast meet its part, and if unknown, why."""
        outlook = self._forecasts.outlook(_id(member), rule.metric, at)
        if outlook.value is None:
            return None, outlook.why
        if rule.above == "latest":
            newest = self._gauges.newest((_id(member), self._test.metric), at).shown
            return (None, "没有可比的实况") if newest is None else (outlook.value > newest, "")
        wanted = level_of(member.gauge.station, rule.ref, rule.threshold, rule.offset)
        return wanted is not None and outlook.value >= wanted, ""


def readings(verdicts: Sequence[Verdict]) -> tuple[Reading, ...]:
    """True ones, unknown ones, and of the false ones those nearest to their threshold."""
    sure = [verdict for verdict in verdicts if verdict.truth]
    unknown = [verdict for verdict in verdicts if verdict.truth is None]
    false = (verdict for verdict in verdicts if verdict.truth is False and verdict.span.shown is not None)
    nearest = heapq.nlargest(_FALSE_SHOWN, false, key=_closeness)
    return tuple(_reading(verdict) for verdict in (*sure, *unknown, *nearest))


def reasons(verdicts: Sequence[Verdict]) -> str:
    """Which stations leave the test open, and why. Chinese."""
    unknown = [verdict for verdict in verdicts if verdict.truth is None]
    named = [f"{verdict.member.gauge.station.name}{verdict.why}" for verdict in unknown[:_NAMED]]
    if not verdicts:
        return "没有可用的测站"
    return "；".join(named) + (f"；等{len(unknown)}站" if len(unknown) > _NAMED else "")


def _closeness(verdict: Verdict) -> float:
    return (verdict.span.shown or 0.0) - verdict.member.threshold


def _reading(verdict: Verdict) -> Reading:
    span = verdict.span
    return Reading(
        subject=_id(verdict.member),
        value=span.shown,
        at=None if span.newest is None else moment(span.newest),
        threshold=verdict.member.threshold,
        verdict=verdict.truth,
        why=verdict.why,
    )


def _why(aggregation: str, width: int, member: Member, at: int) -> str:
    return why_unknown(member.gauge, aggregation, member.gauge.end(at), max(width, MINUTE), member.threshold)


def _id(member: Member) -> str:
    return member.gauge.station.station_id


def _area(member: Member) -> float:
    return member.gauge.station.area_km2 or 0.0


def _districts(stations: Iterable[Station]) -> int:
    return len({station.district_code for station in stations})
