"""How facts and changes are told: the events of the page's stream, and the title of an event that opens itself."""

from collections.abc import Container, Sequence
from heapq import nsmallest
from typing import Final

from agents.judgment.decision import LEVEL_NAMES
from agents.judgment.known import RANK
from serving.situation import pictures
from serving.situation.courses import Course
from serving.situation.log import Kept
from serving.situation.pictures import Look
from serving.store.tables import Json
from tools.emergency.facts import DistrictReport, FeedState, Finding, WeatherAlert

STREAM: Final = "situation"
"""All events of the emergency side are one stream."""


ALERTS_TOLD: Final = 30
"""Of the signals that come at once, so many are told one by one; the log has them all."""


def told_of(facts: Sequence[Kept]) -> list[Json]:
    """Events that single facts are worth: signals, findings, districts' responses, feeds. Readings are none."""
    alerts = {one.seq: one.fact for one in facts if isinstance(one.fact, WeatherAlert)}
    gravest = set(nsmallest(ALERTS_TOLD, alerts, key=lambda seq: -RANK[alerts[seq].colour]))
    told = [_told(one) for one in facts if one.seq in gravest or one.seq not in alerts]
    left = [alert for seq, alert in alerts.items() if seq not in gravest]
    return [event for event in (*told, _left(left) if left else None) if event is not None]


def _left(alerts: Sequence[WeatherAlert]) -> Json:
    """What is told of signals that are not told one by one."""
    return {
        "type": "alert",
        "alert_id": "",
        "event": "issue",
        "signal": "",
        "districts": sorted({code for one in alerts for code in one.districts}),
        "issued_at": max(one.issued_at for one in alerts).isoformat(),
        "text": f"同时收到另外{len(alerts)}条预警消息，没有逐条列出",
    }


def _told(one: Kept) -> Json | None:
    fact = one.fact
    match fact:
        case WeatherAlert():
            event: Json = {
                "type": "alert",
                "alert_id": fact.alert_id,
                "event": fact.event,
                "signal": f"{fact.type}{fact.colour}色",
                "districts": list(fact.districts),
                "issued_at": fact.issued_at.isoformat(),
                "text": fact.headline
                or f"{fact.issuer}{_ALERT[fact.event]}{fact.type}{fact.colour}色预警信号",
            }
        case Finding():
            event = {
                "type": "finding",
                "condition_id": fact.condition_id,
                "object": fact.object,
                "event": fact.event,
                "stamp": fact.time.isoformat(),
                "text": f"{fact.object}：{_FINDING[fact.event]}。{fact.text}".rstrip("。"),
                "by": fact.by,
            }
        case DistrictReport():
            level = f"本级{LEVEL_NAMES[fact.level]}级响应"
            event = {
                "type": "finding",
                "condition_id": None,
                "object": fact.district_code,
                "event": fact.event,
                "stamp": fact.time.isoformat(),
                "hazard": fact.hazard,
                "level": fact.level,
                "text": f"{fact.source or fact.district_code}{_RESPONSE[fact.event]}{level}",
                "by": fact.source,
            }
        case FeedState():
            event = {"type": "sources", "feed": fact.feed, "state": fact.state, "why": fact.why}
        case _:
            return None
    return event


def opened(course: Course) -> Json:
    """The event that is open from now on."""
    return {
        "type": "event",
        "event_id": course.event_id,
        "kind": course.kind,
        "title": course.title,
        "exercise": course.exercise,
        "opened_at": course.opened_at.isoformat(),
    }


def looked(new: Look, changed: Sequence[Json], before: Look | None) -> Json:
    """A look that says otherwise than the one told before it."""
    return {
        "type": "situation",
        "changed": [one["id"] for one in changed],
        "changes": list(changed),
        "level": new.picture.level,
        "was": before.picture.level if before else None,
        "levels": pictures.levels(new.picture),
        "possible": new.picture.possible,
        "hash": new.says,
    }


def opening(
    look: Look,
    fresh: Sequence[Kept],
    standing: Container[str],
    changed: Sequence[Json],
    exercise: str | None,
) -> tuple[str, str] | None:
    """Title of the event that a new signal or condition opens, and why it does; None where nothing opens one.

    standing: the ids of the signals in force.
    """
    day = f"{'演练：' if exercise else ''}{look.at.month}月{look.at.day}日"
    for one in fresh:
        told = one.fact
        if isinstance(told, WeatherAlert) and told.event != "cancel" and told.alert_id in standing:
            return f"{day}{told.type}过程", f"{told.issuer}发布{told.type}{told.colour}色预警信号"
    names = {hazard.hazard: hazard.name for hazard in look.picture.hazards}
    for one in changed:
        if one["to"] == "met":
            return f"{day}{names[one['hazard']]}过程", f"启动条件 {one['clause']} 成立"
    return None


_ALERT: Final = {"issue": "发布", "update": "更新", "cancel": "解除"}
_FINDING: Final = {"reported": "报告", "confirmed": "认定", "rejected": "排除", "resolved": "处置完毕"}
_RESPONSE: Final = {"start": "启动", "end": "终止"}
