"""Pure decisions of triage: what the city's tables settle without any model."""

from typing import Any

from agents.model.usage import Usage
from agents.triage import basis
from agents.triage.context import TriageContext
from agents.triage.decision import Deadline, Demand
from agents.triage.state import Json, Part, TriageState
from knowledge.city import CatalogueEntry, City, Geocoder, Location, deadline_for
from tools.ticket import Ticket

TOP = 5
CITED = 2
HELPERS = 2
CLEARLY_TOLD = 0.95
"""Probability from which the words alone raise the urgency above the catalogue's default."""

SURE = 0.5
"""Below this probability of the first candidate a person is asked to look at the choice itself."""

_ANSWERED_ROUTES = ("R2", "R4", "R5", "R6")
"""Routes that are answered by a person instead of dispatched: they carry no demand."""


def ranked(part: Part, top: int = TOP) -> list[str]:
    """Catalogue codes of a part, best first."""
    return sorted(part["scores"], key=part["scores"].__getitem__, reverse=True)[:top]


def located(part: Part, text: str, geocoder: Geocoder) -> Part:
    """The part with its place: mentions in its own words first, then the rest of the ticket."""
    place = geocoder.locate(text, near=part["evidence"])
    return {**part, "place": _place_json(place)}


def _place_json(place: Location) -> Json:
    return {
        "status": place.status,
        "place_id": place.place.place_id if place.place else None,
        "district": place.district,
        "street": place.street,
        "question": place.question,
        "candidates": [candidate.place_id for candidate in place.candidates],
    }


def groups_of(parts: list[Part]) -> set[str]:
    """Level-2 groups of the likely matters: where a repeat or a similar ticket would stand."""
    return {code[:4] for part in parts for code in ranked(part, 3)}


def history_hours(city: City) -> float:
    """How far back duplicates may lie: the widest window of the pack, the caller's own included."""
    rules = city.duplicates
    windows = [item.window_hours for item in rules.overrides if item.window_hours]
    return max(rules.window_hours, rules.same_caller_window_days * 24, *windows)


def urgency_of(state: TriageState, city: City) -> str:
    """The highest default of the matters told: the catalogue's floor, which only evidence raises.

    Raised by an emergency, and by words that leave no doubt of present danger.
    """
    classes = list(city.urgency_classes)
    ranks = [classes.index(city.catalogue[ranked(part)[0]].default_urgency) for part in state["parts"]]
    told = max(state["urgency_scores"], key=state["urgency_scores"].__getitem__)
    if not ranks:
        ranks.append(0)  # nothing to handle, nothing that presses
    elif state["urgency_scores"][told] >= CLEARLY_TOLD:
        ranks.append(classes.index(told))
    alert = state.get("alert")
    if alert and alert["route"] == "R1":
        ranks.append(len(classes) - 1)
    return classes[max(ranks)]


def demands_of(state: TriageState, urgency: str, text: str, context: TriageContext) -> list[Json]:
    """The demands with unit, helpers, deadline and citations; none where a person answers the route.

    `text`: the ticket's, without noise.
    """
    alert = state.get("alert")
    if alert and alert["certain"] and alert["route"] in _ANSWERED_ROUTES:
        return []
    ticket = Ticket.model_validate(state["ticket"])
    return [
        _demand(part, state["clauses"][number], state["ticket_type"], urgency, text, ticket, context)
        for number, part in enumerate(state["parts"])
    ]


def _demand(
    part: Part,
    clauses: dict[str, list[str]],
    ticket_type: str,
    urgency: str,
    text: str,
    ticket: Ticket,
    context: TriageContext,
) -> Json:
    city, codes = context.city, ranked(part)
    entry, place = city.catalogue[codes[0]], part["place"]
    due = deadline_for(city, ticket_type, urgency, entry.code, ticket.created_at)
    main = context.reader.unit(entry, part, text)
    demand = Demand(
        category_code=entry.code,
        main_dept_id=main,
        co_dept_ids=_helpers(entry, main, part, city),
        candidates=codes,
        district=place["district"],
        street=place["street"],
        place_id=place["place_id"],
        summary=part["summary"],
        evidence=part["evidence"],
        deadline=Deadline(
            contact_by=due.contact_by.isoformat(), finish_by=due.finish_by.isoformat(), rule=due.rule
        ),
        citations=[
            basis.citation(context.knowledge, clause_id, entry)
            for clause_id in clauses.get(entry.code, [])[:CITED]
        ],
        confidence=round(part["scores"][codes[0]], 3),
    )
    return demand.model_dump(mode="json")


def _helpers(entry: CatalogueEntry, main: str, part: Part, city: City) -> list[str]:
    """Likely helping units: the row's own unit where another took the case, then those of the row's list, the ones
    that other likely candidates name first. A person strikes out what the case does not need."""
    weight: dict[str, float] = {}
    for code, value in part["scores"].items():
        unit = city.catalogue[code].main_dept_id
        weight[unit] = weight.get(unit, 0.0) + value
    listed = sorted(entry.co_dept_ids, key=lambda unit: -weight.get(unit, 0.0))
    stood_in = main in city.territorial.own_units.values()  # the district's own unit is the row's unit there
    own = () if stood_in else (entry.main_dept_id,)
    units = [unit for unit in (*own, *listed) if unit != main]
    return units[: min(HELPERS, city.dispatch.co_dept_max)]


def spent(state: TriageState, usage: Usage) -> dict[str, Any]:
    """Calls and tokens of the run so far, with those of one more step."""
    return {
        "llm_calls": state.get("llm_calls", 0) + usage.calls,
        "llm_tokens": state.get("llm_tokens", 0) + usage.total,
    }


def reasons_for_human(state: TriageState, city: City) -> list[str]:
    """Why a person should look closely, beyond the approval every dispatch needs."""
    reasons: list[str] = []
    alert = state.get("alert")
    if alert:
        route = city.special_routes[alert["route"]]
        reasons.append(f"{route.id} {route.name}：{route.confirm_what}")
    if state["ticket_type"] == "举报":
        reasons.append("举报工单：最终派发由派单员与值班长确认，来电人信息不得外传")
    if state["injection"]:
        reasons.append("来文含有操纵系统的文字，未予采信")
    reasons += [f"苗头风险：{flag}，推送值班长" for flag in state["risk_flags"]]
    for part in state["parts"]:
        codes = ranked(part)
        if part["scores"][codes[0]] < SURE:
            reasons.append(f"承办事项把握不足，请在候选中核对：{_names(codes[:3], city)}")
        elif len(codes) > 1 and codes[1] in city.boundary_refs(codes[0]) and part["scores"][codes[1]] > 0.2:
            reasons.append(f"与相邻事项边界相近，请核对目录备注：{_names(codes[:2], city)}")
        if part["place"]["question"]:
            reasons.append(part["place"]["question"])
    if state.get("duplicate_of"):
        reasons.append(f"疑与 {state['duplicate_of']} 重复，是否并单由坐席确认")
    reasons += [f"{item['step']} 步骤降级：{item['why']}" for item in state.get("degraded", [])]
    return list(dict.fromkeys(reasons))


def _names(codes: list[str], city: City) -> str:
    return "、".join(f"{code}「{city.catalogue[code].level3}」" for code in codes)
