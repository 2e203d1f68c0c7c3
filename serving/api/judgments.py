"""Judgments: made on request, listed, read."""

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from serving.api.services import Use
from serving.judgments import rows
from serving.situation.moments import Instant
from serving.store.tables import Json

router = APIRouter(prefix="/judgments", tags=["研判"])


class NewJudgment(BaseModel):
    """at: a moment of the past, judged as it was known then; now when left out."""

    model_config = ConfigDict(extra="forbid")

    at: Instant | None = None
    trigger: Literal["request"] = "request"


@router.post("", status_code=202)
async def judge(new: NewJudgment, use: Use) -> Json:
    """Start one, or join the one that runs; its events are those of the run."""
    return await use.emergency.judgments.ask(new.at, new.trigger)


@router.get("")
async def listed(use: Use, event_id: str | None = None) -> Json:
    async with use.database.read() as session:
        return {"items": await rows.listed(session, event_id or use.emergency.live.course.event_id)}


@router.get("/{judgment_id}")
async def one(judgment_id: str, use: Use) -> JSONResponse:
    async with use.database.read() as session:
        row = await rows.get(session, judgment_id)
    return JSONResponse({**row.data, "hash": row.hash, "run_id": row.run_id})
