"""Tests over districts, calls and the past of the plan itself: forecasts, signals, responses, calls, clear hours."""

from collections.abc import Mapping, Sequence

from agents.judgment.engine.forecasts import Forecasts, Outlook
from agents.judgment.engine.history import History
from agents.judgment.engine.logic import Truth, at_least
from agents.judgment.engine.moments import MINUTE, moment
from agents.judgment.engine.picture import Reading, TestState
from agents.judgment.engine.reports import Calls, Feeds, Responses, Signals
from knowledge.city.plan import (
    DistrictResponse,
    ForecastDistricts,
    SignalDistricts,
    StartConditionsClear,
    TicketCount,
)
from tools.emergency.facts import DistrictReport, WeatherAlert

SOURCES_NAMED = 12
"""How many signals a reading names: in a flood of them a picture must stay small."""


class ForecastTest:
    """Districts whose newest forecast reaches a figure. A district without a valid forecast is unknown."""

    def __init__(self, test: ForecastDistricts, districts: Sequence[str], forecasts: Forecasts) -> None:
        self._test = test
        self._districts = districts
        self._forecasts = forecasts
        self._seen: list[Outlook] = []
        self._state: TestState | None = None

    def state(self, at: int) -> TestState:
        outlooks = [self._forecasts.outlook(district, self._test.metric, at) for district in self._districts]
        if self._state is None or outlooks != self._seen:
            self._seen, self._state = outlooks, self._judge(outlooks)
        return self._state

    def _judge(self, outlooks: Sequence[Outlook]) -> TestState:
        test = self._test
        readings = [self._reading(*pair) for pair in zip(self._districts, outlooks, strict=True)]
        sure = sum(reading.verdict is True for reading in readings)
        unknown = [reading for reading in readings if reading.verdict is None]
        value = at_least(sure, sure + len(unknown), test.min_count)
        return TestState(
            t=test.t,
            kind=test.kind,
            value=value,
            observed=sure,
            upper=sure + len(unknown),
            required=test.min_count,
            threshold=test.threshold,
            unit=test.unit,
            window_min=None,
            readings=tuple(readings),
            why=f"{len(unknown)}个区县{unknown[0].why}" if value is None else "",
        )

    def _reading(self, district: str, outlook: Outlook) -> Reading:
        reaches: Truth = None if outlook.value is None else outlook.value >= self._test.threshold
        return Reading(
            subject=district,
            value=outlook.value,
            at=None if outlook.issued is None else moment(outlook.issued),
            threshold=self._test.threshold,
            verdict=reaches,
            why=outlook.why,
        )


class SignalTest:
    """Districts under a signal of some colour or a graver one."""

    def __init__(
        self, test: SignalDistricts, districts: Sequence[str], signals: Signals, feeds: Feeds
    ) -> None:
        self._test = test
        self._districts = districts
        self._signals = signals
        self._feeds = feeds
        self._seen: tuple[list[WeatherAlert], str] = ([], "")
        self._state: TestState | None = None

    def state(self, at: int) -> TestState:
        alerts = self._signals.in_force(self._test.signal_type, self._test.min_colour, at)
        seen = (alerts, self._feeds.trouble("alerts"))
        if self._state is None or seen != self._seen:
            self._seen, self._state = seen, self._judge(*seen)
        return self._state

    def _judge(self, alerts: Sequence[WeatherAlert], trouble: str) -> TestState:
        test = self._test
        under = {
            district: [alert for alert in alerts if district in alert.districts]
            for district in self._districts
        }
        readings = tuple(self._reading(district, over) for district, over in under.items() if over)
        return TestState(
            t=test.t,
            kind=test.kind,
            value=None if trouble else len(readings) >= test.min_count,
            observed=len(readings),
            upper=len(self._districts) if trouble else len(readings),
            required=test.min_count,
            threshold=f"{test.signal_type}{test.min_colour}",
            unit="个区县",
            window_min=None,
            readings=readings,
            why=trouble,
        )

    def _reading(self, district: str, alerts: Sequence[WeatherAlert]) -> Reading:
        gravest = self._signals.gravest(alerts)
        flood = len(alerts) > SOURCES_NAMED
        named = self._signals.gravest_first(alerts)[:SOURCES_NAMED] if flood else alerts
        return Reading(
            subject=district,
            value=gravest.colour,
            at=gravest.issued_at,
            threshold=self._test.min_colour,
            verdict=True,
            sources=tuple(alert.alert_id for alert in named),
        )


class ResponseTest:
    """Districts that say they started their own response at a level or a higher one."""

    def __init__(self, test: DistrictResponse, responses: Responses, feeds: Feeds, districts: int) -> None:
        self._test = test
        self._responses = responses
        self._feeds = feeds
        self._districts = districts
        self._seen: tuple[dict[str, DistrictReport], str] = ({}, "")
        self._state: TestState | None = None

    def state(self, at: int) -> TestState:
        started = self._responses.started(self._test.hazard, self._test.level)
        seen = (started, self._feeds.trouble("reports"))
        if self._state is None or seen != self._seen:
            self._seen, self._state = seen, self._judge(*seen)
        return self._state

    def _judge(self, started: Mapping[str, DistrictReport], trouble: str) -> TestState:
        test = self._test
        readings = tuple(
            Reading(
                subject=district,
                value=report.level,
                at=report.time,
                threshold=test.level,
                verdict=True,
                sources=(report.report_id,),
            )
            for district, report in sorted(started.items())
        )
        return TestState(
            t=test.t,
            kind=test.kind,
            value=None if trouble else len(readings) >= test.min_count,
            observed=len(readings),
            upper=self._districts if trouble else len(readings),
            required=test.min_count,
            threshold=test.level,
            unit="个区县",
            window_min=None,
            readings=readings,
            why=trouble,
        )


class CallTest:
    """Citizens' calls of some kinds. Calls that don't reach us can only add: what is reached stays reached."""

    def __init__(self, test: TicketCount, calls: Calls, feeds: Feeds) -> None:
        self._test = test
        self._kinds = frozenset(test.ticket_kinds)
        self._calls = calls
        self._feeds = feeds

    def state(self, at: int) -> TestState:
        test = self._test
        calls = self._calls.between(at - test.window_min * MINUTE, at, self._kinds)
        places = len({call.place_id for call in calls if call.place_id})
        reached = len(calls) >= test.min_count and places >= (test.min_places or 0)
        trouble = "" if reached else self._feeds.trouble("tickets")
        return TestState(
            t=test.t,
            kind=test.kind,
            value=None if trouble else reached,
            observed=len(calls),
            upper=None if trouble else len(calls),
            required=test.min_count,
            threshold=f"{test.min_places}处" if test.min_places else None,
            unit="件",
            window_min=test.window_min,
            readings=(),
            why=trouble or (f"涉水诉求{len(calls)}件，{places}处" if reached else ""),
        )


class ClearTest:
    """No start condition of a level or a higher one was met or unknown for some time."""

    def __init__(self, test: StartConditionsClear, history: History) -> None:
        self._test = test
        self._history = history

    def state(self, at: int) -> TestState:
        test = self._test
        value = self._history.clear(test.hazard, test.level, test.window_min * MINUTE, at)
        minutes = self._history.clear_for(test.hazard, test.level, at) // MINUTE
        return TestState(
            t=test.t,
            kind=test.kind,
            value=value,
            observed=minutes,
            upper=None,
            required=test.window_min,
            threshold=test.level,
            unit="分钟",
            window_min=test.window_min,
            readings=(),
            why="观察时间还不够长" if value is None else "",
        )
