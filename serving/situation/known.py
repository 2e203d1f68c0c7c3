"""What the facts say at one moment, besides the plan: last readings, signals in force, findings, feeds.

Folded from facts in any order, live from each batch as it comes, or anew for a moment of the past.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from agents.judgment.known import in_force
from tools.emergency.facts import CitizenSignal, Fact, FeedState, Finding, Observation, WeatherAlert

KEPT = timedelta(hours=3, minutes=10)
"""How long readings and calls are kept: the last hours of trends and of clusters."""


class Standing(NamedTuple):
    """Signals in force from `since` on and before `until`, by the first `of` messages."""

    of: int
    since: datetime
    until: datetime
    alerts: tuple[WeatherAlert, ...]


@dataclass
class Known:
    alerts: list[WeatherAlert] = field(default_factory=list[WeatherAlert])
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict[tuple[str, str], Finding])
    feeds: dict[str, FeedState] = field(default_factory=dict[str, FeedState])
    _readings: list[Observation] = field(default_factory=list[Observation])
    _calls: list[CitizenSignal] = field(default_factory=list[CitizenSignal])
    _standing: Standing | None = None

    def add(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            self._fold(fact)

    def _fold(self, fact: Fact) -> None:
        match fact:
            case Observation():
                self._readings.append(fact)
            case WeatherAlert():
                self.alerts.append(fact)
            case Finding():
                before = self.findings.get((fact.condition_id, fact.object))
                if before is None or before.time <= fact.time:
                    self.findings[fact.condition_id, fact.object] = fact
            case FeedState():
                before = self.feeds.get(fact.feed)
                if before is None or before.time <= fact.time:
                    self.feeds[fact.feed] = fact
            case CitizenSignal():
                self._calls.append(fact)
            case _:
                return

    def in_force(self, at: datetime) -> tuple[WeatherAlert, ...]:
        """Signals in force, the gravest first; worked out anew only once a signal came, begins or ends."""
        known = self._standing
        if known is None or known.of != len(self.alerts) or not known.since <= at < known.until:
            turns = (turn for one in self.alerts for turn in (one.issued_at, one.expires_at) if turn)
            until = min((turn for turn in turns if turn > at), default=at + KEPT)
            known = self._standing = Standing(len(self.alerts), at, until, in_force(self.alerts, at))
        return known.alerts

    def rows(self) -> Sequence[Observation]:
        """Readings that are kept."""
        return tuple(self._readings)

    def calls(self, at: datetime, window: timedelta) -> Sequence[CitizenSignal]:
        """Citizens' calls of (at - window, at]."""
        return [call for call in self._calls if at - window < call.time <= at]

    def forget(self, before: datetime) -> None:
        """Drop readings and calls that nothing here looks at any more."""
        self._readings = [row for row in self._readings if row.time > before]
        self._calls = [call for call in self._calls if call.time > before]
