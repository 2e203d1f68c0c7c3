"""Ways along hand-drawn roads, and along the bundled city's."""

import pytest

from knowledge.city.shapes import Road
from tools.emergency.reach import RoadNet, StraightLine

# About 9.7 km east-west and 11.1 km north-south at this latitude, for 0.1 degree.
WEST, MIDDLE, EAST, NORTH = (113.0, 29.6), (113.1, 29.6), (113.2, 29.6), (113.1, 29.7)


def road(name, speed, *line, risks=()):
    return Road(road_id=name, name=name, kind="主干道", speed_kmh=speed, risk_ids=risks, line=line)


ROADS = (
    road("direct", 30, WEST, MIDDLE, EAST, risks=("RP01",)),
    road("round", 60, WEST, NORTH),
    road("back", 60, NORTH, EAST),
)


def test_the_quickest_way_not_the_shortest():
    way = RoadNet(ROADS).way(29.6, 113.0, 29.6, 113.2)
    assert (way.straight, way.cut) == (False, False)
    assert way.km == pytest.approx(29.5, abs=0.2)
    assert way.minutes == pytest.approx(29.5, abs=0.2)


def test_a_flooded_underpass_closes_its_road_and_cuts_off_what_is_behind():
    net = RoadNet((ROADS[0],))
    assert net.way(29.6, 113.0, 29.6, 113.2).minutes == pytest.approx(38.7, abs=0.2)
    closed = net.closing(["RP01"]).way(29.6, 113.0, 29.6, 113.2)
    assert (closed.straight, closed.cut) == (True, True)
    assert closed.minutes == StraightLine().way(29.6, 113.0, 29.6, 113.2).minutes


def test_the_last_stretch_off_the_road_is_added():
    on, off = RoadNet(ROADS).way(29.6, 113.0, 29.7, 113.1), RoadNet(ROADS).way(29.59, 113.0, 29.7, 113.1)
    assert off.km - on.km == pytest.approx(1.11 * 1.35, abs=0.1)
    assert off.minutes - on.minutes == pytest.approx(1.11 * 1.35 / 30 * 60, abs=0.05)


@pytest.mark.parametrize("net", [RoadNet(()), RoadNet(ROADS), StraightLine()])
def test_far_from_every_road_it_is_reckoned_and_marked(net):
    way = net.way(29.3, 112.9, 29.3, 112.95)
    assert (way.straight, way.cut) == (True, False)
    assert way.minutes == pytest.approx(way.km / 30 * 60, abs=0.1)


def test_both_ends_at_one_node_are_no_detour_over_it():
    way = RoadNet(ROADS).way(29.601, 113.0, 29.602, 113.0)
    assert way.km == pytest.approx(0.15, abs=0.06)
    assert way.straight


def test_the_citys_own_roads_lead_from_every_team_to_every_shelter(city):
    net = RoadNet(city.shapes.roads)
    for team in city.weather.teams.values():
        for shelter in city.weather.shelters.values():
            way = net.way(team.lat, team.lon, shelter.lat, shelter.lon)
            assert not way.cut
            crow = StraightLine().way(team.lat, team.lon, shelter.lat, shelter.lon)
            assert way.km >= crow.km / 1.35 - 0.1
