"""The watch over open orders, against the simulated city over HTTP: tokens, stages, and one that the city forgot."""

import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import httpx
import pytest

from serving.cities import CityWatch
from serving.store.database import Database
from serving.store.tables import OutboxRow, TicketRow
from tests.serving.installation import ROOT
from tests.serving.small_graph import Clock
from tests.serving.test_outbox import working
from tools.dispatch import DispatchOrder
from tools.open311 import Open311City, Open311Config

TERRITORIAL = "040103"
"""Goes to a district's unit: the simulated city answers it with a token."""
UNIT = "jiedao"


@pytest.fixture(scope="module")
def frozen_city() -> Iterator[str]:
    """A simulated city of these tests' own: its clock stands until it is moved."""
    command = [sys.executable, "-m", "tools.simulator", "--port", "0", "--api-key", "test-key"]
    command += ["--start", "2026-05-17T16:00:00+08:00"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().removeprefix("ready ").strip()
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture
async def http(frozen_city: str) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=frozen_city, trust_env=False) as client:
        (await client.post("/_control/reset")).raise_for_status()
        yield client


@pytest.fixture
def client(frozen_city: str, http: httpx.AsyncClient) -> Open311City:
    return Open311City(http, Open311Config(f"{frozen_city}/open311/v2", f"{frozen_city}/callers", "test-key"))


@pytest.fixture
def watch(client: Open311City, database: Database, clock: Clock) -> CityWatch:
    return CityWatch(client, database, clock)


async def dispatch(database: Database, clock: Clock, client: Any, number: int, unit: str) -> str:
    """A dispatched ticket with one order; its key."""
    order = DispatchOrder(
        idempotency_key=f"approval-{number}:1",
        ticket_id=f"T{number}",
        ticket_type="投诉",
        service_code=TERRITORIAL,
        main_dept_id=unit,
        description="业委会到期没人换届",
    )
    async with database.begin() as session:
        session.add(
            TicketRow(
                ticket_id=order.ticket_id,
                received=number,
                created_at=clock().isoformat(),
                anonymous=False,
                text="业委会到期没人换届",
                status="dispatched",
                approved=True,
            )
        )
    async with working(database, client, clock) as outbox:
        await outbox.submit(order)
        await outbox.delivered(order.idempotency_key, lambda why: None)
    return order.idempotency_key


async def row_of(database: Database, key: str) -> OutboxRow:
    async with database.read() as session:
        return await session.get_one(OutboxRow, key)


async def status_of(database: Database, ticket_id: str) -> str:
    async with database.read() as session:
        return (await session.get_one(TicketRow, ticket_id)).status


async def advance(http: httpx.AsyncClient, minutes: float) -> None:
    (await http.post("/_control/clock/advance", json={"minutes": minutes})).raise_for_status()


async def arrived(http: httpx.AsyncClient) -> dict[str, Any]:
    return (await http.get("/_control/dispatches")).raise_for_status().json()


async def test_a_token_becomes_a_request_and_its_stages_are_followed(
    database: Database, clock: Clock, client: Open311City, watch: CityWatch, http: httpx.AsyncClient
) -> None:
    key = await dispatch(database, clock, client, 1, UNIT)
    token = ((await row_of(database, key)).receipt or {})["token"]
    await watch.look()
    row = await row_of(database, key)
    assert (row.receipt or {})["token"] == token and row.request is None, "the city has no number yet"
    await advance(http, 2)
    await watch.look()
    row = await row_of(database, key)
    assert row.receipt == {**(row.receipt or {}), "token": None, "service_request_id": token[1:]}
    assert (row.request or {})["status_notes"].startswith("待签收") and row.open
    await advance(http, 100_000)
    await watch.look()
    row = await row_of(database, key)
    assert (row.request or {})["status_notes"][:3] in ("已办结", "已退回") and not row.open
    await watch.look()
    assert watch.state == "ready"
    assert (await arrived(http))["count"] == 1


async def test_an_order_that_its_unit_returns_waits_for_a_person(
    database: Database, clock: Clock, client: Open311City, watch: CityWatch, http: httpx.AsyncClient
) -> None:
    """Sent to units that it is none of the business of: the simulated city returns four in five."""
    keys = [await dispatch(database, clock, client, number, "gongdian") for number in range(1, 6)]
    await advance(http, 200)
    await watch.look()
    back = [key for key in keys if not (await row_of(database, key)).open]
    assert back, [(await row_of(database, key)).request for key in keys]
    for number, key in enumerate(keys, 1):
        expected = "returned" if key in back else "dispatched"
        assert await status_of(database, f"T{number}") == expected


async def test_a_token_the_city_forgot_holds_up_no_other(
    database: Database,
    clock: Clock,
    client: Open311City,
    watch: CityWatch,
    http: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("serving.cities.AT_ONCE", 1)
    forgotten = await dispatch(database, clock, client, 1, UNIT)
    clock.advance(minutes=1)
    kept = await dispatch(database, clock, client, 2, UNIT)
    await advance(http, 2)
    async with database.begin() as session:
        row = await session.get_one(OutboxRow, forgotten)
        row.receipt = {**(row.receipt or {}), "token": "T20260517999999"}
    for _ in range(3):
        clock.advance(minutes=1)
        await watch.look()
    assert (await row_of(database, kept)).request is not None
    assert (await row_of(database, forgotten)).request is None
    assert watch.state == "ready"


async def test_a_city_in_trouble_changes_no_order(
    database: Database, clock: Clock, client: Open311City, watch: CityWatch, http: httpx.AsyncClient
) -> None:
    key = await dispatch(database, clock, client, 1, UNIT)
    before = (await row_of(database, key)).receipt
    for kind, state in (("error500", "unreachable"), ("malformed", "unavailable")):
        fault = {"kind": kind, "path": "/open311/v2/tokens", "count": 1}
        (await http.post("/_control/faults", json=fault)).raise_for_status()
        await watch.look()
        assert (watch.state, (await row_of(database, key)).receipt) == (state, before)
    await advance(http, 2)
    await watch.look()
    assert watch.state == "ready" and (await row_of(database, key)).request is not None


async def test_a_city_silent_about_the_token_has_the_order_once(
    database: Database, clock: Clock, client: Open311City, http: httpx.AsyncClient
) -> None:
    fault = {"kind": "error500", "path": "/open311/v2/tokens", "count": 1}
    (await http.post("/_control/faults", json=fault)).raise_for_status()
    key = await dispatch(database, clock, client, 1, UNIT)
    assert (await row_of(database, key)).state == "sent"
    assert ((await arrived(http))["count"], (await arrived(http))["repeats"]) == (1, 0)
