"""The exact orders an approval would send: one a demand, with no more of the caller than the unit needs."""

from agents.triage.decision import Demand, TriageDecision
from knowledge.city import City
from tools.dispatch import DESCRIPTION_MAX, DispatchOrder, contact_of, is_shielded, require_hidden
from tools.ticket import Ticket

UNSENT_KEY = "unapproved"
"""Key of an order nobody approved yet; `effects.keyed` replaces it."""

_NO_DISPATCH = frozenset({"R2", "R4", "R5", "R6"})


def orders_of(decision: TriageDecision, ticket: Ticket, city: City) -> list[DispatchOrder]:
    """Orders of a decision, in the order of its demands; none on a route that is answered, not dispatched.

    Raises tools.errors.OrderUnsafe when a shielded order's text names the caller.
    """
    if decision.special_route in _NO_DISPATCH:
        return []
    return [
        require_hidden(ticket.caller, _order(decision, demand, number, ticket, city))
        for number, demand in enumerate(decision.demands, 1)
    ]


def _order(
    decision: TriageDecision, demand: Demand, number: int, ticket: Ticket, city: City
) -> DispatchOrder:
    place = city.places.get(demand.place_id or "")
    return DispatchOrder(
        idempotency_key=UNSENT_KEY,
        ticket_id=ticket.ticket_id,
        ticket_type=decision.ticket_type,
        service_code=demand.category_code,
        main_dept_id=demand.main_dept_id,
        co_dept_ids=tuple(demand.co_dept_ids),
        description=_description(decision, demand, number),
        address_string=_address(decision, demand, ticket, city),
        lat=place.lat if place else None,
        long=place.lon if place else None,
        expected_datetime=demand.deadline.finish_by,  # pyright: ignore[reportArgumentType] # pydantic parses it
        anonymous=ticket.caller.anonymous,
        contact=contact_of(ticket, decision.ticket_type),
        attributes={
            "urgency": decision.urgency,
            "contact_by": demand.deadline.contact_by,
            "basis": tuple(f"{c.document} {c.article}" for c in demand.citations),
        },
    )


def _description(decision: TriageDecision, demand: Demand, number: int) -> str:
    if len(decision.demands) == 1:
        return decision.draft_order[:DESCRIPTION_MAX]
    head = f"【第{number}项，共{len(decision.demands)}项】{demand.summary}\n"
    return (head + decision.draft_order)[:DESCRIPTION_MAX]


def _address(decision: TriageDecision, demand: Demand, ticket: Ticket, city: City) -> str:
    """Place as far as known; the room number travels only where the caller's identity may."""
    place = city.places.get(demand.place_id or "")
    parts = [demand.district, demand.street, place.name if place else None]
    if not is_shielded(decision.ticket_type, anonymous=ticket.caller.anonymous):
        parts += [p.text for p in decision.pii if p.kind == "address"][:1]
    return " ".join(part for part in parts if part) or f"{city.name}（来电人未说明地点）"
