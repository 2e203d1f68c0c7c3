"""A series judged row by row, in any order of arrival, is the series judged as a whole; and forgetting is harmless."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agents.judgment.engine.cleaning import SUSPECT, Series
from agents.judgment.engine.logic import all_of, any_of, at_least, compile_formula, negated
from agents.judgment.engine.moments import MINUTE
from knowledge.city.plan import MetricSemantics
from tests.agents.judgment.engine.naive import mark_jumps, mark_stuck

RULES = MetricSemantics(
    valid_min=0, valid_max=9, min_coverage=0.8, stuck_run=3, stuck_min_value=1.0, max_step=3.0
)
INTERVAL = 10 * MINUTE

rows = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9).map(float), st.booleans()), max_size=40)


def told(series: Series) -> list[tuple[int, float, bool]]:
    return [
        (time, value, bool(mark & SUSPECT))
        for time, value, mark in zip(series.times, series.values, series.marks, strict=True)
    ]


def series_of(arrivals: Sequence[tuple[int, float, bool]]) -> Series:
    series = Series(RULES, INTERVAL)
    for slot, value, suspect in arrivals:
        series.put(slot * INTERVAL, value, suspect)
    return series


def judged_whole(arrivals: Sequence[tuple[int, float, bool]]) -> list[tuple[int, float, bool]]:
    epoch = datetime(2026, 1, 1, tzinfo=UTC)
    merged: list[dict[str, Any]] = []
    for slot in sorted({slot for slot, _, _ in arrivals}):
        here = [(value, suspect) for when, value, suspect in arrivals if when == slot]
        doubt = len({value for value, _ in here}) > 1 or any(suspect for _, suspect in here)
        time = epoch + timedelta(minutes=10 * slot)
        merged.append({"slot": slot, "time": time, "value": max(here)[0], "suspect": doubt})
    mark_jumps(merged, 3.0, 30)
    mark_stuck(merged, 3, lambda value: 1.0 <= value < 9.0)
    return [(row["slot"] * INTERVAL, row["value"], row["suspect"]) for row in merged]


@given(rows)
def test_any_order_of_arrival_gives_the_series_judged_as_a_whole(
    arrivals: list[tuple[int, float, bool]],
) -> None:
    assert told(series_of(arrivals)) == judged_whole(arrivals)


@given(rows, st.integers(0, 30))
def test_totals_are_sums_whatever_came_between(arrivals: list[tuple[int, float, bool]], cut: int) -> None:
    series = Series(RULES, INTERVAL)
    for slot, value, suspect in arrivals:
        series.put(slot * INTERVAL, value, suspect)
        kept = told(series)
        first = sum(time < cut * INTERVAL for time, _, _ in kept)
        good = [value for _, value, suspect in kept[first:] if not suspect]
        doubtful = [value for _, value, suspect in kept[first:] if suspect]
        assert series.totals(first, len(kept)) == (sum(good), sum(doubtful), len(good))


@given(rows, rows, rows, st.integers(0, 30), st.booleans())
def test_a_fork_and_its_series_go_on_apart(
    before: list[tuple[int, float, bool]],
    here: list[tuple[int, float, bool]],
    there: list[tuple[int, float, bool]],
    cut: int,
    trim: bool,
) -> None:
    """Each as if the other were not, whoever changes first; what was forked twice too."""
    series = series_of(before)
    series.totals(0, len(series.times) // 2)
    fork = series.fork()
    twin, again = series.fork(), fork.fork()
    for one, arrivals in ((series, here), (fork, there)):
        alone = series_of(before)
        for each in (one, alone):
            if trim:
                each.trim(cut * INTERVAL)
            else:
                each.assume([(cut * INTERVAL, 5.0)], (cut - 1) * INTERVAL)
            for slot, value, suspect in arrivals:
                each.put(slot * INTERVAL, value, suspect)
                each.totals(0, len(each.times))
        assert told(one) == told(alone)
        assert one.totals(0, len(one.times)) == alone.totals(0, len(alone.times))
    for untouched in (twin, again):
        assert told(untouched) == judged_whole(before)
        assert untouched.totals(0, len(untouched.times)) == series_of(before).totals(0, len(untouched.times))


@given(st.lists(st.integers(0, 9).map(float), min_size=1, max_size=40), st.integers(0, 40), st.data())
def test_rows_forgotten_still_speak_for_those_after_them(
    values: list[float], cut: int, data: st.DataObject
) -> None:
    whole, trimmed = Series(RULES, INTERVAL), Series(RULES, INTERVAL)
    cut = min(cut, len(values) - 1)
    for slot, value in enumerate(values):
        if slot == cut:
            trimmed.totals(0, len(trimmed.times))
            trimmed.trim(cut * INTERVAL)
        whole.put(slot * INTERVAL, value, False)
        trimmed.put(slot * INTERVAL, value, False)
    late = data.draw(st.integers(cut, len(values)))
    for series in (whole, trimmed):
        series.put(late * INTERVAL + MINUTE, 5.0, False)
    if cut:
        trimmed.put(-INTERVAL, 5.0, False)
    after = [row for row in told(whole) if row[0] >= cut * INTERVAL]
    assert told(trimmed)[-len(after) :] == after


def test_three_values() -> None:
    assert [all_of(pair) for pair in ((True, None), (False, None), (True, True), ())] == [
        None,
        False,
        True,
        True,
    ]
    assert [any_of(pair) for pair in ((True, None), (False, None), (False, False), ())] == [
        True,
        None,
        False,
        False,
    ]
    assert [negated(value) for value in (True, False, None)] == [False, True, None]
    assert [at_least(1, 2, wanted) for wanted in (1, 2, 3)] == [True, None, False]


def test_formulas_bind_as_written() -> None:
    formula = compile_formula("a or b and not c")
    assert formula({"a": False, "b": True, "c": False}) is True
    assert formula({"a": None, "b": True, "c": True}) is None
    assert compile_formula("(a or b) and c")({"a": True, "b": None, "c": None}) is None
