"""A ticket with several orders: what the city took stands, what came back a named person settles, once."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from knowledge.city import City, load_city
from serving.errors import Conflict, NotFound, RequestInvalid
from serving.outbox import Outbox
from serving.store.database import Database
from serving.store.tables import AuditRow, MessageRow, OutboxRow, RunRow, TicketRow
from serving.tickets.follow import follow
from serving.tickets.history import StoredHistory
from serving.tickets.orders import Wish
from serving.tickets.service import Tickets
from tests.serving.small_graph import Clock
from tests.serving.test_outbox import working
from tools.dispatch import DispatchOrder, DispatchReceipt
from tools.errors import CityRefused, OrderUnsafe

PACK = Path(__file__).parents[2] / "knowledge" / "city" / "yunzhou"
ELSEWHERE = Wish(decision="redispatch", reason="按目录改派", main_dept_id="gongdian")


class Taking:
    """A city that refuses orders to `refusing` units and remembers every order it was sent."""

    def __init__(self, *refusing: str) -> None:
        self.refusing = refusing
        self.sent: list[tuple[str, str]] = []

    async def dispatch(self, order: DispatchOrder) -> DispatchReceipt:
        self.sent.append((order.idempotency_key, order.main_dept_id))
        if order.main_dept_id in self.refusing:
            raise CityRefused("城市接口拒收：单位不接单", code=400, description="no such unit")
        return DispatchReceipt(service_request_id=f"R-{len(self.sent)}")

    async def token(self, token: str) -> str | None:
        return None


@pytest.fixture(scope="module")
def pack() -> City:
    return load_city(PACK)


@pytest.fixture
async def tickets(database: Database, clock: Clock, pack: City) -> AsyncGenerator[Tickets]:
    made: Any = Tickets(database, None, StoredHistory(database), pack, clock)  # pyright: ignore[reportArgumentType]
    async with database.begin() as session:
        session.add(
            TicketRow(
                ticket_id="T1",
                received=1,
                created_at=clock().isoformat(),
                caller_name="李雷",
                caller_phone="13800001111",
                anonymous=True,
                text="路灯坏了，树也倒了",
                status="dispatching",
                run_id="R1",
                approved=True,
            )
        )
    yield made


def order(number: int, unit: str) -> DispatchOrder:
    return DispatchOrder(
        idempotency_key=f"approval:{number}",
        ticket_id="T1",
        ticket_type="投诉",
        service_code="020202",
        main_dept_id=unit,
        description="路灯不亮",
        anonymous=True,
    )


async def dispatched(tickets: Tickets, clock: Clock, city: Any) -> None:
    """Two orders go out, and the run tells the ticket what came of them, as the graph does."""
    orders = [order(1, "chengguan"), order(2, "jiaotong")]
    async with working(tickets.database, city, clock) as outbox:
        for one in orders:
            await outbox.submit(one)
        refused = [
            {"why": "单位不接单", "order": one.idempotency_key}
            for one in orders
            if not await _taken(outbox, one)
        ]
    async with tickets.database.begin() as session:
        run = RunRow(run_id="R1", agent="triage", ticket_id="T1", input={}, status="running")
        event = {"type": "outcome", "kind": "dispatched", "refused": refused, "at": clock().isoformat()}
        await follow(session, run, event)


async def _taken(outbox: Outbox, one: DispatchOrder) -> bool:
    try:
        await outbox.delivered(one.idempotency_key, lambda why: None)
    except CityRefused:
        return False
    return True


async def resent(tickets: Tickets, clock: Clock, city: Any, key: str) -> None:
    async with working(tickets.database, city, clock) as outbox:
        try:
            await outbox.delivered(key, lambda why: None)
        except CityRefused:
            return


async def states(tickets: Tickets) -> tuple[str, list[tuple[str, str]]]:
    shown = await tickets.detail("T1")
    return shown["status"], [(one["key"], one["state"]) for one in shown["dispatch"]["orders"]]


async def test_the_taken_order_stands_and_the_refused_one_goes_elsewhere(
    tickets: Tickets, clock: Clock
) -> None:
    city = Taking("jiaotong")
    await dispatched(tickets, clock, city)
    assert await states(tickets) == ("returned", [("approval:1", "sent"), ("approval:2", "failed")])
    shown = (await tickets.detail("T1"))["dispatch"]
    assert (shown["key"], shown["came_back"]) == ("approval:2", True), "what needs a person stands first"
    with pytest.raises(Conflict, match="另有 1 项已派发"):
        await tickets.rerun("T1", "王芳")
    clock.advance(minutes=1)
    await tickets.handle_order("T1", "approval:2", ELSEWHERE, "王芳")
    with pytest.raises(Conflict):
        await tickets.handle_order("T1", "approval:2", ELSEWHERE, "王芳")
    await resent(tickets, clock, city, "approval:2.1")
    assert await states(tickets) == (
        "dispatched",
        [("approval:1", "sent"), ("approval:2", "replaced"), ("approval:2.1", "sent")],
    )
    assert city.sent == [
        ("approval:1", "chengguan"),
        ("approval:2", "jiaotong"),
        ("approval:2.1", "gongdian"),
    ]
    async with tickets.database.read() as session:
        audited = await session.scalar(select(AuditRow).where(AuditRow.action == "order.replaced"))
        said = list(await session.scalars(select(MessageRow.text)))
    assert audited is not None and audited.actor == "王芳"
    assert "1 项未派出" in said[0] and "改派" in said[1] and "按目录改派" in said[1]


async def test_an_order_refused_again_comes_back_again(tickets: Tickets, clock: Clock) -> None:
    city = Taking("jiaotong", "gongdian")
    await dispatched(tickets, clock, city)
    await tickets.handle_order("T1", "approval:2", ELSEWHERE, "王芳")
    assert (await states(tickets))[0] == "dispatched"
    await resent(tickets, clock, city, "approval:2.1")
    assert (await states(tickets))[0] == "returned"
    await tickets.handle_order("T1", "approval:2.1", Wish(decision="close", reason="已电话答复"), "王芳")
    assert await states(tickets) == (
        "dispatched",
        [("approval:1", "sent"), ("approval:2", "replaced"), ("approval:2.1", "closed")],
    )


async def test_an_order_its_unit_returned_is_settled_the_same_way(tickets: Tickets, clock: Clock) -> None:
    await dispatched(tickets, clock, Taking())
    with pytest.raises(Conflict, match="没有要改派的"):
        await tickets.handle_order("T1", "approval:1", ELSEWHERE, "王芳")
    async with tickets.database.begin() as session:
        row = await session.get_one(OutboxRow, "approval:1")
        row.request, row.open = {"status_notes": "已退回：不归我们管"}, False
        (await session.get_one(TicketRow, "T1")).status = "returned"
    with pytest.raises(Conflict, match="没有退回"):
        await tickets.handle_order("T1", "approval:2", ELSEWHERE, "王芳")
    await tickets.handle_order("T1", "approval:1", ELSEWHERE, "王芳")
    assert await states(tickets) == (
        "dispatched",
        [("approval:1", "replaced"), ("approval:1.1", "queued"), ("approval:2", "sent")],
    )


async def test_wishes_are_checked_before_anything_changes(tickets: Tickets, clock: Clock) -> None:
    await dispatched(tickets, clock, Taking("jiaotong"))
    before = await states(tickets)
    nowhere = ELSEWHERE.model_copy(update={"main_dept_id": "atlantis"})
    telling = ELSEWHERE.model_copy(update={"description": "李雷说路灯不亮"})
    for wish, error in ((nowhere, RequestInvalid), (telling, OrderUnsafe)):
        with pytest.raises(error):
            await tickets.handle_order("T1", "approval:2", wish, "王芳")
    with pytest.raises(NotFound):
        await tickets.handle_order("T1", "approval:9", ELSEWHERE, "王芳")
    async with tickets.database.begin() as session:
        (await session.get_one(TicketRow, "T1")).status = "running"
    with pytest.raises(Conflict, match="正在处理"):
        await tickets.handle_order("T1", "approval:2", ELSEWHERE, "王芳")
    assert (await states(tickets))[1] == before[1]
