"""What citizens say that no gauge says: calls of the last hours, put together by place and kind (plan 3.6)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from agents.judgment.decision import Evidence, TicketCluster
from agents.judgment.evidence import observation_id, of_value
from agents.judgment.known import Known
from agents.judgment.naming import clock, plain
from agents.judgment.reach import km
from agents.judgment.situation import Now
from knowledge.city import City, Place
from knowledge.city.plan import TicketCount
from knowledge.city.weather import Station
from tools.emergency.facts import CitizenSignal

ABOUT = "诉求"
"""The plan's section on citizens' calls has it in its heading."""
HOURS = 3
"""Calls older than this no longer tell where water stands now."""
NEAR_KM = 1.0
NO_GAUGE = f"{plain(NEAR_KM)}公里内没有可以印证的监测站"
JOIN_KM = 0.4
"""Calls of one kind this near to each other speak of one place."""
GAP = timedelta(minutes=60)
SINGLE = frozenset({"人员被困", "车辆被困"})
"""Kinds of which one call is enough to be told: lives first (plan 3.6)."""
SLOPE_KINDS = frozenset({"滑坡征兆"})
HIDDEN_KINDS = frozenset({"屋漏危房"})
"""What happens indoors no gauge bears out, however much water stands on the street."""


def clusters(city: City, known: Known) -> tuple[TicketCluster, ...]:
    """Clusters of at least two calls (one when people are trapped), most calls first; unseen ones before others."""
    kinds = plan_kinds(city)
    once = {one.signal_id: one for one in known.citizens}
    calls = [
        one
        for one in sorted(once.values(), key=lambda item: (item.time, item.signal_id))
        if one.kind in kinds and one.place_id in city.places and known.at - one.time < timedelta(hours=HOURS)
    ]
    groups = _grouped(city, calls)
    kept = [group for group in groups if len(group) > 1 or group[0].kind in SINGLE]
    made = [_cluster(city, known, group) for group in kept]
    ranked = sorted(made, key=lambda one: (not one.unseen, -one.count, one.first_at, one.place_id))
    return tuple(one.model_copy(update={"cluster_id": f"K{number}"}) for number, one in enumerate(ranked, 1))


def plan_kinds(city: City) -> frozenset[str]:
    """Kinds of calls that the plan counts."""
    return frozenset(
        kind
        for response in city.weather.plan.responses
        for condition in response.conditions
        for test in condition.tests
        if isinstance(test, TicketCount)
        for kind in test.ticket_kinds
    )


def _grouped(city: City, calls: Sequence[CitizenSignal]) -> list[list[CitizenSignal]]:
    groups: list[list[CitizenSignal]] = []
    for call in calls:
        place = city.places[call.place_id or ""]
        home = next((group for group in groups if _belongs(city, place, call, group)), None)
        if home is None:
            groups.append([call])
        else:
            home.append(call)
    return groups


def _belongs(city: City, place: Place, call: CitizenSignal, group: Sequence[CitizenSignal]) -> bool:
    first = city.places[group[0].place_id or ""]
    near = first.place_id == place.place_id or km(first.lat, first.lon, place.lat, place.lon) <= JOIN_KM
    return near and group[0].kind == call.kind and call.time - group[-1].time <= GAP


def _cluster(city: City, known: Known, group: Sequence[CitizenSignal]) -> TicketCluster:
    place = city.places[group[0].place_id or ""]
    gauge, away = _nearest(city, place, group[0].kind)
    says, seen, rests = _gauge_says(city, known, gauge, away)
    return TicketCluster(
        cluster_id="",
        place_id=place.place_id,
        place=place.name,
        kind=group[0].kind,
        count=len(group),
        first_at=group[0].time,
        last_at=group[-1].time,
        nearest_station=gauge.station_id if gauge else None,
        station_says=says,
        unseen=not seen,
        evidence=rests,
    )


def _nearest(city: City, place: Place, kind: str) -> tuple[Station | None, float]:
    """The gauge that could see it: of water on the street or in a river, or of a slope."""
    if kind in HIDDEN_KINDS:
        return None, 0.0
    kinds = {"landslide"} if kind in SLOPE_KINDS else {"ponding", "river"}
    away = {
        one.station_id: km(one.lat, one.lon, place.lat, place.lon)
        for one in city.weather.stations.values()
        if one.kind in kinds
    }
    if not away:
        return None, 0.0
    nearest = min(away, key=lambda station_id: (away[station_id], station_id))
    return city.weather.stations[nearest], away[nearest]


def _gauge_says(
    city: City, known: Known, gauge: Station | None, away: float
) -> tuple[str, bool, tuple[str, ...]]:
    """What the gauge near by says, whether it shows the same, and the evidence for that."""
    if gauge is None or away > NEAR_KM:
        return NO_GAUGE, False, ()
    now = known.reading(gauge.station_id, gauge.metrics[0])
    if now is None or now.value is None or now.at is None or now.state == "stale":
        return f"{gauge.name}没有有效读数", False, ()
    said = of_value(city, now, known.at)
    return (said.text if said else ""), _shows(gauge, now), (observation_id(gauge.station_id, now.at),)


def _shows(gauge: Station, now: Now) -> bool:
    marks = [gauge.depth_warn_cm, gauge.warn_level, gauge.rate_orange_mm_h]
    return any(mark is not None and (now.value or 0) >= mark for mark in marks)


def evidence(city: City, found: Sequence[TicketCluster], at: datetime) -> Iterator[Evidence]:
    for one in found:
        when = _span(one.first_at, one.last_at, at)
        blind = "，监测站未见" if one.unseen and one.station_says != NO_GAUGE else ""
        text = f"{one.place}{when}有{one.kind}诉求{one.count}件{blind}；{one.station_says}"
        yield Evidence(
            id=f"T:{one.cluster_id}",
            kind="cluster",
            text=text,
            figures=((one.count, "件"),),
            at=one.last_at,
            subject=one.place_id,
            clause=city.weather.section(ABOUT),
            source="12345、110 诉求",
        )


def _span(first: datetime, last: datetime, at: datetime) -> str:
    begin, end = clock(first, at), clock(last, at)
    return begin if begin == end else f"{begin}至{end}"
