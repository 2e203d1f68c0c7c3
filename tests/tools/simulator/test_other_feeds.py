"""Forecasts, storm tracks, reports, citizens and the map: each in its own wire format, never from the future."""

import json
from datetime import datetime

import pytest

from tools.emergency.facts import CitizenSignal, DistrictReport, Finding, Forecast, stamp

POINT = {"latitude": "29.60", "longitude": "113.10"}  # 埠前区


def test_the_desk_tells_the_scenarios_figures(storm, scenario, at) -> None:
    told = storm.json("/plan/forecasts")
    written = [
        fact.model_dump(mode="json", exclude={"fact", "provenance"})
        for fact in scenario.facts
        if isinstance(fact, Forecast) and fact.issued_at <= at("18T17:30")
    ]
    assert told == written
    since = storm.json("/plan/forecasts", since="2026-05-18T17:00:00+08:00")
    assert {figure["issued_at"] for figure in since} == {"2026-05-18T17:00:00+08:00"}


def test_a_time_that_cannot_be_read_is_refused(storm) -> None:
    for path in ("/plan/forecasts", "/reports", "/citizens"):
        assert storm.get(path, since="soon").status_code == 400
        assert storm.get(path, since="2026-05-18T17:00:00").status_code == 400


def test_open_meteo_adds_up_to_the_desks_sums(storm) -> None:
    """The hours of the newest six-hour sum carry it, as arrays beside the times at which they end."""
    six = [
        f
        for f in storm.json("/plan/forecasts")
        if f["metric"] == "rain_6h" and f["district_code"] == "990302"
    ][-1]
    body = storm.json(
        "/v1/forecast", **POINT, hourly="precipitation,wind_gusts_10m", timezone="Asia/Shanghai"
    )
    hours = body["hourly"]
    assert len(hours["time"]) == len(hours["precipitation"]) == 7 * 24
    first, last = six["valid_from"][:16], six["valid_to"][:16]
    inside = [
        mm for time, mm in zip(hours["time"], hours["precipitation"], strict=True) if first < time <= last
    ]
    assert len(inside) == 6
    assert sum(inside) == pytest.approx(six["value"], abs=0.05)
    assert body["hourly_units"]["wind_gusts_10m"] == "km/h"
    assert body["utc_offset_seconds"] == 8 * 3600


def test_open_meteo_units_zone_and_span(storm) -> None:
    wind = {"hourly": "wind_gusts_10m", "forecast_hours": "1"}
    kmh = storm.json("/v1/forecast", **POINT, **wind)["hourly"]
    ms = storm.json("/v1/forecast", **POINT, **wind, wind_speed_unit="ms")["hourly"]
    assert kmh["time"] == ["2026-05-18T09:00"]  # GMT unless told
    assert kmh["wind_gusts_10m"][0] == pytest.approx(3.6 * ms["wind_gusts_10m"][0], abs=0.2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude": ""},
        {"latitude": "91"},
        {"longitude": "x"},
        {"hourly": "cheese"},
        {"timezone": "Nowhere/Here"},
        {"forecast_days": "17"},
        {"wind_speed_unit": "furlong"},
    ],
)
def test_open_meteo_says_what_is_wrong(storm, wrong) -> None:
    answer = storm.get("/v1/forecast", **(POINT | wrong))
    assert answer.status_code == 400
    assert answer.json()["error"] is True
    assert answer.json()["reason"]


def test_qweather_hourly_is_text_and_asked_longitude_first(storm) -> None:
    body = storm.json("/v7/weather/24h", location="113.10,29.60")
    assert (body["code"], len(body["hourly"])) == ("200", 24)
    assert body["hourly"][0]["fxTime"] == "2026-05-18T18:00+08:00"
    assert float(body["hourly"][0]["precip"]) > 0
    assert all(isinstance(value, str) for value in body["hourly"][0].values())
    assert storm.get("/v7/weather/24h", location="here").json() == {"code": "400"}
    assert storm.get("/v7/weather/9h", location="113.10,29.60").json() == {"code": "400"}


def test_the_typhoon_has_a_track_that_grows(storm) -> None:
    assert storm.json("/v7/tropical/storm-list")["storm"] == []  # storm_may has none
    storm.play(name="typhoon_july", at="2026-07-21T14:00:00+08:00")
    (listed,) = storm.json("/v7/tropical/storm-list")["storm"]
    assert listed["isActive"] == "1"
    track = storm.json("/v7/tropical/storm-track", stormid=listed["id"])
    assert track["now"]["pubTime"] == track["track"][-1]["time"] == "2026-07-21T14:00+08:00"
    coming = storm.json("/v7/tropical/storm-forecast", stormid=listed["id"])["forecast"]
    assert all(point["fxTime"] > "2026-07-21T14:00" for point in coming)
    assert storm.json("/v7/tropical/storm-track", stormid="NP_0000")["code"] == "404"


def test_reports_come_a_line_each_when_they_are_made(storm, scenario, at) -> None:
    lines = [json.loads(line) for line in storm.get("/reports").text.splitlines()]
    known = [
        f for f in scenario.facts if isinstance(f, DistrictReport | Finding) and stamp(f) <= at("18T17:30")
    ]
    assert [line["id"] for line in lines] == [fact.report_id for fact in known]
    assert lines[0] == {
        "id": "storm_may-R01",
        "kind": "district_response",
        "district": "990304",
        "time": "2026-05-18T15:30:00+08:00",
        "hazard": "flood",
        "level": 4,
        "event": "start",
        "source": "青峦区防汛办",
    }
    storm.jump("18T17:36")
    (new,) = storm.get("/reports", since="2026-05-18T17:36:00+08:00").text.splitlines()
    assert json.loads(new)["kind"] == "finding"


def test_citizens_since(storm, scenario, at) -> None:
    told = storm.json("/citizens", since="2026-05-18T17:00:00+08:00")
    known = [
        f
        for f in scenario.facts
        if isinstance(f, CitizenSignal) and at("18T17:00") <= f.time <= at("18T17:30")
    ]
    assert [call["id"] for call in told] == [fact.signal_id for fact in known]
    assert told[0]["catalogue_code"] == known[0].category_code


def test_a_calm_day_forecasts_nothing_bad_and_reports_nothing(storm, pack) -> None:
    storm.http.delete("/_control/scenario")
    now = datetime.fromisoformat(storm.json("/_control/scenario")["now"])
    told = storm.json("/plan/forecasts")
    assert {f["metric"] for f in told} == {"rain_6h", "rain_24h", "gust_24h", "river_level_max_24h"}
    assert {f["value"] for f in told if f["metric"].startswith("rain")} == {0}
    newest = [f for f in told if f["metric"] == "rain_6h"][-1]
    assert datetime.fromisoformat(newest["valid_from"]) <= now < datetime.fromisoformat(newest["valid_to"])
    assert storm.get("/reports").text == ""
    assert storm.json("/citizens") == []
    assert storm.json("/v7/tropical/storm-list")["storm"] == []


def test_after_the_end_the_desk_goes_on(storm) -> None:
    storm.jump("20T09:00")
    told = storm.json("/plan/forecasts", since="2026-05-20T00:00:00+08:00")
    assert {f["issued_at"][11:16] for f in told} == {"02:00", "05:00", "08:00"}


@pytest.mark.parametrize("layer", ["districts", "shelters", "teams", "equipment", "roads", "risk_points"])
def test_the_map_is_longitude_first(storm, pack, layer) -> None:
    body = storm.json(f"/geo/{layer}.geojson")
    assert body["type"] == "FeatureCollection"

    def positions(coordinates: list) -> list:
        return (
            [coordinates]
            if isinstance(coordinates[0], float)
            else [p for c in coordinates for p in positions(c)]
        )

    for feature in body["features"]:
        assert all(
            112 < lon < 114 and 29 < lat < 30 for lon, lat in positions(feature["geometry"]["coordinates"])
        )
    expected = {
        "districts": len(pack.districts),
        "roads": len(pack.shapes.roads),
    }.get(layer) or len(getattr(pack.weather, layer))
    assert len(body["features"]) == expected
    assert storm.get("/geo/nothing.geojson").status_code == 404
