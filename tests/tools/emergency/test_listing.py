"""The forecast desk, reports, citizens' calls and 叫应 over HTTP."""

import json
from datetime import datetime, timedelta

import pytest

from tools.emergency.calls import Calls
from tools.emergency.listing import CITIZENS, FORECASTS, REPORTS, Listing
from tools.errors import CityBroken, CityRefused

NOW = datetime.fromisoformat("2026-05-18T16:00:00+08:00")
FIGURE = {
    "issued_at": "2026-05-18T14:00:00+08:00",
    "valid_from": "2026-05-18T14:00:00+08:00",
    "valid_to": "2026-05-18T20:00:00+08:00",
    "metric": "rain_6h",
    "value": 62.5,
    "unit": "mm",
    "district_code": "990304",
    "station_id": None,
}
RESPONSE = {
    "id": "R1",
    "time": "2026-05-18T15:30:00+08:00",
    "kind": "district_response",
    "district": "990304",
    "hazard": "flood",
    "level": 4,
    "event": "start",
    "source": "区防汛办",
}
FINDING = {
    "id": "R2",
    "time": "2026-05-18T15:40:00+08:00",
    "kind": "finding",
    "condition_id": "F4-09",
    "object": "闸",
    "event": "reported",
}
CALL = {
    "id": "C1",
    "time": "2026-05-18T15:50:00+08:00",
    "kind": "积水",
    "place_id": "PL0022",
    "note": "没过脚踝",
}


@pytest.fixture
def source(provider, reader, ground, clock):
    return lambda shape: Listing(reader, f"{provider.url}/list", shape, ground.zone, clock=clock)


def told(fetched):
    return [problem.what for problem in fetched.problems]


async def test_figures_become_forecasts(provider, source):
    river = FIGURE | {"metric": "river_level_max_24h", "value": 3350, "unit": "cm"}
    river |= {"district_code": None, "station_id": "RV01"}
    provider.put("/list", json.dumps([FIGURE, river]), Last_Modified="Mon, 18 May 2026 07:59:00 GMT")
    fetched = await source(FORECASTS).fetch(None)
    rain, level = fetched.facts
    assert (rain.metric, rain.value, rain.unit, rain.district_code) == ("rain_6h", 62.5, "mm", "990304")
    assert (rain.issued_at, rain.valid_to) == (NOW - timedelta(hours=2), NOW + timedelta(hours=4))
    assert (level.station_id, level.value, level.unit) == ("RV01", 33.5, "m")
    assert "3350 cm" in level.provenance.note
    assert fetched.newest == datetime.fromisoformat("2026-05-18T15:59:00+08:00")
    assert fetched.problems == ()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"station_id": "RV01"}, "恰有一个"),
        ({"value": -3}, "不可能"),
        ({"value": "viel"}, "viel"),
        ({"unit": "m/s"}, "不能用于 rain_6h"),
        ({"valid_to": "2026-05-18T10:00:00+08:00"}, "不早于"),
        ({"issued_at": "gestern"}, "gestern"),
    ],
)
async def test_a_bad_figure_is_told_and_the_others_count(provider, source, change, fault):
    provider.put("/list", json.dumps([FIGURE | change, FIGURE]))
    fetched = await source(FORECASTS).fetch(None)
    assert len(fetched.facts) == 1
    assert fault in told(fetched)[0]


async def test_each_fact_once_late_ones_too(provider, source):
    provider.put("/list", json.dumps([FIGURE]))
    client = source(FORECASTS)
    assert len((await client.fetch(None)).facts) == 1
    late = FIGURE | {"issued_at": "2026-05-18T11:00:00+08:00", "value": 30.0}
    provider.put("/list", json.dumps([FIGURE, late, late]))
    assert [f.value for f in (await client.fetch(NOW)).facts] == [30.0]
    assert provider.asked[-1][1] == {"since": (NOW - timedelta(hours=6)).isoformat()}


async def test_reports_in_lines(provider, source):
    provider.put("/list", "\n".join(json.dumps(line) for line in (RESPONSE, FINDING)) + "\n")
    response, finding = (await source(REPORTS).fetch(None)).facts
    assert (response.report_id, response.district_code, response.level) == ("R1", "990304", 4)
    assert (finding.fact, finding.report_id, finding.event) == ("finding", "R2", "reported")
    assert response.provenance.source == "reports"


async def test_no_reports_at_all(provider, source):
    provider.put("/list", "")
    assert (await source(REPORTS).fetch(None)).facts == ()


async def test_lines_that_break_off(provider, source):
    text = "\n".join(json.dumps(line) for line in (RESPONSE, FINDING))
    provider.put("/list", text[:-20])
    fetched = await source(REPORTS).fetch(None)
    assert [fact.report_id for fact in fetched.facts] == ["R1"]
    assert "只读到 1 条" in fetched.incomplete


@pytest.mark.parametrize("body", ['[{"id": "C1"', '"hello"', "<html>", '{"id": \n{}\n'])
async def test_what_is_no_list_is_broken(provider, source, body):
    provider.put("/list", body)
    with pytest.raises(CityBroken, match="不合约定"):
        await source(CITIZENS).fetch(None)


async def test_calls_of_citizens(provider, source):
    late = CALL | {"id": "C2", "time": "2026-05-18T15:55:00"}
    ahead = CALL | {"id": "C3", "time": "2026-05-18T18:00:00+08:00"}
    provider.put("/list", json.dumps([CALL | {"catalogue_code": "020301"}, late, ahead, "shout"]))
    fetched = await source(CITIZENS).fetch(None)
    assert [fact.signal_id for fact in fetched.facts] == ["C1", "C2", "C3"]
    assert fetched.facts[0].category_code == "020301"
    assert fetched.facts[1].time == NOW - timedelta(minutes=5)
    assert "没有时区" in fetched.facts[1].provenance.note
    for fault in ("没有时区", "到时才计入", "shout"):
        assert any(fault in what for what in told(fetched))


async def test_a_call_is_placed_with_its_key_and_followed(provider, reader):
    ringing = {"call_id": "C000001", "state": "ringing", "answered_at": None, "said": "", "attempts": []}
    provider.put("/calls", json.dumps(ringing), status=201)
    calls = Calls(reader, f"{provider.url}/calls")
    placed = await calls.place("CT001", "暴雨橙", "请到岗", key="k-1")
    assert (placed.call_id, placed.state) == ("C000001", "ringing")
    path, body, key = provider.posted[0]
    assert (path, key) == ("/calls", "k-1")
    assert json.loads(body) == {"contact_id": "CT001", "signal": "暴雨橙", "message": "请到岗"}
    answered = ringing | {"state": "answered", "answered_at": "2026-05-18T16:03:00+08:00", "said": "收到"}
    provider.put("/calls/C000001", json.dumps(answered))
    assert (await calls.state("C000001")).said == "收到"


async def test_a_call_that_is_not_known_or_not_understood(provider, reader):
    calls = Calls(reader, f"{provider.url}/calls")
    with pytest.raises(CityRefused):
        await calls.state("C9")
    provider.put("/calls/C9", json.dumps({"call_id": "C9", "state": "dreaming"}))
    with pytest.raises(CityBroken):
        await calls.state("C9")
