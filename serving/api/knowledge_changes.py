"""The knowledge base, changed by hand: documents corrected and removed, the index rolled back. Each needs a name."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, Field

from knowledge.clause import Document
from serving.api.knowledge_shapes import document_shape
from serving.api.services import NamedOperator, Services, Use
from serving.corrections import ACTION, who_corrected
from serving.errors import NotFound
from serving.store import audit
from serving.store.tables import Json

router = APIRouter(prefix="/knowledge", tags=["知识库"])

Value = Annotated[str, Field(max_length=500)] | Annotated[list[str], Field(max_length=100)] | None
"""Of a field of knowledge.clause.Metadata: text, a day as 2025-05-01, a list of texts."""

Changes = Annotated[
    dict[str, Value], Body(min_length=1, examples=[{"level": "规章", "effective": "2025-05-01"}])
]


@router.patch("/documents/{document_id}")
async def correct(document_id: str, changes: Changes, use: Use, operator: NamedOperator) -> Json:
    """Put fields right by hand; null takes a correction back. It outlives a new reading of the file."""
    base = use.library.base()
    before, _, _ = await asyncio.to_thread(base.document, document_id)
    after = await asyncio.to_thread(base.correct, document_id, changes)
    was = {name: str(getattr(before.metadata, name)) for name in changes}
    await _audit(use, operator, ACTION, document_id, {**_named(before), "was": was, "set": changes})
    corrections = await who_corrected(use.database, document_id, after.corrected)
    return {**document_shape(after, use.clock().date()), "corrections": corrections}


@router.delete("/documents/{document_id}")
async def remove(document_id: str, use: Use, operator: NamedOperator) -> Json:
    """Delete a document: no search and no citation finds it from now on."""
    base = use.library.base()
    found, _, _ = await asyncio.to_thread(base.document, document_id)
    await asyncio.to_thread(base.remove, document_id)
    await _audit(use, operator, "knowledge.remove", document_id, _named(found))
    return {"removed": document_id}


class Rollback(BaseModel):
    generation: int = Field(ge=1, le=2**31)


@router.post("/rollback")
async def rollback(wanted: Rollback, use: Use, operator: NamedOperator) -> Json:
    """Search an earlier generation of the index; the documents stay as they are."""
    base = use.library.base()
    kept = await asyncio.to_thread(base.generations)
    if wanted.generation not in {one.generation for one in kept}:
        numbers = "、".join(str(one.generation) for one in kept) or "无"
        raise NotFound(f"没有保留第 {wanted.generation} 代索引；现有：{numbers}")
    manifest = await asyncio.to_thread(base.rollback, wanted.generation)
    was = next((one.generation for one in kept if one.current), None)
    told: Json = {"from": was, "to": wanted.generation}
    await _audit(use, operator, "knowledge.rollback", "knowledge", told)
    return {"generation": manifest.generation}


async def _audit(use: Services, operator: str, action: str, subject: str, told: Json) -> None:
    async with use.database.begin() as session:
        await audit.append(session, use.clock().isoformat(), operator, action, subject, told)


def _named(document: Document) -> Json:
    since = document.valid_from.isoformat() if document.valid_from else None
    return {"title": document.metadata.title, "valid_from": since, "version": document.version}
