"""What a risk point lies under: its own gauge, rain of the nearest gauges, rivers, signals in its district, the
response in force.

What a point answers to stands in the pack: the gauge's reference levels, and the point's own trigger words
(trigger_hint: 上游1小时雨量40毫米准备转移，60毫米立即转移; 红色信号撤离).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from agents.judgment.decision import LEVEL_NAMES
from agents.judgment.evidence import of_rain, of_value
from agents.judgment.known import RAIN, RANK, Known
from agents.judgment.naming import plain
from agents.judgment.reach import km
from agents.judgment.situation import Now
from knowledge.city import City
from knowledge.city.plan import StationCount
from knowledge.city.weather import RiskPoint, Station

Severity = Literal["now", "soon", "watch"]
ORDER = {"now": 0, "soon": 1, "watch": 2}

_REFERENCES = (
    ("depth_close_cm", "now"), ("depth_warn_cm", "soon"),
    ("design_level", "now"), ("flood_limit_level", "watch"),
    ("guarantee_level", "now"), ("warn_level", "soon"),
    ("rate_orange_mm_h", "now"),
)  # fmt: skip
"""Column of stations.csv -> how urgent it is when the value reaches it (plan 4.3, 5.9)."""

_HALF = ("depth_warn_cm", "rate_orange_mm_h")
"""From half of these on a point is watched."""

NEAR_KM = 1.0

_RAIN_HINT = re.compile(r"(\d+)小时雨量(\d+)毫米准备[^，]*，(\d+)毫米立即")
_COLOUR_HINT = re.compile(r"([蓝黄橙红])色(信号|风险预警)")
_RESPONSE_HINT = re.compile(r"([ⅠⅡⅢⅣ])级响应")
_MOVES = re.compile(r"撤|转移|停工")
_LANDSLIDE = "地质灾害气象风险"


@dataclass(frozen=True)
class Threat:
    """`text` says it with its figure; evidence ids it rests on."""

    severity: Severity
    text: str
    evidence: tuple[str, ...]


def threats(city: City, known: Known, point: RiskPoint) -> tuple[Threat, ...]:
    """All of them, most urgent first."""
    found = [*_gauge(city, known, point), *_rain(city, known, point)]
    found += [*_signals(city, known, point), *_responses(known, point)]
    found.sort(key=lambda one: ORDER[one.severity])
    said: dict[str, Threat] = {}
    for one in found:
        said.setdefault(one.text, one)
    return tuple(said.values())


def _gauge(city: City, known: Known, point: RiskPoint) -> Iterator[Threat]:
    station = city.weather.stations.get(point.station_id or "") or _stands_for(city, point)
    if station is None:
        return
    now = known.reading(station.station_id, station.metrics[0])
    severity = over(station, now) if now else None
    said = of_value(city, now, known.at) if now and severity else None
    if said and severity:
        yield Threat(severity, said.text, (said.id,))


def _stands_for(city: City, point: RiskPoint) -> Station | None:
    """A gauge near by for a point that has none of its own: the river's for a dyke, the street's within 1 km."""
    answers = city.weather.risk_kinds.of(point.kind).answers_to
    river = "river" in answers
    kinds = {"river"} if river else {"ponding"} if "ponding" in answers else set[str]()
    near = [
        (km(one.lat, one.lon, point.lat, point.lon), one.station_id)
        for one in city.weather.stations.values()
        if one.kind in kinds and (river or one.district_code == point.district_code)
    ]
    away, station_id = min(near, default=(0.0, ""))
    return city.weather.stations.get(station_id) if river or away <= NEAR_KM else None


def over(station: Station, now: Now) -> Severity | None:
    """How urgent a gauge's value is against its reference levels; stale values say nothing."""
    if now.value is None or now.state == "stale":
        return None
    for column, severity in _REFERENCES:
        mark = getattr(station, column)
        if mark is not None and now.value >= mark:
            return severity  # pyright: ignore[reportReturnType] # the table holds severities only
    halves = [mark for column in _HALF if (mark := getattr(station, column)) is not None]
    return "watch" if any(now.value >= mark / 2 for mark in halves) else None


def _rain(city: City, known: Known, point: RiskPoint) -> Iterator[Threat]:
    """Rain of the nearest gauge against the point's own words, or else the plan's lowest threshold."""
    if "rain" not in city.weather.risk_kinds.of(point.kind).answers_to:
        return
    gauges = [one for one in city.weather.stations.values() if one.kind == "rain"]
    if not gauges:
        return
    gauge = min(gauges, key=lambda one: (km(one.lat, one.lon, point.lat, point.lon), one.station_id))
    now = known.reading(gauge.station_id, RAIN)
    hint = _RAIN_HINT.search(point.trigger_hint)
    window = int(hint[1]) * 60 if hint else 60
    said = of_rain(city, now, window, known.at) if now and now.state != "stale" else None
    if now is None or said is None:
        return
    total = now.sums[window]
    ready, leave = (float(hint[2]), float(hint[3])) if hint else (lowest_hourly(city), None)
    if ready is None or total < ready:
        return
    urgent = leave is not None and total >= leave
    severity: Severity = "now" if urgent else "soon"
    text = f"{said.text}，达到{plain(leave if urgent and leave else ready)}毫米"
    yield Threat(severity, text, (said.id,))


def lowest_hourly(city: City) -> float | None:
    """The lowest one-hour rain at which the plan begins to count stations, mm."""
    tests = (
        test
        for response in city.weather.plan.responses
        for condition in response.conditions
        for test in condition.tests
    )
    thresholds = [
        test.threshold
        for test in tests
        if isinstance(test, StationCount) and test.metric == RAIN and test.window_min == 60 and test.threshold
    ]
    return min(thresholds, default=None)


def _signals(city: City, known: Known, point: RiskPoint) -> Iterator[Threat]:
    """Signals in the point's district that its trigger words name. Of types that the plan looks at: a red signal of
    heat clears no old house."""
    used = city.weather.plan.semantics.signals.types_used
    for part in re.split(r"[，；]", point.trigger_hint):
        for hint in _COLOUR_HINT.finditer(part):
            landslide = hint[2] == "风险预警"
            fitting = [
                one
                for one in known.alerts
                if one.type in used
                and point.district_code in one.districts
                and RANK[one.colour] >= RANK[hint[1]]
                and (one.type == _LANDSLIDE) == landslide
            ]
            if fitting:
                alert = max(fitting, key=lambda one: (RANK[one.colour], one.alert_id))
                severity: Severity = "now" if _MOVES.search(part) and "准备" not in part else "soon"
                yield Threat(severity, f"处于{alert.type}{alert.colour}色预警之中", (f"W:{alert.alert_id}",))


def _responses(known: Known, point: RiskPoint) -> Iterator[Threat]:
    """Responses in force that the point's trigger words name, at that level or a higher one. To be watched only: the
    response's own measures send people away."""
    for hint in _RESPONSE_HINT.finditer(point.trigger_hint):
        lowest = next(level for level, name in LEVEL_NAMES.items() if name == hint[1])
        for hazard in known.picture.hazards:
            level = known.signed()[hazard.hazard]
            if level is not None and level <= lowest:
                text = f"在行响应为{hazard.name}{LEVEL_NAMES[level]}级"
                yield Threat("watch", text, (f"J:{hazard.hazard}",))


def rising(now: Now, threshold: float, window: int = 0) -> float | None:
    """Hours until the value (or rain sum) comes to a threshold at its present pace; None when it does not rise."""
    slope = now.slopes.get(window)
    value = now.sums.get(window) if window else now.value
    if slope is None or value is None or slope <= 0 or value >= threshold:
        return None
    return (threshold - value) / slope
