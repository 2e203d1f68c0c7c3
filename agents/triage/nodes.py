"""The steps of triage up to the checked draft. Each takes the state and the run's context, and returns what it adds.

Rules decide, the model (where a step asks it) chooses or words, `check` has the last word. Work on the CPU runs in
threads so that other runs and streams go on.
"""

import asyncio
from datetime import datetime
from typing import cast

from langgraph.runtime import Runtime

from agents.model.errors import ModelError, ModelOff
from agents.privacy import Redaction, find_injection
from agents.privacy import redact as redact_text
from agents.progress import Found, Source
from agents.triage import assemble, basis, choosing, drafts, duplicate, rules, signs, wording
from agents.triage.context import TriageContext
from agents.triage.state import Json, TriageState
from agents.triage.steps import step
from agents.triage.told import judged, plain, worded
from knowledge.errors import IndexProblem
from tools.ticket import Ticket

Run = Runtime[TriageContext]


SIMILAR_SEEN = 30
"""Newest tickets of the likely matters that may weigh in: each is embedded once."""

COMPARED = 1000
"""Newest tickets of the likely matters that may be repeated; place and time sort them out before any embedding."""


async def _redaction(ticket: Ticket, context: TriageContext) -> Redaction:
    return await asyncio.to_thread(
        redact_text, ticket.text, caller_name=ticket.caller.name, city=context.city
    )


@step("redact")
async def redact(state: TriageState, runtime: Run) -> Found:
    """Personal data out, before anything else sees the text; commands to the system found and set aside."""
    ticket = Ticket.model_validate(state["ticket"])
    found = await _redaction(ticket, runtime.context)
    update = {
        "redacted_text": found.text,
        "pii": [vars(span) for span in found.spans],
        "injection": bool(find_injection(ticket.text)),
        "started_at": runtime.context.clock().isoformat(),
        "sources": {"pii": "rule", "injection": "rule"},
    }
    summary = f"遮住 {len(found.spans)} 处个人信息" + (
        "；发现操纵系统的文字，不予采信" if update["injection"] else ""
    )
    return Found(update, summary, {key: update[key] for key in ("redacted_text", "pii", "injection")})


@step("detect")
async def detect(state: TriageState, runtime: Run) -> Found:
    """Emergencies and special routes by rule and by meaning: shown at once, never waiting for the model."""
    context = runtime.context
    text, only_command = judged(state)
    alerts = await asyncio.to_thread(context.reader.alerts, text)
    if only_command:  # a command can't prove an emergency; it may well ask for what nobody may have
        alerts = [alert for alert in alerts if alert["route"] != "R1"]
    for alert in alerts:
        runtime.stream_writer({"type": "alert", **alert})
    first = alerts[0] if alerts else None
    patch = {
        "special_route": first["route"] if first else None,
        "emergency_number": first["number"] if first else None,
        "risk_flags": signs.risk_flags(text, context.city),
    }
    update = {
        "alert": first,
        "risk_flags": patch["risk_flags"],
        "sources": state["sources"]
        | {"special_route": "rule", "emergency_number": "rule", "risk_flags": "rule"},
    }
    return Found(update, f"{first['route']} {first['name']}" if first else "未见紧急或特殊路径", patch)


@step("understand")
async def understand(state: TriageState, runtime: Run) -> Found:
    """Demands with their exact words, the type, the place of each, and what is still missing."""
    context, text = runtime.context, plain(state)
    ticket = Ticket.model_validate(state["ticket"])
    reading = await asyncio.to_thread(context.reader.read, text)
    redaction = await _redaction(ticket, context)
    _, only_command = judged(state)
    told = [] if only_command else reading.parts  # a command asks the system, not a unit
    parts = [rules.located(worded(part, redaction), text, context.geocoder) for part in told]
    given = {item["kind"] for item in state["pii"]}
    missing = signs.missing(text, ticket, parts, reading.ticket_type, given)
    asked = [part["place"]["question"] for part in parts if part["place"]["question"]]
    update = {
        "parts": parts,
        "ticket_type": reading.ticket_type,
        "type_scores": reading.type_scores,
        "urgency_scores": reading.urgency_scores,
        "missing": missing,
        "questions": list(dict.fromkeys([*asked, *signs.questions(missing)])),
        "sources": state["sources"] | {"ticket_type": "rule", "demands": "rule", "missing": "rule"},
    }
    patch = {key: update[key] for key in ("ticket_type", "missing", "questions")}
    return Found(update, f"{reading.ticket_type}，{len(parts)} 项诉求", patch)


@step("candidates")
async def candidates(state: TriageState, runtime: Run) -> Found:
    """Score every row of the dispatch catalogue for each demand; similar approved tickets weigh in."""
    context = runtime.context
    past = await context.history.recent(
        Ticket.model_validate(state["ticket"]),
        groups=rules.groups_of(state["parts"]),
        window_hours=rules.history_hours(context.city),
        limit=SIMILAR_SEEN,
    )
    parts = await asyncio.to_thread(context.reader.with_similar, state["parts"], plain(state), past)
    names = [
        context.city.catalogue[max(part["scores"], key=part["scores"].__getitem__)].level3 for part in parts
    ]
    patch = {"demands": [{"candidates": rules.ranked(part), "evidence": part["evidence"]} for part in parts]}
    return Found({"parts": parts}, "；".join(names) or "没有需派发的诉求", patch)


@step("clauses")
async def clauses(state: TriageState, runtime: Run) -> Found:
    """For the best candidates of each demand: the clauses the dispatch would rest on, in force on the day."""
    context = runtime.context
    day = datetime.fromisoformat(state["ticket"]["created_at"]).date()
    found: list[dict[str, list[str]]] = []
    try:
        for part in state["parts"]:
            entries = [context.city.catalogue[code] for code in rules.ranked(part, basis.CODES)]
            found.append(
                await asyncio.to_thread(
                    basis.clauses_of, context.knowledge, context.basis, entries, part, day
                )
            )
    except IndexProblem as error:
        update = {"clauses": [{} for _ in state["parts"]]}
        why = (str(error),)
        return Found(update, "知识库索引不可用，本单暂无依据", source="fallback", degraded=why)
    ids = {clause_id for by_code in found for ids in by_code.values() for clause_id in ids}
    runtime.stream_writer({"type": "retrieved", "clause_ids": sorted(ids)})
    return Found({"clauses": found}, f"找到 {len(ids)} 条依据")


@step("decide")
async def decide(state: TriageState, runtime: Run) -> Found:
    """Choose among the candidates: the retrieval's order, weighed with the model's preference where it may speak."""
    context = runtime.context
    if not context.uses.choose or not state["parts"]:
        return Found({}, "按检索次序选定")
    try:
        fused = await choosing.weighed(state["parts"], state["redacted_text"], context)
    except ModelOff:
        return Found({}, "未启用模型，按检索次序选定", source="rule")
    except ModelError as error:
        summary, why = "模型未给出可用的选择，按检索次序选定", (str(error),)
        return Found({}, summary, source="fallback", degraded=why)
    if not fused.usage.calls:
        return Found({}, "候选把握足够，未问模型")
    update = {
        "parts": fused.parts,
        "sources": state["sources"] | {"demands": "model"},
        "prompt_versions": state.get("prompt_versions", {}) | fused.prompts,
        **rules.spent(state, fused.usage),
    }
    return Found(update, f"模型参与选定，改动 {fused.changed} 项", source="model")


@step("rules")
async def rules_(state: TriageState, runtime: Run) -> Found:
    """Unit, urgency, deadline: by the city's tables, with the line that says so."""
    context = runtime.context
    urgency = rules.urgency_of(state, context.city)
    demands = await asyncio.to_thread(rules.demands_of, state, urgency, plain(state), context)
    update = {
        "urgency": urgency,
        "demands": demands,
        "sources": state["sources"] | {"urgency": "rule", "deadline": "rule", "main_dept_id": "rule"},
    }
    units = [context.city.departments[demand["main_dept_id"]].short_name for demand in demands]
    return Found(update, f"{urgency}；" + "、".join(units), {"urgency": urgency, "demands": demands})


@step("duplicates")
async def duplicates(state: TriageState, runtime: Run) -> Found:
    """The same matter reported before, and whether reports pile up."""
    context, ticket = runtime.context, Ticket.model_validate(state["ticket"])
    past = await context.history.recent(
        ticket,
        groups=rules.groups_of(state["parts"]),
        window_hours=rules.history_hours(context.city),
        limit=COMPARED,
    )
    verdict = await asyncio.to_thread(duplicate.find, state, ticket, plain(state), past, context)
    update = {**verdict.update, "sources": state["sources"] | {"duplicate_of": "rule", "cluster_id": "rule"}}
    if verdict.repeat_alert and not state.get("alert"):
        runtime.stream_writer({"type": "alert", **verdict.repeat_alert})
        update["alert"] = verdict.repeat_alert
    return Found(update, verdict.summary, verdict.update)


@step("draft")
async def draft(state: TriageState, runtime: Run) -> Found:
    """Order and reply: composed by code from checked fields; the model only words the one-line summary."""
    context = runtime.context
    update: Json = {}
    source: Source = "rule"
    why = ""
    if context.uses.write and state["demands"]:
        try:
            lines = await wording.summaries(state, context, runtime.stream_writer)
            update = {
                "demands": lines.demands,
                "prompt_versions": state.get("prompt_versions", {}) | lines.prompts,
                "sources": state["sources"] | {"summary": "model"},
                **rules.spent(state, lines.usage),
            }
            source = "model"
            if lines.rejected:
                why = f"模型写的 {lines.rejected} 条摘要未通过核验，改用来电原话"
                source = "fallback"
                update["sources"] = state["sources"] | {"summary": "fallback"}
        except ModelOff:
            source = "rule"
        except ModelError as error:
            source, why = "fallback", str(error)
    merged = cast(TriageState, {**state, **update})
    texts = {
        "draft_order": drafts.order_text(merged, context),
        "draft_reply": drafts.reply_text(merged, context),
    }
    return Found({**update, **texts}, "已拟好，待核对", texts, source, (why,) if why else ())


@step("check")
async def check(state: TriageState, runtime: Run) -> Found:
    """Nothing unverified leaves: spans occur, ids exist, quotes occur, units fit the catalogue's notes."""
    context = runtime.context
    checked = await asyncio.to_thread(assemble.checked, state, context)
    for trouble in checked.troubles:
        runtime.stream_writer({"type": "degraded", "step": "check", "why": trouble})
    decision = checked.decision.model_dump(mode="json")
    runtime.stream_writer({"type": "decision", "decision": decision})
    update = {"decision": decision, "action": checked.action}
    summary = "全部核验通过" if not checked.troubles else "；".join(checked.troubles)
    return Found(update, summary, {"needs_human": decision["needs_human"]})
