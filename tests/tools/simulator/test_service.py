"""The running simulator through the client: what GeoReport v2 promises, and what departments do."""

from datetime import timedelta

import httpx
import pytest

from knowledge.city import load_city
from tools.dispatch import PastTicket, RequestFilter, contact_of, require_hidden
from tools.errors import CityRefused
from tools.open311 import Open311City
from tools.simulator.__main__ import main
from tools.ticket import parse_ticket


@pytest.fixture(scope="module")
def pack(request):
    return load_city(request.config.rootpath / "knowledge" / "city" / "yunzhou")


async def test_every_catalogue_line_is_a_service(city, pack):
    services = {service.service_code: service for service in await city.services()}
    assert set(services) == set(pack.catalogue)
    assert services["010101"].service_name == pack.catalogue["010101"].level3
    assert services["010101"].keywords == pack.catalogue["010101"].example_cues
    assert {code for code, service in services.items() if service.type == "batch"} == {
        code for code, entry in pack.catalogue.items() if entry.territorial
    }


async def test_xml_and_json_give_equal_objects(simulator, http, order):
    json_city = Open311City(http, simulator.config("json"))
    xml_city = Open311City(http, simulator.config("xml"))
    receipt = await json_city.dispatch(order(lat=29.6, long=113.1, description="<b>&“引号”\n换行"))
    again = await xml_city.dispatch(order(lat=29.6, long=113.1, description="<b>&“引号”\n换行"))
    assert receipt.model_copy(update={"replayed": True}) == again
    assert await json_city.services() == await xml_city.services()
    assert await json_city.service("010101") == await xml_city.service("010101")
    request = await json_city.request(receipt.service_request_id)
    assert request == await xml_city.request(receipt.service_request_id)
    assert request.description == "<b>&“引号”\n换行"
    everything = RequestFilter()
    assert await json_city.requests(everything) == await xml_city.requests(everything) == (request,)


async def test_a_dispatched_order_comes_back_as_it_was_sent(city, order, clock):
    due = clock() + timedelta(days=5)
    receipt = await city.dispatch(order(expected_datetime=due, co_dept_ids=("jiedao",)))
    request = await city.request(receipt.service_request_id)
    assert receipt.status == "registered"
    assert (request.status, request.stage, request.service_code) == ("open", "待签收", "010101")
    assert (request.agency_responsible, request.address) == ("沄州市城市管理局", "埠前区人民路")
    assert (request.expected_datetime, request.requested_datetime) == (due, clock())


async def test_services_of_the_districts_answer_with_a_token(simulator, city, order):
    receipt = await city.dispatch(order(service_code="130301", main_dept_id="qxzf"))
    assert receipt.status == "pending"
    assert await city.token(receipt.token) is None
    assert await city.requests(RequestFilter()) == ()
    simulator.advance(seconds=61)
    request_id = await city.token(receipt.token)
    assert (await city.request(request_id)).service_request_id == request_id


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"service_code": "999999"}, "999999"),
        ({"main_dept_id": "nobody"}, "main_dept_id"),
        ({"main_dept_id": "xinfang"}, "main_dept_id"),
        ({"ticket_type": "闲聊"}, "ticket_type"),
        ({"co_dept_ids": ("nobody",)}, "co_dept_ids"),
    ],
)
async def test_wrong_orders_are_refused_with_the_reason(simulator, city, order, changes, said):
    with pytest.raises(CityRefused, match=said) as caught:
        await city.dispatch(order(**changes))
    assert caught.value.code == 400
    assert simulator.arrived()["count"] == 0


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_keys_and_jurisdictions_are_checked(simulator, http, order, form):
    with pytest.raises(CityRefused) as caught:
        await Open311City(http, simulator.config(form, api_key="wrong")).dispatch(order())
    assert caught.value.code == 403
    with pytest.raises(CityRefused) as caught:
        await Open311City(http, simulator.config(form, jurisdiction_id="elsewhere")).services()
    assert caught.value.code == 404
    with pytest.raises(CityRefused) as caught:
        await Open311City(http, simulator.config(form, api_key="wrong")).caller_history("1")
    assert caught.value.code == 403


@pytest.mark.parametrize("path", ["requests/none", "requests/20260518000009", "tokens/T1", "services/1"])
@pytest.mark.parametrize("ending", ["", ".json", ".xml"])
def test_unknown_things_are_not_found(simulator, path, ending):
    answer = simulator.control.get(f"/open311/v2/{path}{ending}")
    assert answer.status_code == 404
    assert ("xml" in answer.headers["content-type"]) == (ending == ".xml")
    assert "404" in answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {"service_code": ""},
        {"address_string": ""},
        {"lat": "29.6"},
        {"lat": "x", "long": "1"},
        {"lat": "91", "long": "1"},
        {"lat": "nan", "long": "1"},
        {"description": "长" * 4001},
        {"attribute[ticket_id]": ""},
        {"attribute[expected_datetime]": "2026-05-20"},
        {"attribute[expected_datetime]": "soon"},
    ],
)
def test_malformed_forms_are_refused(simulator, changes):
    form = {
        "api_key": "test-key",
        "service_code": "010101",
        "address_string": "人民路",
        "attribute[ticket_id]": "T1",
        "attribute[ticket_type]": "投诉",
        "attribute[main_dept_id]": "chengguan",
    }
    assert simulator.control.post("/open311/v2/requests.json", data=form).status_code == 200
    answer = simulator.control.post("/open311/v2/requests.json", data=form | changes)
    assert answer.status_code == 400
    assert answer.json()[0]["code"] == 400


async def test_query_rules(simulator, city, order, clock):
    for n, code in enumerate(("010101", "010102", "020101")):
        await city.dispatch(order(service_code=code, idempotency_key=f"key-0000{n}", ticket_id=f"T{n}"))
        simulator.advance(minutes=60 * 24 * 50)
    found = await city.requests(RequestFilter())
    assert [r.service_code for r in found] == ["020101"], "without dates: the last 90 days"
    late = clock() + timedelta(days=60)
    found = await city.requests(RequestFilter(start_date=clock(), end_date=late))
    assert [r.service_code for r in found] == ["010102", "010101"], "newest first"
    found = await city.requests(RequestFilter(start_date=clock(), service_codes=("010101", "020101")))
    assert [r.service_code for r in found] == ["010101"], "a start alone reaches 90 days on"
    assert [r.service_code for r in await city.requests(RequestFilter(end_date=clock()))] == ["010101"]
    assert await city.requests(RequestFilter(end_date=clock() - timedelta(seconds=1))) == ()
    ids = tuple(row["service_request_id"] for row in simulator.arrived()["dispatches"])
    found = await city.requests(RequestFilter(service_request_ids=ids, status=("closed",), end_date=clock()))
    assert {r.service_request_id for r in found} == set(ids), "ids override the rest"
    with pytest.raises(CityRefused, match="90"):
        await city.requests(RequestFilter(start_date=clock(), end_date=clock() + timedelta(days=91)))


async def test_status_filter_follows_the_departments(simulator, city, order):
    await city.dispatch(order())
    assert len(await city.requests(RequestFilter(status=("open",)))) == 1
    simulator.advance(minutes=60 * 24 * 10)
    open_now = await city.requests(RequestFilter(status=("open",)))
    closed_now = await city.requests(RequestFilter(status=("closed",)))
    assert len(open_now) + len(closed_now) == 1
    assert all(r.stage == "已办结" for r in closed_now) and all(r.stage == "已退回" for r in open_now)


async def test_departments_take_orders_and_send_others_back(simulator, city, order):
    for n in range(60):
        await city.dispatch(order(idempotency_key=f"right-{n:04}", ticket_id=f"R{n}"))
        await city.dispatch(order(idempotency_key=f"wrong-{n:04}", ticket_id=f"W{n}", main_dept_id="jiaoyu"))
    simulator.advance(minutes=121)
    rows = simulator.arrived()["dispatches"]
    returned = {
        kind: [r for r in rows if r["attributes"]["ticket_id"][0][0] == kind and r["stage"] == "已退回"]
        for kind in "RW"
    }
    assert {row["stage"] for row in rows} == {"办理中", "已退回"}
    assert 0 < len(returned["R"]) < 15 < 40 < len(returned["W"])
    request = await city.request(returned["W"][0]["service_request_id"])
    assert request.status == "open"
    assert "010101" in request.return_reason and "城管" in request.return_reason
    request = await city.request(returned["R"][0]["service_request_id"])
    assert "归" in request.return_reason


async def test_the_same_seed_gives_the_same_fate(start_simulator, simulator, order):
    lives = []
    for seed in ("1", "2"):
        process, url = start_simulator("--seed", seed)
        async with httpx.AsyncClient(trust_env=False) as http:
            config = simulator.config(endpoint=f"{url}/open311/v2")
            await Open311City(http, config).dispatch(order(idempotency_key=f"some-other-{seed}"))
            lives.append((await http.get(f"{url}/_control/dispatches")).json()["dispatches"][0]["life"])
        process.terminate()
    await Open311City(http := httpx.AsyncClient(trust_env=False), simulator.config()).dispatch(order())
    await http.aclose()
    assert simulator.arrived()["dispatches"][0]["life"] == lives[0] != lives[1]


async def test_history_holds_what_was_dispatched_and_what_was_put_in(simulator, city, order, clock):
    phone = "00000000001"
    old = PastTicket(ticket_id="OLD", created_at=clock() - timedelta(days=3), text="路灯不亮")
    body = old.model_dump(mode="json")
    simulator.control.post(f"/_control/callers/{phone}/tickets", json=body).raise_for_status()
    await city.dispatch(order(contact={"name": "王某", "phone": phone}))
    await city.dispatch(order(idempotency_key="key-report", ticket_id="T2", ticket_type="举报"))
    found = await city.caller_history("000-0000-0001")
    assert [t.ticket_id for t in found][-2:] == ["OLD", "T0001"]
    assert found[-2] == old
    plain = simulator.control.get(f"/callers/{phone}/tickets", headers={"X-Api-Key": "test-key"}).json()
    assert [t["ticket_id"] for t in plain] == [t.ticket_id for t in found]


async def test_some_callers_have_an_old_seeded_past(city, clock):
    pasts = [await city.caller_history(f"000000{n:05}") for n in range(60)]
    assert 5 < sum(map(bool, pasts)) < 40
    tickets = [ticket for past in pasts for ticket in past]
    assert all(t.created_at <= clock() - timedelta(days=60) and t.status == "closed" for t in tickets)
    assert pasts[0] == await city.caller_history("00000000000")


async def test_the_clock_is_set_advanced_frozen_and_run(simulator, clock):
    read = lambda: simulator.control.get("/_control/clock").json()  # noqa: E731
    assert (read()["now"], read()["running"]) == ("2026-05-18T09:00:00+08:00", False)
    simulator.advance(minutes=1, seconds=30)
    assert read()["now"] == "2026-05-18T09:01:30+08:00"
    simulator.control.put("/_control/clock", json={"now": "2026-07-01T00:00:00Z"}).raise_for_status()
    assert read()["now"] == "2026-07-01T08:00:00+08:00"
    assert simulator.control.put("/_control/clock", json={"now": "2026-07-01T00:00:00"}).status_code == 422
    simulator.control.post("/_control/clock/run").raise_for_status()
    assert read()["running"] and read()["now"] != read()["now"]


async def test_the_page_shows_the_order_and_hides_the_caller(simulator, city, order):
    assert "还没有派来的工单" in simulator.control.get("/").text
    contact = {"name": "王小五", "phone": "00000000001"}
    await city.dispatch(order(contact=contact, description="<script>x</script>公厕没人扫"))
    page = simulator.control.get("/").text
    assert all(word in page for word in ("T0001", "城管", "道路与公厕保洁", "待签收", "&lt;script&gt;"))
    assert "王小五" not in page and "00000000001" not in page and "<script>" not in page


async def test_a_report_arrives_without_a_trace_of_the_caller(simulator, city, order, clock):
    data = {"text": "有人偷倒垃圾", "caller": {"name": "王小五", "phone": "00000000001"}}
    ticket = parse_ticket(data, clock=clock, new_id=lambda: "T0001")
    shielded = order(ticket_type="举报", contact=contact_of(ticket, "举报").model_dump())
    await city.dispatch(require_hidden(ticket.caller, shielded))
    (row,) = simulator.arrived()["dispatches"]
    assert (row["name"], row["phone"]) == (None, None)
    assert "王小五" not in str(row) and "00000000001" not in str(row)


async def test_a_database_file_outlives_the_process(start_simulator, simulator, order, tmp_path):
    path = str(tmp_path / "city.sqlite")
    seen = []
    for _ in range(2):
        process, url = start_simulator("--db", path)
        async with httpx.AsyncClient(trust_env=False) as http:
            city = Open311City(http, simulator.config(endpoint=f"{url}/open311/v2"))
            seen.append(await city.dispatch(order()))
        process.terminate()
        process.wait()
    assert seen[0].service_request_id == seen[1].service_request_id
    assert [receipt.replayed for receipt in seen] == [False, True]


@pytest.mark.parametrize(
    "wrong",
    [
        ("--city", "nowhere"),
        ("--start", "soon"),
        ("--start", "2026-05-18"),
        ("--port", "99999"),
        ("--db", "/no/x"),
    ],
)
def test_wrong_arguments_end_with_two_and_a_clear_line(capsys, monkeypatch, request, wrong):
    monkeypatch.chdir(request.config.rootpath)
    assert main(["--port", "0", *wrong]) == 2
    assert "模拟城市启动失败" in capsys.readouterr().err


def test_a_port_in_use_is_said(capsys, monkeypatch, request, simulator):
    monkeypatch.chdir(request.config.rootpath)
    assert main(["--port", simulator.url.rsplit(":", 1)[1]]) == 2
    assert "--port" in capsys.readouterr().err
