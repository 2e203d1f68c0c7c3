"""触发条件逐条对照表, the core of every briefing: no start condition of the plan is left out of the full one."""

from collections.abc import Iterable, Iterator

from agents.briefing import pictures, tallies, wording
from agents.briefing.conditions import observed
from agents.briefing.decision import Block, Callout, Column, Line, Part, Table, Text
from agents.briefing.draft import STATE_TONES, Draft
from agents.judgment.engine.picture import ConditionState, HazardPicture
from agents.judgment.naming import STATES

TITLE = "触发条件逐条对照"
OPEN = ("met", "unknown")
"""States that a short table shows besides what waits for a person, in its order."""
COLUMNS = (
    Column(title="条款", width=1.35),
    Column(title="启动条件（阈值）", width=2.6),
    Column(title="实测与计数", width=3.6),
    Column(title="判定", width=1.1),
    Column(title="数据时间", width=1.0),
    Column(title="状态起自", width=1.0),
    Column(title="首次成立", width=1.0),
)
ENDS = (COLUMNS[0], Column(title="降级与终止条件（界限）", width=2.6), *COLUMNS[2:])
SHORT = (
    Column(title="条款", width=1.35),
    Column(title="启动条件（阈值）", width=2.8),
    Column(title="实测与计数", width=3.4),
    Column(title="判定", width=1.2),
    Column(title="首次成立", width=0.9),
)


def triggers(draft: Draft) -> Part:
    """Every start condition; end conditions where a response is in force."""
    blocks: list[Block] = []
    for hazard in draft.judgment.picture.hazards:
        blocks.append(_table(draft, f"{hazard.name}启动条件核对表", hazard.conditions))
        if hazard.end_conditions:
            blocks.append(_table(draft, f"{hazard.name}降级与终止条件核对表", hazard.end_conditions, ENDS))
    return Part(key="triggers", title=TITLE, blocks=(_plan(draft), *blocks, *pictures.timeline(draft)))


def open_triggers(draft: Draft) -> Part:
    """Those that make the level, that are unknown or wait for a person; of lower levels only which are met."""
    top = {hazard.hazard: hazard.level for hazard in draft.judgment.picture.hazards}
    met = [one for one in draft.conditions if one.state == "met"]
    lower = [one for one in met if one.level != top[one.hazard]]
    shown = [one for one in draft.conditions if one.state in OPEN or one.review]
    shown.sort(key=lambda one: (OPEN.index(one.state) if one.state in OPEN else len(OPEN), one.level))
    rows = tuple(tuple(_short(draft, one)) for one in shown if one not in lower)
    empty = "没有成立、无法判断或待研判的条件"
    table = Table(caption="定级的、无法判断的和待研判的启动条件", columns=SHORT, rows=rows, empty=empty)
    text = f"较低级别另有{len(lower)}条成立：{'、'.join(one.clause for one in lower)}。"
    more = Text(sentences=(draft.say(text, tallies.STATES, *(f"C:{one.id}" for one in lower)),))
    return Part(key="triggers", title=TITLE, blocks=(table, *((more,) if lower else ())))


def changed_triggers(draft: Draft) -> Part:
    """What changed since the judgment before, and all that is open: what 续报 has to show."""
    before = _states(draft.previous.picture.hazards) if draft.previous else {}
    shown = [
        one
        for one in draft.conditions
        if one.state in ("met", "unknown") or one.review or before.get(one.id, one.state) != one.state
    ]
    same = "，与上期相同" if draft.previous else ""
    table = _table(draft, "有变化和仍待关注的启动条件", shown, empty=f"各启动条件均未成立{same}")
    return Part(key="triggers", title=TITLE, blocks=(_plan(draft), table, *pictures.timeline(draft)))


def _states(hazards: Iterable[HazardPicture]) -> dict[str, str]:
    return {one.id: one.state for hazard in hazards for one in hazard.conditions}


def _plan(draft: Draft) -> Callout:
    picture = draft.judgment.picture
    text = f"核对所用预案：{picture.plan}，{picture.plan_version}，文本指纹{picture.plan_hash[:12]}。"
    rule = "“无法判断”不当作“不成立”；标“待研判”的条目只有人才能认定。"
    return Callout(tone="plain", sentences=(draft.say(text, tallies.PLAN), Line(text=rule)))


def _table(
    draft: Draft,
    caption: str,
    states: Iterable[ConditionState],
    columns: tuple[Column, ...] = COLUMNS,
    *,
    empty: str = "无",
) -> Table:
    rows = tuple(tuple(_row(draft, one)) for one in states)
    return Table(caption=caption, columns=columns, rows=rows, empty=empty)


def _short(draft: Draft, state: ConditionState) -> Iterator[Line]:
    proof = f"C:{state.id}"
    yield draft.say(f"{wording.level(state.level)} {state.clause}", proof)
    yield draft.say(state.text, proof)
    yield draft.say(observed(state, None), proof)
    yield draft.say(_verdict(state), proof, tone="human" if state.review else STATE_TONES[state.state])
    yield draft.say(draft.when(state.first_met_at), proof)


def _verdict(state: ConditionState) -> str:
    return STATES[state.state] + ("（待研判）" if state.review else "")


def _row(draft: Draft, state: ConditionState) -> Iterator[Line]:
    proof = f"C:{state.id}"
    yield draft.say(f"{wording.level(state.level)} {state.clause}", proof)
    yield draft.say(state.text, proof)
    said = observed(state, draft.named, "界限" if state.id in draft.ends else "须")
    why = f"（{state.why}）" if state.why and state.why not in said else ""
    yield draft.say(f"{said}{why}", proof)
    ends = state.id in draft.ends and state.state == "met"
    yield draft.say(
        _verdict(state), proof, tone="human" if state.review else "good" if ends else STATE_TONES[state.state]
    )
    for at in (state.observed_at, state.since, state.first_met_at):
        yield draft.say(draft.when(at), proof)
