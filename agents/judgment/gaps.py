"""What is not known, why, since when, what rests on it, and who can find out (plan 3.1, 5.3.3(4))."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agents.judgment.decision import DataGap, Evidence
from agents.judgment.engine.picture import ConditionState
from agents.judgment.known import Known
from agents.judgment.naming import clock, unit_name
from knowledge.city import City

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


@dataclass
class _Open:
    """Stations (or districts) that are unknown for one reason, and the conditions that hang on them."""

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
    for source, why in known.missing.items():
        yield _gap(
            f"本次研判没有取得{SOURCES.get(source, source)}", why, "恢复后重新研判，此前以人工核对为准"
        )


def _feeds(known: Known) -> Iterator[DataGap]:
    for one in known.feeds:
        if one.state != "ok":
            what = f"{FEEDS.get(one.feed, one.feed)}{FEED_STATES[one.state]}"
            yield _gap(what, one.why or "没有回应", "由值班员用电话核实，依赖它的条件记为未知", one.time)


def _unknown(city: City, known: Known) -> Iterator[DataGap]:
    """Unknown conditions by what leaves them open: one gap for each reason and unit."""
    reasons: dict[tuple[str, str], _Open] = {}
    for condition in _conditions(known):
        for subject, why, when in _open_readings(condition):
            station = city.weather.stations.get(subject)
            key = (station.owner_dept if station else "", _general(why))
            held = reasons.setdefault(key, _Open())
            held.subjects.setdefault(subject, when)
            held.affects.setdefault(condition.id)
    for (owner, why), held in reasons.items():
        who = unit_name(city, owner) if owner else "值班员"
        since = min((when for when in held.subjects.values() if when), default=None)
        yield _gap(
            f"{_named(city, list(held.subjects))}读数无法采用",
            why,
            f"由{who}核实或补测",
            since,
            list(held.affects),
        )


def _conditions(known: Known) -> Iterator[ConditionState]:
    for hazard in known.picture.hazards:
        for one in (*hazard.conditions, *hazard.end_conditions):
            if one.state == "unknown":
                yield one


def _open_readings(condition: ConditionState) -> Iterator[tuple[str, str, datetime | None]]:
    open_tests = [test for test in condition.tests if test.value is None]
    for test in open_tests:
        unknown = [one for one in test.readings if one.verdict is None]
        for one in unknown:
            yield one.subject, one.why or test.why or condition.why, one.at
        if not unknown:
            yield "", test.why or condition.why, None
    if not open_tests:
        yield "", condition.why, None


def _general(why: str) -> str:
    return why or "原因不明"


def _named(city: City, subjects: Sequence[str]) -> str:
    names: Mapping[str, str] = {one.code: one.name for one in city.districts.values()}
    known = [
        city.weather.stations[one].name if one in city.weather.stations else names.get(one, one)
        for one in subjects
        if one
    ]
    if not known:
        return "所依据的数据"
    listed = "、".join(known[:NAMED])
    return listed if len(known) <= NAMED else f"{listed}等{len(known)}处"


def evidence(found: Sequence[DataGap], at: datetime) -> Iterator[Evidence]:
    for one in found:
        since = f"，自{clock(one.since, at)}起" if one.since else ""
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
            clause="5.3.3(4)",
            source="数据质量",
        )
