"""不确定性与数据缺口, and what changed since the briefing before."""

from agents.briefing import tallies, wording
from agents.briefing.decision import Callout, Column, Line, Part, Table, Text
from agents.briefing.draft import Draft
from agents.judgment.gaps import SOURCES
from agents.judgment.steps import TITLES

KINDS = {
    "condition": "启动条件",
    "level": "级别",
    "alert": "预警信号",
    "gap": "数据",
    "risk": "风险点",
    "call": "叫应",
    "decision": "签发",
}


def doubt(draft: Draft) -> Part:
    """What is not known, what the next hours may trigger, which steps did not do their whole work."""
    blocks = (
        *draft.narrative("uncertainty", templates=0),
        _gaps(draft),
        _outlook(draft),
        *_degraded(draft),
        *_past(draft),
    )
    return Part(key="doubt", title="不确定性与数据缺口", blocks=blocks)


def gaps(draft: Draft) -> Part:
    return Part(key="doubt", title="还不知道什么", blocks=(_gaps(draft), _outlook(draft)))


def _gaps(draft: Draft) -> Table:
    rows = tuple(
        (
            draft.say(one.what, f"G:{one.number}", tone="unknown"),
            draft.say(one.why, f"G:{one.number}"),
            draft.say(draft.when(one.since), f"G:{one.number}"),
            draft.say(_clauses(draft, one.affects), f"G:{one.number}", *(f"C:{key}" for key in one.affects)),
            draft.say(one.remedy, f"G:{one.number}"),
        )
        for one in draft.judgment.gaps
    )
    columns = (
        Column(title="缺什么", width=2),
        Column(title="原因", width=2),
        Column(title="自何时"),
        Column(title="影响的条件", width=1.6),
        Column(title="怎样补", width=2),
    )
    return Table(caption="数据缺口", columns=columns, rows=rows, empty="没有发现数据缺口")


def _clauses(draft: Draft, conditions: tuple[str, ...]) -> str:
    found = (f"C:{key}" for key in conditions)
    return "、".join(draft.index[key].clause for key in found if key in draft.index) or "—"


def _outlook(draft: Draft) -> Table:
    rows = tuple(
        (
            draft.say(f"{wording.level(one.level)} {one.clause}", *one.evidence),
            draft.say(one.text, *one.evidence),
            draft.say(draft.when(one.expected_at), *one.evidence),
            draft.say(one.needs or "—", *one.evidence),
        )
        for one in draft.judgment.outlook
    )
    columns = (
        Column(title="条款", width=1.2),
        Column(title="推演", width=4),
        Column(title="可能时间"),
        Column(title="目前", width=2.4),
    )
    return Table(
        caption="今后几小时可能触发的条件", columns=columns, rows=rows, empty="按现有预报，没有接近触发的条件"
    )


def _degraded(draft: Draft) -> tuple[Callout, ...]:
    """Steps that did less than their whole work, as the judgment says why."""
    told = tuple(
        draft.say(
            f"“{TITLES.get(one.step, one.step)}”环节降级：{_why(one.why)}。", tallies.DEGRADED, tone="unknown"
        )
        for one in draft.judgment.degraded
    )
    return (Callout(tone="unknown", sentences=told),) if told else ()


def _why(why: str) -> str:
    """The source's name in Chinese, where a source is named."""
    source, colon, rest = why.partition("：")
    return f"{SOURCES.get(source, source)}{colon}{rest}"


def _past(draft: Draft) -> tuple[Table, ...]:
    rows = tuple(
        tuple(draft.say(text, *one.evidence) for text in (one.title, one.lesson, one.citation))
        for one in draft.judgment.past
    )
    columns = (Column(title="往例"), Column(title="教训", width=4), Column(title="出处", width=1.6))
    return (Table(caption="可资对照的往例", columns=columns, rows=rows),) if rows else ()


def changes(draft: Draft) -> Part:
    """What a reader of the last briefing does not know yet."""
    before = draft.previous
    text, same = "本期为首期，没有上期可比。", "首期，没有变化可列"
    if before:
        same = "条件状态、级别、预警、风险点和叫应均无变化"
        text = f"上期为第{before.number}期，研判时刻{draft.when(before.at)}。"
    rows = tuple(
        (Line(text=KINDS[one.kind]), draft.say(one.text, *one.evidence, tone="warn"))
        for one in draft.judgment.changes
    )
    columns = (Column(title="类别"), Column(title="变化", width=6))
    table = Table(caption="与上期相比", columns=columns, rows=rows, empty=same)
    lead = Text(sentences=(draft.say(text, tallies.PREVIOUS),))
    return Part(
        key="changes",
        title="与上期相比的变化",
        blocks=(lead, *draft.narrative("changes", templates=0), table),
    )
