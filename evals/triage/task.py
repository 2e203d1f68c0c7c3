"""The Inspect task: labelled tickets in, the triage graph as solver, one scorer a family of measures."""

import math
from collections.abc import Mapping, Sequence

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, metric, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver

from evals.measure import Measure, Tally, pool
from evals.triage.batch import Batch
from evals.triage.case import Case
from evals.triage.scorers import FAMILIES
from evals.triage.scorers.family import Family, Outcome, World

TALLIES = "tallies"
DECISION = "decision"


def triage_task(cases: Sequence[Case], batch: Batch, world: World, name: str) -> Task:
    """`name` is the data set's. Plain closures where Inspect registers: it logs every registered argument."""
    outcomes: dict[str, Outcome] = {}
    by_id = {case.ticket.ticket_id: case for case in cases}
    return Task(
        dataset=MemoryDataset([_sample(case) for case in cases], name=name),
        solver=_solver(batch, outcomes),
        scorer=[_scorer(family, by_id, outcomes, world) for family in FAMILIES],
        name="triage",
    )


def _sample(case: Case) -> Sample:
    return Sample(
        id=case.ticket.ticket_id,
        input=case.ticket.text,
        target=case.gold.model_dump_json(),
        metadata={"created_at": case.ticket.created_at.isoformat(), "channel": case.ticket.channel},
    )


def _solver(batch: Batch, outcomes: dict[str, Outcome]) -> Solver:
    """Puts the decision where Inspect shows answers, and keeps the outcome for the scorers."""

    @solver(name="triage_graph")
    def build() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            ticket_id = str(state.sample_id)
            outcome = outcomes[ticket_id] = await batch.outcome(ticket_id)
            state.output.completion = outcome.decision.model_dump_json()
            state.metadata[DECISION] = outcome.decision.model_dump(mode="json")
            return state

        return solve

    return build()


def _scorer(
    family: Family, cases: Mapping[str, Case], outcomes: Mapping[str, Outcome], world: World
) -> Scorer:
    @scorer(name=family.name, metrics={one.key: [pooled(one.key, one.kind)] for one in family.measures})
    def build() -> Scorer:
        async def score(state: TaskState, target: Target) -> Score:
            ticket_id = str(state.sample_id)
            tallies = family.count(cases[ticket_id], outcomes[ticket_id], world)
            return score_of(family, tallies)

        return score

    return build()


def score_of(family: Family, tallies: Mapping[str, Tally]) -> Score:
    """Ratios for the viewer (NaN: nothing to count), the tallies themselves beside them."""
    value = {one.key: _ratio(tallies.get(one.key)) for one in family.measures}
    kept = {key: [one.hits, one.total] for key, one in tallies.items()}
    return Score(value=value, metadata={TALLIES: kept})


def _ratio(one: Tally | None) -> float:
    return one.hits / one.total if one and one.total else math.nan


def tallies_of(score: Score) -> dict[str, Tally]:
    """What `score_of` kept."""
    kept = (score.metadata or {}).get(TALLIES, {})
    return {key: Tally(hits, total) for key, (hits, total) in kept.items()}


@metric
def pooled(key: str, kind: str) -> Metric:
    """The measure over all samples, so that Inspect's viewer shows the number of the report."""

    def compute(scores: list[SampleScore]) -> float:
        rows = [tallies_of(item.score) for item in scores]
        measure = Measure(key, key, kind)  # pyright: ignore[reportArgumentType] # made from a Measure above
        value = pool(measure, [row[key] for row in rows if key in row]).value
        return math.nan if value is None else value

    return compute
