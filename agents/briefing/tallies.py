"""Counts that sentences name, as evidence: whoever doubts one sees what was counted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from agents.briefing.wording import full
from agents.judgment.decision import Evidence, ExposedPoint, Judgment, TicketCluster
from agents.judgment.engine.picture import ConditionState
from agents.judgment.naming import STATES as NAMES

STATES = "N:conditions"
EXPOSED = "N:exposed"
CLUSTERS = "N:clusters"
PLAN = "N:plan"
DEGRADED = "N:degraded"
PREVIOUS = "N:previous"


def tallies(judgment: Judgment, previous: Judgment | None, now: datetime) -> Iterator[Evidence]:
    conditions = [state for hazard in judgment.picture.hazards for state in hazard.conditions]
    yield _states(conditions, judgment)
    yield _exposed(judgment.risk_points, judgment)
    yield _clusters(judgment.clusters, judgment)
    picture = judgment.picture
    text = (
        f"{picture.plan}，{picture.plan_version}，文本指纹{picture.plan_hash[:12]}（全文{picture.plan_hash}）"
    )
    yield _tally(PLAN, text, (), judgment)
    if previous:
        text = f"上期为第{previous.number}期，研判时刻{full(previous.at.astimezone(now.tzinfo))}"
        yield _tally(PREVIOUS, text, (), judgment)
    if judgment.degraded:
        text = "；".join(f"{one.step}：{one.why}" for one in judgment.degraded)
        yield _tally(DEGRADED, f"降级环节{len(judgment.degraded)}处：{text}", (), judgment)
    for code in dict.fromkeys(one.district_code for one in judgment.risk_points):
        yield _district(code, judgment)


def district(code: str) -> str:
    """The id of a district's count of exposed points."""
    return f"N:{code}"


def _district(code: str, judgment: Judgment) -> Evidence:
    points = [one for one in judgment.risk_points if one.district_code == code]
    counted = Counter(one.severity for one in points)
    people = {name: sum(one.people or 0 for one in points if one.severity == name) for name in counted}
    told = "、".join(f"{counted[name]}处{people[name]}人" for name in counted)
    figures = tuple(pair for name in counted for pair in ((counted[name], "处"), (people[name], "人")))
    return _tally(district(code), f"区县{code}受影响风险点：{told}", figures, judgment)


def _states(conditions: Sequence[ConditionState], judgment: Judgment) -> Evidence:
    counts = Counter(one.state for one in conditions)
    top = {hazard.hazard: hazard.level for hazard in judgment.picture.hazards}
    review = sum(one.review for one in conditions)
    told = "、".join(f"{NAMES[state]}{count}条" for state, count in counts.items())
    named = "；".join(
        f"{one.clause}{NAMES[one.state]}" for one in conditions if one.state in ("met", "unknown")
    )
    lower = sum(one.state == "met" and one.level != top[one.hazard] for one in conditions)
    figures = (
        (len(conditions), "条"),
        (lower, "条"),
        *((count, "条") for count in counts.values()),
        (review, "条"),
    )
    text = f"启动条件{len(conditions)}条：{told}" + (f"（{named}）" if named else "")
    return _tally(STATES, text, figures, judgment)


def _exposed(points: Sequence[ExposedPoint], judgment: Judgment) -> Evidence:
    now = [one for one in points if one.severity == "now"]
    people, people_now = (sum(one.people or 0 for one in those) for those in (points, now))
    text = f"风险点{len(points)}处、{people}人，其中已经受影响的{len(now)}处、{people_now}人"
    figures = ((len(points), "处"), (people, "人"), (len(now), "处"), (people_now, "人"))
    return _tally(EXPOSED, text, figures, judgment)


def _clusters(clusters: Sequence[TicketCluster], judgment: Judgment) -> Evidence:
    calls, unseen = sum(one.count for one in clusters), sum(one.unseen for one in clusters)
    text = f"诉求聚集{len(clusters)}处、{calls}件，其中附近监测站没有同样显示的{unseen}处"
    return _tally(CLUSTERS, text, ((len(clusters), "处"), (calls, "件"), (unseen, "处")), judgment)


def _tally(key: str, text: str, figures: tuple[tuple[float, str], ...], judgment: Judgment) -> Evidence:
    return Evidence(
        id=key,
        kind="count",
        text=text,
        figures=figures,
        at=judgment.at,
        source=f"对研判 {judgment.judgment_id} 的清点",
    )
