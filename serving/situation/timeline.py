"""The event's course for the scrubber: what happened when, and which level held from when on, by the rules."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.judgment.decision import LEVEL_NAMES
from serving.situation.moments import moment_text
from serving.store.situation_tables import EmergencyRow, SituationEventRow
from serving.store.tables import Json

KINDS: Final = ("situation", "alert", "decision", "finding", "briefing", "sources", "plan")


async def timeline(session: AsyncSession, event: EmergencyRow, now: datetime) -> Json:
    """{from, to, items, levels} of one event; its end is now while it is open."""
    end = event.closed_at or moment_text(now)
    query = (
        select(SituationEventRow.data)
        .where(
            SituationEventRow.at >= event.opened_at,
            SituationEventRow.at <= end,
            SituationEventRow.type.in_(KINDS),
        )
        .order_by(SituationEventRow.seq)
    )
    told = _news([one for one in await session.scalars(query) if one["watch_id"] == event.watch_id])
    return {
        "from": event.opened_at,
        "to": end,
        "items": [item for event_ in told for item in _items(event_)],
        "levels": _levels(told),
    }


def _news(told: Sequence[Json]) -> list[Json]:
    """Without a feed's first word that all is well: nothing has come back that had not gone."""
    failed: set[str] = set()
    kept: list[Json] = []
    for event in told:
        if event["type"] == "sources":
            if event["state"] == "ok" and event["feed"] not in failed:
                continue
            failed.add(event["feed"])
        kept.append(event)
    return kept


def _items(event: Json) -> Iterator[Json]:
    match event["type"]:
        case "situation":
            yield from _of_look(event)
        case "alert":
            yield _item(event, "alert", event["alert_id"], event["text"])
        case "decision":
            yield _item(
                event, "decision", event["decision_id"], event["text"], event["level"], event["hazard"]
            )
        case "finding":
            yield _item(
                event, "finding", event["condition_id"] or event["object"], event["text"], event.get("level")
            )
        case "briefing":
            yield _item(event, "briefing", event["briefing_id"], event["text"])
        case "sources":
            text = f"{FEEDS.get(event['feed'], event['feed'])}{_FEED_STATE[event['state']]}{event['why']}"
            yield _item(event, "gap", event["feed"], text)
        case _:
            yield _item(event, "gap", event["plan"], event["why"])


def _of_look(event: Json) -> Iterator[Json]:
    for one in event["changes"]:
        kind = "终止条件 " if one.get("ends") else ""  # older events do not tell
        if one["to"] == "met" or one["from"] == "met":
            said = "成立" if one["to"] == "met" else f"不再成立（{_STATE[one['to']]}）"
            text = f"{kind}{one['clause']}{said}：{one['text']}"
            yield _item(event, "condition", one["id"], text, one["level"], one["hazard"])
        elif "unknown" in (one["to"], one["from"]):
            said = "转为未知" if one["to"] == "unknown" else f"由未知转为{_STATE[one['to']]}"
            yield _item(event, "gap", one["id"], f"{one['clause']}{said}", one["level"], one["hazard"])
    if event["level"] != event["was"]:
        said = f"达到{LEVEL_NAMES[event['level']]}级" if event["level"] else "没有条件成立"
        yield _item(event, "level", "level", f"按启动条件，{said}", event["level"])


def _item(
    event: Json, kind: str, subject: str, text: str, level: int | None = None, hazard: str | None = None
) -> Json:
    return {
        "at": event["at"],
        "kind": kind,
        "subject": subject,
        "text": text,
        "level": level,
        "hazard": hazard,
    }


def _levels(told: Sequence[Json]) -> list[Json]:
    """A step only where a hazard's level changed."""
    steps: list[Json] = []
    for event in told:
        if event["type"] != "situation":
            continue
        if not steps or any(steps[-1][hazard] != level for hazard, level in event["levels"].items()):
            steps.append({"at": event["at"], **event["levels"]})
    return steps


FEEDS: Final = {
    "alerts": "预警信号",
    "observations": "监测数据",
    "forecasts": "预报",
    "reports": "区县报告",
    "citizens": "群众诉求",
    "tickets": "群众诉求",
}
_FEED_STATE: Final = {"ok": "恢复", "stale": "内容过旧：", "down": "中断："}
_STATE: Final = {"met": "成立", "not_met": "未达到", "unknown": "未知", "human": "待人工研判"}
