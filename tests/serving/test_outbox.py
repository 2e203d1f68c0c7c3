"""The outbox: each order once, through refusals, silence and crashes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select

from serving.outbox import Outbox
from serving.store.database import Database
from serving.store.tables import OutboxRow
from tests.serving.small_graph import Clock
from tools.dispatch import DispatchOrder, DispatchReceipt
from tools.errors import CityError, CityRefused, CityUnreachable


class City:
    """Answers as it is told, in turn; the last answer stays."""

    def __init__(self, *answers: CityError | DispatchReceipt) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.redeemed: CityError | str | None = None

    async def dispatch(self, order: DispatchOrder) -> DispatchReceipt:
        self.asked.append(order.idempotency_key)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, CityError):
            raise answer
        return answer

    async def token(self, token: str) -> str | None:
        if isinstance(self.redeemed, CityError):
            raise self.redeemed
        return self.redeemed


RECEIPT = DispatchReceipt(service_request_id="R-1")
SILENT = CityUnreachable("城市平台没有答复；稍后重试", retryable=True, maybe_done=True)


def order(key: str = "approval-1:1") -> DispatchOrder:
    return DispatchOrder(
        idempotency_key=key,
        ticket_id="T1",
        ticket_type="投诉",
        service_code="010101",
        main_dept_id="chengguan",
        description="路灯不亮",
    )


@asynccontextmanager
async def working(database: Database, city: City, clock: Clock) -> AsyncGenerator[Outbox]:
    outbox = Outbox(database, city, clock)  # pyright: ignore[reportArgumentType] # two of its methods are enough
    task = asyncio.create_task(outbox.work())
    try:
        yield outbox
    finally:
        task.cancel()
        await asyncio.wait([task])


async def delivered(outbox: Outbox, key: str = "approval-1:1") -> DispatchReceipt:
    async with asyncio.timeout(10):
        return await outbox.delivered(key, lambda why: None)


async def noted(database: Database, key: str) -> OutboxRow:
    async with database.read() as session:
        return await session.get_one(OutboxRow, key)


async def test_the_same_key_is_kept_and_sent_once(database: Database, clock: Clock) -> None:
    city = City(RECEIPT)
    async with working(database, city, clock) as outbox:
        await outbox.submit(order())
        await outbox.submit(order())
        assert await delivered(outbox) == RECEIPT
        await outbox.submit(order())
        assert await delivered(outbox) == RECEIPT
    assert city.asked == ["approval-1:1"]


async def test_a_silent_city_is_asked_again_and_the_run_hears_why_once(
    database: Database, clock: Clock
) -> None:
    city, troubles = City(SILENT, SILENT, RECEIPT), list[str]()
    async with working(database, city, clock) as outbox:
        await outbox.submit(order())
        waiting = asyncio.create_task(outbox.delivered("approval-1:1", troubles.append))
        async with asyncio.timeout(60):
            while not waiting.done():
                await asyncio.sleep(0.05)
                clock.advance(seconds=30)
        assert await waiting == RECEIPT
    assert len(city.asked) == 3
    assert len(troubles) == 1 and "恢复后自动发送" in troubles[0]


async def test_an_order_is_not_sent_again_before_its_time(database: Database, clock: Clock) -> None:
    city = City(SILENT)
    async with working(database, city, clock) as outbox:
        await outbox.submit(order())
        async with asyncio.timeout(60):
            while not city.asked:
                await asyncio.sleep(0.05)
        await asyncio.sleep(1.5)
    assert len(city.asked) == 1
    async with database.read() as session:
        row = await session.scalar(select(OutboxRow))
    assert row is not None and row.next_try_at > clock().isoformat()


async def test_a_refusal_is_final_and_an_unknown_key_is_not(database: Database, clock: Clock) -> None:
    refused = CityRefused("城市平台拒绝：缺少地址", code=400, description="address missing")
    async with working(database, City(refused), clock) as outbox:
        await outbox.submit(order())
        with pytest.raises(CityRefused, match="缺少地址") as caught:
            await delivered(outbox)
        assert (caught.value.code, caught.value.description) == (400, "address missing")
    locked_out = CityRefused("密钥无效", code=403, description="api key")
    city = City(locked_out, RECEIPT)
    async with working(database, city, clock) as outbox:
        await outbox.submit(order("approval-2:1"))
        while not (await noted(database, "approval-2:1")).attempts:
            await asyncio.sleep(0.05)
        clock.advance(minutes=5)
        assert await delivered(outbox, "approval-2:1") == RECEIPT


async def test_a_token_that_cannot_be_redeemed_sends_nothing_again(database: Database, clock: Clock) -> None:
    """The order is taken; that the city is silent about the token afterwards must not dispatch it twice."""
    city = City(DispatchReceipt(token="K-1"))
    city.redeemed = SILENT
    async with working(database, city, clock) as outbox:
        await outbox.submit(order())
        assert (await delivered(outbox)).token == "K-1"
    assert city.asked == ["approval-1:1"]
    city.redeemed = "R-2"
    async with working(database, city, clock) as outbox:
        await outbox.submit(order("approval-1:2"))
        assert (await delivered(outbox, "approval-1:2")).service_request_id == "R-2"


async def test_what_was_queued_before_a_crash_is_sent_after_it(database: Database, clock: Clock) -> None:
    await Outbox(database, City(SILENT), clock).submit(order())  # pyright: ignore[reportArgumentType]
    async with working(database, City(RECEIPT), clock) as outbox:
        assert await delivered(outbox) == RECEIPT
