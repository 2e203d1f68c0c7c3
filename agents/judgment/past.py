"""Similar storms before and what was learnt from them, from the knowledge base: each quoted with its clause."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from agents.judgment.decision import Evidence, PastEvent
from agents.judgment.engine.picture import Picture
from knowledge.base import KnowledgeBase
from knowledge.errors import BrokenCitation
from knowledge.finding.filters import Filters
from knowledge.finding.hit import SearchHit

TITLES = re.compile(r"复盘|教训|调查报告|总结")
"""Documents that tell what happened; plans and laws tell what shall happen."""

LONGEST = 220
MOST = 3
_FIRST = re.compile(r"[^。；]+[。；]?")


def query_of(picture: Picture) -> str:
    """The storm in words: hazards with something reached, and the wording of what is met."""
    met = [
        (one.level, one.text)
        for hazard in picture.hazards
        for one in hazard.conditions
        if one.state == "met" or one.review
    ]
    names = [hazard.name for hazard in picture.hazards if hazard.level]
    return " ".join([*names, *(text for _, text in sorted(met)[:4])]) or "暴雨 响应启动 迟缓 教训"


def find(knowledge: KnowledgeBase, picture: Picture, day: date) -> tuple[PastEvent, ...]:
    """Best first; empty when the base holds no such document. Blocking. Raises knowledge.errors.IndexProblem."""
    titles = frozenset(
        one.metadata.title for one in knowledge.documents() if TITLES.search(one.metadata.title)
    )
    if not titles:
        return ()
    hits = knowledge.search(query_of(picture), day, MOST * 2, Filters(documents=titles), any_time=True)
    events = [event for hit in hits if (event := _event(knowledge, hit))]
    return tuple(
        event.model_copy(update={"evidence": (f"H:{number}", *event.evidence)})
        for number, event in enumerate(events[:MOST], 1)
    )


def _event(knowledge: KnowledgeBase, hit: SearchHit) -> PastEvent | None:
    quote = _lesson(hit.text.strip().removeprefix(hit.article))
    try:
        citation = knowledge.cite(hit.clause_id, quote)
    except BrokenCitation:
        return None
    title, told, _ = citation.quote.partition("：")
    return PastEvent(
        title=title if told else hit.article,
        lesson=citation.quote,
        citation=f"《{citation.document}》{citation.article}",
        evidence=(f"K:{hit.clause_id}",),
    )


def _lesson(text: str) -> str:
    """Whole sentences from the clause's beginning, as many as fit; headings are left out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    body = lines[-1] if lines else text
    taken = ""
    for sentence in _FIRST.findall(body):
        if taken and len(taken) + len(sentence) > LONGEST:
            break
        taken += sentence
    return taken.strip()[:LONGEST]


def evidence(found: Sequence[PastEvent]) -> Iterator[Evidence]:
    for number, one in enumerate(found, 1):
        yield Evidence(
            id=f"H:{number}",
            kind="past",
            text=f"{one.citation}：{one.lesson}",
            figures=(),
            subject=one.title,
            clause=one.citation,
            source=one.citation,
        )
        for key in one.evidence:
            if key.startswith("K:"):
                yield Evidence(
                    id=key, kind="clause", text=one.lesson, figures=(), subject=key[2:], clause=one.citation
                )
