"""Rows of one station and one metric, each judged good or suspect before any window sees it.

The rules (README of the city's data, 2): rows at one time are merged, a level that jumps is suspect, a run of equal
values is suspect as a whole. All depend only on the rows known so far. A row that continues the series costs
constant time; one that arrives late has the series judged anew from its oldest kept row.
"""

import copy
from array import array
from bisect import bisect_left
from collections.abc import Sequence

from knowledge.city.plan import MetricSemantics

REPORTED = 1
"""Marked by the source, or told twice with different values."""
JUMPED = 2
STUCK = 4
ASSUMED = 8
"""Set by a person for a what-if: taken as it is."""
SUSPECT = REPORTED | JUMPED | STUCK

_EVEN = 6
"""Decimals at which the noise of binary fractions is gone from a difference."""


class Series:
    """`times` (microseconds, ascending), `values` and `marks` run in parallel; `version` grows with every change."""

    def __init__(self, rules: MetricSemantics, interval: int) -> None:
        self.times: array[int] = array("q")
        self.values: array[float] = array("d")
        self.marks = bytearray()
        self.version = 0
        self._rules = rules
        self._reach = 3 * interval
        self._oldest = -(2**62)
        self._anchor: tuple[int, float] | None = None
        self._run = 0
        self._before: tuple[tuple[int, float] | None, int, float] = (None, 0, float("nan"))
        self._totals = Totals()
        self._shared = False

    def fork(self) -> "Series":
        """As it is now, to be used beside this one, in another thread too. Rows are shared until either changes."""
        self._shared = True
        other = copy.copy(self)
        other._totals = self._totals.fork()
        return other

    def put(self, time: int, value: float, suspect: bool) -> None:
        """Takes in one valid row. One older than what is kept can no longer matter and is let go."""
        mark = REPORTED if suspect else 0
        if not self.times or time > self.times[-1]:
            if time >= self._oldest:
                self._append(time, value, mark)
                self.version += 1
            return
        index = bisect_left(self.times, time)
        if self.times[index] == time:
            self._merge(index, value, mark)
        elif time >= self._oldest:
            self._insert(index, time, value, mark)
            self._judge_anew()

    def assume(self, rows: Sequence[tuple[int, float]], since: int) -> None:
        """Puts rows (ascending) in the place of all that is known after `since` up to the last of them."""
        self._own()
        first, last = bisect_left(self.times, since + 1), bisect_left(self.times, rows[-1][0] + 1)
        del self.times[first:last], self.values[first:last], self.marks[first:last]
        for offset, (time, value) in enumerate(rows):
            self._insert(first + offset, time, value, ASSUMED)
        self._judge_anew()

    def trim(self, before: int) -> None:
        """Forgets rows older than `before`, but not what they say about the rows after them."""
        count = bisect_left(self.times, before)
        if not count:
            return
        self._own()
        run = 0
        while run < count and self._same(count - 1 - run, self.values[count - 1]):
            run += 1
        if run == count and self._before[2] == self.values[count - 1]:
            run += self._before[1]
        anchor = next(
            ((self.times[n], self.values[n]) for n in range(count - 1, -1, -1) if self._anchors(n)),
            self._before[0],
        )
        self._before = (anchor, run, self.values[count - 1])
        self._oldest = self.times[count - 1] + 1
        del self.times[:count], self.values[:count], self.marks[:count]
        self._totals.drop(count)

    def totals(self, first: int, last: int) -> tuple[float, float, int]:
        """(sum of good rows, sum of suspect rows, number of good rows) of rows first..last (excluded)."""
        return self._totals.between(self, first, last)

    def newest_good(self) -> int | None:
        """Index of the newest good row."""
        for index in range(len(self.marks) - 1, -1, -1):
            if not self.marks[index] & SUSPECT:
                return index
        return None

    def _own(self) -> None:
        """Before a change: rows that are shared become two."""
        if self._shared:
            self.times, self.values, self.marks = self.times[:], self.values[:], self.marks[:]
            self._shared = False

    def _append(self, time: int, value: float, mark: int) -> None:
        self._own()
        self.times.append(time)
        self.values.append(value)
        self.marks.append(mark)
        self._judge(len(self.times) - 1)

    def _insert(self, index: int, time: int, value: float, mark: int) -> None:
        self._own()
        self.times.insert(index, time)
        self.values.insert(index, value)
        self.marks.insert(index, mark)

    def _merge(self, index: int, value: float, mark: int) -> None:
        """Equal values collapse to the worse quality; of different ones the larger stays, suspect."""
        known, before = self.values[index], self.marks[index] & REPORTED
        mark = before | mark if value == known else REPORTED
        if mark != before or value > known:
            self._own()
            self.values[index] = max(known, value)
            self.marks[index] = mark
            self._judge_anew()

    def _judge_anew(self) -> None:
        self._anchor, self._run, _ = self._before
        self._totals.forget(0)
        for index in range(len(self.times)):
            self.marks[index] &= REPORTED | ASSUMED
            self._judge(index)
        self.version += 1

    def _judge(self, index: int) -> None:
        """Judges the row after all before it: does it jump, does it complete or continue a stuck run?"""
        value = self.values[index]
        if self._jumps(index):
            self.marks[index] |= JUMPED
        if self._anchors(index):
            self._anchor = (self.times[index], value)
        previous = self.values[index - 1] if index else self._before[2]
        if not self._same(index, value):
            self._run = 0
        else:
            self._run = self._run + 1 if previous == value else 1
        if 0 < self._rules.stuck_run <= self._run:
            first = index if self._run > self._rules.stuck_run else max(0, index - self._run + 1)
            for row in range(first, index + 1):
                self.marks[row] |= STUCK
            self._totals.forget(first)

    def _jumps(self, index: int) -> bool:
        if self._rules.max_step is None or self._anchor is None or self.marks[index]:
            return False
        time, value = self._anchor
        step = round(abs(self.values[index] - value), _EVEN)
        return step > self._rules.max_step and self.times[index] - time <= self._reach

    def _anchors(self, index: int) -> bool:
        return not self.marks[index] & (REPORTED | JUMPED)

    def _same(self, index: int, value: float) -> bool:
        """Can the row belong to a stuck run at `value`? A gauge at full scale is saturated, not stuck."""
        least = self._rules.stuck_min_value
        fits = (least is None or value >= least) and value < self._rules.valid_max
        return fits and self.values[index] == value and not self.marks[index] & ASSUMED


class Totals:
    """Running sums over a series, so that a window's sum is two look-ups. Whole millionths add up exactly.

    Suspect rows are few: they are listed, with sums of their own.
    """

    _UNIT = 1_000_000

    def __init__(self) -> None:
        self._good: array[int] = array("q", [0])
        self._suspect: array[int] = array("q")
        self._doubtful: array[int] = array("q", [0])
        self._shared = False

    def fork(self) -> "Totals":
        """See Series.fork."""
        self._shared = True
        return copy.copy(self)

    def between(self, series: Series, first: int, last: int) -> tuple[float, float, int]:
        self._extend(series, last)
        good = self._good[last] - self._good[first]
        left, right = bisect_left(self._suspect, first), bisect_left(self._suspect, last)
        doubtful = self._doubtful[right] - self._doubtful[left]
        return good / self._UNIT, doubtful / self._UNIT, last - first - (right - left)

    def forget(self, row: int) -> None:
        """What rests on row `row` or later rows is no longer right."""
        self._own()
        kept = bisect_left(self._suspect, row)
        del self._good[row + 1 :], self._suspect[kept:], self._doubtful[kept + 1 :]

    def drop(self, rows: int) -> None:
        """The series lost its first rows. Sums are differences, so the rest stays right."""
        if rows >= len(self._good):
            self.forget(0)
            return
        self._own()
        gone = bisect_left(self._suspect, rows)
        del self._good[:rows], self._doubtful[:gone]
        self._suspect = array("q", [row - rows for row in self._suspect[gone:]])

    def _own(self) -> None:
        if self._shared:
            self._good, self._suspect, self._doubtful = self._good[:], self._suspect[:], self._doubtful[:]
            self._shared = False

    def _extend(self, series: Series, last: int) -> None:
        if last < len(self._good):
            return
        self._own()
        for row in range(len(self._good) - 1, last):
            amount = round(series.values[row] * self._UNIT)
            if series.marks[row] & SUSPECT:
                self._suspect.append(row)
                self._doubtful.append(self._doubtful[-1] + amount)
                amount = 0
            self._good.append(self._good[-1] + amount)
