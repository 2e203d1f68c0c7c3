"""What the facts say at one moment, besides the plan: newest readings, signals in force, open findings, feeds.

Folded from facts in any order, live from each batch as it comes, or anew for a moment of the past.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agents.judgment.known import in_force
from tools.emergency.facts import CitizenSignal, Fact, FeedState, Finding, Observation, WeatherAlert

KEPT = timedelta(hours=3)
"""How long readings and calls are kept: longer than any station may be silent before it is stale."""


@dataclass
class Known:
    alerts: list[WeatherAlert] = field(default_factory=list[WeatherAlert])
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict[tuple[str, str], Finding])
    feeds: dict[str, FeedState] = field(default_factory=dict[str, FeedState])
    _readings: defaultdict[tuple[str, str], list[Observation]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _calls: list[CitizenSignal] = field(default_factory=list[CitizenSignal])

    def add(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            self._fold(fact)

    def _fold(self, fact: Fact) -> None:
        match fact:
            case Observation():
                self._readings[fact.station_id, fact.metric].append(fact)
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
        """Signals in force, the gravest first."""
        return in_force(self.alerts, at)

    def newest(self, station_id: str, metric: str, at: datetime) -> Observation | None:
        """The last reading with a value; of two at one moment the larger."""
        rows = [row for row in self._readings.get((station_id, metric), ()) if row.time <= at]
        valued = [row for row in rows if row.value is not None]
        return max(valued or rows, key=lambda row: (row.time, row.value or 0.0), default=None)

    def sum_of(self, station_id: str, metric: str, at: datetime, window: timedelta) -> float | None:
        """Sum of one value a moment over (at - window, at]; None without any."""
        values: dict[datetime, float] = {}
        for row in self._readings.get((station_id, metric), ()):
            if at - window < row.time <= at and row.value is not None:
                values[row.time] = max(row.value, values.get(row.time, 0.0))
        return round(sum(values.values()), 1) if values else None

    def calls(self, at: datetime, window: timedelta) -> Sequence[CitizenSignal]:
        """Citizens' calls of (at - window, at]."""
        return [call for call in self._calls if at - window < call.time <= at]

    def forget(self, before: datetime) -> None:
        """Drop readings and calls that nothing here looks at any more."""
        for key, rows in self._readings.items():
            self._readings[key] = [row for row in rows if row.time > before]
        self._calls = [call for call in self._calls if call.time > before]
