"""要点 and 审核签发: what is to be decided, and by whom."""

from collections.abc import Iterator, Mapping

from agents.briefing import tallies, wording
from agents.briefing.decision import Callout, Column, Line, Part, Table, Tone
from agents.briefing.draft import Draft
from agents.briefing.signature import ROW
from agents.judgment.engine.picture import State
from agents.judgment.evidence import advised
from agents.judgment.naming import STATES

WORDS: Mapping[State, str] = {
    "met": "成立",
    "human": "须先由人书面确认",
    "not_met": "尚未满足",
    "unknown": "无法判断",
}
"""What is said of the conditions that a recommendation rests on."""


def points(draft: Draft) -> Part:
    """What to decide, why, what is not known, what stands: each in one sentence."""
    tone: Tone = "bad" if draft.judgment.level in (1, 2) else "warn" if draft.judgment.level else "plain"
    lines = (*_advice(draft), *_states(draft), *_possible(draft), _signed(draft), *_urgent(draft))
    return Part(key="points", title="要点", blocks=(Callout(tone=tone, sentences=lines),))


def _advice(draft: Draft) -> Iterator[Line]:
    for one in draft.advised:
        because = "".join(f"，{clauses}{WORDS[state]}" for state, clauses in draft.grounds(one).items())
        decides = f"由{one.signer}决定{'' if one.action == 'keep' else '并签发'}"
        text = f"{advised(draft.hazard(one.hazard), one)}（依据{one.clause}{because}），{decides}。"
        yield draft.say(text, f"J:{one.hazard}", *one.reasons, tone="bad")
    if not draft.advised:
        yield none_advised(draft)


def none_advised(draft: Draft) -> Line:
    """Nothing met is good news only where everything is known."""
    unknown = sum(one.state == "unknown" for one in draft.conditions)
    if unknown:
        text = f"没有确认成立的启动条件，但有{unknown}条无法判断，不能据此认为不需要启动，须先核实。"
        return draft.say(text, tallies.STATES, tone="unknown")
    return draft.say("按现有数据没有须启动、调整或终止的响应。", tallies.STATES)


def _states(draft: Draft) -> Iterator[Line]:
    by_state = {name: sum(one.state == name for one in draft.conditions) for name in STATES}
    told = "、".join(f"{STATES[name]}{count}条" for name, count in by_state.items() if count)
    yield draft.say(f"启动条件共{len(draft.conditions)}条：{told}。", tallies.STATES)
    met = sorted((one for one in draft.conditions if one.first_met_at), key=lambda one: str(one.first_met_at))
    if met:
        first = met[0]
        name = f"{draft.hazard(first.hazard)}{first.clause}"
        text = f"本次过程最早成立的是{name}（{first.text}），首次成立于{draft.when(first.first_met_at)}。"
        yield draft.say(text, f"C:{first.id}")


def _possible(draft: Draft) -> Iterator[Line]:
    judgment = draft.judgment
    unknown = [f"C:{one.id}" for one in draft.conditions if one.state == "unknown"]
    if unknown and judgment.level_possible != judgment.level:
        text = f"若未知条件全部成立，级别可达{wording.level(judgment.level_possible)}，须尽快核实。"
        yield draft.say(
            text, *unknown, *(f"J:{one.hazard}" for one in judgment.picture.hazards), tone="unknown"
        )


def _signed(draft: Draft) -> Line:
    levels = [f"J:{one.hazard}" for one in draft.judgment.picture.hazards]
    standing = [
        f"{draft.hazard(hazard)}{wording.level(level)}"
        for hazard, level in draft.judgment.signed.items()
        if level
    ]
    if standing:
        return draft.say(f"目前已签发并在执行的响应：{'、'.join(standing)}。", *levels)
    text = draft.nothing("目前没有已签发的应急响应", "standing")
    return draft.say(f"{text}。", *levels)


def _urgent(draft: Draft) -> Iterator[Line]:
    """Who is in danger, and whether those who must know were called."""
    if exposed := draft.index.get("R:all"):
        yield draft.say(f"{exposed.text}。", exposed.id, tone="warn")
    if any(one.state == "overdue" for one in draft.judgment.calls):
        yield draft.say(f"{draft.index['L:all'].text}。", "L:all", tone="warn")


def sign(draft: Draft) -> Part:
    """A row for each step that the plan puts a person to. Who signed is filled in by the signature itself."""
    post, chair, duty = posts(draft)
    steps = (("值班核对", duty), ("会商主持", chair), (ROW, post))
    rows = tuple(
        tuple(Line(text=text) for text in (step, who or "—", "", "", ""))
        for step, who in steps
        if step or who
    )
    columns = (Column(title="环节"), Column(title="岗位", width=2), Column(title="意见", width=2))
    columns += (Column(title="签名"), Column(title="时间"))
    return Part(
        key="sign", title="审核签发", blocks=(Table(caption="审核签发栏", columns=columns, rows=rows),)
    )


def posts(draft: Draft) -> tuple[str, str, str]:
    """(signer, chair, post on duty): of the highest recommended level, else of the lowest of the plan."""
    if draft.advised:
        one = draft.advised[0]
        return one.signer, one.chair, one.duty_post
    lowest = max(draft.city.weather.plan.responses, key=lambda one: one.level)
    return lowest.signer, lowest.chair, lowest.duty_post
