"""The briefing's sentences by template: complete and right without a model, each with the evidence it rests on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from agents.judgment.before import Before
from agents.judgment.decision import (
    LEVEL_NAMES,
    CallState,
    Change,
    DataGap,
    Evacuation,
    Evidence,
    ExposedPoint,
    Outlook,
    PastEvent,
    Placement,
    Recommendation,
    TicketCluster,
)
from agents.judgment.engine.picture import HazardPicture
from agents.judgment.evidence import UNLISTED, advised, could_be, forecast_id, observation_id, value_id
from agents.judgment.known import RAIN, Known
from agents.judgment.naming import clock, district_name, hours, number
from agents.judgment.rules import gravest_stops, own_measures
from agents.judgment.situation import Now
from knowledge.city import City

PartName = Literal["situation", "judgment", "impact", "advice", "uncertainty", "changes"]
PARTS: tuple[PartName, ...] = ("changes", "situation", "judgment", "impact", "advice", "uncertainty")

TITLES = {
    "changes": "与上一份相比的变化",
    "situation": "天气与水情",
    "judgment": "响应级别研判",
    "impact": "影响与风险",
    "advice": "处置建议",
    "uncertainty": "不确定性与数据缺口",
}

RAIN_TOLD = (60, 180, 360, 1440)
STRONG_GUST = 10.8
"""m/s, force 6: from here wind is told."""


@dataclass(frozen=True)
class Draft:
    """One sentence by template."""

    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Parts:
    """What the steps before found, as far as sentences are made of it."""

    known: Known
    recommendations: Sequence[Recommendation] = ()
    points: Sequence[ExposedPoint] = ()
    evacuations: Sequence[Evacuation] = ()
    clusters: Sequence[TicketCluster] = ()
    past: Sequence[PastEvent] = ()
    placements: Sequence[Placement] = ()
    calls: Sequence[CallState] = ()
    gaps: Sequence[DataGap] = ()
    outlook: Sequence[Outlook] = ()
    changes: Sequence[Change] = ()
    evidence: Mapping[str, Evidence] = field(default_factory=dict[str, Evidence])

    def say(self, *ids: str) -> Iterator[Draft]:
        """A sentence of each evidence's own words, in order; ids that don't exist are left out."""
        for one in ids:
            if one in self.evidence:
                yield Draft(f"{self.evidence[one].text.rstrip('。；')}。", (one,))


def drafts(city: City, parts: Parts) -> dict[PartName, tuple[Draft, ...]]:
    """All paragraphs that have something to say, in PARTS' order."""
    made: dict[PartName, tuple[Draft, ...]] = {
        "changes": tuple(_changes(parts, parts.known.before)) if parts.known.before else (),
        "situation": tuple(_situation(city, parts)),
        "judgment": tuple(_judgment(parts)),
        "impact": tuple(_impact(parts)),
        "advice": tuple(_advice(city, parts)),
        "uncertainty": tuple(_uncertainty(parts)),
    }
    return {name: made[name] for name in PARTS if made[name]}


def _changes(parts: Parts, last: Before) -> Iterator[Draft]:
    if not parts.changes:
        when = clock(last.at, parts.known.at)
        yield Draft(f"上一份研判为第{last.number}期（{when}），与它相比没有变化。", ("B:0",))
    for one in parts.changes[:8]:
        yield Draft(f"{one.text}。", one.evidence)


def _situation(city: City, parts: Parts) -> Iterator[Draft]:
    known = parts.known
    yield from parts.say(*(f"W:{one.alert_id}" for one in known.alerts[:5]), UNLISTED, "W:none")
    yield from _rain(city, parts)
    yield from parts.say(*_levels(city, known, "river", 3), *_levels(city, known, "reservoir", 2))
    yield from parts.say(*_levels(city, known, "ponding", 3), *_levels(city, known, "landslide", 2))
    blows = [one for one in known.now if one.metric == "gust" and one.state != "stale"]
    strongest = max(blows, key=lambda one: one.value or 0.0, default=None)
    if strongest and (strongest.value or 0.0) >= STRONG_GUST:
        yield from parts.say(*_newest(city, strongest))
    yield from _forecast(city, parts)


def _rain(city: City, parts: Parts) -> Iterator[Draft]:
    """The wettest station of each window, unless the window says nothing new; one station's windows in one breath."""
    gauges = [one for one in parts.known.now if one.metric == RAIN and one.at and one.state != "stale"]
    found: dict[str, list[tuple[Now, int]]] = {}
    for window in RAIN_TOLD:
        wettest = max(gauges, key=lambda one: (one.sums.get(window, 0), one.station_id), default=None)
        if wettest and (total := wettest.sums.get(window)):
            told = found.setdefault(wettest.station_id, [])
            if all(total != one.sums[known] for one, known in told):
                told.append((wettest, window))
    for station_id, told in found.items():
        now = told[0][0]
        if now.at is not None:
            sums = "、".join(f"近{hours(window)}雨量{number(now.sums[window])}毫米" for _, window in told)
            doubt = "，其后数据存疑" if now.state == "suspect" else ""
            when = clock(now.at, parts.known.at)
            text = f"{city.weather.stations[station_id].name}{sums}（{when}），为各站最大{doubt}。"
            yield Draft(text, tuple(observation_id(station_id, now.at, window) for _, window in told))


REFERENCE = {
    "river": ("warn_level", -0.5),
    "reservoir": ("flood_limit_level", 0.0),
    "ponding": ("depth_warn_cm", 0.0),
    "landslide": ("rate_orange_mm_h", 0.0),
}
"""What makes a gauge worth telling: its column and how far off it may be."""


def _levels(city: City, known: Known, kind: str, most: int) -> Iterator[str]:
    column, off = REFERENCE[kind]
    found: list[tuple[float, Now]] = []
    for now in known.now:
        station = city.weather.stations[now.station_id]
        mark = getattr(station, column)
        if station.kind == kind and now.value is not None and mark is not None and now.value >= mark + off:
            found.append((now.value - mark, now))
    found.sort(key=lambda pair: (-pair[0], pair[1].station_id))
    for _, now in found[:most]:
        yield from _newest(city, now)


def _newest(city: City, now: Now) -> Iterator[str]:
    if key := value_id(city.weather.stations[now.station_id], now):
        yield key


def _forecast(city: City, parts: Parts) -> Iterator[Draft]:
    """The highest figure of each kind of forecast; of wind only where it will blow."""
    for metric, least in (("rain_6h", 0.0), ("rain_24h", 0.0), ("gust_24h", STRONG_GUST)):
        issued = [one for one in parts.known.forecasts if one.metric == metric]
        highest = max(issued, key=lambda one: (one.value, one.district_code or ""), default=None)
        key = forecast_id(highest) if highest and highest.value >= least else ""
        if highest and key in parts.evidence:
            said = f"{parts.evidence[key].text}，为各区县最大。"
            if len(issued) > 1 and min(one.value for one in issued) == highest.value:
                place = district_name(city, highest.district_code or "")
                said = f"{parts.evidence[key].text.replace(place, '各区县', 1)}。"
            yield Draft(said, (key,))


def _judgment(parts: Parts) -> Iterator[Draft]:
    advice = {one.hazard: one for one in parts.recommendations}
    for hazard in parts.known.picture.hazards:
        key = f"J:{hazard.hazard}"
        name = hazard.name
        if hazard.level:
            yield Draft(f"按预案核对达到{name}{LEVEL_NAMES[hazard.level]}级。", (key,))
        else:
            yield Draft(f"按预案核对{name}未达到任何级别。", (key,))
        if hazard.possible and hazard.possible != hazard.level:
            yield Draft(f"{could_be(hazard)}。", (key,))
        if one := advice.get(hazard.hazard):
            who = f"签发人为{one.signer}，会商由{one.chair}主持"
            yield Draft(f"{advised(name, one)}，{who}。", (key,))
            yield from parts.say(
                *one.reasons[:5], *(key for key in one.reasons[5:] if key in _for_people(hazard))
            )
        yield from parts.say(*(f"C:{item.id}" for item in hazard.conditions if item.review))


def _for_people(hazard: HazardPicture) -> set[str]:
    """End conditions that a person has to confirm: none of them may go unsaid."""
    return {f"C:{one.id}" for one in hazard.end_conditions if one.state == "human"}


def _impact(parts: Parts) -> Iterator[Draft]:
    yield from parts.say("R:all")
    urgent = [one for one in parts.points if one.severity == "now"] or parts.points
    yield from parts.say(*(f"R:{one.risk_id}" for one in urgent[:6]))
    yield from parts.say(*(f"T:{one.cluster_id}" for one in parts.clusters[:5]))


def _advice(city: City, parts: Parts) -> Iterator[Draft]:
    """What a lower level asks for is done already."""
    rising = [advice for advice in parts.recommendations if advice.action != "downgrade"]
    own = [one for advice in rising for one in own_measures(city, advice)]
    soonest = sorted(own, key=lambda one: one.within_minutes)
    yield from parts.say(*dict.fromkeys(one.key for one in soonest[:8]))
    stops = [one for one in gravest_stops(parts.recommendations) if one.advice != "none"]
    yield from parts.say(*(f"S:{one.name}" for one in stops))
    yield from parts.say(*(f"E:{one.risk_id}" for one in parts.evacuations[:6]))
    yield from parts.say(*(f"P:{one.number}" for one in parts.placements[:6]))
    late = [one for one in parts.calls if one.state == "overdue"]
    yield from parts.say("L:all", *(f"L:{one.contact_id}" for one in late[:3]))
    yield from parts.say(*(f"H:{number}" for number, _ in enumerate(parts.past[:2], 1)))


def _uncertainty(parts: Parts) -> Iterator[Draft]:
    yield from parts.say(*(f"G:{one.number}" for one in parts.gaps[:6]))
    for one in parts.outlook[:5]:
        yield Draft(f"{one.text}。", (f"X:{one.condition_id}",))
