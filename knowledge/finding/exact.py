"""The exact channel: clauses and documents that a query names outright, and proper names it holds.

民法典1254条, 物业管理条例第三十五条第二款, 发改数据〔2025〕1306号, 5.4.1. An article's number alone names nothing, for
every law has a 第三十五条; a section's does. Proper names (places, stations) are told when the base is opened: the
program that knows the city knows them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.clause import Clause, title_key
from knowledge.finding.labels import Mention, canonical_article, mentions
from knowledge.finding.titles import Name, Titles
from knowledge.store import Store
from knowledge.structure.items import Address
from knowledge.tables import ClauseRow, DocumentRow

MOST = 5


@dataclass(frozen=True)
class Named:
    """rows: of clauses named, in the order they are; all versions, in force or not. parts: row -> which 款 or 项 of it.

    documents: ids of documents named without a clause of theirs.
    """

    rows: tuple[int, ...] = ()
    parts: tuple[tuple[int, Address], ...] = ()
    documents: frozenset[str] = frozenset()


def named_in(store: Store, titles: Titles, query: str) -> Named:
    """What the query names. Raises StorageProblem."""
    names = titles.find(query)
    asked = [one for one in mentions(query, names) if one.documents or not one.label.article.startswith("第")]
    named = _plain(names, asked)
    if not asked:
        return Named(documents=named)
    clauses = _candidates(store, asked)
    held = [(row, one) for one in asked for row, clause in clauses.items() if _is_meant(clause, one)]
    # A clause that a document hasn't got names the document all the same.
    missed = frozenset(
        owner for one in asked if one not in {found for _, found in held} for owner in one.documents
    )
    return Named(
        tuple(dict.fromkeys(row for row, _ in held)),
        tuple((row, one.part) for row, one in held if one.part),
        named | missed,
    )


def _candidates(store: Store, asked: Sequence[Mention]) -> dict[int, Clause]:
    alone = {one.label.article for one in asked if not one.documents}
    found = store.clauses(ClauseRow.article.in_(alone)) if alone else {}
    owners = {owner for one in asked for owner in one.documents}
    if owners:
        labels = {one.label.article for one in asked if one.documents}
        found |= store.clauses(ClauseRow.document_id.in_(owners), ClauseRow.article.in_(labels))
    return found


def find_clauses(store: Store, title: str, article: str) -> list[Clause]:
    """All versions of one clause by its document's title and its article, in the forms people write them."""
    label = canonical_article(article)
    found = store.clauses(DocumentRow.title_key == title_key(title), ClauseRow.article == label)
    return list(found.values())


def proper_names(query: str, names: Iterable[str]) -> list[str]:
    """Those of the names that the query holds, longest first; none that only stands within a longer one."""
    found = sorted({name for name in names if name and name in query}, key=lambda name: (-len(name), name))
    kept: list[str] = []
    left = query
    for name in found:
        if name in left:
            kept.append(name)
            left = left.replace(name, "\n")
    return kept


def _plain(names: Sequence[Name], asked: Sequence[Mention]) -> frozenset[str]:
    """Documents named that no clause was asked of."""
    with_clause = {one.documents for one in asked}
    return frozenset(owner for name in names if name.documents not in with_clause for owner in name.documents)


def _is_meant(clause: Clause, asked: Mention) -> bool:
    same = clause.article == asked.label.article
    return same and (not asked.documents or clause.document_id in asked.documents)
