"""How the index stands: for the page's health view."""

import asyncio
from dataclasses import asdict

from fastapi import APIRouter

from serving.api.bounded import UPLOAD_MAX
from serving.api.services import Use
from serving.store.tables import Json

router = APIRouter(prefix="/knowledge", tags=["知识库"])


@router.get("/status")
async def status(use: Use) -> Json:
    """How the index stands. running: the upload or publish in progress; queued: how many wait behind it."""
    base = use.library.base()
    found = await asyncio.to_thread(base.status)
    under_way = await use.uploads.open()
    return {
        **asdict(found),
        "running": next(iter(under_way), None),
        "queued": max(len(under_way) - 1, 0),
        "upload_max_bytes": UPLOAD_MAX,
    }


@router.get("/generations")
async def generations(use: Use) -> Json:
    """Generations of the index that are kept, oldest first."""
    return {"items": [asdict(one) for one in await asyncio.to_thread(use.library.base().generations)]}


@router.get("/check")
async def check(use: Use) -> Json:
    """Read every byte of database and index; empty means sound."""
    return {"problems": await asyncio.to_thread(use.library.base().check)}
