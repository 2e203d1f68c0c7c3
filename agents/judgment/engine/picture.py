"""What the engine concludes at one moment. Levels: 1 is the highest, None is none.

Everything here is plain and frozen, so that it can be stored, compared and shown without the engine.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

State = Literal["met", "not_met", "unknown", "human"]
"""human: only a person can judge. Unknown is never counted as not met."""

Level = Literal[1, 2, 3, 4]
Action = Literal["none", "start", "upgrade", "keep", "downgrade", "end"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Reading(_Frozen):
    """What one station (or one district, for forecasts and signals) says in a test.

    verdict: True, False, or None for unknown, with the reason in `why` (Chinese).
    """

    subject: str
    """Station id, or district code."""
    value: float | str | None
    at: AwareDatetime | None
    threshold: float | str | None
    verdict: bool | None
    why: str = ""
    sources: tuple[str, ...] = ()
    """Ids of the signals or reports that say so."""


class TestState(_Frozen):
    """One test of a condition. `observed` is its own figure: a share 0..1, km², a count, minutes clear."""

    t: str
    kind: str
    value: bool | None
    observed: float | None
    upper: float | None
    """The same figure if every unknown were true."""
    required: float
    threshold: float | str | None
    unit: str
    window_min: int | None
    readings: tuple[Reading, ...]
    """Those that are true, then the unknown ones, then the false ones nearest to the threshold (at most 12)."""
    why: str = ""


class ConditionState(_Frozen):
    """A start or end condition now. since: begin of the present state; first_met_at: kept for the whole event."""

    id: str
    clause: str
    hazard: str
    level: Level
    text: str
    state: State
    review: bool
    """A hint or an open report asks for a person now."""
    since: AwareDatetime
    first_met_at: AwareDatetime | None
    why: str = ""
    """Why unknown, or what the hint is. Chinese."""
    station_ids: tuple[str, ...] = ()
    """Stations whose readings make it true."""
    observed_at: AwareDatetime | None = None
    """Newest reading that it rests on."""
    tests: tuple[TestState, ...] = ()


class HazardPicture(_Frozen):
    """level: highest with a condition met; possible: the same if every unknown were met.

    in_force: the level that would be in force had every recommendation been signed at once (what the plan's own
    track computes); action and target: what is recommended now against it.
    """

    hazard: str
    name: str
    level: Level | None
    possible: Level | None
    in_force: Level | None
    action: Action
    target: Level | None
    conditions: tuple[ConditionState, ...]
    end_conditions: tuple[ConditionState, ...]
    """Of the level in force and those below it that were looked at; first those of a level signed above it."""


class Picture(_Frozen):
    """The whole plan at one moment. `plan` and `plan_version` say which text judged."""

    at: AwareDatetime
    plan: str
    plan_version: str
    plan_hash: str
    grace: timedelta = timedelta(0)
    """How long a station's next row could be on its way before windows counted it as missing (Engine)."""
    hazards: tuple[HazardPicture, ...]
    level: Level | None
    possible: Level | None
    in_force: Level | None
    facts: Mapping[str, int]
    """How many facts of each kind were known."""
