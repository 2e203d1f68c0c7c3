"""Taking tickets in and showing them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.city import City
from serving.errors import Conflict, NotFound, RequestInvalid
from serving.runs.approvals import approval_json
from serving.runs.service import RunService
from serving.store import audit
from serving.store.database import Database
from serving.store.tables import ApprovalRow, Json, MessageRow, OutboxRow, RunRow, TicketRow
from serving.tickets.history import StoredHistory
from serving.tickets.orders import Handling, Wish, dispatch_of, orders_of, stands
from tools.errors import TicketInvalid
from tools.ticket import Caller, Ticket, parse_ticket

STATUSES = ("running", "waiting", "dispatching", "dispatched", "returned", "routed", "failed")


@dataclass(frozen=True)
class Tickets:
    database: Database
    runs: RunService
    history: StoredHistory
    city: City
    clock: Callable[[], datetime]

    async def take_in(self, data: Json, by: str | None) -> tuple[Json, str]:
        """Store a ticket and start its triage. Raises TicketInvalid, Conflict."""
        ticket = parse_ticket(data, clock=self.clock, new_id=self._new_id)
        if "/" in ticket.ticket_id or ticket.ticket_id in (".", ".."):
            raise TicketInvalid("工单编号(ticket_id)", "含有“/”，网址里写不了", "请改用“-”，或不填由系统编号")
        async with self.database.begin() as session:
            if await session.get(TicketRow, ticket.ticket_id) is not None:
                raise Conflict(f"工单 {ticket.ticket_id} 已存在；请换一个编号或打开原单")
            row = await self._insert(session, ticket)
            session.add(self._message(row.ticket_id, "caller", ticket.text, None))
            run_id = await self._new_run(session, row, ticket)
            await audit.append(
                session,
                self.clock().isoformat(),
                by or "api",
                "ticket.received",
                row.ticket_id,
                {"run": run_id},
            )
        self.runs.launch(run_id)
        return self.row_json(row), run_id

    async def say(self, ticket_id: str, role: str, text: str, by: str | None) -> str | None:
        """Add to the talk. What the caller adds starts a new triage over the whole of it; a note does not."""
        if not text.strip():
            raise RequestInvalid("内容(text)：没有文字；请填写后再发送")
        async with self.database.begin() as session:
            row = await self._get(session, ticket_id)
            run_id = None
            if role == "caller":
                await self._require_undispatched(session, row)
                whole = parse_ticket(
                    {**_ticket_json(row), "text": f"{row.text}\n{text}"},
                    clock=self.clock,
                    new_id=self._new_id,
                )
                row.text, row.decision = whole.text, None
                run_id = await self._new_run(session, row, whole)
            session.add(self._message(ticket_id, role, text, run_id))
            await audit.append(
                session, self.clock().isoformat(), by or "api", f"message.{role}", ticket_id, {"run": run_id}
            )
        if run_id:
            self.runs.launch(run_id)
        return run_id

    async def rerun(self, ticket_id: str, by: str | None) -> str:
        """Start triage of a stored ticket again. Raises NotFound, Conflict."""
        async with self.database.begin() as session:
            row = await self._get(session, ticket_id)
            await self._require_undispatched(session, row)
            run_id = await self._new_run(session, row, Ticket.model_validate(_ticket_json(row)))
            now, who = self.clock().isoformat(), by or "api"
            await audit.append(session, now, who, "ticket.rerun", ticket_id, {"run": run_id})
        self.runs.launch(run_id)
        return run_id

    async def handle_order(self, ticket_id: str, key: str, wish: Wish, by: str) -> Json:
        """Send an order that came back elsewhere, or close it. Raises what `Handling.carry_out` raises."""
        async with self.database.begin() as session:
            await Handling(self.city, self.clock(), by).carry_out(session, ticket_id, key, wish)
        return await self.detail(ticket_id)

    async def listed(self, status: str | None, words: str | None, limit: int, before: int | None) -> Json:
        """The queue, newest first, and how many tickets stand where."""
        query = select(TicketRow)
        if status:
            query = query.where(TicketRow.status == status)
        if words:
            like = f"%{words}%"
            query = query.where(or_(TicketRow.ticket_id.like(like), TicketRow.text.like(like)))
        if before:
            query = query.where(TicketRow.received < before)
        async with self.database.read() as session:
            rows = list(await session.scalars(query.order_by(TicketRow.received.desc()).limit(limit + 1)))
            counted = await session.execute(select(TicketRow.status, func.count()).group_by(TicketRow.status))
            counts = dict.fromkeys(STATUSES, 0) | dict(counted.tuples().all())
            counts["closed"] = await session.scalar(_closed()) or 0
        more = len(rows) > limit
        rows = rows[:limit]
        return {
            "items": [self.row_json(row) for row in rows],
            "next": str(rows[-1].received) if more else None,
            "counts": counts,
        }

    async def detail(self, ticket_id: str) -> Json:
        """Everything the operator's page shows about one ticket."""
        async with self.database.read() as session:
            row = await self._get(session, ticket_id)
            messages = await session.scalars(
                select(MessageRow).where(MessageRow.ticket_id == ticket_id).order_by(MessageRow.id)
            )
            said = [{"role": m.role, "text": m.text, "at": m.at, "run_id": m.run_id} for m in messages]
            runs = await session.scalars(
                select(RunRow.run_id)
                .where(RunRow.ticket_id == ticket_id, RunRow.agent == "triage")
                .order_by(RunRow.created_at)
            )
            asked = await session.scalar(
                select(ApprovalRow)
                .where(ApprovalRow.ticket_id == ticket_id, ApprovalRow.run_id == row.run_id)
                .order_by(ApprovalRow.created_at.desc())
                .limit(1)
            )
            run_ids = list(runs)
            dispatch = await dispatch_of(session, ticket_id)
        ticket = Ticket.model_validate(_ticket_json(row))
        return {
            **self.row_json(row),
            "text": row.text,
            "redacted_text": (row.decision or {}).get("redacted_text"),
            "caller": ticket.caller.model_dump(),
            "decision": row.decision,
            "approval": approval_json(asked) if asked else None,
            "dispatch": dispatch,
            "runs": run_ids,
            "messages": said,
            "history": await self.history.of_caller(ticket),
        }

    def row_json(self, row: TicketRow) -> Json:
        """One line of the queue. The preview is redacted: none is shown before redaction is done."""
        decision = row.decision or {}
        demand = next(iter(decision.get("demands", [])), None)
        return {
            "ticket_id": row.ticket_id,
            "channel": row.channel,
            "created_at": row.created_at,
            "status": row.status,
            "preview": decision.get("redacted_text", "")[:40],
            "run_id": row.run_id,
            "special_route": decision.get("special_route"),
            "emergency_number": decision.get("emergency_number"),
            "urgency": decision.get("urgency"),
            "ticket_type": decision.get("ticket_type"),
            "category_name": self.city.catalogue[demand["category_code"]].level3 if demand else None,
            "main_dept_name": self.city.departments[demand["main_dept_id"]].short_name if demand else None,
            "finish_by": demand["deadline"]["finish_by"] if demand else None,
            "degraded": decision.get("degraded", False),
        }

    def _new_id(self) -> str:
        return f"T{self.clock():%Y%m%d%H%M%S}-{uuid4().hex[:6]}"

    def _message(self, ticket_id: str, role: str, text: str, run_id: str | None) -> MessageRow:
        return MessageRow(
            ticket_id=ticket_id, role=role, text=text, at=self.clock().isoformat(), run_id=run_id
        )

    async def _insert(self, session: AsyncSession, ticket: Ticket) -> TicketRow:
        last = await session.scalar(select(func.max(TicketRow.received)))
        row = TicketRow(
            ticket_id=ticket.ticket_id,
            received=(last or 0) + 1,
            created_at=ticket.created_at.isoformat(),
            channel=ticket.channel,
            caller_name=ticket.caller.name,
            caller_phone=ticket.caller.phone,
            anonymous=ticket.caller.anonymous,
            text=ticket.text,
            status="running",
            approved=False,
        )
        session.add(row)
        await session.flush()
        return row

    async def _new_run(self, session: AsyncSession, row: TicketRow, ticket: Ticket) -> str:
        input_ = {"ticket": ticket.model_dump(mode="json")}
        run_id = await self.runs.create(session, "triage", input_, row.ticket_id, supersede=True)
        row.run_id, row.status = run_id, "running"
        return run_id

    async def _require_undispatched(self, session: AsyncSession, row: TicketRow) -> None:
        standing = [order for order in await orders_of(session, row.ticket_id) if stands(order)]
        if standing and row.status == "returned":
            raise Conflict(
                f"工单 {row.ticket_id} 另有 {len(standing)} 项已派发，不能整单重来；请只改派或关闭退回的一项"
            )
        if standing or row.status in ("dispatching", "dispatched"):
            raise Conflict(f"工单 {row.ticket_id} 已派发；补充情况请另立新单，系统会关联原单")

    async def _get(self, session: AsyncSession, ticket_id: str) -> TicketRow:
        row = await session.get(TicketRow, ticket_id)
        if row is None:
            raise NotFound(f"没有工单 {ticket_id}；请检查编号")
        return row


def _closed() -> Select[int]:
    """Dispatched tickets whose orders the units have all finished."""
    working = select(OutboxRow.ticket_id).where(OutboxRow.open)
    return select(func.count()).where(TicketRow.status == "dispatched", TicketRow.ticket_id.not_in(working))


def _ticket_json(row: TicketRow) -> Json:
    caller = Caller(name=row.caller_name, phone=row.caller_phone, anonymous=row.anonymous)
    return {
        "ticket_id": row.ticket_id,
        "channel": row.channel,
        "created_at": row.created_at,
        "caller": caller.model_dump(),
        "text": row.text,
    }
