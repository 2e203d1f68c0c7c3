"""Personal data: every labelled span found, nothing else taken, nothing left in what goes on."""

from collections.abc import Mapping

from evals.measure import Measure, Tally, tally
from evals.triage.case import Case
from evals.triage.scorers.family import Family, Outcome, World


def count(case: Case, outcome: Outcome, world: World) -> Mapping[str, Tally]:
    """A span is its kind and its text: the labels have no offsets, so one text twice is one span.

    hidden: the labelled text stands nowhere in the redacted text, under whatever kind it was taken.
    """
    gold = {(item.kind, item.text) for item in case.gold.pii}
    found = {(item.kind, item.text) for item in outcome.decision.pii}
    texts = {text for _, text in gold}
    drafts = outcome.decision.draft_order + outcome.decision.draft_reply
    return {
        "pii_recall": Tally(len(gold & found), len(gold)),
        "pii_precision": Tally(len(gold & found), len(found)),
        "pii_hidden": Tally(sum(text not in outcome.decision.redacted_text for text in texts), len(texts)),
        "pii_in_drafts": tally(any(text in drafts for text in texts), bool(texts)),
    }


FAMILY = Family(
    "privacy",
    "个人信息",
    (
        Measure("pii_recall", "个人信息召回（逐段）"),
        Measure("pii_precision", "个人信息精确（逐段）"),
        Measure("pii_hidden", "已从脱敏文本中消失"),
        Measure("pii_in_drafts", "草稿泄露个人信息", fewer_is_better=True),
    ),
    count,
)
