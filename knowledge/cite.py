"""A citation is a claim about exact words. Either they stand in the clause, or the claim is broken."""

from dataclasses import dataclass

from knowledge.clause import HALF_WIDTH, Clause, title_key
from knowledge.errors import BrokenCitation


@dataclass(frozen=True)
class Citation:
    """quote is clause.text[start:end] up to white space and full-width forms; version is the document's."""

    clause_id: str
    version: int
    document: str
    article: str
    quote: str
    start: int
    end: int


def cite(clause: Clause, quote: str) -> Citation:
    """Find a quote in a clause and cite the clause's own words for it. Raises BrokenCitation (part quote)."""
    wanted, _ = _normalised(quote)
    text, origins = _normalised(clause.text)
    found = text.find(wanted) if wanted else -1
    if found < 0:
        what = f"条款中没有“{_shortened(quote)}”" if wanted else "引文是空的"
        raise BrokenCitation(clause.clause_id, "quote", what)
    start, end = origins[found], origins[found + len(wanted) - 1] + 1
    return Citation(
        clause.clause_id, clause.version, clause.document, clause.article, clause.text[start:end], start, end
    )


def verify(citation: Citation, clause: Clause | None) -> None:
    """Compare a citation with the stored clause of its id, None if there is none. Raises BrokenCitation."""
    broken = _first_fault(citation, clause)
    if broken:
        raise BrokenCitation(citation.clause_id, *broken)


def _first_fault(citation: Citation, clause: Clause | None) -> tuple[str, str] | None:
    if clause is None:
        return "clause_id", "没有这个条款，可能已被删除"
    if citation.version != clause.version:
        return "version", f"引用的是第 {citation.version} 版，库中现为第 {clause.version} 版"
    if title_key(citation.document) != title_key(clause.document):
        return "document", f"该条款属于《{clause.document}》，不是《{citation.document}》"
    if citation.article != clause.article:
        return "article", f"该条款是{clause.article}，不是{citation.article}"
    if not 0 <= citation.start < citation.end <= len(clause.text):
        return "start", f"位置 {citation.start}–{citation.end} 超出条款长度 {len(clause.text)}"
    quote, words = _normalised(citation.quote)[0], _normalised(clause.text[citation.start : citation.end])[0]
    if not quote or quote != words:
        return "quote", f"原文为“{_shortened(clause.text[citation.start : citation.end])}”"
    return None


def _normalised(text: str) -> tuple[str, list[int]]:
    """The text without white space and with half-width forms, and where each of its characters came from.

    Nothing else is forgiven: a changed number, a dropped 不 or another quotation mark breaks a citation.
    """
    kept = [(char, index) for index, char in enumerate(text.translate(HALF_WIDTH)) if not char.isspace()]
    return "".join(char for char, _ in kept), [index for _, index in kept]


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"
