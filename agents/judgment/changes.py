"""What differs from the judgment before (续报): conditions, levels, signals, gaps, points, calls, signatures."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from agents.judgment.before import Before
from agents.judgment.calls import word
from agents.judgment.decision import LEVEL_NAMES, CallState, Change, DataGap, Evidence, ExposedPoint
from agents.judgment.engine.picture import Level, Picture
from agents.judgment.naming import STATES, clock


def changed(
    last: Before,
    picture: Picture,
    signed: Mapping[str, Level | None],
    alerts: Sequence[Evidence],
    gaps: Sequence[DataGap],
    risks: Sequence[ExposedPoint],
    calls: Sequence[CallState],
) -> tuple[Change, ...]:
    """Gravest first: levels, signatures, conditions, signals, points, gaps, calls. Evidence B:n is the n-th change
    as told against the judgment before; the others are of this one."""
    found = (
        *_levels(last, picture),
        *_signatures(last, picture, signed),
        *_conditions(last, picture),
        *_alerts(last, alerts),
        *_risks(last, risks),
        *_gaps(last, gaps),
        *_calls(last, calls),
    )
    return tuple(
        one.model_copy(update={"evidence": (*one.evidence, f"B:{number}")})
        for number, one in enumerate(found, 1)
    )


def level_word(level: Level | None) -> str:
    return f"{LEVEL_NAMES[level]}级" if level else "未达到任何级别"


def _levels(last: Before, picture: Picture) -> Iterator[Change]:
    for hazard in picture.hazards:
        old = last.levels.get(hazard.hazard)
        if old != hazard.level:
            text = f"{hazard.name}级别由{level_word(old)}变为{level_word(hazard.level)}"
            evidence = (f"J:{hazard.hazard}",)
            yield Change(kind="level", subject=hazard.hazard, text=text, evidence=evidence)


def _signatures(last: Before, picture: Picture, signed: Mapping[str, Level | None]) -> Iterator[Change]:
    for hazard in picture.hazards:
        old, new = last.signed.get(hazard.hazard), signed.get(hazard.hazard)
        if old != new:
            said = f"在行响应为{hazard.name}{LEVEL_NAMES[new]}级" if new else f"{hazard.name}没有在行响应"
            evidence = (f"J:{hazard.hazard}",)
            yield Change(kind="decision", subject=hazard.hazard, text=said, evidence=evidence)


def _conditions(last: Before, picture: Picture) -> Iterator[Change]:
    found = [
        (hazard, one, old)
        for hazard in picture.hazards
        for one in hazard.conditions
        if (old := last.states.get(one.id, one.state)) != one.state
    ]
    found.sort(key=lambda told: (told[1].state != "met", told[1].level, told[1].id))
    for hazard, one, old in found:
        name = f"{hazard.name}{LEVEL_NAMES[one.level]}级{one.clause}"
        text = f"{name}{STATES[one.state]}（{one.text}），此前为“{STATES[old]}”"
        yield Change(kind="condition", subject=one.id, text=text, evidence=(f"C:{one.id}",))


def _alerts(last: Before, alerts: Sequence[Evidence]) -> Iterator[Change]:
    now = {one.id for one in alerts}
    for one in alerts:
        if one.id not in last.alerts:
            yield Change(kind="alert", subject=one.id, text=f"新增信号：{one.text}", evidence=(one.id,))
    if gone := [one for one in last.alerts if one not in now]:
        yield Change(kind="alert", subject=gone[0], text=f"{len(gone)}个信号不再有效")


def _risks(last: Before, risks: Sequence[ExposedPoint]) -> Iterator[Change]:
    for one in risks:
        if one.severity == "now" and last.risks.get(one.risk_id) != "now":
            evidence = (f"R:{one.risk_id}",)
            yield Change(kind="risk", subject=one.risk_id, text=f"{one.name}：{one.under}", evidence=evidence)
    still = {one.risk_id for one in risks if one.severity == "now"}
    if gone := [one for one, severity in last.risks.items() if severity == "now" and one not in still]:
        yield Change(kind="risk", subject=gone[0], text=f"{len(gone)}处风险点不再受影响")


def _gaps(last: Before, gaps: Sequence[DataGap]) -> Iterator[Change]:
    for one in gaps:
        if one.what not in last.gaps:
            text, evidence = f"新增数据缺口：{one.what}", (f"G:{one.number}",)
            yield Change(kind="gap", subject=one.what, text=text, evidence=evidence)
    if closed := [what for what in last.gaps if what not in {one.what for one in gaps}]:
        yield Change(kind="gap", subject=closed[0], text=f"{len(closed)}个数据缺口已恢复")


def _calls(last: Before, calls: Sequence[CallState]) -> Iterator[Change]:
    """Posts that did not answer in time, those already told left out: the first three by name, then the number."""
    late = [
        one
        for one in calls
        if one.state in ("overdue", "escalated")
        and last.calls.get(f"{one.contact_id}|{one.signal}") != one.state
    ]
    for one in late[:3]:
        evidence = (f"L:{one.contact_id}",)
        yield Change(kind="call", subject=one.contact_id, text=f"{one.post}{word(one)}", evidence=evidence)
    if len(late) > 3:
        yield Change(kind="call", subject=late[3].contact_id, text=f"新增逾时的叫应共{len(late)}个")


def evidence(last: Before, changes: Sequence[Change], at: datetime) -> Iterator[Evidence]:
    """B:0 names the judgment before; B:1, B:2, … each say one change against it."""
    named = f"上一份研判为第{last.number}期（{clock(last.at, at)}）"
    same = "" if changes else "；与它相比没有变化"
    yield Evidence(
        id="B:0", kind="before", text=named + same, figures=(), at=last.at, subject=last.judgment_id
    )
    for number, one in enumerate(changes, 1):
        yield Evidence(
            id=f"B:{number}",
            kind="before",
            text=f"{one.text}（对照第{last.number}期）",
            figures=(),
            at=last.at,
            subject=one.subject,
            source=last.judgment_id,
        )
