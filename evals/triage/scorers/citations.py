"""Citations checked again, from the decision alone against the stored clauses: the checker is not its own judge."""

from collections.abc import Mapping
from datetime import date

from agents.triage.decision import Citation
from evals.measure import Measure, Tally, tally
from evals.triage.case import Case
from evals.triage.scorers.family import Family, Outcome, World
from knowledge.base import KnowledgeBase
from knowledge.clause import in_force, title_key
from knowledge.errors import BrokenCitation, NoSuchDocument


def count(case: Case, outcome: Outcome, world: World) -> Mapping[str, Tally]:
    demands = outcome.decision.demands
    cited = [citation for demand in demands for citation in demand.citations]
    day = case.ticket.created_at.date()
    return {
        "citation_valid": Tally(sum(stands(one, world.knowledge, day) for one in cited), len(cited)),
        "demand_cited": Tally(sum(bool(demand.citations) for demand in demands), len(demands)),
        "evidence_exact": Tally(sum(demand.evidence in case.ticket.text for demand in demands), len(demands)),
        "pii_offsets": tally(
            all(case.ticket.text[item.start : item.end] == item.text for item in outcome.decision.pii),
            bool(outcome.decision.pii),
        ),
    }


def stands(citation: Citation, knowledge: KnowledgeBase, day: date) -> bool:
    """The clause exists, is the one named, was in force on the day, and holds the quoted words."""
    try:
        clause = knowledge.clause(citation.clause_id)
        knowledge.cite(citation.clause_id, citation.quote)
    except (BrokenCitation, NoSuchDocument):
        return False
    named = title_key(clause.document) == title_key(citation.document) and clause.article == citation.article
    return named and in_force(clause.valid_from, clause.valid_to, day)


FAMILY = Family(
    "citations",
    "引用与出处",
    (
        Measure("citation_valid", "引用成立"),
        Measure("demand_cited", "诉求带引用"),
        Measure("evidence_exact", "依据原话逐字在来文中"),
        Measure("pii_offsets", "个人信息位置正确"),
    ),
    count,
)
