"""What is not known, why, since when, what rests on it, and who can find out (plan 3.1, 5.3.3(4))."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from agents.judgment.decision import DataGap, Evidence
from agents.judgment.engine.picture import ConditionState
from agents.judgment.known import Known
from agents.judgment.naming import clock, unit_name
from knowledge.city import City
from knowledge.city.weather import Station

ABOUT = "数据规则"
"""The plan's section on what is unknown has it in its heading."""
NAMED = 6
"""Stations that a gap names; the others are counted."""

SOURCES = {
    "picture": "规则引擎",
    "observations": "监测数据",
    "forecasts": "预报数据",
    "alerts": "预警信号",
    "citizens": "群众诉求",
    "feeds": "数据源状态",
    "standing": "签发与叫应记录",
    "previous": "上一份研判",
    "knowledge": "知识库",
    "what_if": "推演",
}
FEEDS = {
    "alerts": "预警信号",
    "observations": "监测数据",
    "forecasts": "预报数据",
    "reports": "区县响应与险情报告",
    "tickets": "群众诉求",
    "citizens": "群众诉求",
}
FEED_STATES = {"stale": "长时间没有新数据", "down": "中断"}
UNTOLD = "原因不明"
FEED_OF = {"signal_districts": "alerts", "district_response": "reports", "ticket_count": "tickets"}
"""Kinds of tests that take a feed as complete: nothing but its silence leaves them open."""


class _Hole(NamedTuple):
    """What leaves a condition open: a station or district (empty for neither), in which kind of test, why, and when
    it last told anything."""

    subject: str
    kind: str
    why: str
    newest: datetime | None


@dataclass
class _Open:
    """Stations (or districts) that are unknown for one reason, and the conditions that hang on them."""

    kind: str
    subjects: dict[str, datetime | None] = field(default_factory=dict[str, datetime | None])
    affects: dict[str, None] = field(default_factory=dict[str, None])


def gaps(city: City, known: Known) -> tuple[DataGap, ...]:
    found = [*_sources(known), *_feeds(known), *_unknown(city, known)]
    return tuple(one.model_copy(update={"number": number}) for number, one in enumerate(found, 1))


def _gap(
    what: str, why: str, remedy: str, since: datetime | None = None, affects: Sequence[str] = ()
) -> DataGap:
    return DataGap(number=0, what=what, why=why, since=since, affects=tuple(affects), remedy=remedy)


def _sources(known: Known) -> Iterator[DataGap]:
    """Without the engine's picture every condition by numbers is open, and this is why."""
    for source, why in known.missing.items():
        affects = [one.id for one in _conditions(known)] if source == "picture" else []
        what = f"本次研判没有取得{SOURCES.get(source, source)}"
        yield _gap(what, why, "恢复后重新研判，此前以人工核对为准", affects=affects)


def _feeds(known: Known) -> Iterator[DataGap]:
    for feed in known.feeds:
        if feed.state == "ok":
            continue
        what = f"{FEEDS.get(feed.feed, feed.feed)}{FEED_STATES[feed.state]}"
        affects = [
            one.id
            for one in _conditions(known)
            if any(test.value is None and FEED_OF.get(test.kind) == feed.feed for test in one.tests)
        ]
        yield _gap(
            what, feed.why or "没有回应", "由值班员电话核实，核实前相关条件按未知处理", feed.time, affects
        )


def _unknown(city: City, known: Known) -> Iterator[DataGap]:
    """Unknown conditions by what leaves them open: one gap for each reason and unit."""
    reasons: dict[tuple[str, str], _Open] = {}
    told = {feed.feed for feed in known.feeds if feed.state != "ok"}
    for condition in _conditions(known):
        for hole in _holes(condition):
            if FEED_OF.get(hole.kind) in told:
                continue
            station = city.weather.stations.get(hole.subject)
            key = (station.owner_dept if station else "", hole.why)
            held = reasons.setdefault(key, _Open(hole.kind))
            held.subjects.setdefault(hole.subject, _silent_since(station, hole, known.at))
            held.affects.setdefault(condition.id)
    for (owner, why), held in reasons.items():
        what, remedy = _asked(city, owner, why, held)
        since = min((when for when in held.subjects.values() if when), default=None)
        yield _gap(what, why, remedy, since, list(held.affects))


def _silent_since(station: Station | None, hole: _Hole, at: datetime) -> datetime | None:
    """When a station's last sound reading was, where it has been silent since; it may also report too seldom."""
    if station is None or hole.newest is None:
        return None
    silent = at - hole.newest > timedelta(minutes=station.stale_after_min)
    return hole.newest if silent else None


def _asked(city: City, owner: str, why: str, held: _Open) -> tuple[str, str]:
    """What is missing, and who can do what about it."""
    if held.kind == "start_conditions_clear":
        return "降级、终止所需的观察时间不足", "继续观察，时间够了自动重新核对"
    if held.kind in FEED_OF:
        return f"{FEEDS[FEED_OF[held.kind]]}情况不明", "由值班员电话核实"
    names = _named(city, [one for one in held.subjects if one])
    if "预报" in why:
        return f"{names}的预报无法采用", "由值班员向预报单位索取最新预报"
    return f"{names}的读数无法采用", f"由{unit_name(city, owner) if owner else '值班员'}核实或补测"


def _conditions(known: Known) -> Iterator[ConditionState]:
    for hazard in known.picture.hazards:
        for one in (*hazard.conditions, *hazard.end_conditions):
            if one.state == "unknown":
                yield one


def _holes(condition: ConditionState) -> Iterator[_Hole]:
    for test in condition.tests:
        if test.value is not None:
            continue
        unknown = [one for one in test.readings if one.verdict is None]
        for one in unknown:
            yield _Hole(one.subject, test.kind, one.why or test.why or UNTOLD, one.at)
        if not unknown:
            yield _Hole("", test.kind, test.why or UNTOLD, None)


def _named(city: City, subjects: Sequence[str]) -> str:
    names: Mapping[str, str] = {one.code: one.name for one in city.districts.values()}
    known = [
        city.weather.stations[one].name if one in city.weather.stations else names.get(one, one)
        for one in subjects
    ]
    if not known:
        return "所依据的数据"
    listed = "、".join(known[:NAMED])
    return listed if len(known) <= NAMED else f"{listed}等{len(known)}处"


def evidence(city: City, found: Sequence[DataGap], at: datetime) -> Iterator[Evidence]:
    for one in found:
        untold = one.since and f"{one.since:%H:%M}" not in one.why
        since = f"，自{clock(one.since, at)}起" if one.since and untold else ""
        text = f"{one.what}：{one.why}{since}；{one.remedy}"
        if one.affects:
            text += f"；受影响的条件{len(one.affects)}项"
        yield Evidence(
            id=f"G:{one.number}",
            kind="gap",
            text=text,
            figures=(),
            at=one.since,
            subject=one.what,
            clause=city.weather.section(ABOUT),
            source="数据质量",
        )
