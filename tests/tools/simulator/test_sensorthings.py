"""The gauges over SensorThings: the scenario's values, units, paging, filters; calm weather."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tools.emergency.facts import Observation


def streams(storm) -> dict[int, tuple[str, str, str]]:
    """Datastream id to station, metric and unit."""
    query = {"$expand": "Thing,ObservedProperty", "$top": "1000"}
    return {
        stream["@iot.id"]: (
            stream["Thing"]["properties"]["station_id"],
            stream["ObservedProperty"]["name"],
            stream["unitOfMeasurement"]["symbol"],
        )
        for stream in storm.json("/sta/v1.1/Datastreams", **query)["value"]
    }


def in_city_unit(value: float, metric: str, unit: str) -> float:
    if (metric, unit) == ("water_level", "cm"):
        return value / 100
    if metric in ("gust", "wind_avg") and unit == "km/h":
        return value / 3.6
    return value * 100 if (metric, unit) == ("water_depth", "m") else value


def test_every_station_is_a_thing_where_the_table_has_it(storm, pack) -> None:
    page = storm.json("/sta/v1.1/Things", **{"$expand": "Locations", "$top": "1000", "$count": "true"})
    assert page["@iot.count"] == len(pack.weather.stations) == 83
    for thing in page["value"]:
        station = pack.weather.stations[thing["properties"]["station_id"]]
        assert thing["Locations"][0]["location"]["coordinates"] == [station.lon, station.lat]


def test_what_is_served_up_to_now_is_the_scenario_exactly(storm, scenario, at) -> None:
    """Once converted to the city's units: nothing later than now, nothing lost, nothing changed."""
    named = streams(storm)
    served = sorted(
        (o["phenomenonTime"], station, metric, round(in_city_unit(o["result"], metric, unit), 2))
        for o in storm.observations(
            "phenomenonTime gt 2026-05-18T08:00:00+08:00", **{"$expand": "Datastream"}
        )
        for station, metric, unit in [named[o["Datastream"]["@iot.id"]]]
    )
    written = sorted(
        (fact.time.isoformat(), fact.station_id, fact.metric, fact.value)
        for fact in scenario.facts
        if isinstance(fact, Observation) and at("18T08:00") < fact.time <= at("18T17:30")
    )
    assert served == written
    assert {unit for *_, unit in named.values()} >= {"cm", "km/h", "m", "mm"}


def test_some_stations_speak_other_units_and_say_so(storm) -> None:
    odd = {
        (station, unit)
        for station, metric, unit in streams(storm).values()
        if unit in ("km/h", "m") or (metric, unit) == ("water_level", "cm")
    }
    assert {("RV03", "cm"), ("WD05", "km/h")} <= odd
    stream = storm.json(
        "/sta/v1.1/Datastreams(43)", **{"$expand": "Observations($orderby=phenomenonTime desc;$top=1)"}
    )
    assert stream["properties"]["station_id"] == "RV03"
    assert (stream["unitOfMeasurement"]["symbol"], stream["Observations"][0]["result"]) == ("cm", 2962)


def test_pages_follow_each_other_without_gap_and_keep_their_moment(storm) -> None:
    query = {"$filter": "phenomenonTime gt 2026-05-18T17:00:00+08:00", "$top": "7", "$count": "true"}
    page = storm.json("/sta/v1.1/Observations", **query)
    count, seen = page["@iot.count"], [o["@iot.id"] for o in page["value"]]
    storm.jump("18T19:00")  # what comes meanwhile belongs to no page of this reading
    while "@iot.nextLink" in page:
        page = storm.http.get(page["@iot.nextLink"]).raise_for_status().json()
        assert page["@iot.count"] == count
        seen += [o["@iot.id"] for o in page["value"]]
    assert len(seen) == len(set(seen)) == count


def test_a_page_has_its_limits(storm) -> None:
    assert len(storm.json("/sta/v1.1/Observations")["value"]) == 100
    assert len(storm.json("/sta/v1.1/Observations", **{"$top": "999999"})["value"]) == 1000
    assert storm.json("/sta/v1.1/Observations", **{"$top": "0"})["value"] == []


def of(observation: dict, name: str) -> str:
    return observation["Datastream"]["properties"][name]


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        ("phenomenonTime ge 2026-05-18T09:20:00Z", lambda o: o["phenomenonTime"][:16] >= "2026-05-18T17:20"),
        ("phenomenonTime eq 2026-05-18T17:20:00+08:00", lambda o: "18T17:20" in o["phenomenonTime"]),
        (
            "Datastream/@iot.id eq 1 and phenomenonTime gt 2026-05-18T16:00:00+08:00",
            lambda o: of(o, "station_id") == "RG01" and o["phenomenonTime"][:16] > "2026-05-18T16:00",
        ),
        ("Datastream/id eq 1 or Datastream/id eq 2", lambda o: of(o, "station_id") in ("RG01", "RG02")),
        ("Datastream/Thing/properties/station_id eq 'RV02'", lambda o: of(o, "station_id") == "RV02"),
        (
            "not (result lt 10) and Datastream/id le 40",
            lambda o: o["result"] >= 10 and of(o, "station_id")[:2] == "RG",
        ),
        ("resultQuality eq 'suspect'", lambda o: False),
    ],
)
def test_filters_hold(storm, test, holds) -> None:
    query = {"$expand": "Datastream", "$top": "1000"}
    expected = [o["@iot.id"] for o in storm.observations(**query) if holds(o)]
    assert [o["@iot.id"] for o in storm.observations(test, **query)] == expected


@pytest.mark.parametrize(
    "options",
    [
        {"$filter": "phenomenonTime ge yesterday"},
        {"$filter": "phenomenonTime ge 2026-05-18T17:20:00"},
        {"$filter": "(result gt 1"},
        {"$filter": "result >> 1"},
        {"$expand": "Nothing"},
        {"$expand": "Datastream($expand=Thing"},
        {"$top": "-1"},
        {"$apply": "x"},
        {"$filter": "(" * 3000 + "result gt 1" + ")" * 3000},
        {"$expand": "/".join(["Datastream", "Thing", "Datastreams"] * 20)},
    ],
)
def test_what_cannot_be_read_is_refused(storm, options) -> None:
    answer = storm.get("/sta/v1.1/Observations", **options)
    assert answer.status_code == 400
    assert answer.json()["message"]


@pytest.mark.parametrize("path", ["Nothing", "Things(999)", "Things(1)/Nothing", "Things(1)/Datastreams(99)"])
def test_unknown_entities_are_not_found(storm, path) -> None:
    assert storm.get(f"/sta/v1.1/{path}").status_code == 404


def test_links_lead_where_they_say(storm) -> None:
    root = storm.json("/sta/v1.1")
    for collection in root["value"]:
        entity = storm.http.get(collection["url"], params={"$top": "1"}).json()["value"][0]
        again = storm.http.get(entity["@iot.selfLink"]).raise_for_status().json()
        assert again == entity
        for name, link in entity.items():
            if name.endswith("@iot.navigationLink"):
                assert storm.http.get(link).status_code == 200, link


def test_select_and_descending_order(storm) -> None:
    query = {"$orderby": "phenomenonTime desc,result desc", "$select": "result,phenomenonTime", "$top": "50"}
    found = storm.json("/sta/v1.1/Observations", **query)["value"]
    assert set(found[0]) == {"result", "phenomenonTime"}
    keys = [(o["phenomenonTime"], o["result"]) for o in found]
    assert keys == sorted(keys, reverse=True)


def test_a_calm_day_reports_by_the_clock_of_the_simulator(simulator, storm, pack) -> None:
    storm.http.delete("/_control/scenario")
    state = storm.json("/_control/scenario")
    now = datetime.fromisoformat(state["now"])
    named = streams(storm)
    since = (now - timedelta(hours=1)).isoformat()
    found = storm.observations(f"phenomenonTime gt {since}", **{"$expand": "Datastream"})
    heard = {named[o["Datastream"]["@iot.id"]][0] for o in found}
    assert heard == set(pack.weather.stations)
    for o in found:
        station_id, metric, unit = named[o["Datastream"]["@iot.id"]]
        value, station = in_city_unit(o["result"], metric, unit), pack.weather.stations[station_id]
        assert datetime.fromisoformat(o["phenomenonTime"]) <= now
        if metric in ("rain_10min", "water_depth"):
            assert value == 0
        elif station.warn_level or station.flood_limit_level:
            assert value < (station.warn_level or station.flood_limit_level)
    simulator.advance(minutes=10)
    later = storm.observations(f"phenomenonTime gt {now.isoformat()}")
    assert later and not {o["@iot.id"] for o in later} & {o["@iot.id"] for o in found}
    again = storm.observations(
        f"phenomenonTime gt {since} and phenomenonTime le {now.isoformat()}", **{"$expand": "Datastream"}
    )
    assert again == found


def test_after_the_end_rain_stops_and_levels_settle_without_a_leap(storm, scenario, at) -> None:
    storm.jump("19T23:00")
    query = {
        "$filter": "Datastream/properties/station_id eq 'RV01' and phenomenonTime ge 2026-05-19T19:00:00+08:00"
    }
    levels = [o["result"] for o in storm.json("/sta/v1.1/Observations", **query)["value"]]
    assert len(levels) == 9  # every half hour over the scenario's end at 20:00
    assert all(abs(a - b) < 0.5 for a, b in pairwise(levels))
    rain = storm.observations(
        "phenomenonTime gt 2026-05-19T20:00:00+08:00", "Datastream/properties/metric eq 'rain_10min'"
    )
    assert len(rain) == 40 * 18
    assert {o["result"] for o in rain} == {0}
