"""Gauges over HTTP: paging, increments, units, clocks, moved and unknown stations."""

import asyncio
import json
from datetime import datetime, timedelta

import pytest

from tools.emergency.sensorthings import SensorThings, SensorThingsConfig
from tools.emergency.units import UnknownUnit, convert
from tools.errors import CityBroken
from tools.resilience import Clock

NOW = datetime.fromisoformat("2026-05-18T16:00:00+08:00")


def stream(number, station, metric, unit, place=None):
    location = [{"location": {"type": "Point", "coordinates": list(place)}}] if place else []
    return {
        "@iot.id": number,
        "unitOfMeasurement": {"name": "x", "symbol": unit, "definition": "y"},
        "Thing": {"properties": {"station_id": station}, "Locations": location},
        "ObservedProperty": {"name": metric},
    }


def seen(number, minutes, result, **fields):
    time = (NOW - timedelta(minutes=minutes)).isoformat()
    return {
        "@iot.selfLink": f"http://x/Observations({number}{minutes})",
        "phenomenonTime": time,
        "result": result,
        "Datastream": {"@iot.id": number},
        **fields,
    }


class Gauges:
    """A SensorThings service that pages and filters as it should."""

    def __init__(self, provider):
        self.provider, self.streams, self.observations, self.page = provider, [], [], 3
        provider.put("/sta/Datastreams", lambda query: self._answer("Datastreams", self.streams, query))
        provider.put(
            "/sta/Observations", lambda query: self._answer("Observations", self.observations, query)
        )

    def _answer(self, name, items, query):
        if "$filter" in query:
            after = datetime.fromisoformat(query["$filter"].removeprefix("phenomenonTime gt "))
            items = [i for i in items if datetime.fromisoformat(i["phenomenonTime"]) > after]
        start = int(query.get("skip", 0))
        body = {"value": items[start : start + self.page]}
        if start + self.page < len(items):
            keep = f"&%24filter={query['$filter'].replace('+', '%2B')}" if "$filter" in query else ""
            body["@iot.nextLink"] = f"{self.provider.url}/sta/{name}?skip={start + self.page}{keep}"
        return json.dumps(body)


@pytest.fixture
def gauges(provider):
    return Gauges(provider)


@pytest.fixture
def source(gauges, reader, ground, city):
    metrics = city.weather.plan.semantics.metrics

    def make(now: Clock = lambda: NOW):
        config = SensorThingsConfig(f"{gauges.provider.url}/sta")
        return SensorThings(reader, ground, city.weather.stations, metrics, config, clock=now)

    return make


def told(fetched):
    return "\n".join(f"{p.file.rpartition('/')[2]} {p.where}：{p.what}" for p in fetched.problems)


async def test_pages_are_followed_and_facts_carry_where_they_come_from(gauges, source):
    gauges.streams = [stream(n, f"RG0{n}", "rain_10min", "mm") for n in range(1, 6)]
    gauges.observations = [seen(n, 10, n / 2) for n in range(1, 6)]
    fetched = await source().fetch(None)
    assert [(f.station_id, f.value, f.unit, f.quality) for f in fetched.facts] == [
        (f"RG0{n}", n / 2, "mm", "good") for n in range(1, 6)
    ]
    first = fetched.facts[0].provenance
    assert (first.source, first.reference, first.fetched_at) == (
        "observations",
        "http://x/Observations(110)",
        NOW,
    )
    assert fetched.newest == NOW - timedelta(minutes=10)
    assert fetched.problems == ()


async def test_only_news_afterwards_late_ones_too(gauges, source):
    gauges.streams = [stream(1, "RG01", "rain_10min", "mm")]
    gauges.observations = [seen(1, 60, 1.0), seen(1, 50, 2.0)]
    client = source()
    assert len((await client.fetch(None)).facts) == 2
    gauges.observations += [seen(1, 55, 3.0), seen(1, 40, 4.0)]
    assert [f.value for f in (await client.fetch(NOW - timedelta(minutes=50))).facts] == [3.0, 4.0]
    assert (await client.fetch(NOW)).facts == ()
    queries = [query.get("$filter") for path, query in gauges.provider.asked if path == "/sta/Observations"]
    assert queries[0] is None
    assert queries[-1] == f"phenomenonTime gt {(NOW - timedelta(minutes=40 + 15)).isoformat()}"


async def test_what_a_look_given_up_had_read_comes_with_the_next(gauges, source):
    gauges.streams, gauges.page = [stream(1, "RG01", "rain_10min", "mm")], 2_000
    gauges.observations = [seen(1, n, 1.0) for n in range(1, 1_200)]
    client = source()
    task = asyncio.create_task(client.fetch(None))
    while not task.done() and not client._readings._fresh:
        await asyncio.sleep(0)
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len((await client.fetch(None)).facts) == 1_199


async def test_hours_late_ones_come_with_a_sweep(gauges, source):
    now = NOW
    gauges.streams = [stream(1, "RG01", "rain_10min", "mm")]
    gauges.observations = [seen(1, 10, 1.0)]
    client = source(lambda: now)
    await client.fetch(None)
    gauges.observations += [seen(1, 150, 9.0)]
    assert (await client.fetch(NOW)).facts == ()
    now += timedelta(minutes=6)
    assert [f.value for f in (await client.fetch(NOW)).facts] == [9.0]


async def test_one_moment_told_twice_with_two_values_gives_both(gauges, source):
    gauges.streams = [stream(1, "RG01", "rain_10min", "mm")]
    gauges.observations = [seen(1, 10, 1.0), seen(1, 10, 1.0), seen(1, 10, 7.0)]
    assert [f.value for f in (await source().fetch(None)).facts] == [1.0, 7.0]


@pytest.mark.parametrize(
    ("station", "metric", "unit", "result", "value"),
    [
        ("RV01", "water_level", "cm", 3310, 33.1),
        ("RV01", "water_level", "mm", 33100, 33.1),
        ("PD01", "water_depth", "m", 0.27, 27.0),
        ("WD01", "gust", "km/h", 90, 25.0),
        ("WD01", "wind_avg", "knots", 36, 18.52),
        ("RG01", "rain_10min", "cm", 0.5, 5.0),
        ("RG01", "rain_10min", "mm", "12.5", 12.5),
        ("LS01", "displacement_rate", "mm/d", 48, 2.0),
    ],
)
async def test_units_are_converted_and_noted(gauges, source, station, metric, unit, result, value):
    gauges.streams = [stream(1, station, metric, unit)]
    gauges.observations = [seen(1, 10, result)]
    (fact,) = (await source().fetch(None)).facts
    assert (fact.value, fact.quality) == (value, "good")
    assert (fact.provenance.note == "") == (unit == "mm" and metric == "rain_10min")


@pytest.mark.parametrize(
    ("unit", "result", "fault"),
    [
        ("furlong", 3, "furlong"),
        ("", 3, "单位“x”"),
        ("m/s", 3, "不能用于 rain_10min"),
        ("mm", -4, "超出 0～60"),
        ("mm", 99999, "超出 0～60"),
        ("m", 3, "超出 0～60"),
        ("mm", "NaN", "不是数"),
        ("mm", "Infinity", "不是数"),
        ("mm", True, "不是数"),
        ("mm", {"a": 1}, "不是数"),
        ("mm", None, None),
    ],
)
async def test_what_is_no_rain_is_missing_and_told(gauges, source, unit, result, fault):
    gauges.streams = [stream(1, "RG01", "rain_10min", unit)]
    gauges.observations = [seen(1, 10, result), seen(1, 20, result)]
    fetched = await source().fetch(None)
    assert [(f.value, f.quality) for f in fetched.facts] == [(None, "missing")] * 2
    if fault is None:
        assert fetched.problems == ()
    else:
        assert fault in told(fetched)
        assert "共 2 次" in told(fetched)


@pytest.mark.parametrize(
    ("said", "quality"),
    [("good", "good"), ("Suspect", "suspect"), ("bad", "missing"), ("", "good"), ([{"code": 3}], "suspect")],
)
async def test_quality_is_the_providers_word(gauges, source, said, quality):
    gauges.streams = [stream(1, "RG01", "rain_10min", "mm")]
    gauges.observations = [seen(1, 10, 5.0, resultQuality=said)]
    fetched = await source().fetch(None)
    assert fetched.facts[0].quality == quality
    assert bool(fetched.problems) == isinstance(said, list)


async def test_wrong_clocks(gauges, source):
    gauges.streams = [stream(1, "RG01", "rain_10min", "mm")]
    gauges.observations = [
        seen(1, -1, 1.0),
        seen(1, -3, 2.0),
        seen(1, 10, 3.0, phenomenonTime="2026-05-18T15:50:00"),
        seen(1, 10, 4.0, phenomenonTime="2026-05-18T15:30:00+08:00/2026-05-18T15:40:00+08:00"),
        seen(1, 10, 5.0, phenomenonTime="teatime"),
    ]
    fetched = await source().fetch(None)
    assert [(f.value, f.time.isoformat()) for f in fetched.facts] == [
        (4.0, "2026-05-18T15:40:00+08:00"),
        (3.0, "2026-05-18T15:50:00+08:00"),
        (1.0, "2026-05-18T16:01:00+08:00"),
    ]
    for fault in ("晚 3 分钟，未用（读数 2.0）", "没有时区", "“teatime”读不懂"):
        assert fault in told(fetched)


async def test_a_stamp_of_last_week_is_history_at_first_and_a_wrong_clock_later(gauges, source, provider):
    gauges.streams = [stream(1, "RG01", "rain_10min", "mm")]
    gauges.observations = [seen(1, 2000, 1.0)]
    client = source()
    assert len((await client.fetch(None)).facts) == 1
    provider.put("/sta/Observations", json.dumps({"value": [seen(1, 3000, 2.0)]}))  # a server without $filter
    later = await client.fetch(NOW)
    assert later.facts == ()
    assert "早于一天之前" in told(later)


async def test_moved_unknown_and_misplaced_stations(gauges, source, city):
    home = city.weather.stations["RG01"]
    near, far = (home.lon + 0.004, home.lat), (home.lon + 0.02, home.lat)
    gauges.page = 10
    gauges.streams = [
        stream(1, "RG01", "rain_10min", "mm", near),
        stream(2, "RG01", "rain_10min", "mm", far),
        stream(3, "RG99", "rain_10min", "mm"),
        stream(4, "RG01", "gust", "m/s"),
        stream(5, "RG01", "rain_10min", "mm", (home.lat, home.lon)),
        {"@iot.id": 6},
    ]
    gauges.observations = [seen(n, 10 * n, 2.0) for n in range(1, 7)]
    fetched = await source().fetch(None)
    assert [f.quality for f in fetched.facts] == ["good", "suspect", "good"]
    assert "相差" in fetched.facts[1].provenance.note
    for fault in ("测站“RG99”不在", "不应有“gust”", "写反", "Thing：缺这一项"):
        assert fault in told(fetched)


async def test_a_nextlink_that_goes_round_or_away_is_broken(gauges, source, provider):
    loop = json.dumps({"value": [], "@iot.nextLink": f"{provider.url}/sta/Datastreams"})
    provider.put("/sta/Datastreams", loop)
    with pytest.raises(CityBroken, match="翻页"):
        await source().fetch(None)
    provider.put("/sta/Datastreams", json.dumps({"value": [], "@iot.nextLink": "http://127.0.0.1:1/x"}))
    with pytest.raises(CityBroken, match="别的主机"):
        await source().fetch(None)


def test_conversion_refuses_what_measures_something_else():
    assert convert(5210, "cm", "water_level") == (52.1, "m", "原值 5210 cm")
    assert convert(3.0, "bushel", "some_new_metric") == (3.0, "bushel", "")
    with pytest.raises(UnknownUnit):
        convert(3.0, "m", "gust")
