"""What an operator may change before approving, and what follows from it by rule."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from agents.triage.decision import Deadline, Demand, Route, TicketType, TriageDecision, Urgency
from knowledge.city import City, deadline_for


class EditInvalid(Exception):
    """The operator must correct the edit: it names something the city does not have, or lacks its reason."""


class _Edit(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DemandEdit(_Edit):
    """A demand as the operator wants it; a demand left out of the list is dropped."""

    category_code: str
    main_dept_id: str | None = None
    co_dept_ids: list[str] | None = Field(default=None, max_length=3)
    district: str | None = None
    street: str | None = None
    place_id: str | None = None
    summary: str | None = Field(default=None, max_length=300)


class Edits(_Edit):
    """Only the fields set are changed. `special_route: null` in JSON clears the route."""

    ticket_type: TicketType | None = None
    urgency: Urgency | None = None
    special_route: Route | None = None
    demands: list[DemandEdit] | None = Field(default=None, min_length=1, max_length=6)
    draft_order: str | None = Field(default=None, min_length=1, max_length=3500)
    draft_reply: str | None = Field(default=None, min_length=1, max_length=3500)


def check_edits(decision: TriageDecision, edits: Edits, city: City, reason: str | None) -> None:
    """Refuse what the city pack does not know and what needs a stated reason. Raises EditInvalid."""
    for demand in edits.demands or ():
        _known(demand, city)
    lowered = edits.urgency and city.urgency_rank(edits.urgency) < city.urgency_rank(decision.urgency)
    if lowered and not (reason or "").strip():
        raise EditInvalid(f"紧急程度由“{decision.urgency}”降为“{edits.urgency}”须填写理由（reason）并留痕")


def apply_edits(decision: TriageDecision, edits: Edits, city: City, received_at: datetime) -> TriageDecision:
    """The decision with the operator's changes; deadlines are recomputed, changed fields marked as theirs."""
    changed = edits.model_fields_set
    ticket_type = edits.ticket_type or decision.ticket_type
    urgency = edits.urgency or decision.urgency
    demands = decision.demands if edits.demands is None else _merged(decision, edits.demands, city)
    return decision.model_copy(
        update={
            "ticket_type": ticket_type,
            "urgency": urgency,
            "special_route": edits.special_route if "special_route" in changed else decision.special_route,
            "demands": [_timed(demand, ticket_type, urgency, city, received_at) for demand in demands],
            "draft_order": edits.draft_order or decision.draft_order,
            "draft_reply": edits.draft_reply or decision.draft_reply,
            "sources": decision.sources | dict.fromkeys(changed, "human"),
        }
    )


def _known(demand: DemandEdit, city: City) -> None:
    departments = [demand.main_dept_id, *(demand.co_dept_ids or ())]
    checks = (
        ("事项", [demand.category_code], city.catalogue),
        ("承办单位", departments, city.departments),
        ("地点", [demand.place_id], city.places),
        ("区县", [demand.district], city.districts),
    )
    for what, ids, known in checks:
        for wanted in ids:
            if wanted and wanted not in known:
                raise EditInvalid(f"{what}“{wanted}”不在{city.name}的城市数据包中；请从列表里选")


def _merged(decision: TriageDecision, edited: list[DemandEdit], city: City) -> list[Demand]:
    before = list(decision.demands)
    return [
        _demand(edit, before[number] if number < len(before) else None, decision, city)
        for number, edit in enumerate(edited)
    ]


def _demand(edit: DemandEdit, before: Demand | None, decision: TriageDecision, city: City) -> Demand:
    entry = city.catalogue[edit.category_code]
    same = before is not None and before.category_code == edit.category_code
    kept = before or Demand(
        category_code=edit.category_code,
        main_dept_id=entry.main_dept_id,
        candidates=[edit.category_code],
        summary=entry.level3,
        evidence="",
        deadline=Deadline(contact_by="", finish_by="", rule=""),
        confidence=1.0,
    )
    given = edit.model_dump(exclude_unset=True, exclude_none=True)
    return kept.model_copy(
        update={
            "main_dept_id": kept.main_dept_id if same else entry.main_dept_id,
            "co_dept_ids": kept.co_dept_ids if same else [],
            # Another matter rests on other clauses: those of the first guess must not travel with it.
            "citations": kept.citations if same else [],
            **given,
        }
    )


def _timed(demand: Demand, ticket_type: str, urgency: str, city: City, received_at: datetime) -> Demand:
    due = deadline_for(city, ticket_type, urgency, demand.category_code, received_at)
    return demand.model_copy(
        update={
            "deadline": Deadline(
                contact_by=due.contact_by.isoformat(), finish_by=due.finish_by.isoformat(), rule=due.rule
            )
        }
    )
