"""Warnings as CAP 1.2 in an Atom feed and as QWeather's weatheralert: what holds, what is over, who follows whom."""

from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
ATOM = "{http://www.w3.org/2005/Atom}"
SCHEMA = Path(__file__).parents[4] / "shared" / "data" / "cap" / "cap12.xsd"


def entries(storm, feed: str = "feed.atom") -> list[etree._Element]:
    return etree.fromstring(storm.get(f"/cap/{feed}").content).findall(f"{ATOM}entry")


def messages(storm, feed: str = "feed.atom") -> list[etree._Element]:
    links = [entry.find(f"{ATOM}link").get("href") for entry in entries(storm, feed)]
    return [etree.fromstring(storm.http.get(link).raise_for_status().content) for link in links]


def signals(storm) -> set[tuple[str, str, str]]:
    """msgType, type, colour of every listed message."""
    return {
        (alert.findtext(f"{CAP}msgType"), parameters(alert)["signalType"], parameters(alert)["colour"])
        for alert in messages(storm)
    }


def parameters(alert: etree._Element) -> dict[str, str]:
    return {
        item.findtext(f"{CAP}valueName"): item.findtext(f"{CAP}value")
        for item in alert.iter(f"{CAP}parameter")
    }


def test_every_message_of_both_scenarios_is_valid_cap(storm) -> None:
    if not SCHEMA.is_file():
        pytest.skip(f"没有 {SCHEMA}：把 OASIS 的 cap12.xsd 放在那里后可核对格式")
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    seen = 0
    for name, end in (
        ("storm_may", "2026-05-19T20:00:00+08:00"),
        ("typhoon_july", "2026-07-23T12:00:00+08:00"),
    ):
        storm.play(name=name, at=end)
        for alert in messages(storm, "archive.atom"):
            schema.assertValid(alert)
            seen += 1
    assert seen > 20


def test_only_what_holds_is_listed(storm) -> None:
    """At 17:30: blue replaced by yellow, orange replaced, red and the newer landslide signal in force."""
    assert signals(storm) == {
        ("Update", "暴雨", "黄"),
        ("Update", "暴雨", "橙"),
        ("Alert", "暴雨", "红"),
        ("Update", "地质灾害气象风险", "橙"),
    }
    storm.jump("18T07:29")
    assert signals(storm) == set()
    storm.jump("18T07:30")
    assert signals(storm) == {("Alert", "暴雨", "蓝")}


def test_expired_ones_drop_out_and_a_cancellation_shows(storm) -> None:
    storm.jump("18T19:36")
    assert ("Cancel", "暴雨", "红") in signals(storm)
    assert ("Alert", "暴雨", "红") not in signals(storm)
    storm.jump("19T10:05")  # 地质灾害 orange runs until 10:06
    assert ("Update", "地质灾害气象风险", "橙") in signals(storm)
    storm.jump("19T10:06")
    assert ("Update", "地质灾害气象风险", "橙") not in signals(storm)
    assert len(entries(storm, "archive.atom")) == 10  # nothing is lost


def test_an_update_names_what_it_replaces(storm) -> None:
    by_id = {alert.findtext(f"{CAP}identifier"): alert for alert in messages(storm, "archive.atom")}
    for alert in by_id.values():
        references = (alert.findtext(f"{CAP}references") or "").split()
        assert bool(references) == (alert.findtext(f"{CAP}msgType") != "Alert")
        for sender, identifier, sent in (reference.split(",") for reference in references):
            assert by_id[identifier].findtext(f"{CAP}sender") == sender
            assert by_id[identifier].findtext(f"{CAP}sent") == sent


def test_polygons_are_latitude_first_and_closed_and_codes_are_districts(storm, pack) -> None:
    codes = {district.code for district in pack.districts.values()}
    for area in (area for alert in messages(storm) for area in alert.iter(f"{CAP}area")):
        pairs = [tuple(map(float, pair.split(","))) for pair in area.findtext(f"{CAP}polygon").split()]
        assert pairs[0] == pairs[-1]
        assert all(29 < lat < 30 and 112 < lon < 114 for lat, lon in pairs)
        assert area.findtext(f"{CAP}geocode/{CAP}valueName") == "district"
        assert area.findtext(f"{CAP}geocode/{CAP}value") in codes


def test_an_unknown_or_future_message_is_not_found(storm) -> None:
    names = [entry.findtext(f"{ATOM}id").rsplit("/", 1)[1] for entry in entries(storm)]
    storm.jump("18T08:00")
    assert {storm.get(f"/cap/alerts/{name}").status_code for name in [*names, "x.cap"]} == {404}


def test_weatheralert_is_asked_by_point_and_has_no_seconds(storm) -> None:
    body = storm.json("/weatheralert/v1/current/29.60/113.10")  # 埠前区
    assert body["metadata"]["zeroResult"] is False
    assert {(a["eventType"]["code"], a["color"]["code"]) for a in body["alerts"]} == {
        ("1003", "yellow"),
        ("1003", "orange"),
        ("1003", "red"),
    }
    for alert in body["alerts"]:
        assert len(alert["issuedTime"]) == len("2026-05-18T16:36+08:00")
        datetime.fromisoformat(alert["issuedTime"])
    red = next(a for a in body["alerts"] if a["color"]["code"] == "red")
    assert (red["severity"], red["expireTime"]) == ("extreme", "2026-05-18T19:36+08:00")
    lake = storm.json("/weatheralert/v1/current/29.41/113.19")  # 沙湖县
    assert {a["color"]["code"] for a in lake["alerts"]} == {"yellow"}


def test_weatheralert_elsewhere_is_empty_and_a_bad_point_is_refused(storm) -> None:
    assert storm.json("/weatheralert/v1/current/10.0/113.10")["metadata"]["zeroResult"] is True
    assert storm.get("/weatheralert/v1/current/113.10/29.60").status_code == 400
    assert storm.get("/weatheralert/v1/current/x/y").status_code == 400


def test_a_signal_without_an_end_has_none(storm) -> None:
    storm.play(name="typhoon_july", at="2026-07-21T14:00:00+08:00")
    (alert,) = messages(storm)
    assert alert.find(f"{CAP}info/{CAP}expires") is None
    (shown,) = storm.json("/weatheralert/v1/current/29.60/113.10")["alerts"]
    assert (shown["eventType"], shown["expireTime"]) == ({"name": "台风", "code": "1001"}, None)


def test_a_calm_day_has_no_warnings_but_a_valid_feed(storm) -> None:
    storm.http.delete("/_control/scenario")
    assert entries(storm) == []
    assert etree.fromstring(storm.get("/cap/feed.atom").content).findtext(f"{ATOM}updated")
