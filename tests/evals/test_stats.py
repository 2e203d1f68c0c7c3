import pytest

from evals.measure import Measure, Tally, pool, pool_all, tally
from evals.stats import bootstrap, percentile, sign_test, wilson


def test_wilson_is_the_textbook_interval() -> None:
    # Wilson (1927) for 8 of 10 at 95 %: centre (8 + z²/2) / (10 + z²).
    low, high = wilson(8, 10) or (0, 0)
    assert low == pytest.approx(0.4902, abs=1e-4)
    assert high == pytest.approx(0.9433, abs=1e-4)


def test_wilson_keeps_room_above_zero_hits_and_below_all() -> None:
    assert (wilson(0, 20) or (0, 0))[1] > 0.1
    assert (wilson(20, 20) or (0, 1))[0] < 0.9
    assert wilson(0, 0) is None


def test_bootstrap_holds_the_ratio_and_shrinks_with_more_items() -> None:
    few = bootstrap([2, 0, 2, 0], [2, 1, 2, 1]) or (0, 0)
    many = bootstrap([2, 0, 2, 0] * 50, [2, 1, 2, 1] * 50) or (0, 0)
    assert few[0] <= 4 / 6 <= few[1]
    assert many[0] <= 4 / 6 <= many[1]
    assert many[1] - many[0] < few[1] - few[0]


def test_bootstrap_without_two_items_knows_nothing_and_without_spread_is_sure() -> None:
    assert bootstrap([1], [1]) is None
    assert bootstrap([1, 1, 1], [1, 1, 1]) == (1, 1)


def test_sign_test_is_two_sided_and_exact() -> None:
    assert sign_test(0, 0) == 1
    assert sign_test(5, 5) == 1
    assert sign_test(6, 0) == pytest.approx(2 / 64)
    assert sign_test(0, 6) == sign_test(6, 0)


def test_percentile_interpolates() -> None:
    assert percentile([1, 2, 3, 4], 50) == 2.5
    assert percentile([], 50) is None


def test_a_share_pools_counts_and_leaves_out_what_does_not_count() -> None:
    found = pool(Measure("m", "M"), [Tally(3, 4), Tally(0, 0), Tally(1, 4)])
    assert (found.value, found.hits, found.total, found.items) == (0.5, 4, 8, 2)
    assert found.low is not None and found.high is not None and found.low < 0.5 < found.high


def test_an_f1_is_twice_the_hits_over_both_sides() -> None:
    # One pair right, one invented, one missed: precision 1/2, recall 1/2.
    found = pool(Measure("m", "M", "f1"), [Tally(2, 2), Tally(0, 1), Tally(0, 1)])
    assert found.value == 0.5


def test_nothing_to_count_has_no_value() -> None:
    found = pool(Measure("m", "M"), [tally(True, counts=False)])
    assert (found.value, found.low, found.items) == (None, None, 0)


def test_rows_without_a_key_do_not_count_for_it() -> None:
    measures = (Measure("a", "A"), Measure("b", "B"))
    a, b = pool_all(measures, [{"a": Tally(1)}, {"a": Tally(0), "b": Tally(1)}])
    assert (a.value, b.value) == (0.5, 1)
