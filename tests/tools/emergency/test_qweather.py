"""QWeather: the provider's own samples, and warnings of our districts over HTTP."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tools.emergency.feed import Faults, models
from tools.emergency.qweather import (
    CurrentAlert,
    Storms,
    current_alerts,
    hourly_weather,
    old_warnings,
    storm_names,
    storm_points,
)
from tools.emergency.qweather_alerts import QWeatherAlerts, alert_fact
from tools.errors import CityBroken

NOW = datetime.fromisoformat("2026-05-18T16:00:00+08:00")
ALERT = {
    "id": "A1",
    "senderName": "沄州市气象台",
    "issuedTime": "2026-05-18T14:18+08:00",
    "messageType": {"code": "alert", "supersedes": []},
    "eventType": {"name": "暴雨", "code": "1003"},
    "urgency": None,
    "severity": "severe",
    "color": {"code": "orange"},
    "effectiveTime": "2026-05-18T14:18+08:00",
    "expireTime": "2026-05-18T20:18+08:00",
    "headline": "沄州市气象台发布暴雨橙色预警",
    "description": "三小时五十毫米",
}


def sample(real, name):
    return json.loads((real / "qweather" / name).read_bytes())


def fact_of(alert):
    return alert_fact(alert, ("990304",), (), "http://q.test", NOW, Faults())


def test_real_current_alert(real):
    (alert,) = models(
        current_alerts(sample(real, "getWeatherAlertCurrent-zh.json")), CurrentAlert, "q", Faults()
    )
    fact = fact_of(alert)
    assert (fact.alert_id, fact.event, fact.type, fact.colour) == (
        "202510241119105837988676",
        "update",
        "大风",
        "蓝",
    )
    assert fact.issued_at == datetime(2025, 10, 24, 3, 19, tzinfo=UTC)
    assert fact.expires_at == datetime(2025, 10, 25, 3, 19, tzinfo=UTC)
    assert (fact.supersedes, fact.issuer) == (("202510181140100706230391",), "临桂区气象台")


def test_real_current_alert_of_another_country(real):
    (alert,) = models(
        current_alerts(sample(real, "getWeatherAlertCurrent-en.json")), CurrentAlert, "q", Faults()
    )
    fact = fact_of(alert)
    assert (fact.type, fact.colour, fact.event) == ("wind", "橙", "update")
    assert fact.effective_from == datetime(2025, 10, 17, 10, 0, tzinfo=UTC)


def test_real_warning_of_the_retired_service(real):
    (warning,) = old_warnings(sample(real, "getWarningNow-zh.json"))
    fact = fact_of(warning.current())
    assert (fact.type, fact.colour, fact.event, fact.supersedes) == ("大风", "蓝", "issue", ())
    assert fact.issued_at == datetime(2023, 4, 3, 2, 30, tzinfo=UTC)


def test_real_storms(real):
    names = storm_names(sample(real, "getStormList-zh.json"))
    assert (names[0].id, names[0].name, names[0].active) == ("NP_2022", "环高", False)
    track = storm_points(sample(real, "getStormTrack.json"))
    assert [point.time for point in track] == sorted({point.time for point in track})
    now = next(point for point in track if point.time == datetime(2024, 5, 29, 21, 0, tzinfo=UTC))
    assert (now.lat, now.lon, now.type, now.wind, now.radius30.se) == (27.7, 134.5, "STS", 30, 150)
    coming = storm_points(sample(real, "getStormForecast.json"))
    assert len(coming) == 7
    assert (coming[0].type, coming[0].pressure, coming[0].move) == ("TS", 990, None)


def test_real_hourly(real):
    hours = hourly_weather(sample(real, "getWeatherHourlyV7-zh.json"))
    assert (hours[0].time, hours[0].precip, hours[0].wind_kmh) == (
        datetime(2021, 2, 16, 7, 0, tzinfo=UTC),
        0.0,
        20,
    )
    assert len(hours) == len(sample(real, "getWeatherHourlyV7-zh.json")["hourly"])


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"code": "402"}, "代码 402"),
        ([], "记录"),
        ({"code": "200"}, "应是列表"),
        ({"hourly": {}}, "应是列表"),
    ],
)
def test_what_is_no_answer(body, fault):
    with pytest.raises((CityBroken, ValueError), match=fault):
        hourly_weather(body)


@pytest.fixture
def point(ground):
    def path(code):
        lon, lat = ground.centre(code)
        return f"/weatheralert/v1/current/{lat:.2f}/{lon:.2f}"

    return path


@pytest.fixture
def shown(provider, ground, point):
    """Put a list of alerts at some districts' centres, nothing at the others."""

    def show(**by_code):
        for code in ground.outlines:
            provider.put(point(code), json.dumps({"alerts": by_code.get(f"d{code}", [])}))

    return show


async def test_districts_are_where_it_shows(provider, reader, ground, clock, shown):
    shown(
        d990304=[ALERT],
        d990321=[ALERT, ALERT | {"id": "A2", "color": None, "headline": "暴雨", "severity": None}],
    )
    source = QWeatherAlerts(reader, ground, provider.url, clock=clock)
    fetched = await source.fetch(None)
    (alert,) = fetched.facts
    assert (alert.alert_id, alert.colour, alert.districts) == ("A1", "橙", ("990304", "990321"))
    assert "看不出颜色" in fetched.problems[0].what
    assert (await source.fetch(NOW)).facts == ()


async def test_gone_before_its_time_is_lifted(provider, reader, ground, shown):
    now = NOW
    source = QWeatherAlerts(reader, ground, provider.url, clock=lambda: now)
    shown(d990304=[ALERT, ALERT | {"id": "A2", "expireTime": "2026-05-18T16:05+08:00"}])
    await source.fetch(None)
    now += timedelta(minutes=10)
    shown()
    (gone,) = (await source.fetch(NOW)).facts
    assert (gone.event, gone.supersedes, gone.issued_at) == ("cancel", ("A1",), now)
    assert (await source.fetch(NOW)).facts == ()


async def test_superseded_is_not_called_lifted(provider, reader, ground, clock, shown):
    source = QWeatherAlerts(reader, ground, provider.url, clock=clock)
    shown(d990304=[ALERT])
    await source.fetch(None)
    red = ALERT | {
        "id": "A3",
        "messageType": {"code": "update", "supersedes": ["A1"]},
        "color": {"code": "red"},
    }
    shown(d990304=[red])
    (update,) = (await source.fetch(NOW)).facts
    assert (update.event, update.colour, update.supersedes) == ("update", "红", ("A1",))


async def test_active_storms_with_their_ways(provider, reader):
    names = [{"id": "NP_1", "name": "苍鹭", "isActive": "1"}, {"id": "NP_0", "name": "旧", "isActive": "0"}]
    point = {"lat": "24.1", "lon": "119.0", "type": "TS", "windSpeed": "23", "windRadius30": None}
    provider.put("/v7/tropical/storm-list", json.dumps({"code": "200", "storm": names}))
    provider.put(
        "/v7/tropical/storm-track",
        json.dumps(
            {"code": "200", "now": {"pubTime": None}, "track": [point | {"time": "2026-07-21T12:00+08:00"}]}
        ),
    )
    provider.put(
        "/v7/tropical/storm-forecast",
        json.dumps({"code": "200", "forecast": [point | {"fxTime": "2026-07-22T12:00+08:00"}]}),
    )
    (storm,) = await Storms(reader, provider.url).active("NP", 2026)
    assert (storm.name.name, len(storm.passed), storm.coming[0].wind) == ("苍鹭", 1, 23)
    assert provider.asked[-1][1] == {"stormid": "NP_1"}
