"""Approvals: what waits for a person, and their answer."""

from typing import Literal

from fastapi import APIRouter

from serving.api.services import NamedOperator, Use
from serving.runs.approvals import Answer
from serving.store.tables import Json

router = APIRouter(prefix="/approvals", tags=["审批"])


@router.get("")
async def listed(
    use: Use, status: Literal["pending", "approved", "returned", "expired", "withdrawn"] | None = None
) -> Json:
    async with use.database.read() as session:
        return {"items": await use.runs.approvals.listed(session, status)}


@router.post("/{approval_id}")
async def decide(approval_id: str, answer: Answer, use: Use, operator: NamedOperator) -> Json:
    return await use.runs.answer(approval_id, answer, operator)
