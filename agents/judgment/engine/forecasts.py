"""The newest forecast of each district or station and metric, and whether it still speaks for a moment."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from agents.judgment.engine.moments import HOUR, clock, ticks
from knowledge.city.plan import ResponsePlan
from tools.emergency.facts import Forecast

_EVEN = 6
"""Decimals at which thresholds and forecast figures are compared."""


class Outlook(NamedTuple):
    """`value` is None when no forecast speaks for the moment; `why` then says why."""

    value: float | None
    issued: int | None
    why: str


class Forecasts:
    def __init__(self, plan: ResponsePlan) -> None:
        self._max_age = {name: rule.max_age_h * HOUR for name, rule in plan.semantics.forecasts.items()}
        self._newest: dict[tuple[str, str], tuple[int, tuple[Forecast, ...]]] = {}

    def put(self, forecast: Forecast) -> None:
        """Keeps the newest issue. One issue may hold several periods."""
        key = (forecast.district_code or forecast.station_id or "", forecast.metric)
        issued = ticks(forecast.issued_at)
        newest, rows = self._newest.get(key, (issued, ()))
        if issued < newest or forecast in rows:
            return
        self._newest[key] = (issued, (*rows, forecast) if issued == newest else (forecast,))

    def outlook(self, subject: str, metric: str, at: int) -> Outlook:
        """What the newest issue says about `at`; of two figures for one moment the larger."""
        if (subject, metric) not in self._newest:
            return Outlook(None, None, "没有预报")
        issued, rows = self._newest[subject, metric]
        if at - issued > self._max_age[metric]:
            return Outlook(None, issued, f"预报发布于{clock(issued)}，已过时效")
        covering = _covering(rows, at)
        if covering is None:
            return Outlook(None, issued, f"{clock(issued)}发布的预报不覆盖此刻")
        return Outlook(round(covering.value, _EVEN), issued, "")

    def standing(self, at: int) -> Iterator[Forecast]:
        """All that speak for `at`. A metric that the plan does not use has no age from which it is too old."""
        for (_, metric), (issued, rows) in self._newest.items():
            covering, most = _covering(rows, at), self._max_age.get(metric)
            if covering and (most is None or at - issued <= most):
                yield covering


def _covering(rows: Iterable[Forecast], at: int) -> Forecast | None:
    """The highest of an issue's figures whose period holds `at`."""
    found = (row for row in rows if ticks(row.valid_from) <= at < ticks(row.valid_to))
    return max(found, key=lambda row: row.value, default=None)
