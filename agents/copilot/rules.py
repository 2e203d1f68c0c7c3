"""Choosing quotes, composing an answer without a model, and checking one that a model wrote."""

import re

from agents.copilot.state import Json
from knowledge.base import KnowledgeBase
from knowledge.finding.search import SearchHit

SHOWN = 4
QUOTE_MAX = 200
_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
_MARK = re.compile(r"\[(\d+)\]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

NOTHING = "知识库里没有找到能回答这个问题的条款。请换个说法，或转人工核实；系统不作推测。"


def quoted(knowledge: KnowledgeBase, hits: list[SearchHit], question: str) -> list[Json]:
    """The best clauses as citations: of each, the run of its text that shares most with the question."""
    cited: list[Json] = []
    for number, hit in enumerate(hits[:SHOWN], 1):
        citation = knowledge.cite(hit.clause_id, telling(hit.text, question))
        cited.append(
            {
                "number": number,
                "clause_id": hit.clause_id,
                "document": hit.document,
                "article": hit.article,
                "quote": citation.quote,
            }
        )
    return cited


def telling(text: str, question: str) -> str:
    """The clause whole if short, else from its most telling sentence on, up to QUOTE_MAX characters."""
    if len(text) <= QUOTE_MAX:
        return text.strip()
    asked = {question[at : at + 2] for at in range(len(question) - 1)}
    found = list(_SENTENCE.finditer(text))
    best = max(found, key=lambda s: sum(pair in s.group() for pair in asked))
    return text[best.start() : best.start() + QUOTE_MAX].strip()


def composed(citations: list[Json]) -> str:
    """An answer in the clauses' own words."""
    if not citations:
        return NOTHING
    return "\n".join(
        f"《{c['document']}》{c['article']}：{_without(c['quote'], c['article'])}[{c['number']}]"
        for c in citations
    )


def _without(quote: str, article: str) -> str:
    """A quote that begins with its own number says it once."""
    return quote.removeprefix(article).lstrip()


def faults(text: str, citations: list[Json]) -> list[str]:
    """What is wrong with an answer a model wrote: unknown or missing references, numbers no clause has."""
    known = {str(citation["number"]) for citation in citations}
    used = set(_MARK.findall(text))
    found = [f"引用了不存在的条款[{mark}]" for mark in sorted(used - known)]
    if not used:
        found.append("没有注明依据的条款")
    source = " ".join(f"{c['document']}{c['article']}{c['quote']}" for c in citations)
    invented = {n for n in _NUMBER.findall(_MARK.sub("", text)) if n not in source}
    return found + [f"出现条款里没有的数字 {number}" for number in sorted(invented)]
