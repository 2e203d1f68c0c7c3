"""Which facts are let in: what names nothing that we know, or can't be true, is turned away with its reason."""

import math
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from agents.judgment.engine.gauges import Gauges
from agents.judgment.engine.reports import FEED_NAMES
from knowledge.city.plan import ForecastDistricts, ResponsePlan
from knowledge.city.weather import Station
from tools.emergency.facts import (
    DistrictReport,
    Fact,
    FeedState,
    Finding,
    Forecast,
    Observation,
    Signature,
    WeatherAlert,
)

_KEPT = 200


class Refused(NamedTuple):
    fact: Fact
    why: str


class Ignored:
    """Facts turned away: how many, why, and the last of them."""

    def __init__(self) -> None:
        self.reasons: Counter[str] = Counter()
        self.latest: deque[Refused] = deque(maxlen=_KEPT)

    def __len__(self) -> int:
        return self.reasons.total()

    def add(self, fact: Fact, why: str) -> None:
        self.reasons[why] += 1
        self.latest.append(Refused(fact, why))


class Admission:
    """Knows every name that the plan and the pack know."""

    def __init__(
        self,
        plan: ResponsePlan,
        stations: Mapping[str, Station],
        districts: Sequence[str],
        gauges: Gauges,
    ) -> None:
        self._stations = stations
        self._districts = frozenset(districts)
        self._hazards = frozenset(plan.plan.hazards)
        self._gauges = gauges
        self._metrics = frozenset(plan.semantics.forecasts)
        self._conditions: set[str] = set()
        self._units: dict[str, str] = {}
        for response in plan.responses:
            for condition in (*response.conditions, *response.end_conditions):
                self._conditions.add(condition.id)
                for test in condition.tests:
                    if isinstance(test, ForecastDistricts):
                        self._units[test.metric] = test.unit

    def refusal(self, fact: Fact) -> str:
        """Why the fact can't be let in; empty when it can. Chinese."""
        if any(value.tzinfo is None for value in vars(fact).values() if isinstance(value, datetime)):
            return "时间没有时区"
        match fact:
            case Observation():
                return self._gauges.refusal(fact)
            case Forecast():
                return self._forecast(fact)
            case WeatherAlert():
                known = fact.event == "cancel" or not self._districts.isdisjoint(fact.districts)
                return "" if known else f"预警 {fact.alert_id} 不涉及本市区县"
            case DistrictReport():
                return self._district(fact.district_code) or self._hazard(fact.hazard)
            case Finding():
                known = fact.condition_id in self._conditions
                return "" if known else f"预案没有条件 {fact.condition_id}"
            case Signature():
                return self._hazard(fact.hazard)
            case FeedState():
                return "" if fact.feed in FEED_NAMES else f"没有来源 {fact.feed}"
            case _:
                return ""

    def _forecast(self, fact: Forecast) -> str:
        if (fact.district_code is None) == (fact.station_id is None):
            return "预报须恰有区县或测站之一"
        if fact.metric not in self._metrics:
            return f"预案不用预报指标 {fact.metric}"
        if not math.isfinite(fact.value) or fact.valid_from >= fact.valid_to:
            return f"预报 {fact.metric} 的数值或时段不成立"
        unit = self._units.get(fact.metric, fact.unit)
        if fact.station_id is not None:
            station = self._stations.get(fact.station_id)
            if station is None:
                return f"没有测站 {fact.station_id}"
            unit = station.unit
        elif why := self._district(fact.district_code or ""):
            return why
        return (
            "" if fact.unit == unit else f"预报 {fact.metric} 的单位应为 {unit}，来的是 {fact.unit or '空'}"
        )

    def _district(self, code: str) -> str:
        return "" if code in self._districts else f"没有区县 {code}"

    def _hazard(self, hazard: str) -> str:
        return "" if hazard in self._hazards else f"预案没有灾种 {hazard}"
