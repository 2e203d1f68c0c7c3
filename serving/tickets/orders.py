"""The orders of a ticket: how each stands, and what a person may do with one that came back.

An order came back when the city refused it or its unit returned it. The others stand: they are never sent again. A
named person sends the one that came back elsewhere, or closes it; either way it can be done once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.city import City
from serving.errors import Conflict, NotFound, RequestInvalid
from serving.store import audit
from serving.store.tables import Json, MessageRow, OutboxRow, TicketRow
from tools.dispatch import DESCRIPTION_MAX, DispatchOrder, require_hidden
from tools.ticket import Caller

RETURNED = "已退回"
OVER = ("replaced", "closed")
"""States of an order that a person has settled: it counts no more."""


class Wish(BaseModel):
    """What a person wants done with an order that came back. Fields left out stay as they were."""

    model_config = ConfigDict(extra="forbid")

    decision: Literal["redispatch", "close"]
    reason: str = Field(min_length=1, max_length=1000)
    service_code: str | None = None
    main_dept_id: str | None = None
    co_dept_ids: list[str] | None = Field(default=None, max_length=3)
    description: str | None = Field(default=None, min_length=1, max_length=DESCRIPTION_MAX)
    address_string: str | None = Field(default=None, min_length=1, max_length=500)


def came_back(row: OutboxRow) -> bool:
    return row.state == "refused" or (row.state == "sent" and _returned(row))


def stands(row: OutboxRow) -> bool:
    """The city has it, or will: the same matter must not be sent anew."""
    return row.state == "queued" or (row.state == "sent" and not _returned(row))


def _returned(row: OutboxRow) -> bool:
    return str((row.request or {}).get("status_notes") or "").startswith(RETURNED)


async def orders_of(session: AsyncSession, ticket_id: str) -> list[OutboxRow]:
    """All orders ever approved for a ticket, oldest first."""
    query = select(OutboxRow).where(OutboxRow.ticket_id == ticket_id)
    return list(await session.scalars(query.order_by(OutboxRow.created_at, OutboxRow.key)))


def newest(rows: Sequence[OutboxRow]) -> list[OutboxRow]:
    """Those of the newest approval."""
    return [row for row in rows if approval_of(row.key) == approval_of(rows[-1].key)]


def approval_of(key: str) -> str:
    return key.rpartition(":")[0]


async def settle(session: AsyncSession, ticket: TicketRow) -> None:
    """The status of a dispatched ticket follows from its orders: returned while one of them came back."""
    rows = [row for row in newest(await orders_of(session, ticket.ticket_id)) if row.state not in OVER]
    waits = any(came_back(row) for row in rows) or not rows
    ticket.status = "returned" if waits else "dispatched"


async def dispatch_of(session: AsyncSession, ticket_id: str) -> Json | None:
    """TicketDetail.dispatch: the orders of the newest approval, and the one that stands for all of them."""
    rows = await orders_of(session, ticket_id)
    if not rows:
        return None
    orders = [_order_json(row) for row in newest(rows)]
    # The order a person should look at first: one that failed, one that came back, one still on its way.
    first = min(
        orders,
        key=lambda order: (
            order["state"] in OVER,
            order["state"] != "failed",
            not order["returned"],
            order["state"] == "sent",
        ),
    )
    return {**first, "orders": orders}


def _order_json(row: OutboxRow) -> Json:
    receipt, request = row.receipt or {}, row.request or {}
    return {
        "key": row.key,
        "state": "failed" if row.state == "refused" else row.state,
        "service_request_id": receipt.get("service_request_id"),
        "main_dept_id": row.payload["main_dept_id"],
        "service_code": row.payload["service_code"],
        "notice": receipt.get("service_notice"),
        "status": request.get("status"),
        "status_notes": request.get("status_notes") or row.trouble,
        "returned": _returned(row),
        "came_back": came_back(row),
        "updated_at": request.get("updated_datetime") or row.created_at,
    }


@dataclass(frozen=True)
class Handling:
    """A person's word on an order that came back, carried out in one transaction."""

    city: City
    now: datetime
    by: str

    async def carry_out(self, session: AsyncSession, ticket_id: str, key: str, wish: Wish) -> None:
        """Raises NotFound, Conflict, RequestInvalid, tools.errors.OrderUnsafe."""
        ticket, row = await self._found(session, ticket_id, key)
        told: Json = {"order": key, "decision": wish.decision, "reason": wish.reason}
        if wish.decision == "redispatch":
            order = self._order(row, wish, ticket)
            session.add(queued(order, self.now))
            told |= {"new_order": order.idempotency_key, "main_dept_id": order.main_dept_id}
        text = f"{self._unit(row.payload)}的一项{self._said(wish, row)}：{wish.reason}"
        row.state, row.open = ("replaced" if wish.decision == "redispatch" else "closed"), False
        await session.flush()
        await settle(session, ticket)
        at = self.now.isoformat()
        session.add(MessageRow(ticket_id=ticket_id, role="operator", text=text, at=at))
        await audit.append(session, at, self.by, f"order.{row.state}", ticket_id, told)

    async def _found(self, session: AsyncSession, ticket_id: str, key: str) -> tuple[TicketRow, OutboxRow]:
        ticket, row = await session.get(TicketRow, ticket_id), await session.get(OutboxRow, key)
        if ticket is None or row is None or row.ticket_id != ticket_id:
            raise NotFound(f"工单 {ticket_id} 没有派单 {key}；请刷新页面")
        if ticket.status not in ("returned", "failed"):
            raise Conflict(f"工单 {ticket_id} 正在处理或已派发，没有要改派的；请刷新页面")
        if row not in newest(await orders_of(session, ticket_id)) or not came_back(row):
            raise Conflict("这一项没有退回，或已经改派、关闭；请刷新页面")
        return ticket, row

    def _order(self, row: OutboxRow, wish: Wish, ticket: TicketRow) -> DispatchOrder:
        changes: dict[str, Any] = wish.model_dump(exclude={"decision", "reason"}, exclude_none=True)
        units = [changes.get("main_dept_id"), *changes.get("co_dept_ids", ())]
        for what, named, known in (
            ("事项", [changes.get("service_code")], self.city.catalogue),
            ("承办单位", units, self.city.departments),
        ):
            if unknown := [name for name in named if name is not None and name not in known]:
                raise RequestInvalid(f"{what}“{unknown[0]}”不在{self.city.name}的城市数据包中；请从列表里选")
        given = {**row.payload, **changes, "idempotency_key": next_key(row.key)}
        given["co_dept_ids"] = [unit for unit in given["co_dept_ids"] if unit != given["main_dept_id"]]
        caller = Caller(name=ticket.caller_name, phone=ticket.caller_phone, anonymous=ticket.anonymous)
        return require_hidden(caller, DispatchOrder.model_validate(given))

    def _said(self, wish: Wish, row: OutboxRow) -> str:
        if wish.decision == "close":
            return "关闭，不再派发"
        return f"改派{self._unit({**row.payload, **wish.model_dump(exclude_none=True)})}"

    def _unit(self, payload: Json) -> str:
        return self.city.departments[payload["main_dept_id"]].short_name


def next_key(key: str) -> str:
    """`approval:2` -> `approval:2.1` -> `approval:2.2`: sent after it came back, under the same approval."""
    head, _, number = key.rpartition(":")
    first, _, again = number.partition(".")
    return f"{head}:{first}.{int(again or 0) + 1}"


def queued(order: DispatchOrder, now: datetime) -> OutboxRow:
    """A row of the outbox for an order that was decided."""
    return OutboxRow(
        key=order.idempotency_key,
        payload=order.model_dump(mode="json"),
        state="queued",
        attempts=0,
        next_try_at=now.isoformat(),
        created_at=now.isoformat(),
        ticket_id=order.ticket_id,
        open=True,
    )
