"""How sure a measured number is: intervals and the paired test, by scipy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # pyright: ignore[reportMissingTypeStubs]

LEVEL = 0.95
RESAMPLES = 2000

Interval = tuple[float, float]
Floats = NDArray[np.float64]


def wilson(hits: int, total: int) -> Interval | None:
    """Wilson's 95 % interval of a proportion; None without trials."""
    if total == 0:
        return None
    found: Any = stats.binomtest(hits, total).proportion_ci(LEVEL, method="wilson")
    return float(found.low), float(found.high)


def bootstrap(hits: Sequence[float], totals: Sequence[float]) -> Interval | None:
    """95 % percentile interval of sum(hits) / sum(totals), resampling tickets. None without two tickets.

    A resample in which nothing counts (a rare kind of ticket left out) is a ratio of 0.
    """
    if len(hits) < 2:
        return None
    found: Any = stats.bootstrap(
        (np.asarray(hits, float), np.asarray(totals, float)),
        _ratio,
        paired=True,
        n_resamples=RESAMPLES,
        confidence_level=LEVEL,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def _ratio(hits: Floats, totals: Floats, axis: int = -1) -> Any:
    above, below = hits.sum(axis=axis), totals.sum(axis=axis)
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def sign_test(wins: int, losses: int) -> float:
    """Two-sided p-value that wins and losses differ by chance alone; ties are left out by the caller."""
    if wins + losses == 0:
        return 1.0
    return float(stats.binomtest(wins, wins + losses, 0.5).pvalue)


def percentile(values: Sequence[float], share: float) -> float | None:
    """By linear interpolation, `share` in 0..100; None without values."""
    return float(np.percentile(values, share)) if values else None
