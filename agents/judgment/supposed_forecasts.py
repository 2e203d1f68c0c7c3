"""Suppositions about the next issue of a forecast: districts whose figure falls short by little."""

from collections.abc import Iterator, Sequence

from agents.judgment.evidence import forecast_id
from agents.judgment.naming import FORECASTS, UNITS, district_name, number, plain
from agents.judgment.supposition import NEAR, Open, Supposed
from knowledge.city.plan import ForecastDistricts
from tools.emergency.facts import Forecast


def districts(case: Open, test: ForecastDistricts) -> Iterator[Supposed]:
    """As many districts as the count is short of, those with the highest figures."""
    short = round(case.said.required - (case.said.observed or 0))
    near = _near(case, test)
    if not 0 < short <= len(near):
        return
    taken = near[:short]
    names = "、".join(_name(case, one) for one in taken)
    unit, what = UNITS[test.unit], "".join(FORECASTS.get(test.metric, (test.metric,)))
    today = "、".join(f"{_name(case, one)}{what}{number(one.value)}{unit}" for one in taken)
    raised = {"value": test.threshold, "issued_at": case.known.at, "valid_from": case.known.at}
    yield Supposed(
        hazard=case.hazard,
        condition=case.condition,
        changes=tuple(one.model_copy(update=raised) for one in taken),
        text=f"新一次预报中{names}{what}达到{plain(test.threshold)}{unit}",
        needs=f"目前预报{today}",
        expected_at=None,
        evidence=tuple(forecast_id(one) for one in taken),
    )


def _near(case: Open, test: ForecastDistricts) -> Sequence[Forecast]:
    near = [
        one
        for one in case.known.forecasts
        if one.metric == test.metric
        and one.district_code
        and NEAR * test.threshold <= one.value < test.threshold
    ]
    return sorted(near, key=lambda one: (-one.value, one.district_code or ""))


def _name(case: Open, one: Forecast) -> str:
    return district_name(case.city, one.district_code or "")
