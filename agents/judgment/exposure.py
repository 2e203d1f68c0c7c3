"""Which risk points lie under what, with the nearest shelter that has room and the nearest fitting team."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from agents.judgment.decision import Evacuation, Evidence, ExposedPoint
from agents.judgment.known import Known
from agents.judgment.naming import clock, number
from agents.judgment.reach import OpenRoads, Reach, km, reach_of
from agents.judgment.threats import ORDER, Threat, threats
from knowledge.city import City
from knowledge.city.weather import RiskPoint, Shelter
from tools.emergency.reach import RoadNet

FARTHEST_KM = 30.0
"""Farther than this a shelter is no use in the hour that counts."""

SEVERITIES = {"now": "已受影响", "soon": "即将受影响", "watch": "须关注"}

BY = {"road": "", "straight": "（按直线估算）", "cut": "（道路受阻，按直线估算）"}


def exposed(city: City, known: Known, roads: RoadNet) -> tuple[ExposedPoint, ...]:
    """Most urgent first, then more people; shelters fill up in that order."""
    found = [(point, threats(city, known, point)) for point in city.weather.risk_points.values()]
    under = [(point, over) for point, over in found if over]
    under.sort(key=lambda pair: (ORDER[pair[1][0].severity], -(pair[0].people_exposed or 0), pair[0].risk_id))
    rooms, open_ = Rooms(city, known), OpenRoads(city, known, roads)
    return tuple(
        _exposed(city, known.at, open_.to(point.risk_id), rooms, point, over) for point, over in under
    )


class Rooms:
    """Room left in each shelter. Those on low ground are out while a river stands over its guarantee level or a
    reservoir over its design level (plan 4.2)."""

    def __init__(self, city: City, known: Known) -> None:
        high = _water_high(city, known)
        self._left = {
            one.shelter_id: one.capacity
            for one in city.weather.shelters.values()
            if one.indoor and (one.above_flood_level or not high)
        }
        self._shelters = city.weather.shelters

    def take(self, point: RiskPoint, people: int) -> tuple[Shelter, int] | None:
        """The shelter the pack names if it has room, else the nearest that has; and what is left in it then."""
        fitting = [self._shelters[one] for one, left in self._left.items() if left >= people]
        near = [one for one in fitting if _away(one, point) <= FARTHEST_KM]
        if not near:
            return None
        best = min(
            near, key=lambda one: (one.shelter_id != point.shelter_id, _away(one, point), one.shelter_id)
        )
        self._left[best.shelter_id] -= people
        return best, self._left[best.shelter_id]


def _away(shelter: Shelter, point: RiskPoint) -> float:
    return km(shelter.lat, shelter.lon, point.lat, point.lon)


def _water_high(city: City, known: Known) -> bool:
    for station in city.weather.stations.values():
        mark = station.guarantee_level if station.kind == "river" else station.design_level
        now = known.reading(station.station_id, "water_level")
        if mark is not None and now is not None and now.value is not None and now.value >= mark:
            return True
    return False


def _exposed(
    city: City, at: datetime, roads: RoadNet, rooms: Rooms, point: RiskPoint, over: Sequence[Threat]
) -> ExposedPoint:
    people = point.people_exposed
    moving = city.weather.risk_kinds.of(point.kind).moves and people and over[0].severity != "watch"
    taken = rooms.take(point, people or 0) if moving else None
    shelter = taken[0] if taken else None
    reach = nearest_team(city, at, roads, point)
    return ExposedPoint(
        risk_id=point.risk_id,
        name=point.name,
        kind=point.kind,
        district_code=point.district_code,
        street=point.street,
        lat=point.lat,
        lon=point.lon,
        people=people,
        under="；".join(one.text for one in over[:2]),
        severity=over[0].severity,
        shelter_id=shelter.shelter_id if shelter else None,
        shelter_name=shelter.name if shelter else "",
        shelter_room=taken[1] if taken else None,
        distance_km=round(_away(shelter, point), 1) if shelter else None,
        team_id=reach.team.team_id if reach else None,
        team_name=reach.team.name if reach else "",
        reach_minutes=round(reach.minutes) if reach else None,
        reach_by=reach.by if reach else "road",
        owner_dept=point.owner_dept,
        contact_id=point.contact_id,
        evidence=tuple(dict.fromkeys(one for threat in over[:2] for one in threat.evidence)),
    )


def nearest_team(city: City, at: datetime, roads: RoadNet, point: RiskPoint) -> Reach | None:
    """The fitting team that is there first: minutes to turn out at this hour and on the road."""
    kind = city.weather.risk_kinds.of(point.kind)
    fitting = (team for team in city.weather.teams.values() if kind.fits(team.kind))
    reached = (reach_of(team, at, roads, point) for team in fitting)
    return min(reached, key=lambda one: (one.minutes, one.team.team_id), default=None)


def evacuations(city: City, points: Sequence[ExposedPoint]) -> tuple[Evacuation, ...]:
    """Who should move now (plan 5.9): advice for whoever orders it."""
    return tuple(
        Evacuation(
            risk_id=one.risk_id,
            name=one.name,
            people=one.people,
            shelter_id=one.shelter_id,
            shelter_name=one.shelter_name,
            distance_km=one.distance_km,
            clause=city.weather.risk_kinds.move_clause,
            evidence=(f"E:{one.risk_id}", f"R:{one.risk_id}"),
        )
        for one in points
        if one.people and _moving(city, one)
    )


def _moving(city: City, one: ExposedPoint) -> bool:
    return one.severity == "now" and city.weather.risk_kinds.of(one.kind).moves


def evidence(
    city: City, points: Sequence[ExposedPoint], moving: Sequence[Evacuation], at: datetime
) -> Iterator[Evidence]:
    for one in points:
        about = [one.kind] if one.kind not in one.name else []
        about += [f"涉及{one.people}人"] if one.people else []
        text = f"{one.name}（{'，'.join(about)}）" if about else one.name
        text += f"：{one.under}"
        if one.team_name and one.reach_minutes is not None:
            text += f"；{one.team_name}预计{one.reach_minutes:g}分钟到达{BY[one.reach_by]}"
        yield Evidence(
            id=f"R:{one.risk_id}",
            kind="risk",
            text=text,
            figures=((one.people, "人"),) if one.people else (),
            at=at,
            subject=one.risk_id,
            clause=city.weather.risk_points[one.risk_id].trigger_hint,
            source="风险点清单",
        )
    if points:
        yield Evidence(
            id="R:all", kind="risk", text=_counted(city, points), figures=(), at=at, source="风险点清单"
        )
    for one in moving:
        yield Evidence(
            id=f"E:{one.risk_id}",
            kind="evacuation",
            text=moving_text(one),
            figures=((one.people, "人"),),
            at=at,
            subject=one.risk_id,
            clause=one.clause,
            source=f"避护场所清单，{clock(at, at)}测算",
        )


def _counted(city: City, points: Sequence[ExposedPoint]) -> str:
    counts = {said: sum(one.severity == key for one in points) for key, said in SEVERITIES.items()}
    told = "，".join(f"{said}{count}处" for said, count in counts.items() if count)
    people = sum(one.people or 0 for one in points if _moving(city, one))
    return f"风险点中{told}" + (f"；已受影响处应当避险的共{people}人" if people else "")


def moving_text(one: Evacuation) -> str:
    text = f"建议{one.name}{one.people}人转移避险"
    if one.shelter_name and one.distance_km is not None:
        text += f"，去处为{one.shelter_name}，距离{number(one.distance_km)}公里"
    else:
        text += "，附近场所容不下，去处须另行安排"
    return f"{text}（{one.clause}）" if one.clause else text
