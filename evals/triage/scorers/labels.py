"""Ticket type, urgency and risk flags."""

from collections.abc import Mapping

from evals.measure import Measure, Tally, tally
from evals.triage.case import Case
from evals.triage.scorers.family import Family, Outcome, World


def count(case: Case, outcome: Outcome, world: World) -> Mapping[str, Tally]:
    gold, decision = case.gold, outcome.decision
    wanted, raised = set(gold.risk_flags), set(decision.risk_flags)
    return {
        "type": tally(decision.ticket_type == gold.ticket_type),
        "urgency": tally(decision.urgency == gold.urgency),
        "urgency_low": tally(
            world.city.urgency_rank(decision.urgency) < world.city.urgency_rank(gold.urgency)
        ),
        "risk_recall": Tally(len(wanted & raised), len(wanted)),
        "risk_precision": Tally(len(wanted & raised), len(raised)),
    }


FAMILY = Family(
    "labels",
    "类型与紧急程度",
    (
        Measure("type", "工单类型"),
        Measure("urgency", "紧急程度"),
        Measure("urgency_low", "紧急程度定低", fewer_is_better=True),
        Measure("risk_recall", "苗头风险召回"),
        Measure("risk_precision", "苗头风险精确"),
    ),
    count,
)
