"""What a window of one station's rows says, whatever the threshold: a span between what is sure and what is possible.

One shape serves all four aggregations (README of the city's data, 3): a test is True from `low` on, unknown up to
`high`, and below that False if the rows suffice (`sure`), unknown otherwise.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from agents.judgment.engine.cleaning import JUMPED, REPORTED, STUCK, SUSPECT, Series
from agents.judgment.engine.logic import Truth
from agents.judgment.engine.moments import MINUTE, clock
from knowledge.city.weather import Station

_SLACK = 1e-9
"""0.8 of 5 rows are 4 rows, whatever binary fractions make of it."""


@dataclass(frozen=True)
class Gauge:
    """One station's series of one metric, with what is needed to judge it. Times in microseconds.

    `grace`: how long the next row may be on its way before it is missing.
    """

    station: Station
    series: Series
    decimals: int
    coverage: float
    interval: int
    stale: int
    grace: int = 0

    def end(self, at: int) -> int:
        """Where windows end that are asked for at `at`: at the newest row while the next is on its way."""
        times = self.series.times
        return times[-1] if times and self.grace and at - times[-1] < self.interval + self.grace else at


class Span(NamedTuple):
    """`shown` is what the good rows say; `newest` the time of the newest good row."""

    low: float
    high: float
    sure: bool
    shown: float | None
    newest: int | None

    def reaches(self, threshold: float) -> Truth:
        if self.low >= threshold:
            return True
        if self.high >= threshold:
            return None
        return False if self.sure else None


Aggregate = Callable[[Gauge, int, int], Span]
"""(gauge, at, window) -> span; both in microseconds. No row of the gauge is newer than `at`."""


def total(gauge: Gauge, at: int, window: int) -> Span:
    """Rain: suspect rows may add to it, missing rows can't take away."""
    rows = gauge.series
    first = bisect_right(rows.times, at - window)
    good, doubtful, count = rows.totals(first, len(rows.times))
    newest = _newest(rows)
    sure = _covered(gauge, count, window / gauge.interval) and _fresh(gauge, newest, at)
    low = round(good, gauge.decimals)
    return Span(low, round(good + doubtful, gauge.decimals), sure, low if count else None, newest)


def highest(gauge: Gauge, at: int, window: int) -> Span:
    """Wind: the largest row of the window."""
    rows = gauge.series
    first = bisect_right(rows.times, at - window)
    good, every, count = -math.inf, -math.inf, 0
    for value, mark in zip(rows.values[first:], rows.marks[first:], strict=True):
        every = max(every, value)
        if not mark & SUSPECT:
            good, count = max(good, value), count + 1
    newest = _newest(rows)
    sure = _covered(gauge, count, window / gauge.interval) and _fresh(gauge, newest, at)
    low = round(good, gauge.decimals)
    return Span(low, round(every, gauge.decimals), sure, low if count else None, newest)


def latest(gauge: Gauge, at: int, window: int) -> Span:
    """The newest good row; where a suspect one is newer, both must agree."""
    rows = gauge.series
    index = rows.newest_good()
    if index is None or rows.times[index] < at - gauge.stale:
        return Span(-math.inf, math.inf, False, None, None if index is None else rows.times[index])
    good = round(rows.values[index], gauge.decimals)
    newest = round(rows.values[-1], gauge.decimals)
    return Span(min(good, newest), max(good, newest), True, good, rows.times[index])


def lasting(gauge: Gauge, at: int, window: int) -> Span:
    """The least good row of [at - window, at], both ends included: what was reached all the time."""
    rows = gauge.series
    first = bisect_left(rows.times, at - window)
    pairs = zip(rows.values[first:], rows.marks[first:], strict=True)
    good = [value for value, mark in pairs if not mark & SUSPECT]
    newest = _newest(rows)
    if not good:
        return Span(-math.inf, math.inf, False, None, newest)
    least = round(min(good), gauge.decimals)
    sure = _covered(gauge, len(good), window / gauge.interval + 1) and _fresh(gauge, newest, at)
    return Span(least if sure else -math.inf, least, True, least, newest)


AGGREGATES: Mapping[str, Aggregate] = {"sum": total, "max": highest, "latest": latest, "sustained": lasting}


def why_unknown(gauge: Gauge, aggregation: str, at: int, window: int, threshold: float) -> str:
    """Why a span doesn't settle whether `threshold` is reached. Chinese, for people."""
    rows = gauge.series
    index = rows.newest_good()
    if index is None:
        return "没有可用的数据"
    if rows.times[index] < at - gauge.stale:
        return f"{clock(rows.times[index])}以后没有可用的数据（时效{gauge.stale // MINUTE}分钟）"
    doubts = 0
    for time, value, mark in zip(rows.times, rows.values, rows.marks, strict=True):
        if time > at - max(window, gauge.stale) and (value >= threshold or aggregation in ("sum", "latest")):
            doubts |= mark & SUSPECT
    if doubts:
        return f"存疑数据可能使其达到（{'、'.join(text for mark, text in _DOUBTS if doubts & mark)}）"
    return "到报次数不足"


_DOUBTS = (
    (REPORTED, "来源标为存疑或同一时刻数值不一"),
    (JUMPED, "与前值相差过大"),
    (STUCK, "数值长时间不变"),
)


def _newest(rows: Series) -> int | None:
    index = rows.newest_good()
    return None if index is None else rows.times[index]


def _fresh(gauge: Gauge, newest: int | None, at: int) -> bool:
    return newest is not None and newest >= at - gauge.stale


def _covered(gauge: Gauge, count: int, expected: float) -> bool:
    return count + _SLACK >= gauge.coverage * expected
