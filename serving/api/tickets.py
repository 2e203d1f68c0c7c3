"""Tickets: in, the queue, one in full, the talk about it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from serving.api.services import NamedOperator, Operator, Use
from serving.errors import RequestInvalid
from serving.store.tables import Json
from serving.tickets.orders import Wish
from tools.ticket import TEXT_MAX, Caller

router = APIRouter(prefix="/tickets", tags=["工单"])

Status = Literal["running", "waiting", "dispatching", "dispatched", "returned", "routed", "failed"]


class NewTicket(BaseModel):
    """Only the text is required; a time without zone is the server's."""

    model_config = ConfigDict(extra="ignore")

    text: str = Field(max_length=10 * TEXT_MAX)  # `parse_ticket` says what is too long, in words
    ticket_id: str | None = None
    channel: str | None = None
    created_at: str | None = None
    caller: Caller | None = None


class Said(BaseModel):
    role: Literal["caller", "operator"]
    text: str = Field(max_length=TEXT_MAX)


@router.post("", status_code=201)
async def take_in(new: NewTicket, use: Use, operator: Operator) -> Json:
    ticket, run_id = await use.tickets.take_in(new.model_dump(mode="json", exclude_none=True), operator)
    return {"ticket": ticket, "run_id": run_id}


@router.get("")
async def listed(
    use: Use,
    status: Status | None = None,
    q: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: str | None = None,
) -> Json:
    return await use.tickets.listed(status, q, limit, _cursor(before))


@router.get("/{ticket_id}")
async def detail(ticket_id: str, use: Use) -> Json:
    return await use.tickets.detail(ticket_id)


@router.post("/{ticket_id}/messages", status_code=202)
async def say(ticket_id: str, said: Said, use: Use, operator: Operator) -> Json:
    return {"run_id": await use.tickets.say(ticket_id, said.role, said.text, operator)}


@router.post("/{ticket_id}/orders/{key}")
async def handle_order(ticket_id: str, key: str, wish: Wish, use: Use, operator: NamedOperator) -> Json:
    """An order that the city refused or its unit returned: dispatched elsewhere or closed, by a named person."""
    return await use.tickets.handle_order(ticket_id, key, wish, operator)


def _cursor(before: str | None) -> int | None:
    if not before:
        return None
    if not (before.isascii() and before.isdigit() and len(before) < 16):
        raise RequestInvalid(f"before：不认识的位置 {before[:40]}；请原样传回上一页的 next")
    return int(before)
