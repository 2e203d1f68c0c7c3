"""Earlier tickets, as duplicate search and similar-ticket search want them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from agents.triage.past import PastTicket
from serving.store.database import Database
from serving.store.tables import Json, MatterRow, TicketRow
from tools.ticket import Ticket


@dataclass(frozen=True)
class StoredHistory:
    """Implements `agents.triage.context.TicketHistory` over the tickets table."""

    database: Database

    async def recent(
        self, ticket: Ticket, *, groups: Collection[str], window_hours: float, limit: int
    ) -> Sequence[PastTicket]:
        """Tickets of these matters from the window before this one, newest first; the caller's own of any matter."""
        since = ticket.created_at - timedelta(hours=window_hours)
        query = (
            select(TicketRow)
            .where(
                TicketRow.ticket_id != ticket.ticket_id,
                TicketRow.decision.is_not(None),
                TicketRow.created_at >= since.isoformat(),
                TicketRow.created_at <= ticket.created_at.isoformat(),
            )
            .order_by(TicketRow.created_at.desc())
            .limit(limit)
        )
        same = select(MatterRow.ticket_id).where(
            MatterRow.matter.in_(groups),
            MatterRow.created_at >= since.isoformat(),
            MatterRow.created_at <= ticket.created_at.isoformat(),
        )
        own = query.where(TicketRow.caller_phone == ticket.caller.phone)
        async with self.database.read() as session:
            rows = list(await session.scalars(query.where(TicketRow.ticket_id.in_(same))))
            if ticket.caller.phone:
                known = {row.ticket_id for row in rows}
                rows += [row for row in await session.scalars(own) if row.ticket_id not in known]
        return [past_ticket(row) for row in rows]

    async def of_caller(self, ticket: Ticket, limit: int = 10) -> list[Json]:
        """The caller's earlier tickets for the operator's page."""
        if not ticket.caller.phone:
            return []
        query = (
            select(TicketRow)
            .where(TicketRow.caller_phone == ticket.caller.phone, TicketRow.ticket_id != ticket.ticket_id)
            .order_by(TicketRow.created_at.desc())
            .limit(limit)
        )
        async with self.database.read() as session:
            rows = list(await session.scalars(query))
        return [
            {
                "ticket_id": row.ticket_id,
                "created_at": row.created_at,
                "summary": (row.decision or {}).get("redacted_text", "")[:60],
                "status": row.status,
            }
            for row in rows
        ]


def past_ticket(row: TicketRow) -> PastTicket:
    decision = row.decision or {}
    return past_of(
        decision,
        created_at=datetime.fromisoformat(row.created_at),
        phone=row.caller_phone,
        closed=row.status in ("returned", "routed"),
        approved=row.approved,
    )


def past_of(
    decision: Json, *, created_at: datetime, phone: str | None, closed: bool = False, approved: bool = False
) -> PastTicket:
    """A finished decision as an earlier ticket."""
    demands: list[Json] = decision.get("demands", [])
    return PastTicket(
        ticket_id=decision["ticket_id"],
        created_at=created_at,
        phone=phone,
        text=decision["redacted_text"],
        ticket_type=decision["ticket_type"],
        emergency=decision["special_route"] == "R1",
        category_codes=tuple(demand["category_code"] for demand in demands),
        place_ids=tuple(demand["place_id"] for demand in demands if demand["place_id"]),
        streets=tuple(demand["street"] for demand in demands if demand["street"]),
        duplicate_of=decision["duplicate_of"],
        cluster_id=decision["cluster_id"],
        closed=closed,
        approved=approved,
    )
