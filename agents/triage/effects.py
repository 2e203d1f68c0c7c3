"""From approval to record: the only steps that touch the outside world, and only after a named person said yes."""

from typing import Any, cast

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agents.triage import drafts
from agents.triage.context import TriageContext
from agents.triage.decision import TriageDecision
from agents.triage.edits import Edits, apply_edits
from agents.triage.orders import orders_of
from agents.triage.state import Json, TriageState
from tools.dispatch import DispatchOrder
from tools.errors import CityRefused
from tools.ticket import Ticket


async def approval(state: TriageState, runtime: Runtime[TriageContext]) -> Json:
    """Wait for a person. Nothing may stand before the interrupt: that code would run again at resume."""
    return {"approval": interrupt(state["action"])}


async def apply(state: TriageState, runtime: Runtime[TriageContext]) -> Json:
    """Turn the person's answer into the exact action: their edits win, deadlines and orders follow from them."""
    answer = state["approval"]
    if answer["decision"] != "approve":
        return {"outcome": {"kind": "returned", "reason": answer["reason"], "by": answer["by"]}}
    edits = Edits.model_validate(answer.get("edits") or {})
    context, ticket = runtime.context, Ticket.model_validate(state["ticket"])
    decided = TriageDecision.model_validate(state["decision"])
    final = _redrafted(state, apply_edits(decided, edits, context.city, ticket.created_at), edits, context)
    if edits.model_fields_set:
        runtime.stream_writer({"type": "decision", "decision": final.model_dump(mode="json")})
    orders = orders_of(final, ticket, context.city)
    kind = "dispatched" if orders else "routed"
    return {
        "decision": final.model_dump(mode="json"),
        "orders": [order.model_dump(mode="json") for order in keyed(orders, answer["approval_id"])],
        "outcome": {"kind": kind, "by": answer["by"]},
    }


def _redrafted(
    state: TriageState, final: TriageDecision, edits: Edits, context: TriageContext
) -> TriageDecision:
    """Drafts follow the edited fields, unless the person wrote them: a department must not read the first guess."""
    if not edits.model_fields_set - {"draft_order", "draft_reply"}:
        return final
    changed = final.model_dump(mode="json")
    now = cast(TriageState, {**state, **{key: changed[key] for key in ("ticket_type", "urgency", "demands")}})
    return final.model_copy(
        update={
            "draft_order": edits.draft_order or drafts.order_text(now, context),
            "draft_reply": edits.draft_reply or drafts.reply_text(now, context),
        }
    )


def keyed(orders: list[DispatchOrder], approval_id: str) -> list[DispatchOrder]:
    """Orders named after the approval that allows them: approved once, so delivered once."""
    return [
        order.model_copy(update={"idempotency_key": f"{approval_id}:{number}"})
        for number, order in enumerate(orders, 1)
    ]


def after_approval(state: TriageState) -> str:
    return "dispatch" if state["outcome"]["kind"] == "dispatched" else "record"


async def dispatch(state: TriageState, runtime: Runtime[TriageContext]) -> Json:
    """Hand the approved orders to the outbox and wait for the city's word on each of them.

    One refused does not undo the others: they stand, and a person decides about it. Raises CityRefused when the city
    takes none.
    """
    outbox, write = runtime.context.outbox, runtime.stream_writer
    orders = [DispatchOrder.model_validate(order) for order in state["orders"]]
    for order in orders:
        await outbox.submit(order)
    receipts: list[Json] = []
    refused: list[tuple[DispatchOrder, CityRefused]] = []
    for order in orders:
        try:
            receipt = await outbox.delivered(
                order.idempotency_key, lambda why: write({"type": "degraded", "step": "dispatch", "why": why})
            )
        except CityRefused as error:
            refused.append((order, error))
            continue
        receipts.append(receipt.model_dump(mode="json"))
        write(_done(order, receipts[-1]))
    if not receipts:
        raise refused[0][1]
    notes = [_refused(order, error) for order, error in refused]
    for note in notes:
        write({"type": "effect.refused", **note})
    return {"outcome": {**state["outcome"], "receipts": receipts} | ({"refused": notes} if notes else {})}


def _refused(order: DispatchOrder, error: CityRefused) -> Json:
    return {
        "kind": "dispatch",
        "order": order.idempotency_key,
        "main_dept_id": order.main_dept_id,
        "service_code": order.service_code,
        "why": str(error),
    }


def _done(order: DispatchOrder, receipt: Json) -> Json:
    return {
        "type": "effect.done",
        "kind": "dispatch",
        "main_dept_id": order.main_dept_id,
        "service_code": order.service_code,
        "service_request_id": receipt["service_request_id"],
        "notice": receipt["service_notice"],
    }


async def record(state: TriageState, runtime: Runtime[TriageContext]) -> dict[str, Any]:
    """The last word of the run: what happened, for the ticket, the audit log and whoever follows the stream."""
    runtime.stream_writer({"type": "outcome", **state["outcome"]})
    return {}
