"""响应级别建议 and 措施建议: what the plan says to it. Advice throughout; the post named signs, or does not."""

from collections.abc import Iterator

from agents.briefing.decision import Callout, Column, Line, Part, Table, Text
from agents.briefing.draft import Draft
from agents.briefing.parts.head import none_advised
from agents.judgment.decision import LEVEL_NAMES, Recommendation
from agents.judgment.evidence import advised
from agents.judgment.naming import number

STOPS = {"none": "不要求", "consider": "视情，会商逐项表态", "must": "启动后立即执行"}
ADVICE_ONLY = "以下均为建议，须由有权岗位决定；系统不下达指令，不发布信息。"


def level(draft: Draft) -> Part:
    """One table for each hazard that asks for a decision: the four parts that a start has to state, and who signs."""
    tables = tuple(_recommendation(draft, one) for one in draft.advised)
    none = () if tables else (Text(sentences=(none_advised(draft),)),)
    return Part(key="level", title="响应级别建议", blocks=(*draft.narrative("judgment"), *none, *tables))


def _recommendation(draft: Draft, one: Recommendation) -> Table:
    proof = (f"J:{one.hazard}", *one.reasons)
    clauses = "、".join(
        draft.index[reason].clause or reason for reason in one.reasons if reason in draft.index
    )
    rows = (
        ("响应事项", one.event),
        ("建议", advised(draft.hazard(one.hazard), one)),
        ("成立的条件", clauses or "—"),
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
    blocks = (
        Callout(tone="human", sentences=(Line(text=ADVICE_ONLY),)),
        *draft.narrative("advice", templates=0),
        *(_actions(draft, one) for one in draft.advised if one.measures),
        *(
            _stops(draft, one)
            for one in draft.advised
            if any(stop.advice != "none" for stop in one.four_stops)
        ),
        *_evacuations(draft),
        *_placements(draft),
    )
    return Part(key="measures", title="措施建议", blocks=blocks)


def _actions(draft: Draft, one: Recommendation) -> Table:
    rows = tuple(
        (
            draft.say(item.unit_name, f"A:{item.key}", *item.evidence),
            draft.say(item.what, f"A:{item.key}", *item.evidence),
            draft.say(f"{item.within_minutes}分钟", f"A:{item.key}", *item.evidence),
            draft.say(item.clause, f"A:{item.key}", *item.evidence),
        )
        for item in sorted(one.measures, key=lambda item: (item.within_minutes, item.key))
    )
    columns = (
        Column(title="单位", width=1.4),
        Column(title="事项", width=5),
        Column(title="时限（自签发）", width=1.2),
        Column(title="依据", width=1),
    )
    name = f"{draft.hazard(one.hazard)}{LEVEL_NAMES[one.level] + '级' if one.level else ''}"
    return Table(caption=f"{name}行动（按时限先后）", columns=columns, rows=rows)


def _stops(draft: Draft, one: Recommendation) -> Table:
    rows = tuple(
        (
            Line(text=stop.name),
            draft.say(
                STOPS[stop.advice],
                f"S:{stop.name}",
                *stop.evidence,
                tone="bad" if stop.advice == "must" else "plain",
            ),
            Line(text="、".join(draft.department(owner) for owner in stop.owners)),
            draft.say(stop.clause, f"S:{stop.name}", *stop.evidence),
        )
        for stop in one.four_stops
    )
    columns = (
        Column(title="四停"),
        Column(title="要求", width=2),
        Column(title="牵头单位", width=4),
        Column(title="依据"),
    )
    return Table(caption=f"{draft.hazard(one.hazard)}停课停工停业停运建议", columns=columns, rows=rows)


def _evacuations(draft: Draft) -> Iterator[Table]:
    rows = tuple(
        (
            draft.say(one.name, f"E:{one.risk_id}", *one.evidence),
            draft.say(str(one.people), f"E:{one.risk_id}", *one.evidence),
            draft.say(_shelter(one.shelter_name, one.distance_km), f"E:{one.risk_id}", *one.evidence),
            draft.say(one.clause, f"E:{one.risk_id}", *one.evidence),
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
            draft.say(f"{one.resource}×{one.quantity}", f"P:{one.number}", *one.evidence),
            draft.say(one.point, f"P:{one.number}", *one.evidence),
            draft.say(f"{number(one.minutes, 0)}分钟", f"P:{one.number}", *one.evidence),
            Line(text=draft.department(one.owner_dept)),
            draft.say(one.why, f"P:{one.number}", *one.evidence),
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
    """The most urgent actions only, for one screen."""
    rows = tuple(
        (
            draft.say(f"{item.within_minutes}分钟", f"A:{item.key}", *item.evidence),
            draft.say(f"{item.unit_name}：{item.what}", f"A:{item.key}", *item.evidence),
            draft.say(item.clause, f"A:{item.key}", *item.evidence),
        )
        for item in sorted(
            (item for one in draft.advised for item in one.measures),
            key=lambda item: (item.within_minutes, item.key),
        )[:count]
    )
    columns = (
        Column(title="时限（自签发）", width=1.2),
        Column(title="谁做什么", width=6),
        Column(title="依据"),
    )
    table = Table(caption="最先要做的事（建议）", columns=columns, rows=rows, empty="没有建议启动的响应")
    return Part(key="measures", title="最先要做的事", blocks=(table,))
