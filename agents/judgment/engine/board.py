"""What is known, and the plan compiled over it: facts go in, condition states come out."""

import copy
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from agents.judgment.engine.conditions import Judged, Probe, Record
from agents.judgment.engine.district_tests import CallTest, ClearTest, ForecastTest, ResponseTest, SignalTest
from agents.judgment.engine.forecasts import Forecasts
from agents.judgment.engine.gauges import Gauges, Key
from agents.judgment.engine.history import History
from agents.judgment.engine.levels import Ending
from agents.judgment.engine.moments import ticks
from agents.judgment.engine.picture import Level
from agents.judgment.engine.reports import Calls, Feeds, Findings, Responses, Signals, Signatures
from agents.judgment.engine.station_tests import ArealTest, CountTest
from knowledge.city.plan import (
    ArealRain,
    DistrictResponse,
    ForecastDistricts,
    ResponsePlan,
    SignalDistricts,
    StartConditionsClear,
    StationCount,
    Test,
    TicketCount,
)
from knowledge.city.weather import Station
from tools.emergency.facts import (
    CitizenSignal,
    DistrictReport,
    Fact,
    FeedState,
    Finding,
    Forecast,
    Observation,
    Signature,
    WeatherAlert,
)

S = TypeVar("S")


class Known:
    """All that is known so far."""

    def __init__(
        self, plan: ResponsePlan, stations: Mapping[str, Station], grace: int, keep: Mapping[str, timedelta]
    ) -> None:
        self.gauges = Gauges(plan, stations, grace, keep)
        self.forecasts = Forecasts(plan)
        self.signals = Signals(plan.semantics.signals.colours)
        self.responses = Responses()
        self.findings = Findings()
        self.calls = Calls()
        self.feeds = Feeds()
        self.signatures = Signatures()
        self.counts: Counter[str] = Counter()

    def put(self, fact: Fact) -> None:
        self.counts[fact.fact] += 1
        match fact:
            case Observation():
                self.gauges.put(fact, ticks(fact.time))
            case Forecast():
                self.forecasts.put(fact)
            case WeatherAlert():
                self.signals.put(fact)
            case DistrictReport():
                self.responses.put(fact)
            case Finding():
                self.findings.put(fact)
            case CitizenSignal():
                self.calls.put(fact)
            case FeedState():
                self.feeds.put(fact)
            case Signature():
                self.signatures.put(fact)

    def fork(self, keys: Iterable[Key]) -> "Known":
        """A copy that may be put to without touching this one: observations for `keys` only, else anything."""
        other = copy.copy(self)
        other.gauges = self.gauges.fork(keys)
        other.forecasts = fork(self.forecasts)
        other.signals = fork(self.signals)
        other.responses = fork(self.responses)
        other.findings = fork(self.findings)
        other.calls = fork(self.calls)
        other.feeds = fork(self.feeds)
        other.signatures = fork(self.signatures)
        other.counts = Counter(self.counts)
        return other


def fork(store: S) -> S:
    """A copy with containers of its own; what they hold is frozen."""
    other = copy.copy(store)
    for name, value in vars(store).items():
        if isinstance(value, dict | list | set):
            setattr(other, name, copy.copy(value))
    return other


class Board:
    """The plan's conditions over `known`. Groups keep the file's order."""

    def __init__(
        self,
        plan: ResponsePlan,
        districts: Sequence[str],
        known: Known,
        history: History,
        records: dict[str, Record],
    ) -> None:
        self.history = history
        self._districts = tuple(districts)
        self._known = known
        self.starts: dict[str, list[Judged]] = {hazard: [] for hazard in plan.plan.hazards}
        self.ends: dict[str, dict[Level, Ending]] = {hazard: {} for hazard in plan.plan.hazards}
        for response in plan.responses:
            hazard, level = response.hazard, response.level
            begin = self.starts[hazard]
            for condition in response.conditions:
                begin.append(Judged(condition, hazard, level, self._probe, known.findings, records))
            ending = tuple(
                Judged(condition, hazard, level, self._probe, known.findings, records)
                for condition in response.end_conditions
            )
            self.ends[hazard][level] = Ending(response.end_logic, ending)

    def _probe(self, test: Test) -> Probe:
        known, districts = self._known, self._districts
        match test:
            case ArealRain():
                return ArealTest(test, known.gauges)
            case StationCount():
                return CountTest(test, known.gauges, known.forecasts)
            case ForecastDistricts():
                return ForecastTest(test, districts, known.forecasts)
            case SignalDistricts():
                return SignalTest(test, districts, known.signals, known.feeds)
            case DistrictResponse():
                return ResponseTest(test, known.responses, known.feeds, len(districts))
            case TicketCount():
                return CallTest(test, known.calls, known.feeds)
            case StartConditionsClear():
                return ClearTest(test, self.history)
