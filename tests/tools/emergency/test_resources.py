"""GeoJSON layers over HTTP: the city's own, and ones drawn wrongly."""

import json

import pytest

from tools.emergency.resources import LAYERS, ResourceBook, fetch_resources
from tools.errors import CityBroken
from tools.simulator.emergency.geojson import LAYERS as DRAWN


@pytest.fixture
def layers(provider, city):
    """All layers as the simulated city draws them; a test changes one."""

    def put(**changed):
        for name in LAYERS:
            features = changed.get(name, DRAWN[name](city))
            provider.put(
                f"/geo/{name}.geojson", json.dumps({"type": "FeatureCollection", "features": features})
            )

    return put


@pytest.fixture
def fetch(reader, provider, ground):
    return lambda: fetch_resources(reader, f"{provider.url}/geo", ground)


def point(coordinates, **properties):
    return {
        "type": "Feature",
        "id": "x",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": coordinates},
    }


async def test_the_map_says_what_the_pack_says(layers, fetch, city):
    layers()
    book = await fetch()
    own = ResourceBook.of(city)
    assert book.problems == ()
    assert book.shelters == dict(own.shelters)
    assert book.teams == dict(own.teams)
    assert book.equipment == dict(own.equipment)
    assert book.risk_points == dict(own.risk_points)
    assert {
        code: outline.equals(own.districts[code]) for code, outline in book.districts.items()
    } == dict.fromkeys(city.shapes.districts, True)
    assert [road.road_id for road in book.roads] == [road.road_id for road in own.roads]


@pytest.mark.parametrize("layer", ["shelters", "roads", "districts"])
async def test_latitude_first_is_refused(layers, fetch, city, layer):
    def turned(value):
        return [turned(v) for v in value] if isinstance(value[0], list | tuple) else list(reversed(value))

    features = json.loads(json.dumps(DRAWN[layer](city)))
    for feature in features:
        feature["geometry"]["coordinates"] = turned(feature["geometry"]["coordinates"])
    layers(**{layer: features})
    with pytest.raises(CityBroken, match=rf"{layer}\.geojson 的坐标是“纬度, 经度”"):
        await fetch()


async def test_one_bad_place_is_left_out_and_told(layers, fetch, city):
    good = DRAWN["teams"](city)
    bad = [
        point([116.4, 39.9], team_id="T-far"),
        point(["113.1", 29.6], team_id="T-text"),
        point(None, team_id="T-none"),
        point([113.1, 29.6], team_id="T-half"),
        {"type": "Feature", "id": "T-bare"},
    ]
    layers(teams=[*good, *bad])
    book = await fetch()
    assert len(book.teams) == len(good)
    told = "\n".join(problem.what for problem in book.problems)
    for fault in ("范围之外", "不是“经度, 纬度”", "应是列表", "缺这一项", "应是带字段名的记录"):
        assert fault in told


@pytest.mark.parametrize(
    ("geometry", "fault"),
    [
        (
            {
                "type": "Polygon",
                "coordinates": [[[113, 29.6], [113.2, 29.7], [113.2, 29.6], [113, 29.7], [113, 29.6]]],
            },
            "自相交",
        ),
        ({"type": "Point", "coordinates": [113, 29.6]}, "应是一个面"),
        ({"type": "Polygon", "coordinates": [[[113, 29.6]]]}, "读不懂"),
        (None, "读不懂"),
        ({"type": "Pentagon"}, "读不懂"),
    ],
)
async def test_outlines_that_are_none(layers, fetch, city, geometry, fault):
    first, *others = DRAWN["districts"](city)
    layers(districts=[first | {"geometry": geometry}, *others])
    book = await fetch()
    assert set(book.districts) == {feature["id"] for feature in others}
    assert fault in book.problems[0].what


async def test_what_is_no_geojson(layers, fetch, provider):
    layers()
    provider.put("/geo/roads.geojson", '{"type": "Feature"}')
    with pytest.raises(CityBroken, match="FeatureCollection"):
        await fetch()
