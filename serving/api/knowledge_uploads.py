"""Files into the knowledge base, and publishing: queued, carried out in the background, followed as a stream."""

from collections.abc import AsyncIterable
from typing import Annotated

from fastapi import APIRouter, Depends, UploadFile
from fastapi.sse import EventSourceResponse, ServerSentEvent

from serving.api.services import Operator, Use
from serving.api.streams import Seen, server_sent
from serving.errors import RequestInvalid
from serving.store.tables import Json

router = APIRouter(prefix="/knowledge", tags=["知识库"])

UPLOAD_FILES = 500
"""One request's worth; more is what the command line is for."""


@router.post("/upload", status_code=202, form_limits={"max_files": UPLOAD_FILES + 1})
async def upload(files: list[UploadFile], use: Use, operator: Operator) -> Json:
    """Keep files at once; they are read and indexed in the background, one upload after the other."""
    use.library.base()
    if len(files) > UPLOAD_FILES:
        raise RequestInvalid(
            f"一次最多上传 {UPLOAD_FILES} 个文件；请分批上传，或在服务器上用 pingji kb add 导入（不限个数）"
        )
    return {"upload_id": await use.uploads.receive(files, operator or "api")}


@router.get("/uploads")
async def uploads(use: Use) -> Json:
    """The newest uploads and publishes: how a page that was closed finds what is under way."""
    return {"items": await use.uploads.listed()}


async def known_upload(upload_id: str, use: Use) -> Json:
    """Raises NotFound."""
    return await use.uploads.known(upload_id)


KnownUpload = Annotated[Json, Depends(known_upload)]


@router.get("/uploads/{upload_id}")
async def look(upload: KnownUpload) -> Json:
    """Its stage, and per file what became of it."""
    return upload


@router.get("/uploads/{upload_id}/events", response_class=EventSourceResponse)
async def events(upload: KnownUpload, use: Use, seen: Seen) -> AsyncIterable[ServerSentEvent]:
    """Everything above `after` (the header Last-Event-ID wins), then what comes, until finished or failed."""
    async for event in use.uploads.events.follow(upload["upload_id"], seen):
        yield server_sent(event)


@router.post("/publish", status_code=202)
async def publish(use: Use, operator: Operator) -> Json:
    """Index what came or went since the last publish; events as of an upload."""
    use.library.base()
    return {"upload_id": await use.uploads.publish(operator or "api")}
