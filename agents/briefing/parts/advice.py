"""响应级别建议 and 措施建议: what the plan says to it. Advice throughout; the post named signs, or does not."""

from collections.abc import Iterable, Iterator, Mapping

from agents.briefing.decision import Callout, Column, Line, Part, Table, Text
from agents.briefing.draft import Draft
from agents.briefing.parts.head import none_advised
from agents.judgment.decision import LEVEL_NAMES, Measure, Recommendation
from agents.judgment.engine.picture import State
from agents.judgment.evidence import advised
from agents.judgment.naming import number
from agents.judgment.rules import STOP_WORDS, gravest_stops

GROUNDS: Mapping[State, str] = {
    "met": "成立的条件",
    "human": "须先由人书面确认的条件",
    "not_met": "尚未满足的条件",
    "unknown": "无法判断的条件",
}
ADVICE_ONLY = "以下均为建议，须由有权岗位决定；系统不下达指令，不发布信息。"


def level(draft: Draft) -> Part:
    """One table for each hazard that asks for a decision: the four parts that a start has to state, and who signs."""
    tables = tuple(_recommendation(draft, one) for one in draft.advised)
    none = () if tables else (Text(sentences=(none_advised(draft),)),)
    return Part(key="level", title="响应级别建议", blocks=(*draft.narrative("judgment"), *none, *tables))


def _recommendation(draft: Draft, one: Recommendation) -> Table:
    proof = (f"J:{one.hazard}", *one.reasons)
    grounds = draft.grounds(one)
    rows = (
        ("响应事项", one.event),
        ("建议", advised(draft.hazard(one.hazard), one)),
        *((GROUNDS[state], clauses) for state, clauses in grounds.items()),
        ("依据条款", one.clause),
        ("预计期限", f"至{draft.when(one.expected_until)}" if one.expected_until else "到满足终止条件为止"),
        ("应急处置措施", "见“措施建议”部分" if one.measures else "按预案同级行动执行"),
        ("会商主持", one.chair),
        ("决定签发", one.signer),
        ("值守要求", one.duty_post),
    )
    return Table(
        caption=f"{draft.hazard(one.hazard)}响应建议",
        columns=(Column(title="要素", width=1), Column(title="内容", width=5)),
        rows=tuple((Line(text=name), draft.say(text, *proof)) for name, text in rows),
    )


def measures(draft: Draft) -> Part:
    """Actions by deadline, four stops, who should move, what is sent ahead."""
    told = (
        *draft.narrative("advice", templates=0),
        *_actions(draft),
        *_stops(draft),
        *_evacuations(draft),
        *_placements(draft),
    )
    lead = Callout(tone="human", sentences=(Line(text=ADVICE_ONLY),))
    none = Text(sentences=(none_advised(draft),))
    return Part(key="measures", title="措施建议", blocks=(lead, *(told or (none,))))


def _actions(draft: Draft) -> Iterator[Table]:
    """A table for each response; what two of them ask for stands in the first."""
    told: set[str] = set()
    for one in draft.advised:
        fresh = [item for item in one.measures if item.key not in told]
        told.update(item.key for item in fresh)
        if fresh:
            rest = "" if len(fresh) == len(one.measures) else "，上表已有的从略"
            yield _action_table(draft, one, fresh, rest)


def _action_table(draft: Draft, one: Recommendation, told: Iterable[Measure], rest: str) -> Table:
    rows = tuple(
        (
            draft.say(item.unit_name, *item.evidence),
            draft.say(item.what, *item.evidence),
            draft.say(f"{item.within_minutes}分钟", *item.evidence),
            draft.say(item.clause, *item.evidence),
        )
        for item in sorted(told, key=_deadline)
    )
    columns = (
        Column(title="单位", width=1.4),
        Column(title="事项", width=5),
        Column(title="时限（自签发）", width=1.2),
        Column(title="依据", width=1),
    )
    name = f"{draft.hazard(one.hazard)}{LEVEL_NAMES[one.level] + '级' if one.level else ''}"
    return Table(caption=f"{name}行动（按时限先后{rest}）", columns=columns, rows=rows)


def _stops(draft: Draft) -> Iterator[Table]:
    """Each once, as the gravest of the hazards has it: the higher response counts for the whole city (plan 5.1)."""
    stops = gravest_stops(draft.advised)
    if all(stop.advice == "none" for stop in stops):
        return
    rows = tuple(
        (
            Line(text=stop.name),
            draft.say(
                STOP_WORDS[stop.advice], *stop.evidence, tone="bad" if stop.advice == "must" else "plain"
            ),
            Line(text="、".join(draft.department(owner) for owner in stop.owners)),
            draft.say(stop.clause, *stop.evidence),
        )
        for stop in stops
    )
    columns = (
        Column(title="四停"),
        Column(title="要求", width=2),
        Column(title="牵头单位", width=4),
        Column(title="依据"),
    )
    yield Table(caption=f"{'、'.join(stop.name for stop in stops)}建议", columns=columns, rows=rows)


def _deadline(measure: Measure) -> int:
    """Of equal ones the plan's order stands."""
    return measure.within_minutes


def _evacuations(draft: Draft) -> Iterator[Table]:
    rows = tuple(
        (
            draft.say(one.name, *one.evidence),
            draft.say(str(one.people), *one.evidence),
            draft.say(_shelter(one.shelter_name, one.distance_km), *one.evidence),
            draft.say(one.clause, *one.evidence),
        )
        for one in draft.judgment.evacuations
    )
    columns = (
        Column(title="转移对象", width=3),
        Column(title="人数"),
        Column(title="去向", width=3),
        Column(title="依据"),
    )
    if rows:
        yield Table(caption="转移避险建议名单", columns=columns, rows=rows)


def _shelter(name: str, distance_km: float | None) -> str:
    if not name:
        return "没有可用场所，须另行安排"
    return name if distance_km is None else f"{name}（{number(distance_km)}公里）"


def _placements(draft: Draft) -> Iterator[Table]:
    rows = tuple(
        (
            draft.say(f"{one.resource}×{one.quantity}", *one.evidence),
            draft.say(one.point, *one.evidence),
            draft.say(f"{number(one.minutes, 0)}分钟", *one.evidence),
            Line(text=draft.department(one.owner_dept)),
            draft.say(one.why, *one.evidence),
        )
        for one in draft.judgment.placements
    )
    columns = (
        Column(title="力量或装备", width=2),
        Column(title="预置地点", width=2),
        Column(title="到达"),
        Column(title="所属"),
        Column(title="理由", width=3),
    )
    if rows:
        yield Table(caption="力量预置建议", columns=columns, rows=rows)


def first_measures(draft: Draft, count: int = 5) -> Part:
    """The most urgent actions only, for one screen; those of two hazards once."""
    once = {item.key: item for one in draft.advised for item in one.measures}
    rows = tuple(
        (
            draft.say(f"{item.within_minutes}分钟", *item.evidence),
            draft.say(f"{item.unit_name}：{item.what}", *item.evidence),
            draft.say(item.clause, *item.evidence),
        )
        for item in sorted(once.values(), key=_deadline)[:count]
    )
    columns = (
        Column(title="时限（自签发）", width=1.2),
        Column(title="谁做什么", width=6),
        Column(title="依据"),
    )
    table = Table(caption="最先要做的事（建议）", columns=columns, rows=rows, empty="没有建议启动的响应")
    return Part(key="measures", title="最先要做的事", blocks=(table,))
