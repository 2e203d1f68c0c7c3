"""A ticket's row changes with the events of its newest run, in the transaction that stores the event."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from serving.store import audit
from serving.store.tables import Json, MatterRow, MessageRow, RunRow, TicketRow


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
            if refused := event.get("refused", []):
                ticket.status = "returned"
                session.add(_refused(ticket.ticket_id, refused, event["at"]))
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


def _refused(ticket_id: str, refused: list[Json], at: str) -> MessageRow:
    """Some orders of the ticket are out, these are not: a person says what becomes of them."""
    why = "；".join(item["why"] for item in refused)
    text = f"{len(refused)} 项未派出，其余已派发：{why}。请改派或关闭未派出的"
    return MessageRow(ticket_id=ticket_id, role="system", text=text, at=at)


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
