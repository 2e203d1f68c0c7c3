"""A supposition about the next hours: what the engine is asked, how it is said, when it would be so."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.judgment.engine.picture import ConditionState, HazardPicture, TestState
from agents.judgment.known import Known
from knowledge.city import City
from tools.emergency.facts import Fact

HORIZON = timedelta(hours=12)
NEAR = 0.6
"""Share of the threshold from which a value counts as near."""


@dataclass(frozen=True)
class Open:
    """A test of a condition that is not true yet, with all that is known around it."""

    city: City
    known: Known
    hazard: HazardPicture
    condition: ConditionState
    said: TestState


@dataclass(frozen=True)
class Supposed:
    """One supposition: facts to ask the engine with, how to say it, when it would be so at the present pace."""

    hazard: HazardPicture
    condition: ConditionState
    changes: tuple[Fact, ...]
    text: str
    needs: str
    expected_at: datetime | None
    evidence: tuple[str, ...]
