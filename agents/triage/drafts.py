"""Order and reply as text, composed by code from checked fields: no sentence here comes from a model.

The order goes to a department, so it carries placeholders where the caller spoke of persons. The reply goes to the
caller after a person approved it.
"""

from datetime import datetime

from agents.triage.context import TriageContext
from agents.triage.state import Json, TriageState
from knowledge.city import City

_PRAISE = "感谢您的肯定，我们会把您的表扬转达{unit}及当事人员。"
_ADVICE = "感谢您的建议，我们已整理后拟转{unit}研究，采纳情况将在{finish}前反馈给您。"
_ANSWER = "您咨询的事项由{unit}负责，我们拟转其答复，{contact}前与您联系，{finish}前办结。"
_WORK = "该事项拟派{unit}办理，承办单位将在{contact}前与您联系，{finish}前办结并反馈结果。"
_BY_TYPE = {"表扬": _PRAISE, "建议": _ADVICE, "咨询": _ANSWER}


def order_text(state: TriageState, context: TriageContext) -> str:
    """The work order the department reads."""
    city, ticket = context.city, state["ticket"]
    lines = [
        f"【诉求类型】{state['ticket_type']}　【紧急程度】{state['urgency']}　【渠道】{ticket['channel'] or '未注明'}",
        f"【来电时间】{_moment(ticket['created_at'], city)}",
        f"【诉求内容】{state['redacted_text']}",
    ]
    for number, demand in enumerate(state["demands"], 1):
        lines += _demand_lines(number, demand, state, city)
    if state["missing"]:
        lines.append(f"【待补充】{'、'.join(state['missing'])}，联系来电人时请一并核实")
    if state["ticket_type"] == "举报":
        lines.append("【保密】本单为举报，来电人信息已隐去，不得向被举报方透露任何可反推来源的内容")
    return "\n".join(lines)


def reply_text(state: TriageState, context: TriageContext) -> str:
    """What the operator may read or send to the caller once the action is approved."""
    city, ticket = context.city, state["ticket"]
    alert = state.get("alert")
    lines = [f"您好，您的来电已登记，工单号 {ticket['ticket_id']}。"]
    if alert and alert["route"] == "R1":
        numbers = "、".join(n for n in [alert["number"], *alert["also"]] if n)
        lines.append(f"情况紧急，请先保护自己，并立即拨打 {numbers}；需要时我们为您转接。")
    elif alert and not state["demands"]:
        lines.append(f"您反映的情况属于“{city.special_routes[alert['route']].name}”。")
        lines.append(f"可以走的渠道：{city.special_routes[alert['route']].channel}。")
    elif alert and alert["route"] == "R3" and state.get("duplicate_of"):
        lines.append(f"同一事项已有工单 {state['duplicate_of']} 在办，我们会把您这次的来电并案跟进。")
    lines += [_reply_line(demand, state["ticket_type"], city) for demand in state["demands"]]
    lines += [f"还想跟您核实：{question}" for question in state["questions"][:2]]
    return "\n".join(lines)


def _demand_lines(number: int, demand: Json, state: TriageState, city: City) -> list[str]:
    entry = city.catalogue[demand["category_code"]]
    place = city.places.get(demand["place_id"] or "")
    where = [demand["district"], demand["street"], place.name if place else None]
    helpers = "、".join(city.departments[dept].name for dept in demand["co_dept_ids"])
    head = f"【事项{number}】" if len(state["demands"]) > 1 else "【事项】"
    lines = [
        f"{head}{entry.code} {entry.level1}/{entry.level2}/{entry.level3}"
        + (f"：{demand['summary']}" if demand["summary"] != state["redacted_text"] else ""),
        f"　地点：{' '.join(part for part in where if part) or '来电人未说明'}",
        f"　主办：{city.departments[demand['main_dept_id']].name}"
        + (f"　协办：{helpers}" if helpers else ""),
    ]
    lines += [f"　依据：《{c['document']}》{c['article']}" for c in demand["citations"]]
    due = demand["deadline"]
    lines.append(
        f"　时限：{_moment(due['contact_by'], city)}前首次联系，{_moment(due['finish_by'], city)}前办结"
    )
    return lines


def _reply_line(demand: Json, ticket_type: str, city: City) -> str:
    template = _BY_TYPE.get(ticket_type, _WORK)
    line = template.format(
        unit=city.departments[demand["main_dept_id"]].name,
        contact=_moment(demand["deadline"]["contact_by"], city),
        finish=_moment(demand["deadline"]["finish_by"], city),
    )
    cited = demand["citations"]
    return line + (f"（依据：《{cited[0]['document']}》{cited[0]['article']}）" if cited else "")


def _moment(iso: str, city: City) -> str:
    return datetime.fromisoformat(iso).astimezone(city.calendar.zone).strftime("%-m月%-d日%H:%M")
