"""How it ran: degraded, handed to a person, how long, what the model cost."""

from collections.abc import Mapping

from evals.measure import Measure, Tally, tally
from evals.triage.case import Case
from evals.triage.scorers.family import Family, Outcome, World


def count(case: Case, outcome: Outcome, world: World) -> Mapping[str, Tally]:
    decision = outcome.decision
    return {
        "degraded": tally(decision.degraded),
        "needs_human": tally(decision.needs_human),
        "ms": Tally(outcome.work_ms),
        "llm_calls": Tally(decision.llm_calls),
        "llm_tokens": Tally(decision.llm_tokens),
    }


FAMILY = Family(
    "running",
    "运行",
    (
        Measure("degraded", "降级", fewer_is_better=True),
        Measure("needs_human", "提请人工细看", fewer_is_better=True),
        Measure("ms", "每单耗时", "mean", fewer_is_better=True, unit="毫秒"),
        Measure("llm_calls", "每单模型调用", "mean", fewer_is_better=True, unit="次"),
        Measure("llm_tokens", "每单模型词元", "mean", fewer_is_better=True, unit="个"),
    ),
    count,
)
