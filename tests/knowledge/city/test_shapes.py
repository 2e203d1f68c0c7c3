"""Outlines and roads: each thing in its own district, no two districts overlapping, one network of roads."""

import json
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from knowledge.city import City, load_city
from knowledge.errors import CityPackError


@pytest.fixture
def broken(pack: Path, tmp_path: Path) -> Path:
    return shutil.copytree(pack, tmp_path / "pack")


def edit(root: Path, file: str, change) -> None:
    path = root / "geo" / file
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content["features"])
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def test_every_district_holds_its_places_and_no_other(city: City) -> None:
    assert set(city.shapes.districts) == {district.code for district in city.districts.values()}
    for place in city.places.values():
        assert city.shapes.district_at(place.lat, place.lon) == city.districts[place.district].code
    assert city.shapes.district_at(29.0, 113.1) is None
    assert city.shapes.district_at(113.1, 29.6) is None  # latitude first


def test_districts_do_not_overlap(city: City) -> None:
    """Sampled on a fine grid: a point is in one district at most."""
    shapes = city.shapes
    for row in range(66):
        for column in range(48):
            lat, lon = 29.3005 + row * 0.01, 112.8805 + column * 0.01
            alone = [
                code
                for code in shapes.districts
                if type(shapes)({code: shapes.districts[code]}).district_at(lat, lon)
            ]
            assert len(alone) <= 1, (lat, lon, alone)


def test_positions_are_longitude_first_and_inside_the_frame(city: City) -> None:
    for line in (*city.shapes.districts.values(), *(road.line for road in city.shapes.roads)):
        assert all(112.88 <= lon <= 113.35 and 29.30 <= lat <= 29.95 for lon, lat in line)


def test_roads_are_one_network_and_name_the_underpasses(city: City) -> None:
    reach: dict = {}
    for road in city.shapes.roads:
        for a, b in pairwise(road.line):
            reach.setdefault(a, set()).add(b)
            reach.setdefault(b, set()).add(a)
    seen, queue = set(), [next(iter(reach))]
    while queue:
        if (here := queue.pop()) not in seen:
            seen.add(here)
            queue.extend(reach[here])
    assert seen == set(reach)
    underpasses = {risk.risk_id for risk in city.weather.risk_points.values() if risk.kind == "下穿通道"}
    assert {risk_id for road in city.shapes.roads for risk_id in road.risk_ids} == underpasses


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("districts.geojson", lambda f: f[0]["geometry"]["coordinates"][0].pop(), "首尾相接"),
        ("districts.geojson", lambda f: f.pop(), "districts 对不上"),
        ("districts.geojson", lambda f: f[0].update(geometry=f[1]["geometry"]), "应在埠前区"),
        ("roads.geojson", lambda f: f[2]["properties"].update(risk_ids=["RP99"]), "RP99"),
        ("roads.geojson", lambda f: f[0]["geometry"].update(type="Point"), "geometry.type"),
    ],
)
def test_shapes_that_do_not_fit_are_told(broken: Path, file: str, change, said: str) -> None:
    edit(broken, file, change)
    with pytest.raises(CityPackError, match=said):
        load_city(broken)


def test_a_pack_may_come_without_shapes(broken: Path) -> None:
    shutil.rmtree(broken / "geo")
    city = load_city(broken)
    assert (dict(city.shapes.districts), city.shapes.roads) == ({}, ())
