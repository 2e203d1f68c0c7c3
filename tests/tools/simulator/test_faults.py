"""The guarded client against every fault: it gets through, or says that it did not, and never acts twice."""

import time
from datetime import datetime

import httpx
import pytest

from tools.dispatch import RequestFilter
from tools.errors import CityBroken, CityRefused, CityUnavailable, CityUnreachable
from tools.open311 import Open311City
from tools.resilience import ResilienceConfig, guarded

QUICK = ResilienceConfig(timeout_s=0.4, attempts=4, first_wait_s=0.01, max_wait_s=0.05, failures_to_open=50)
POST = {"path": "/open311/v2/requests", "method": "POST"}


@pytest.fixture
def patient(city):
    return guarded(city, QUICK, clock=lambda: datetime.now().astimezone())


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error500"},
        {"kind": "error500", "after_commit": True},
        {"kind": "reset"},
        {"kind": "reset", "after_commit": True},
        {"kind": "timeout", "seconds": 1},
        {"kind": "timeout", "seconds": 1, "after_commit": True},
        {"kind": "latency", "seconds": 1},
        {"kind": "malformed"},
        {"kind": "duplicate"},
    ],
    ids=lambda fault: f"{fault['kind']}{'-after' if fault.get('after_commit') else ''}",
)
@pytest.mark.parametrize("form", ["json", "xml"])
async def test_a_dispatch_is_made_exactly_once(simulator, http, order, fault, form):
    simulator.fault(**fault, **POST, count=2)
    inner = Open311City(http, simulator.config(form))
    receipt = await guarded(inner, QUICK, clock=lambda: datetime.now().astimezone()).dispatch(order())
    arrived = simulator.arrived()
    assert arrived["count"] == 1
    assert arrived["dispatches"][0]["service_request_id"] == receipt.service_request_id
    done_early = fault.get("after_commit") or fault["kind"] in ("latency", "malformed", "duplicate")
    assert receipt.replayed == bool(done_early)
    assert (arrived["repeats"] > 0) == bool(done_early)


@pytest.mark.parametrize(
    ("fault", "error", "maybe_done"),
    [
        ({"kind": "error500"}, CityUnreachable, True),
        ({"kind": "reset"}, CityUnreachable, True),
        ({"kind": "reset", "after_commit": True}, CityUnreachable, True),
        ({"kind": "malformed"}, CityBroken, True),
    ],
)
async def test_one_attempt_without_guards_says_what_happened(
    simulator, city, order, fault, error, maybe_done
):
    simulator.fault(**fault)
    with pytest.raises(error) as caught:
        await city.dispatch(order())
    assert caught.value.retryable
    assert caught.value.maybe_done is maybe_done


async def test_a_reset_is_a_real_one_in_the_middle_of_the_answer(simulator):
    simulator.fault("reset", after_commit=True)
    with (
        httpx.Client(base_url=simulator.url, trust_env=False) as client,
        pytest.raises(httpx.ReadError) as caught,
        client.stream("GET", "/open311/v2/services.json") as response,
    ):
        assert response.status_code == 200
        response.read()
    causes = []
    error: BaseException | None = caught.value
    while error is not None:
        causes.append(type(error))
        error = error.__cause__ or error.__context__
    assert ConnectionResetError in causes


async def test_latency_delays(simulator, city):
    simulator.fault("latency", seconds=0.3)
    started = time.monotonic()
    await city.services()
    assert time.monotonic() - started >= 0.3


async def test_the_same_key_with_other_content_is_refused(simulator, city, order):
    await city.dispatch(order())
    with pytest.raises(CityRefused, match="Idempotency-Key") as caught:
        await city.dispatch(order(description="另一件事"))
    assert caught.value.code == 422
    assert simulator.arrived()["count"] == 1


async def test_a_server_that_ignores_keys_is_not_sent_a_lost_dispatch_again(simulator, city, order):
    config = ResilienceConfig(first_wait_s=0.01, max_wait_s=0.05, dispatch_repeatable=False)
    simulator.fault("reset", **POST, after_commit=True)
    with pytest.raises(CityUnreachable):
        await guarded(city, config, clock=lambda: datetime.now().astimezone()).dispatch(order())
    assert simulator.arrived()["dispatches"][0]["arrivals"] == 1


async def test_reads_get_through_a_bad_spell(simulator, patient, order):
    receipt = await patient.dispatch(order())
    for kind in ("error500", "malformed", "reset"):
        simulator.fault(kind, method="GET")
    assert (await patient.request(receipt.service_request_id)).stage == "待签收"


async def test_breaker_opens_on_a_dead_city_and_closes_when_it_is_back(simulator, city, clock):
    now = [clock()]
    config = ResilienceConfig(attempts=1, failures_to_open=3, open_s=30)
    guarded_city = guarded(city, config, clock=lambda: now[0])
    simulator.fault("error500", count=100)
    for _ in range(3):
        with pytest.raises(CityUnreachable):
            await guarded_city.requests(RequestFilter())
    with pytest.raises(CityUnavailable) as caught:
        await guarded_city.requests(RequestFilter())
    assert simulator.control.get("/_control/faults").json()[0]["count"] == 97, "the open breaker sent nothing"
    simulator.control.delete("/_control/faults").raise_for_status()
    now[0] = caught.value.retry_at
    assert await guarded_city.requests(RequestFilter()) == ()


async def test_a_city_that_is_not_there(http, simulator, order):
    city = Open311City(http, simulator.config(endpoint="http://127.0.0.1:9/open311/v2"))
    with pytest.raises(CityUnreachable) as caught:
        await city.dispatch(order())
    assert caught.value.retryable and not caught.value.maybe_done


def test_probability_is_seeded_and_paths_are_respected(simulator):
    simulator.fault("error500", path="/open311/v2/services", count=1000, probability=0.5)
    path = "/open311/v2/services/010101"
    first = [simulator.control.get(path).status_code for _ in range(40)]
    assert 5 < first.count(500) < 35
    assert simulator.control.get("/open311/v2/requests.json").status_code == 200
    simulator.control.post("/_control/reset").raise_for_status()
    simulator.fault("error500", path="/open311/v2/services", count=1000, probability=0.5)
    assert [simulator.control.get(path).status_code for _ in range(40)] == first


@pytest.mark.parametrize(
    "rule", [{"kind": "earthquake"}, {"kind": "reset", "probability": 2}, {"kind": "reset", "x": 1}]
)
def test_unknown_faults_are_refused(simulator, rule):
    assert simulator.control.post("/_control/faults", json=rule).status_code == 422
