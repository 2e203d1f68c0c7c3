"""The shape every family of measures has: the measures, and one function from one ticket to its tallies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agents.triage.decision import TriageDecision
from evals.measure import Measure, Tally
from evals.triage.case import Case
from knowledge.base import KnowledgeBase
from knowledge.city import City


@dataclass(frozen=True)
class World:
    """What decisions are checked against."""

    city: City
    knowledge: KnowledgeBase


@dataclass(frozen=True)
class Outcome:
    """What triage made of one ticket. `twin`: of the same ticket without its injected command, where annotated.

    work_ms is the time the ticket itself took: waiting for earlier tickets of the file is taken out.
    """

    decision: TriageDecision
    work_ms: float
    twin: TriageDecision | None = None


Count = Callable[[Case, Outcome, World], Mapping[str, Tally]]


@dataclass(frozen=True)
class Family:
    """`count` gives a tally for every key of `measures`; a Tally with total 0 where the ticket has nothing."""

    name: str
    title: str
    measures: tuple[Measure, ...]
    count: Count
