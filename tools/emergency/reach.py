"""How far and how long from one point to another: along the roads that are open, else as the crow flies.

Positions are latitude, longitude in degrees WGS-84; distances kilometres, times minutes of driving.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from knowledge.city.shapes import Position, Road
from tools.emergency.ground import metres

Row = NDArray[np.float64]

DETOUR: Final = 1.35
SPEED_KMH: Final = 30.0
"""Streets against the straight line, and the speed in a storm, where no road is known."""
ACCESS_MAX_KM: Final = 3.5
"""A point farther from every road than this is reckoned along the straight line."""


@dataclass(frozen=True)
class Way:
    """straight: reckoned along the straight line, not along roads. cut: no open road leads there."""

    km: float
    minutes: float
    straight: bool
    cut: bool = False


class StraightLine:
    """Ways of a city whose roads are not known."""

    def way(self, lat: float, lon: float, to_lat: float, to_lon: float) -> Way:
        return _straight(lat, lon, to_lat, to_lon)


class RoadNet:
    """Ways along roads. Roads meet where they share a position; each is driven at its own speed, both ways."""

    def __init__(self, roads: Sequence[Road], closed: Collection[str] = ()) -> None:
        """closed: ids of risk points under water; a road through one of them is left out."""
        self._roads = tuple(roads)
        open_roads = [road for road in roads if not set(road.risk_ids) & set(closed)]
        self._nodes = list(dict.fromkeys(position for road in roads for position in road.line))
        self._index = {position: number for number, position in enumerate(self._nodes)}
        self._graph = self._graph_of(open_roads)
        self._places = np.array(self._nodes, dtype=float).reshape(-1, 2)
        self._reached: dict[int, tuple[Row, Row]] = {}
        self._near: dict[tuple[float, float], int | None] = {}

    def closing(self, risk_ids: Collection[str]) -> "RoadNet":
        """The same roads without those through `risk_ids`."""
        return RoadNet(self._roads, risk_ids)

    def way(self, lat: float, lon: float, to_lat: float, to_lon: float) -> Way:
        """The quickest way. Where no road leads near or through, the straight line, marked."""
        start, goal = self._nearest(lat, lon), self._nearest(to_lat, to_lon)
        direct = _straight(lat, lon, to_lat, to_lon)
        if start is None or goal is None:
            return direct
        minutes, kilometres = self._from(start)
        if not math.isfinite(minutes[goal]):
            return Way(direct.km, direct.minutes, straight=True, cut=True)
        ends = [self._access(lat, lon, start), self._access(to_lat, to_lon, goal)]
        if start == goal:  # no road between: both ends would be counted to a node and back
            return direct
        distance = float(kilometres[goal]) + sum(end.km for end in ends)
        driven = float(minutes[goal]) + sum(end.minutes for end in ends)
        return Way(round(distance, 1), driven, straight=False)

    def _graph_of(self, roads: Sequence[Road]) -> csr_matrix:
        """Minutes between neighbouring positions; of two roads between the same two, the quicker."""
        quickest: dict[tuple[int, int], float] = {}
        for road in roads:
            for a, b in zip(road.line, road.line[1:], strict=False):
                minutes = _km(a, b) / road.speed_kmh * 60
                for edge in ((self._index[a], self._index[b]), (self._index[b], self._index[a])):
                    quickest[edge] = min(minutes, quickest.get(edge, math.inf))
        size = len(self._nodes)
        rows, columns = [a for a, _ in quickest], [b for _, b in quickest]
        return csr_matrix((list(quickest.values()), (rows, columns)), shape=(size, size))

    def _from(self, start: int) -> tuple[Row, Row]:
        """(minutes, kilometres) of the quickest way to every node; infinite minutes where none leads."""
        if start not in self._reached:
            found = dijkstra(self._graph, indices=start, return_predecessors=True)
            minutes, before = cast("tuple[Row, NDArray[np.int32]]", found)
            kilometres = np.zeros(len(self._nodes))
            for node in np.argsort(minutes)[1:]:
                if math.isfinite(minutes[node]):
                    previous = int(before[node])
                    kilometres[node] = kilometres[previous] + _km(self._nodes[previous], self._nodes[node])
            self._reached[start] = minutes, kilometres
        return self._reached[start]

    def _nearest(self, lat: float, lon: float) -> int | None:
        """The road's node nearest to a point, None when it is too far to be the point's road."""
        if (lat, lon) not in self._near:
            self._near[lat, lon] = self._look_nearest(lat, lon)
        return self._near[lat, lon]

    def _look_nearest(self, lat: float, lon: float) -> int | None:
        if not self._nodes:
            return None
        shrink = math.cos(math.radians(lat))  # a degree of longitude, in degrees of latitude
        away = np.hypot((self._places[:, 0] - lon) * shrink, self._places[:, 1] - lat)
        node = int(np.argmin(away))
        return node if _km((lon, lat), self._nodes[node]) <= ACCESS_MAX_KM else None

    def _access(self, lat: float, lon: float, node: int) -> Way:
        node_lon, node_lat = self._nodes[node]
        return _straight(lat, lon, node_lat, node_lon, rounded=False)


def _straight(lat: float, lon: float, to_lat: float, to_lon: float, *, rounded: bool = True) -> Way:
    distance = metres(lon, lat, to_lon, to_lat) / 1000 * DETOUR
    return Way(round(distance, 1) if rounded else distance, distance / SPEED_KMH * 60, straight=True)


def _km(a: Position, b: Position) -> float:
    return metres(*a, *b) / 1000
