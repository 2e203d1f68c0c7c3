"""One condition of the plan, compiled: its tests' values joined by its formula, or a person's finding."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import is_
from typing import NamedTuple, Protocol

from agents.judgment.engine.logic import Formula, Truth, compile_formula
from agents.judgment.engine.moments import clock, moment, ticks
from agents.judgment.engine.picture import ConditionState, Level, Reading, State, TestState
from agents.judgment.engine.reports import Findings
from knowledge.city.plan import Condition, Test
from tools.emergency.facts import Finding

STATES: Mapping[Truth, State] = {True: "met", False: "not_met", None: "unknown"}
_STATION_TESTS = ("areal_rain", "station_count")


class Probe(Protocol):
    """A compiled test."""

    def state(self, at: int) -> TestState: ...


class Record(NamedTuple):
    """What is kept of a condition: its state, since when, and when it was first met."""

    state: State
    since: int
    first_met: int | None


class Judged:
    """A condition that can say what it is now. `records` outlives single evaluations."""

    def __init__(
        self,
        condition: Condition,
        hazard: str,
        level: Level,
        compiled: Callable[[Test], Probe],
        findings: Findings,
        records: dict[str, Record],
    ) -> None:
        self.condition = condition
        self.hazard = hazard
        self.level: Level = level
        self._probes = [compiled(test) for test in condition.tests]
        self._formula: Formula | None = compile_formula(condition.expr) if condition.expr else None
        self._findings = findings
        self._records = records
        self._seen = -1
        self._state: ConditionState | None = None

    def look(self, at: int) -> ConditionState:
        """The condition at `at`; the same object as before where nothing it rests on changed."""
        tests = tuple(probe.state(at) for probe in self._probes)
        finding = self._findings.version
        if self._state and finding == self._seen and all(map(is_, tests, self._state.tests)):
            return self._state
        truth = self._formula({test.t: test.value for test in tests}) if self._formula else None
        self._seen = finding
        self._state = (
            self._human(tests, truth, at)
            if self.condition.requires_human
            else self._by_numbers(tests, truth, at)
        )
        return self._state

    def _by_numbers(self, tests: tuple[TestState, ...], truth: Truth, at: int) -> ConditionState:
        why = "；".join(dict.fromkeys(test.why for test in tests if test.why)) if truth is None else ""
        stations, observed = _grounds(tests, truth)
        return self._told(STATES[truth], at, tests, why=why, station_ids=stations, observed_at=observed)

    def _human(self, tests: tuple[TestState, ...], hint: Truth, at: int) -> ConditionState:
        """Numbers never make it met; they and open reports only ask for a person."""
        confirmed = self._findings.standing(self.condition.id, "confirmed")
        if confirmed:
            newest = moment(max(ticks(finding.time) for finding in confirmed))
            return self._told("met", at, tests, why=_words(confirmed), observed_at=newest)
        reported = self._findings.standing(self.condition.id, "reported")
        hints = [test.why for test in tests if test.value and test.why] if hint else []
        why = "；".join(part for part in dict.fromkeys((_words(reported), *hints)) if part)
        return self._told("human", at, tests, review=bool(reported) or hint is True, why=why)

    def _told(
        self,
        state: State,
        at: int,
        tests: tuple[TestState, ...],
        *,
        why: str,
        review: bool = False,
        station_ids: tuple[str, ...] = (),
        observed_at: datetime | None = None,
    ) -> ConditionState:
        record = self._keep(state, at)
        return ConditionState(
            id=self.condition.id,
            clause=self.condition.clause,
            hazard=self.hazard,
            level=self.level,
            text=self.condition.text,
            state=state,
            review=review,
            since=moment(record.since),
            first_met_at=None if record.first_met is None else moment(record.first_met),
            why=why,
            station_ids=station_ids,
            observed_at=observed_at,
            tests=tests,
        )

    def _keep(self, state: State, at: int) -> Record:
        known = self._records.get(self.condition.id)
        since = known.since if known and known.state == state else at
        first = known.first_met if known else None
        record = Record(state, since, at if first is None and state == "met" else first)
        self._records[self.condition.id] = record
        return record


def _grounds(tests: Sequence[TestState], truth: Truth) -> tuple[tuple[str, ...], datetime | None]:
    """Stations that make a condition met, and the newest reading that it rests on."""
    true = [test for test in tests if test.value] if truth else []
    basis: list[Reading] = [reading for test in true for reading in test.readings if reading.verdict]
    stations = dict.fromkeys(
        reading.subject
        for test in true
        if test.kind in _STATION_TESTS
        for reading in test.readings
        if reading.verdict
    )
    every = basis or [reading for test in tests for reading in test.readings]
    return tuple(stations), max((reading.at for reading in every if reading.at), default=None)


def _words(findings: Sequence[Finding]) -> str:
    return "；".join(map(_said, findings))


def _said(found: Finding) -> str:
    """An object that is told by its id comes last: the text names the place."""
    by = f"{found.by}，{clock(ticks(found.time))}"
    if found.object.isascii():
        return f"{found.text}（{by}，编号{found.object}）"
    return f"{found.object}：{found.text}（{by}）"
