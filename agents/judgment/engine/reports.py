"""Signals in force, the districts' own responses, what people found and signed, and citizens' calls."""

import sys
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from agents.judgment.engine.moments import ticks
from agents.judgment.engine.picture import Level
from tools.emergency.facts import CitizenSignal, DistrictReport, FeedState, Finding, Signature, WeatherAlert


class Stretch(NamedTuple):
    """Signals in force from `since` on and before `until`."""

    since: int
    until: int
    alerts: tuple[WeatherAlert, ...]


class Signals:
    """A signal is in force from its issue until it is cancelled, superseded or expired (that moment excluded)."""

    def __init__(self, colours: Sequence[str]) -> None:
        self._rank = {colour: n for n, colour in enumerate(colours)}
        self._issued: dict[str, WeatherAlert] = {}
        self._ended: dict[str, int] = {}
        self._seen: Stretch | None = None

    def put(self, alert: WeatherAlert) -> None:
        self._seen = None
        issued = ticks(alert.issued_at)
        ended = set(alert.supersedes) - {alert.alert_id}
        if alert.event == "cancel":
            ended.add(alert.alert_id)
        else:
            known = self._issued.get(alert.alert_id)
            if known is None or known.issued_at <= alert.issued_at:
                self._issued[alert.alert_id] = alert
        for alert_id in ended:
            self._ended[alert_id] = min(issued, self._ended.get(alert_id, issued))

    def standing(self, at: int) -> tuple[WeatherAlert, ...]:
        """Every signal in force, as issued. Worked out anew only once one came, begins or ends: with ten thousand in
        force every test of every supposition would else go through them all."""
        seen = self._seen
        if seen is None or not seen.since <= at < seen.until:
            alerts = self._issued.values()
            found = tuple(one for one in alerts if ticks(one.issued_at) <= at and self._lasts(one, at))
            turns = (turn for one in alerts for turn in self._turns(one) if turn > at)
            seen = self._seen = Stretch(at, min(turns, default=sys.maxsize), found)
        return seen.alerts

    def in_force(self, type_: str, least: str, at: int) -> list[WeatherAlert]:
        """Signals of a type in colour `least` or a graver one, as issued."""
        wanted = self._rank[least]
        return [
            alert
            for alert in self.standing(at)
            if alert.type == type_ and self._rank.get(alert.colour, -1) >= wanted
        ]

    def settle(self, at: int) -> None:
        """Lets go of signals that are over at `at`: time does not go back."""
        if self._seen is not None and self._seen.since <= at < self._seen.until:
            return
        self._issued = {key: alert for key, alert in self._issued.items() if self._lasts(alert, at)}

    def gravest(self, alerts: Iterable[WeatherAlert]) -> WeatherAlert:
        return max(alerts, key=lambda alert: self._rank[alert.colour])

    def gravest_first(self, alerts: Iterable[WeatherAlert]) -> list[WeatherAlert]:
        """Of equals the earliest put in comes first."""
        return sorted(alerts, key=lambda alert: -self._rank[alert.colour])

    def _turns(self, alert: WeatherAlert) -> Iterator[int]:
        """When it begins and may end."""
        yield ticks(alert.issued_at)
        if alert.expires_at is not None:
            yield ticks(alert.expires_at)
        if alert.alert_id in self._ended:
            yield self._ended[alert.alert_id]

    def _lasts(self, alert: WeatherAlert, at: int) -> bool:
        ended = self._ended.get(alert.alert_id)
        if ended is not None and ended <= at:
            return False
        return alert.expires_at is None or at < ticks(alert.expires_at)


class Responses:
    """What each district has in force itself: its newest report counts, a start at its level, an end for good."""

    def __init__(self) -> None:
        self._newest: dict[tuple[str, str], DistrictReport] = {}

    def put(self, report: DistrictReport) -> None:
        key = (report.district_code, report.hazard)
        known = self._newest.get(key)
        if known is None or known.time <= report.time:
            self._newest[key] = report

    def started(self, hazard: str, level: int) -> dict[str, DistrictReport]:
        """By district: responses at `level` or a higher one (a smaller number)."""
        return {
            district: report
            for (district, name), report in self._newest.items()
            if name == hazard and report.event == "start" and report.level <= level
        }


class Findings:
    """What people found about the conditions that only people judge: the newest event of each object counts."""

    def __init__(self) -> None:
        self._newest: dict[tuple[str, str], Finding] = {}
        self.version = 0

    def put(self, finding: Finding) -> None:
        self.version += 1
        key = (finding.condition_id, finding.object)
        known = self._newest.get(key)
        if known is None or known.time <= finding.time:
            self._newest[key] = finding

    def standing(self, condition_id: str, event: str) -> list[Finding]:
        """Findings whose newest event is `event`: confirmed, or reported and not yet judged."""
        return [
            found
            for (condition, _), found in self._newest.items()
            if condition == condition_id and found.event == event
        ]


class Signatures:
    """What people signed: the newest signature of a hazard stands."""

    def __init__(self) -> None:
        self._newest: dict[str, Signature] = {}

    def put(self, signature: Signature) -> None:
        known = self._newest.get(signature.hazard)
        if known is None or known.time <= signature.time:
            self._newest[signature.hazard] = signature

    def level(self, hazard: str) -> Level | None:
        standing = self._newest.get(hazard)
        return standing.level if standing else None


class Call(NamedTuple):
    """Ordered by time."""

    at: int
    signal_id: str
    kind: str
    place_id: str | None


class Calls:
    """Citizens' calls, each once."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._known: set[str] = set()

    def put(self, signal: CitizenSignal) -> None:
        if signal.signal_id not in self._known:
            self._known.add(signal.signal_id)
            insort(self._calls, Call(ticks(signal.time), signal.signal_id, signal.kind, signal.place_id))

    def between(self, after: int, at: int, kinds: frozenset[str]) -> list[Call]:
        """Calls of these kinds in (after, at]."""
        first = bisect_right(self._calls, after, key=lambda call: call.at)
        last = bisect_right(self._calls, at, key=lambda call: call.at)
        return [call for call in self._calls[first:last] if call.kind in kinds]


class Feeds:
    """Feeds that say they don't answer, or answer with what is old. Taken as complete until then."""

    def __init__(self) -> None:
        self._newest: dict[str, FeedState] = {}

    def put(self, state: FeedState) -> None:
        known = self._newest.get(state.feed)
        if known is None or known.time <= state.time:
            self._newest[state.feed] = state

    def trouble(self, feed: str) -> str:
        """Why the feed can't be taken as complete; empty when it can. Chinese."""
        state = self._newest.get(feed)
        if state is None or state.state == "ok":
            return ""
        return f"{FEED_NAMES.get(feed, feed)}{'中断' if state.state == 'down' else '过时'}" + (
            f"（{state.why}）" if state.why else ""
        )


FEED_NAMES = {
    "alerts": "预警信号来源",
    "observations": "实况来源",
    "forecasts": "预报来源",
    "reports": "区县报告来源",
    "tickets": "群众诉求来源",
}
