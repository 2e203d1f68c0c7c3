"""What a search gives back: the clause, how it was found, and what belongs with it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.clause import Clause
from knowledge.finding.catalogue import Catalogue
from knowledge.finding.exact import Named
from knowledge.finding.hierarchy import Placed
from knowledge.finding.references import references, wanted_ids
from knowledge.index.view import View
from knowledge.store import Store
from knowledge.structure.items import Address, locate

State = Literal["in_force", "not_yet", "ended"]


class SearchHit(BaseModel):
    """One clause found. legs: the rank (from 1) in each leg that found it.

    state: on the day asked for. focus: the 款 or 项 that the query named, exactly as it stands in `text`; else empty.
    references: ids of clauses this one refers to that stand with it. notes: why it stands before one about as good.
    """

    model_config = ConfigDict(frozen=True)

    clause_id: str
    document: str
    doc_number: str
    issuer: str
    level: str
    region: str
    article: str
    path: str
    text: str
    score: float
    legs: dict[str, int]
    valid_from: date | None
    valid_to: date | None
    superseded_by: str | None
    state: State = "in_force"
    focus: str = ""
    references: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


_OF_CLAUSE = (
    "clause_id", "document", "doc_number", "issuer", "level", "region", "article", "path", "text",
    "valid_from", "valid_to", "superseded_by",
)  # fmt: skip


def make_hits(
    store: Store,
    view: View,
    catalogue: Catalogue,
    arranged: Sequence[Placed],
    legs: Mapping[int, dict[str, int]],
    named: Named,
    day: date,
) -> list[SearchHit]:
    """Hits in the order given; clauses deleted meanwhile are left out. Raises StorageProblem."""
    clauses = store.clauses_at([one.row for one in arranged])
    cited = _references(store, view, catalogue, clauses)
    parts = dict(named.parts)
    return [
        SearchHit(
            **{name: getattr(clauses[one.row], name) for name in _OF_CLAUSE},
            score=round(one.score, 6),
            legs=legs[one.row],
            state=state_on(clauses[one.row], day),
            focus=_focus(clauses[one.row].text, parts.get(one.row)),
            references=cited[one.row],
            notes=one.why,
        )
        for one in arranged
        if one.row in clauses
    ]


def _focus(text: str, part: Address | None) -> str:
    span = locate(text, part) if part else None
    return text[span[0] : span[1]] if span else ""


def state_on(clause: Clause, day: date) -> State:
    if clause.valid_from is not None and day < clause.valid_from:
        return "not_yet"
    return "ended" if clause.valid_to is not None and day >= clause.valid_to else "in_force"


def _references(
    store: Store, view: View, catalogue: Catalogue, clauses: Mapping[int, Clause]
) -> dict[int, tuple[str, ...]]:
    wanted = {
        row: wanted_ids(references(clause.text, clause.article, catalogue.titles), clause.document_id)
        for row, clause in clauses.items()
    }
    held = store.rows_named({identity for ids in wanted.values() for identity in ids})
    allowed = view.holds(list(held.values())).tolist()
    standing = {name for name, stands in zip(held, allowed, strict=True) if stands}
    return {row: tuple(dict.fromkeys(one for one in ids if one in standing)) for row, ids in wanted.items()}
