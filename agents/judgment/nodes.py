"""The steps of a judgment. Each takes the state and the run's context, and returns what it adds.

Rules decide, a solver places, the model words, `check` has the last word. Work on the CPU runs in threads so that
other runs and streams go on.
"""

import asyncio
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from langgraph.runtime import Runtime

from agents.judgment import exposure, outlook, past, placement, rules, signals
from agents.judgment.assemble import (
    dumped,
    evidence_of,
    judgment,
    loaded,
    parts_of,
)
from agents.judgment.calls import calls_due
from agents.judgment.changes import changed, level_word
from agents.judgment.checker import Checker
from agents.judgment.context import SOLVER, JudgmentContext
from agents.judgment.decision import ExposedPoint, Paragraph, Wording
from agents.judgment.evidence import of_alert
from agents.judgment.gaps import gaps
from agents.judgment.gather import Asked, gather
from agents.judgment.known import Known
from agents.judgment.narrative import PARTS, Draft, PartName, Parts, drafts
from agents.judgment.reach import OpenRoads
from agents.judgment.state import Json, JudgmentState
from agents.judgment.steps import step
from agents.judgment.wording import Proposal, Spent, propose, settle
from agents.progress import Found

Run = Runtime[JudgmentContext]


def _known(state: JudgmentState) -> Known:
    return Known.model_validate(state["known"])


def _full(state: JudgmentState, runtime: Run) -> Parts:
    parts = parts_of(state)
    return replace(parts, evidence=evidence_of(runtime.context.city, parts))


@step("gather")
async def gather_(state: JudgmentState, runtime: Run) -> Found:
    """Ask every source at once, each with its deadline."""
    context = runtime.context
    started = context.clock()
    asked = datetime.fromisoformat(state["at"]) if state.get("at") else started
    at = asked.astimezone(ZoneInfo(context.city.info.timezone))
    known = await gather(context, at)
    update = {"at": at.isoformat(), "started_at": started.isoformat(), "known": known.model_dump(mode="json")}
    lost = tuple(f"{source}：{why}" for source, why in known.missing.items())
    summary = f"生效信号{len(known.alerts)}个，测站读数{len(known.now)}项，诉求{len(known.citizens)}件"
    return Found(update, summary, source="fallback" if lost else "rule", degraded=lost)


@step("rules")
async def rules_(state: JudgmentState, runtime: Run) -> Found:
    """What the plan says to the picture: levels by hazard, and what is recommended against what is signed."""
    known = _known(state)
    advice = rules.recommend(runtime.context.city, known)
    level = known.picture.level
    patch: Json = {"level": level, "level_possible": known.picture.possible}
    update = {"level": level, "recommendations": dumped(advice)}
    return Found(update, _levels(known), patch | {"recommendations": update["recommendations"]})


@step("exposure")
async def exposure_(state: JudgmentState, runtime: Run) -> Found:
    """Risk points under something now, with shelters and teams; who should move."""
    context, known = runtime.context, _known(state)
    points = await asyncio.to_thread(exposure.exposed, context.city, known, context.road_net())
    moving = exposure.evacuations(context.city, points)
    urgent = sum(one.severity == "now" for one in points)
    update = {"risk_points": dumped(points), "evacuations": dumped(moving)}
    return Found(update, f"风险点{len(points)}处，其中已受影响{urgent}处，应避险{len(moving)}处", update)


@step("signals")
async def signals_(state: JudgmentState, runtime: Run) -> Found:
    """Clusters of citizens' calls against the gauges."""
    found = signals.clusters(runtime.context.city, _known(state))
    unseen = sum(one.unseen for one in found)
    update = {"clusters": dumped(found)}
    return Found(update, f"诉求聚集{len(found)}处，监测站未见{unseen}处", update)


@step("past")
async def past_(state: JudgmentState, runtime: Run) -> Found:
    """Lessons of earlier storms, quoted exactly."""
    context, known = runtime.context, _known(state)
    if context.knowledge is None:
        return Found({"past": []}, "未接知识库", {"past": []}, "fallback")
    base, asked = context.knowledge, Asked(context)

    async def look() -> tuple[past.PastEvent, ...]:
        return await asyncio.to_thread(past.find, base, known.picture, known.at.date())

    found = await asked.ask("knowledge", look, ())
    update: Json = {"past": dumped(found)}
    lost = tuple(asked.missing.values())
    if lost:
        update["missing"] = state.get("missing", {}) | asked.missing
    return Found(update, f"以往教训{len(found)}条", {"past": update["past"]}, degraded=lost)


@step("advise")
async def advise(state: JudgmentState, runtime: Run) -> Found:
    """Calls to make and their state, and what is not known."""
    city, known = runtime.context.city, _known(state)
    missing = dict(known.missing) | state.get("missing", {})
    known = known.model_copy(update={"missing": missing})
    due = calls_due(city, known.alerts, known.standing.calls, known.at)
    found = gaps(city, known)
    update = {"calls": dumped(due), "gaps": dumped(found)}
    late = sum(one.state == "overdue" for one in due)
    return Found(update, f"应叫应{len(due)}个岗位，超时{late}个；数据缺口{len(found)}项", update)


@step("place")
async def place_(state: JudgmentState, runtime: Run) -> Found:
    """Teams and gear sent ahead, by a solver with a bound on its time."""
    context, known = runtime.context, _known(state)
    points = loaded(ExposedPoint, state["risk_points"])
    roads = OpenRoads(context.city, known, context.road_net())
    work, seconds = (
        asyncio.to_thread(placement.place, context.city, known, points, roads),
        context.deadline(SOLVER),
    )
    try:
        placed = await asyncio.wait_for(work, seconds)
        lost = ()
    except TimeoutError:
        placed, lost = (), (f"力量预置测算超过{seconds:g}秒，本次不给出",)
    update = {"placements": dumped(placed)}
    return Found(update, f"预置建议{len(placed)}项", update, degraded=lost)


@step("outlook")
async def outlook_(state: JudgmentState, runtime: Run) -> Found:
    """What the next hours would trigger; each supposition is put to the engine first."""
    context, known = runtime.context, _known(state)
    asked, found = Asked(context), list[outlook.Outlook]()

    async def ask() -> None:
        for one in outlook.supposed(context.city, known):
            picture = await context.situation.what_if(known.at, one.changes)
            if outlook.confirmed(one, picture):
                found.append(outlook.outlook(one, known.at))

    if "picture" not in known.missing:  # what was confirmed before the deadline stands
        await asked.ask("what_if", ask, None)
    update: Json = {"outlook": dumped(found)}
    return Found(update, f"推演{len(found)}项", update, degraded=tuple(asked.missing.values()))


@step("narrate")
async def narrate(state: JudgmentState, runtime: Run) -> Found:
    """Changes since the last judgment, every sentence by template, and the model's rewording of them."""
    context = runtime.context
    parts = parts_of(state)
    known = parts.known
    alerts = [of_alert(context.city, one, known.at) for one in known.alerts]
    if known.before:
        found = changed(
            known.before,
            known.picture,
            known.signed(),
            alerts,
            parts.gaps,
            parts.points,
            parts.calls,
        )
        parts = replace(parts, changes=found)
    parts = replace(parts, evidence=evidence_of(context.city, parts))
    made = drafts(context.city, parts)
    proposed, spent = await propose(context, made)
    update = {
        "changes": dumped(parts.changes),
        "drafts": {part: [vars(one) for one in told] for part, told in made.items()},
        "proposals": {part: [vars(one) for one in told] for part, told in proposed.items()},
        **_spent(spent),
    }
    source = "model" if proposed else "fallback" if spent.troubles else "rule"
    count = sum(len(told) for told in made.values())
    return Found(update, f"{len(made)}段{count}句", source=source, degraded=tuple(spent.troubles))


@step("check")
async def check(state: JudgmentState, runtime: Run) -> Found:
    """Every sentence against its evidence; what fails is rewritten once, then the template's stands."""
    context, parts = runtime.context, _full(state, runtime)
    checker = Checker(context.reading(), parts.evidence.values())
    spent = Spent()
    parts_told: list[PartName] = [part for part in PARTS if state["drafts"].get(part)]

    async def one(part: PartName) -> tuple[Json, Wording]:
        told = [_draft(one) for one in state["drafts"][part]]
        proposals = [Proposal(one["text"], tuple(one["drafts"])) for one in state["proposals"].get(part, [])]
        sentences, became = await settle(context, checker, told, proposals, spent)
        return Paragraph(part=part, sentences=sentences).model_dump(mode="json"), became

    settled = await asyncio.gather(*(one(part) for part in parts_told))
    narrative, worded = [paragraph for paragraph, _ in settled], sum((one for _, one in settled), Wording())
    lost = f"模型的{worded.written}句中有{worded.fallen}句未通过核验，改用模板句"
    why = (lost,) if worded.fallen else ()
    update = {"narrative": narrative, "wording": worded.model_dump()} | _added(state, spent)
    return Found(update, why[0] if why else "全部通过核验", {"narrative": narrative}, degraded=why)


@step("review")
async def review(state: JudgmentState, runtime: Run) -> Found:
    """The judgment as one piece. Keeping it is the server's; signing it a person's."""
    context, parts = runtime.context, _full(state, runtime)
    model = None if context.model.name == "off" else context.model.name
    made = judgment(state, context.city, parts, context.clock(), model)
    decision = made.model_dump(mode="json")
    runtime.stream_writer({"type": "decision", "decision": decision})
    return Found({"decision": decision}, f"第{made.number}期：{level_word(made.level)}")


def _levels(known: Known) -> str:
    return "；".join(f"{one.name}{level_word(one.level)}" for one in known.picture.hazards)


def _draft(one: Json) -> Draft:
    return Draft(one["text"], tuple(one["evidence"]))


def _spent(spent: Spent) -> Json:
    return {
        "prompt_versions": spent.prompts,
        "llm_calls": spent.usage.calls,
        "llm_tokens": spent.usage.total,
    }


def _added(state: JudgmentState, spent: Spent) -> Json:
    return {
        "prompt_versions": state["prompt_versions"] | spent.prompts,
        "llm_calls": state["llm_calls"] + spent.usage.calls,
        "llm_tokens": state["llm_tokens"] + spent.usage.total,
    }
