"""The knowledge base: search, clauses with their neighbours, documents, upload."""

import asyncio
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, UploadFile

from knowledge.base import KnowledgeBase
from knowledge.clause import Clause, Document
from serving.api.services import Operator, Use
from serving.errors import RequestInvalid
from serving.store import audit
from serving.store.tables import Json

router = APIRouter(prefix="/knowledge", tags=["知识库"])

NEIGHBOURS = 3
UPLOAD_MAX = 50_000_000
UPLOAD_FILES = 50


@router.get("/search")
async def search(
    use: Use,
    q: Annotated[str, Query(max_length=1000)],
    as_of: date | None = None,
    top: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Json:
    hits = await asyncio.to_thread(use.library.base().search, q, as_of, top)
    return {"items": [hit.model_dump(mode="json") for hit in hits]}


@router.get("/clauses/{clause_id}")
async def clause(clause_id: str, use: Use) -> Json:
    return await asyncio.to_thread(_with_neighbours, use.library.base(), clause_id)


@router.get("/documents")
async def documents(use: Use) -> Json:
    found = await asyncio.to_thread(use.library.base().documents)
    return {"items": [_document(document) for document in found]}


@router.get("/documents/{document_id}")
async def document(document_id: str, use: Use) -> Json:
    found, _text, clauses = await asyncio.to_thread(use.library.base().document, document_id)
    listed = [{name: getattr(c, name) for name in ("clause_id", "article", "path", "text")} for c in clauses]
    return {**_document(found), "clauses": listed}


@router.get("/status")
async def status(use: Use) -> Json:
    return asdict(await asyncio.to_thread(use.library.base().status))


@router.post("/upload")
async def upload(files: list[UploadFile], use: Use, operator: Operator) -> Json:
    """Take in files and publish; those that can't be read are listed with the reason."""
    base = use.library.base()
    if len(files) > UPLOAD_FILES or sum(file.size or 0 for file in files) > UPLOAD_MAX:
        raise RequestInvalid(
            f"一次最多上传 {UPLOAD_FILES} 个文件、共 {UPLOAD_MAX // 1_000_000} MB；请分批上传"
        )
    with tempfile.TemporaryDirectory(prefix="upload", dir=use.settings.data_dir) as folder:
        paths = [await _kept(Path(folder), number, file) for number, file in enumerate(files)]
        report = await asyncio.to_thread(base.add, paths)
        if report.added:
            await asyncio.to_thread(base.publish)
    async with use.database.begin() as session:
        told: Json = {"added": list(report.added)}
        await audit.append(
            session, use.clock().isoformat(), operator or "api", "knowledge.upload", "knowledge", told
        )
    unreadable = [{"file": bad.path.name, "reason": _reason(bad.reason, folder)} for bad in report.unreadable]
    return {"added": list(report.added), "unreadable": unreadable}


async def _kept(folder: Path, number: int, file: UploadFile) -> Path:
    """The upload as a file of its own folder: two of one name don't meet, and the name gives the title."""
    place = folder / str(number)
    place.mkdir()
    path = place / (Path((file.filename or "").replace("\\", "/").replace("\0", "")).name[-100:] or "file")
    await asyncio.to_thread(path.write_bytes, await file.read())
    return path


def _reason(reason: str, folder: str) -> str:
    return reason.replace(f"{folder}/", "")


def _with_neighbours(base: KnowledgeBase, clause_id: str) -> Json:
    found = base.clause(clause_id)
    _, _, clauses = base.document(found.document_id)
    place = next((i for i, c in enumerate(clauses) if c.clause_id == clause_id), 0)
    fields: dict[str, Any] = asdict(found)
    return {
        **fields,
        "before": [_short(c) for c in clauses[max(place - NEIGHBOURS, 0) : place]],
        "after": [_short(c) for c in clauses[place + 1 : place + 1 + NEIGHBOURS]],
    }


def _short(clause: Clause) -> Json:
    return {"clause_id": clause.clause_id, "article": clause.article, "text": clause.text}


def _document(document: Document) -> Json:
    told = document.metadata
    return {
        "document_id": document.id,
        "version": document.version,
        "title": told.title,
        "doc_number": told.doc_number,
        "issuer": told.issuer,
        "level": told.level,
        "region": told.region,
        "effective": document.valid_from,
        "repealed": document.valid_to,
        "superseded_by": document.superseded_by,
        "clauses": document.clauses,
    }
