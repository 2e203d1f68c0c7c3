"""The knowledge base, read: search, facets, documents and their versions, clauses with the original around them."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from knowledge.base import KnowledgeBase
from knowledge.finding.filters import Filters
from serving.api.knowledge_shapes import clause_shape, diff_shape, document_shape, facets_of
from serving.api.services import Use
from serving.corrections import who_corrected
from serving.errors import RequestInvalid
from serving.store.tables import Json

router = APIRouter(prefix="/knowledge", tags=["知识库"])

NEIGHBOURS = 3
QUERY_MAX = 1000
"""Refused above, not cut: an embedder reads some 500 tokens, so a longer question would be answered in part."""

Values = Annotated[Sequence[str], Query(max_length=50)]
"""May be given several times: any of them."""


@router.get("/search")
async def search(
    use: Use,
    q: Annotated[str, Query(max_length=QUERY_MAX)],
    as_of: date | None = None,
    top: Annotated[int, Query(ge=1, le=50)] = 10,
    level: Values = (),
    issuer: Values = (),
    region: Values = (),
    hazard: Values = (),
    document: Values = (),
    any_time: bool = False,
) -> Json:
    """Clauses in force on `as_of` (today unless told), best first; `any_time` also finds those that are not."""
    filters = Filters(*(frozenset(values) for values in (level, issuer, region, hazard, document)))
    base = use.library.base()
    hits = await asyncio.to_thread(base.search, q, as_of, top, filters, any_time=any_time)
    items = [{**hit.model_dump(mode="json"), "document_id": hit.clause_id.partition("#")[0]} for hit in hits]
    return {"items": items}


@router.get("/facets")
async def facets(use: Use) -> Json:
    """What documents there are, by level, issuer, region and hazard."""
    return facets_of(await asyncio.to_thread(use.library.base().documents))


@router.get("/documents")
async def documents(use: Use) -> Json:
    found = await asyncio.to_thread(use.library.base().documents)
    return {"items": [document_shape(document, use.clock().date()) for document in found]}


@router.get("/documents/{document_id}")
async def document(document_id: str, use: Use) -> Json:
    """One document with its clauses in order, the versions of the same work, oldest first, and who corrected what."""
    base, today = use.library.base(), use.clock().date()
    found, _text, clauses = await asyncio.to_thread(base.document, document_id)
    versions = await asyncio.to_thread(base.versions, document_id)
    return {
        **document_shape(found, today),
        "corrections": await who_corrected(use.database, document_id, found.corrected),
        "clauses": [clause_shape(clause) for clause in clauses],
        "versions": [document_shape(version, today) for version in versions],
    }


@router.get("/documents/{document_id}/versions")
async def versions(document_id: str, use: Use) -> Json:
    """All versions of the same work, oldest first."""
    found = await asyncio.to_thread(use.library.base().versions, document_id)
    return {"items": [document_shape(one, use.clock().date()) for one in found]}


@router.get("/documents/{document_id}/diff")
async def diff(
    document_id: str,
    use: Use,
    day_from: Annotated[date, Query(alias="from")],
    day_to: Annotated[date, Query(alias="to")],
) -> Json:
    """What of the work changed between two days, article by article."""
    if day_from > day_to:
        raise RequestInvalid(f"from（{day_from}）晚于 to（{day_to}）；请对调两个日期")
    found = await asyncio.to_thread(use.library.base().diff, document_id, day_from, day_to)
    return diff_shape(found, use.clock().date())


@router.get("/clauses/{clause_id}")
async def clause(clause_id: str, use: Use) -> Json:
    """A clause, its neighbours, and the words of the original around it."""
    return await asyncio.to_thread(_with_neighbours, use.library.base(), clause_id)


def _with_neighbours(base: KnowledgeBase, clause_id: str) -> Json:
    found = base.clause(clause_id)
    _, _, clauses = base.document(found.document_id)
    place = next((i for i, c in enumerate(clauses) if c.clause_id == clause_id), 0)
    fields: dict[str, Any] = asdict(found)
    return {
        **fields,
        "before": [clause_shape(c) for c in clauses[max(place - NEIGHBOURS, 0) : place]],
        "after": [clause_shape(c) for c in clauses[place + 1 : place + 1 + NEIGHBOURS]],
        "surrounding": asdict(base.around(clause_id)),
    }
