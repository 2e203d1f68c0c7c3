"""The rule engine: facts in any order, and at any moment the picture of the plan that they give.

A fact counts from its stamp on. Every grid point of the plan's step is evaluated, asked for or not, so that what is
first met, in force or long clear doesn't hang on how often somebody looks; evaluations between grid points count too.
"""

import copy
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import heappop, heappush

from agents.judgment.engine import levels
from agents.judgment.engine.admission import Admission, Ignored
from agents.judgment.engine.board import Board, Known, fork
from agents.judgment.engine.conditions import Record
from agents.judgment.engine.gauges import Key
from agents.judgment.engine.history import History
from agents.judgment.engine.moments import MICROSECOND, MINUTE, moment, ticks
from agents.judgment.engine.picture import ConditionState, HazardPicture, Level, Picture
from agents.judgment.engine.windows import Gauge
from knowledge.city.plan import ResponsePlan, StartConditionsClear
from knowledge.city.weather import Station
from tools.emergency.facts import Fact, Observation, stamp


class Engine:
    """One event under one plan. `districts` are codes; `start` is where the grid of evaluations begins.

    Without `start` it begins with the first evaluation. `step`: the grid's own, where it is not the plan's.
    `grace`: how long a station's next row may be on its way before windows count it as missing. `keep`: metric -> how
    long its rows are kept at least, where somebody reads `gauges` beyond what the plan asks for.
    """

    def __init__(
        self,
        plan: ResponsePlan,
        stations: Mapping[str, Station],
        districts: Sequence[str],
        *,
        start: datetime | None = None,
        step: timedelta | None = None,
        grace: timedelta = timedelta(0),
        keep: Mapping[str, timedelta] | None = None,
    ) -> None:
        self.plan = plan
        self.ignored = Ignored()
        self._plan_hash = hashlib.sha256(plan.model_dump_json().encode()).hexdigest()
        self._districts = tuple(sorted(districts))
        self._grace = grace
        self._known = Known(plan, stations, grace // MICROSECOND, keep or {})
        self._admission = Admission(plan, stations, districts, self._known.gauges)
        self._step = (step or timedelta(minutes=plan.semantics.evaluation_step_min)) // MICROSECOND
        self._start = None if start is None else ticks(start)
        self._waiting: list[tuple[int, int, Fact]] = []
        self._added = 0
        self._last: int | None = None
        self._records: dict[str, Record] = {}
        self._in_force: dict[str, Level | None] = dict.fromkeys(plan.plan.hazards)
        self._before = self._in_force
        self._board: Board | None = None

    def add(self, fact: Fact) -> bool:
        """Takes a fact; False when it is turned away (see `ignored`). Never raises for what a fact says."""
        why = self._admission.refusal(fact)
        if why:
            self.ignored.add(fact, why)
            return False
        self._added += 1
        heappush(self._waiting, (ticks(stamp(fact)), self._added, fact))
        return True

    @property
    def gauges(self) -> Mapping[Key, Gauge]:
        """Every station's series, as far as it is kept; not to be changed."""
        return self._known.gauges.series

    def copy(self) -> "Engine":
        """All that is known so far, for who goes on asking about this moment while the engine goes on."""
        when = self._start or 0 if self._last is None else self._last
        return self._fork(self.gauges, when)

    def evaluate(self, at: datetime) -> Picture:
        """The picture at `at`. ValueError when `at` is before the last evaluation: a replay takes a new engine."""
        when = ticks(at)
        if self._last is not None and when < self._last:
            raise ValueError(f"evaluate() went back from {moment(self._last)} to {at}")
        if self._board is None:
            history = self._history(when)
            self._board = Board(self.plan, self._districts, self._known, history, self._records)
        board = self._board
        begin = board.history.begin
        point = begin if self._last is None else begin + ((self._last - begin) // self._step + 1) * self._step
        for grid in range(point, when, self._step):
            self._evaluate(board, grid)
        return self._evaluate(board, when)

    def what_if(self, at: datetime, changes: Sequence[Fact]) -> Picture:
        """The picture at `at` if `changes` were so. The engine itself stays as it is.

        Observations replace what their station told from one interval before the first of them to the last; they
        are taken as they are, even where they jump or repeat. Other facts are added. ValueError as in `evaluate`,
        for an observation of no known station, metric and unit, and for one after `at`.
        """
        when = ticks(at)
        assumed = [fact for fact in changes if isinstance(fact, Observation)]
        for fact in assumed:
            if why := self._known.gauges.mismatch(fact):
                raise ValueError(why)
            if ticks(fact.time) > when:
                raise ValueError(f"{fact.station_id} 的假设时刻 {fact.time} 晚于推演时刻 {at}")
        due = [item[2] for item in self._waiting if item[0] <= when]
        touched = {
            (fact.station_id, fact.metric) for fact in (*due, *assumed) if isinstance(fact, Observation)
        }
        other = self._fork(touched, when)
        for fact in changes:
            if not isinstance(fact, Observation):
                other.add(fact)
        other.evaluate(at)
        other._known.gauges.assume(assumed)
        return other.evaluate(at)

    def _fork(self, keys: Iterable[tuple[str, str]], when: int) -> "Engine":
        other = copy.copy(self)
        other.ignored = Ignored()
        other._known = self._known.fork(keys)
        other._waiting = list(self._waiting)
        other._records = dict(self._records)
        other._in_force = dict(self._in_force)
        history = fork(self._board.history) if self._board else self._history(when)
        other._board = Board(self.plan, self._districts, other._known, history, other._records)
        return other

    def _history(self, when: int) -> History:
        begin = when if self._start is None else self._start
        return History(begin, self._step, _longest_look_back(self.plan))

    def _evaluate(self, board: Board, at: int) -> Picture:
        while self._waiting and self._waiting[0][0] <= at:
            self._known.put(heappop(self._waiting)[2])
        self._known.signals.settle(at)
        if at != self._last:
            self._before = dict(self._in_force)
        self._last = at
        starts = {hazard: tuple(item.look(at) for item in group) for hazard, group in board.starts.items()}
        for hazard, conditions in starts.items():
            board.history.record(hazard, levels.possible(conditions), at)
        hazards = tuple(self._hazard(board, hazard, starts[hazard], at) for hazard in board.starts)
        return Picture(
            at=moment(at),
            plan=self.plan.plan.title,
            plan_version=self.plan.plan.version,
            plan_hash=self._plan_hash,
            grace=self._grace,
            hazards=hazards,
            level=levels.highest(hazard.level for hazard in hazards),
            possible=levels.highest(hazard.possible for hazard in hazards),
            in_force=levels.highest(hazard.in_force for hazard in hazards),
            facts=dict(sorted(self._known.counts.items())),
        )

    def _hazard(
        self, board: Board, hazard: str, conditions: tuple[ConditionState, ...], at: int
    ) -> HazardPicture:
        level, possible = levels.reached(conditions), levels.possible(conditions)
        move = levels.move(level, possible, self._before[hazard], board.ends[hazard], at)
        self._in_force[hazard] = move.target
        signed = self._known.signatures.level(hazard)
        return HazardPicture(
            hazard=hazard,
            name=self.plan.plan.hazard_names[hazard],
            level=level,
            possible=possible,
            in_force=move.target,
            action=move.action,
            target=move.target,
            conditions=conditions,
            end_conditions=(*levels.of_signed(signed, move, board.ends[hazard], at), *move.looked_at),
        )


def _longest_look_back(plan: ResponsePlan) -> int:
    windows = [
        test.window_min
        for response in plan.responses
        for condition in response.end_conditions
        for test in condition.tests
        if isinstance(test, StartConditionsClear)
    ]
    return max(windows, default=0) * MINUTE
