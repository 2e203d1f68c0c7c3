"""A ticket's row changes with the events of its newest run, in the transaction that stores the event."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from serving.store import audit
from serving.store.tables import Json, MatterRow, OutboxRow, RunRow, TicketRow


async def follow(session: AsyncSession, run: RunRow, event: Json) -> None:
    """Observer of the run service."""
    if run.ticket_id is None or run.agent != "triage":
        return
    ticket = await session.get(TicketRow, run.ticket_id)
    if ticket is None or ticket.run_id != run.run_id:
        return  # an older run has nothing more to say about the ticket
    match event["type"]:
        case "run.started":
            ticket.status = "running"
        case "decision":
            ticket.decision = event["decision"]
            await _index(session, ticket, event["decision"])
            await _record(session, event, run, "decision", _audited(event["decision"]))
        case "approval.needed":
            ticket.status = "waiting"
        case "approval.given":
            ticket.approved = event["decision"] == "approved"
            ticket.status = "dispatching" if ticket.approved else "returned"
        case "outcome":
            ticket.status = event["kind"]  # dispatched, routed or returned
            await _record(session, event, run, "outcome", {"kind": event["kind"]})
        case "run.failed" | "run.cancelled":
            ticket.status = "failed"
            await _record(
                session, event, run, event["type"], {"why": event.get("error") or event.get("reason")}
            )
        case _:
            return


async def _index(session: AsyncSession, ticket: TicketRow, decision: Json) -> None:
    """The matters under which later tickets find this one."""
    await session.execute(delete(MatterRow).where(MatterRow.ticket_id == ticket.ticket_id))
    for matter in {demand["category_code"][:4] for demand in decision["demands"]}:
        session.add(MatterRow(ticket_id=ticket.ticket_id, matter=matter, created_at=ticket.created_at))


async def dispatch_of(session: AsyncSession, ticket_id: str) -> Json | None:
    """TicketDetail.dispatch: the orders of the newest approval, and the one that stands for all of them."""
    query = (
        select(OutboxRow)
        .where(OutboxRow.ticket_id == ticket_id)
        .order_by(OutboxRow.created_at, OutboxRow.key)
    )
    rows = list(await session.scalars(query))
    if not rows:
        return None
    approval = _approval_of(rows[-1].key)
    orders = [_order(row) for row in rows if _approval_of(row.key) == approval]
    # The order a person should look at first: one that failed, one that came back, one still on its way.
    first = min(
        orders,
        key=lambda order: (order["state"] != "failed", not order["returned"], order["state"] == "sent"),
    )
    return {**first, "orders": orders}


def _approval_of(key: str) -> str:
    return key.rpartition(":")[0]


def _order(row: OutboxRow) -> Json:
    receipt, request = row.receipt or {}, row.request or {}
    notes: str | None = request.get("status_notes") or row.trouble
    return {
        "state": "failed" if row.state == "refused" else row.state,
        "service_request_id": receipt.get("service_request_id"),
        "main_dept_id": row.payload["main_dept_id"],
        "service_code": row.payload["service_code"],
        "notice": receipt.get("service_notice"),
        "status": request.get("status"),
        "status_notes": notes,
        "returned": bool(notes and notes.startswith("已退回")),
        "updated_at": request.get("updated_datetime") or row.created_at,
    }


def _audited(decision: Json) -> Json:
    """What the audit log keeps of a decision: redacted text, sources and ids, never the personal data found."""
    demands = [
        {key: value for key, value in demand.items() if key not in ("evidence", "summary")}
        for demand in decision["demands"]
    ]
    return {key: value for key, value in decision.items() if key != "pii"} | {
        "demands": demands,
        "pii_kinds": sorted({item["kind"] for item in decision["pii"]}),
    }


async def _record(session: AsyncSession, event: Json, run: RunRow, action: str, data: Json) -> None:
    subject = run.ticket_id or run.run_id
    await audit.append(session, event["at"], f"run:{run.run_id}", action, subject, data)
