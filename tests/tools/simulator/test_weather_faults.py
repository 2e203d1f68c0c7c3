"""Gauges and feeds that misbehave: what arrives, what does not, and that taking the fault away heals."""

import httpx
import pytest

SINCE = "phenomenonTime gt 2026-05-18T16:30:00+08:00"
HOUR = "18T17:30"


def values(
    storm, station_id: str, metric: str = "rain_10min", since: str = SINCE
) -> list[tuple[str, float | None]]:
    """(time of day, result) of one datastream, as they arrive."""
    found = storm.observations(
        since,
        f"Datastream/properties/station_id eq '{station_id}'",
        f"Datastream/properties/metric eq '{metric}'",
    )
    return [(o["phenomenonTime"][11:16], o["result"]) for o in found]


@pytest.fixture
def truth(storm):
    return values(storm, "RG01")


def test_a_silent_gauge_sends_nothing_for_its_time(storm, truth) -> None:
    span = {"from": "2026-05-18T17:00:00+08:00", "until": "2026-05-18T17:20:00+08:00"}
    storm.fault("RG01", "silent", **span)
    assert values(storm, "RG01") == [(time, mm) for time, mm in truth if not "17:00" <= time < "17:20"]
    assert len(values(storm, "RG02")) == 6  # others go on
    storm.http.delete("/_control/stations/RG01/fault").raise_for_status()
    assert values(storm, "RG01") == truth


def test_a_fault_without_a_time_begins_now(storm, truth) -> None:
    storm.fault("RG01", "silent")
    assert values(storm, "RG01") == truth[:-1]  # 17:30 itself is now
    storm.jump("18T18:00")
    assert values(storm, "RG01") == truth[:-1]


def test_a_stuck_gauge_holds_on_to_its_value(storm, truth) -> None:
    storm.fault("RG01", "stuck", **{"from": "2026-05-18T16:50:00+08:00"})
    held = dict(truth)["16:50"]
    assert [mm for time, mm in values(storm, "RG01") if time >= "16:50"] == [held] * 5
    assert held > 0
    storm.http.delete("/_control/stations/RG01/fault")
    storm.fault("RG01", "stuck", value=7.7, **{"from": "2026-05-18T16:50:00+08:00"})
    assert {mm for time, mm in values(storm, "RG01") if time >= "16:50"} == {7.7}


def test_a_spiking_gauge_is_far_off_now_and_then(storm) -> None:
    since = "phenomenonTime gt 2026-05-18T08:00:00+08:00"
    before = values(storm, "RV02", "water_level", since)
    storm.fault("RV02", "spiking", every=3, **{"from": "2026-05-18T08:00:00+08:00"})
    after = values(storm, "RV02", "water_level", since)
    moved = [(a, b) for (_, a), (_, b) in zip(before, after, strict=True) if a != b]
    assert 0 < len(moved) < len(before)
    assert all(b - a == pytest.approx(7.5) for a, b in moved)


def test_late_values_arrive_late_with_their_own_time(storm, truth) -> None:
    storm.fault("RG01", "late", minutes=25, **{"from": "2026-05-18T16:00:00+08:00"})
    assert [time for time, _ in values(storm, "RG01")] == ["16:40", "16:50", "17:00"]
    storm.jump("18T17:55")
    (o,) = storm.observations("phenomenonTime eq 2026-05-18T17:30:00+08:00", "Datastream/id eq 1")
    assert (o["resultTime"][11:16], o["result"]) == ("17:55", dict(truth)["17:30"])


def test_out_of_order_values_overtake_each_other_and_none_is_lost(storm, truth) -> None:
    storm.fault("RG01", "out_of_order", minutes=45, **{"from": "2026-05-18T16:00:00+08:00"})
    storm.jump("18T19:00")
    since = "phenomenonTime gt 2026-05-18T16:30:00+08:00 and phenomenonTime le 2026-05-18T17:30:00+08:00"
    found = values(storm, "RG01", since=since)
    assert found != sorted(found)
    assert sorted(found) == truth


@pytest.mark.parametrize("differs", [False, True])
def test_duplicated_values_come_twice(storm, truth, differs) -> None:
    storm.fault("RG01", "duplicated", differs=differs, **{"from": "2026-05-18T16:00:00+08:00"})
    found = storm.observations(SINCE, "Datastream/id eq 1")
    assert len(found) == 2 * len(truth)
    assert len({o["@iot.id"] for o in found}) == len(found)
    by_time: dict[str, set] = {}
    for o in found:
        by_time.setdefault(o["phenomenonTime"], set()).add(o["result"])
    assert {len(results) for results in by_time.values()} == {2 if differs else 1}


def test_faults_add_up_and_may_hit_one_metric_only(storm) -> None:
    storm.fault("WD01", "silent", metric="gust", **{"from": "2026-05-18T16:00:00+08:00"})
    storm.fault("WD01", "duplicated", **{"from": "2026-05-18T16:00:00+08:00"})
    assert values(storm, "WD01", "gust") == []
    assert len(values(storm, "WD01", "wind_avg")) == 12


def test_faults_of_unknown_stations_or_kinds_are_refused(storm) -> None:
    assert storm.http.post("/_control/stations/XX99/fault", json={"kind": "silent"}).status_code == 404
    assert storm.http.post("/_control/stations/RG01/fault", json={"kind": "lazy"}).status_code == 422
    assert storm.http.post("/_control/feeds/nothing/fault", json={"kind": "down"}).status_code == 422


FEEDS = {
    "alerts": ("/cap/feed.atom", "/weatheralert/v1/current/29.6/113.1"),
    "observations": ("/sta/v1.1/Things",),
    "forecasts": ("/plan/forecasts", "/v1/forecast", "/v7/weather/24h"),
    "reports": ("/reports",),
    "citizens": ("/citizens",),
    "geo": ("/geo/roads.geojson",),
}


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_that_is_down_answers_503_and_nothing_else_does(storm, feed) -> None:
    storm.feed_fault(feed, "down")
    for name, paths in FEEDS.items():
        assert {storm.get(path).status_code == 503 for path in paths} == {name == feed}
    storm.http.delete(f"/_control/feeds/{feed}/fault").raise_for_status()
    assert {storm.get(path).status_code == 503 for path in FEEDS[feed]} == {False}


def test_a_feed_may_reset_its_connections(storm) -> None:
    storm.feed_fault("reports", "down", how="reset")
    with pytest.raises(httpx.TransportError):
        storm.get("/reports")


def test_a_truncated_feed_stops_in_the_middle(storm) -> None:
    whole = storm.get("/cap/feed.atom").content
    storm.feed_fault("alerts", "truncated")
    half = storm.get("/cap/feed.atom")
    assert half.status_code == 200
    assert half.content == whole[: len(whole) // 2]


def test_an_old_feed_tells_of_hours_ago_and_says_so(storm) -> None:
    storm.jump("18T15:30")
    then = {path: storm.get(path) for paths in FEEDS.values() for path in paths[:1]}
    storm.jump(HOUR)
    for feed in ("alerts", "reports", "citizens", "forecasts"):
        assert storm.get(FEEDS[feed][0]).content != then[FEEDS[feed][0]].content
        storm.feed_fault(feed, "old", hours=2)
        old = storm.get(FEEDS[feed][0])
        assert old.content == then[FEEDS[feed][0]].content
        assert old.headers["last-modified"] == "Mon, 18 May 2026 07:30:00 GMT"


def test_a_feed_fault_holds_for_its_time(storm) -> None:
    span = {"from": "2026-05-18T17:40:00+08:00", "until": "2026-05-18T17:50:00+08:00"}
    storm.feed_fault("reports", "down", **span)
    assert storm.get("/reports").status_code == 200
    storm.jump("18T17:40")
    assert storm.get("/reports").status_code == 503
    storm.jump("18T17:50")
    assert storm.get("/reports").status_code == 200


def test_control_works_while_everything_is_down(storm) -> None:
    for feed in FEEDS:
        storm.feed_fault(feed, "down", how="reset")
    assert set(storm.json("/_control/feeds/faults")) == set(FEEDS)
    assert storm.json("/_control/scenario")["name"] == "storm_may"
