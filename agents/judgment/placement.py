"""Sending teams and gear ahead: an assignment found by a solver (HiGHS through scipy), not by whoever shouts first.

Each team goes to one point, each lot of gear is used up at most; a point's need is met by one team, or by its pieces
from one depot. The plan that meets the most weighted needs wins, nearer ones before farther ones; ties fall to the
smaller id. Nothing farther than LIMIT minutes counts as ahead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix

from agents.judgment.decision import Evidence, ExposedPoint, Placement
from agents.judgment.known import Known
from agents.judgment.reach import OpenRoads, ready_minutes
from knowledge.city import City
from knowledge.city.risk_kinds import Need

LIMIT = 60.0
"""Minutes: who comes later than this is not ahead of the water."""
POINTS = 30
"""Most urgent points looked at: more than the teams could serve."""
SECONDS = 1.0
URGENT = {"now": 4.0, "soon": 2.0, "watch": 0.5}
PER_MINUTE = 5e-3
PER_RANK = 1e-7
"""Breaks ties the same way every time, far below what a minute weighs."""


@dataclass(frozen=True)
class _Choice:
    """One thing that could be done: this resource for this need of this point."""

    resource_id: str
    point: int
    need: int
    quantity: int
    minutes: float
    gain: float


def place(
    city: City, known: Known, points: Sequence[ExposedPoint], roads: OpenRoads
) -> tuple[Placement, ...]:
    """The assignment, most urgent points first. Empty when nothing is exposed or nothing fits."""
    wanted = list(points[:POINTS])
    choices = [*_teams(city, known, wanted, roads), *_gear(city, wanted, roads)]
    if not choices:
        return ()
    chosen = _solve(city, choices)
    chosen.sort(key=lambda one: (one.point, one.need, one.resource_id))
    return tuple(
        _placement(city, number, choice, wanted[choice.point]) for number, choice in enumerate(chosen, 1)
    )


def _weight(point: ExposedPoint, need: Need, minutes: float) -> float:
    """What meeting the need is worth; people count, but a hundred more never outweigh urgency."""
    crowd = min(point.people or 0, 2000) / 4000
    return (URGENT[point.severity] + crowd) * need.weight - PER_MINUTE * minutes


def _teams(city: City, known: Known, points: Sequence[ExposedPoint], roads: OpenRoads) -> Iterator[_Choice]:
    for index, point in enumerate(points):
        net = roads.to(point.risk_id)
        for team in city.weather.teams.values():
            ready = ready_minutes(team, known.at)
            for place_of, need in enumerate(city.weather.risk_kinds.of(point.kind).needs):
                if not need.fits(team.kind):
                    continue
                minutes = ready + net.way(team.lat, team.lon, point.lat, point.lon).minutes
                if minutes <= LIMIT:
                    gain = _weight(point, need, minutes)
                    yield _Choice(team.team_id, index, place_of, 1, minutes, gain)


def _gear(city: City, points: Sequence[ExposedPoint], roads: OpenRoads) -> Iterator[_Choice]:
    for index, point in enumerate(points):
        net = roads.to(point.risk_id)
        for item in city.weather.equipment.values():
            for place_of, need in enumerate(city.weather.risk_kinds.of(point.kind).needs):
                if item.kind not in need.gear or item.quantity < need.pieces:
                    continue
                minutes = item.load_minutes + net.way(item.lat, item.lon, point.lat, point.lon).minutes
                if minutes <= LIMIT:
                    gain = _weight(point, need, minutes)
                    yield _Choice(item.equip_id, index, place_of, need.pieces, minutes, gain)


def _solve(city: City, choices: Sequence[_Choice]) -> list[_Choice]:
    """Binary choice variables; one row per resource (its stock) and one per need (met once)."""
    stock = {one.team_id: 1 for one in city.weather.teams.values()}
    stock |= {one.equip_id: one.quantity for one in city.weather.equipment.values()}
    resources = sorted({one.resource_id for one in choices})
    needs = sorted({(one.point, one.need) for one in choices})
    row_of = {key: row for row, key in enumerate([*resources, *needs])}
    uses = lil_matrix((len(row_of), len(choices)))
    for column, one in enumerate(choices):
        uses[row_of[one.resource_id], column] = one.quantity
        uses[row_of[(one.point, one.need)], column] = 1
    limits = np.array([*(stock[one] for one in resources), *(1 for _ in needs)], dtype=float)
    cost = np.array([PER_RANK * rank - one.gain for rank, one in enumerate(choices)])
    found = milp(
        cost,
        constraints=LinearConstraint(uses.tocsr(), -np.inf, limits),  # pyright: ignore[reportArgumentType] # arrays too
        integrality=np.ones(len(choices)),
        bounds=Bounds(0, 1),
        options={"time_limit": SECONDS, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return []
    return [one for one, taken in zip(choices, found.x, strict=True) if taken > 0.5]


def _placement(city: City, number: int, choice: _Choice, point: ExposedPoint) -> Placement:
    team = city.weather.teams.get(choice.resource_id)
    item = city.weather.equipment.get(choice.resource_id)
    need = city.weather.risk_kinds.of(point.kind).needs[choice.need]
    name = team.name if team else f"{item.depot}{item.kind}" if item else choice.resource_id
    return Placement(
        number=number,
        resource_id=choice.resource_id,
        resource=name,
        quantity=choice.quantity,
        risk_id=point.risk_id,
        point=point.name,
        minutes=round(choice.minutes),
        owner_dept=team.owner_dept if team else item.keeper_dept if item else "",
        why=need.what,
        evidence=(f"P:{number}", f"R:{point.risk_id}"),
    )


def evidence(city: City, placed: Sequence[Placement]) -> Iterator[Evidence]:
    for one in placed:
        item = city.weather.equipment.get(one.resource_id)
        amount = f"{one.quantity}{item.unit}" if item else ""
        text = f"建议{one.resource}{amount}前置到{one.point}（{one.why}），预计{one.minutes:g}分钟到达"
        yield Evidence(
            id=f"P:{one.number}",
            kind="placement",
            text=text,
            figures=((one.minutes, "分钟"), (one.quantity, item.unit if item else "支")),
            subject=one.risk_id,
            source="力量预置测算",
        )
