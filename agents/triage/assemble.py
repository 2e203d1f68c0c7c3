"""The last word before a person: the decision put together from the steps, and every claim in it checked."""

from dataclasses import dataclass
from datetime import datetime

from agents.triage.context import TriageContext
from agents.triage.decision import PiiKind, TriageDecision
from agents.triage.orders import orders_of
from agents.triage.rules import reasons_for_human
from agents.triage.state import Json, TriageState
from knowledge.city import City
from knowledge.errors import BrokenCitation, NoSuchDocument
from tools.ticket import Ticket

HARD_PII: tuple[PiiKind, ...] = ("phone", "id_card", "bank_card", "plate", "email")
"""Kinds whose values may never stand in a draft, whoever wrote it."""


@dataclass(frozen=True)
class Checked:
    decision: TriageDecision
    action: Json
    troubles: list[str]


def checked(state: TriageState, context: TriageContext) -> Checked:
    """The decision with unverifiable parts taken out and named in `troubles`, and the action to approve."""
    troubles: list[str] = []
    text = state["ticket"]["text"]
    demands = [_demand(demand, text, context, troubles) for demand in state["demands"]]
    drafts = {key: _without_pii(key, state, troubles) for key in ("draft_order", "draft_reply")}
    degraded = [*state.get("degraded", []), *({"step": "check", "why": why} for why in troubles)]
    reasons = reasons_for_human({**state, "degraded": degraded}, context.city)
    alert, begun = state.get("alert"), datetime.fromisoformat(state["started_at"])
    decision = TriageDecision(
        ticket_id=state["ticket"]["ticket_id"],
        special_route=alert["route"] if alert else None,  # pyright: ignore[reportArgumentType] # validated here
        emergency_number=alert["number"] if alert else None,
        ticket_type=state["ticket_type"],  # pyright: ignore[reportArgumentType] # validated here
        urgency=state["urgency"],  # pyright: ignore[reportArgumentType] # validated here
        demands=demands,  # pyright: ignore[reportArgumentType] # validated here
        missing=state["missing"],
        questions=state["questions"],
        pii=state["pii"],  # pyright: ignore[reportArgumentType] # validated here
        redacted_text=state["redacted_text"],
        duplicate_of=state.get("duplicate_of"),
        cluster_id=state.get("cluster_id"),
        risk_flags=state["risk_flags"],
        injection=state["injection"],
        needs_human=bool(reasons),
        reasons_for_human=reasons,
        degraded=bool(degraded),
        sources=state["sources"],  # pyright: ignore[reportArgumentType] # validated here
        model=context.model.name if state.get("llm_calls") else None,
        prompt_versions=state.get("prompt_versions", {}),
        elapsed_ms=round((context.clock() - begun).total_seconds() * 1000),
        llm_calls=state.get("llm_calls", 0),
        llm_tokens=state.get("llm_tokens", 0),
        **drafts,
    )
    return Checked(
        decision, action_of(decision, Ticket.model_validate(state["ticket"]), context.city), troubles
    )


def action_of(decision: TriageDecision, ticket: Ticket, city: City) -> Json:
    """Exactly what an approval would do: dispatch these orders, or confirm the route and send nothing."""
    orders = orders_of(decision, ticket, city)
    return {
        "kind": "dispatch" if orders else "route",
        "decision": decision.model_dump(mode="json"),
        "orders": [order.model_dump(mode="json") for order in orders],
    }


def _demand(demand: Json, text: str, context: TriageContext, troubles: list[str]) -> Json:
    city, code = context.city, demand["category_code"]
    if demand["evidence"] not in text:
        troubles.append(f"事项 {code} 的原话依据不在来文中，改用全文")
        demand = {**demand, "evidence": text}
    if not fits_catalogue(demand["main_dept_id"], code, city):
        troubles.append(f"承办单位 {demand['main_dept_id']} 与目录 {code} 不符，改回目录主办")
        demand = {**demand, "main_dept_id": city.catalogue[code].main_dept_id}
    kept: list[Json] = []
    for citation in demand["citations"]:
        try:
            context.knowledge.cite(citation["clause_id"], citation["quote"])
            kept.append(citation)
        except (BrokenCitation, NoSuchDocument) as error:
            troubles.append(str(error))
    return {**demand, "citations": kept}


def fits_catalogue(dept_id: str, code: str, city: City) -> bool:
    """The unit is the row's own, one the row's notes or helpers allow, or the district's stand-in for it."""
    entry = city.catalogue[code]
    own = {entry.main_dept_id, *entry.co_dept_ids}
    own |= {rule.dept_id for rule in city.unit_rules if rule.code == code}
    if entry.territorial:
        own |= {unit for unit in city.departments if city.departments[unit].level == "区级"}
    unit = city.departments.get(dept_id)
    return unit is not None and (dept_id in own or unit.short_name in entry.notes)


def _without_pii(key: str, state: TriageState, troubles: list[str]) -> str:
    draft: str = state[key]  # pyright: ignore[reportTypedDictNotRequiredAccess, reportGeneralTypeIssues]
    for item in state["pii"]:
        if item["kind"] in HARD_PII and item["text"] in draft:
            troubles.append(f"{'派单' if key == 'draft_order' else '答复'}草稿里有未遮住的个人信息，已遮住")
            draft = draft.replace(item["text"], "【已隐去】")
    return draft
