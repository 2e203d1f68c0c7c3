"""The outbox: approved orders wait here until the city has them, each exactly once.

One worker sends what is due, oldest first. A key that was sent before is answered by the city with the first result,
so a crash between sending and noting it repeats nothing.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from serving.errors import ServingError
from serving.store import audit
from serving.store.database import Database
from serving.store.tables import Json, MessageRow, OutboxRow, TicketRow
from serving.tickets.orders import queued, settle
from tools.dispatch import CityTickets, DispatchOrder, DispatchReceipt
from tools.errors import CityError, CityRefused

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=2)
LOOK_EVERY_S = 1.0
OUR_KEY = (401, 403)
"""Refusals of our key, not of the order: once the administrator has put it right, the order goes."""


@dataclass
class Outbox:
    """Implements `agents.triage.context.Outbox` over the database."""

    database: Database
    city: CityTickets
    clock: Callable[[], datetime]
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def submit(self, order: DispatchOrder) -> None:
        """Keep the order under its key; the same key again changes nothing."""
        async with self.database.begin() as session:
            if await session.get(OutboxRow, order.idempotency_key) is None:
                session.add(queued(order, self.clock()))
        self._wake.set()

    async def delivered(self, key: str, on_trouble: Callable[[str], None]) -> DispatchReceipt:
        """Wait until the city has the order; `on_trouble` hears once why it takes long. Raises CityRefused."""
        told = False
        while True:
            async with self._changed:
                row = await self._row(key)
                if row.state == "sent":
                    return DispatchReceipt.model_validate(row.receipt)
                if row.state == "refused":
                    raise _refusal(row)
                if row.trouble and not told:
                    told = True
                    on_trouble(f"{row.trouble}；派单已保存，恢复后自动发送")
                await self._changed.wait()

    async def work(self) -> None:
        """Deliver what is due, for ever; cancelled at shutdown."""
        while True:
            try:
                for key in await self._due():
                    await self._deliver(key)
            except ServingError as error:  # the database's: the orders are still in it
                log.warning("outbox waits: %s", error)
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), LOOK_EVERY_S)
            except TimeoutError:
                continue

    async def _row(self, key: str) -> OutboxRow:
        async with self.database.read() as session:
            return await session.get_one(OutboxRow, key)

    async def _due(self) -> list[str]:
        now = self.clock().isoformat()
        query = select(OutboxRow.key).where(OutboxRow.state == "queued", OutboxRow.next_try_at <= now)
        async with self.database.read() as session:
            return list(await session.scalars(query.order_by(OutboxRow.next_try_at)))

    async def _deliver(self, key: str) -> None:
        order = DispatchOrder.model_validate((await self._row(key)).payload)
        try:
            receipt = await self._registered(await self.city.dispatch(order))
        except CityRefused as error:
            ours = error.code in OUR_KEY
            said: Json = {"code": error.code, "description": error.description}
            await self._note(key, state="queued" if ours else "refused", trouble=str(error), receipt=said)
        except CityError as error:
            log.warning("outbox %s not delivered: %s", key, error)
            await self._note(key, state="queued", trouble=str(error))
        else:
            await self._note(key, state="sent", receipt=receipt.model_dump(mode="json"))

    async def _registered(self, receipt: DispatchReceipt) -> DispatchReceipt:
        """A token is not yet a request: ask once for its number; the watch finds it otherwise. Never raises:
        the city has the order, and a failure here must not send it again."""
        if receipt.token is None:
            return receipt
        try:
            number = await self.city.token(receipt.token)
        except CityError as error:
            log.info("token not redeemed yet: %s", error)
            number = None
        return receipt.model_copy(update={"service_request_id": number, "token": None}) if number else receipt

    async def _note(
        self, key: str, *, state: str, trouble: str | None = None, receipt: Json | None = None
    ) -> None:
        now = self.clock()
        async with self.database.begin() as session:
            row = await session.get_one(OutboxRow, key, with_for_update=True)
            row.state, row.trouble, row.attempts = state, trouble, row.attempts + 1
            row.next_try_at = (now + _wait(row.attempts)).isoformat()
            row.receipt = receipt
            row.open = state != "refused"
            ticket = await session.get(TicketRow, row.ticket_id)
            # While its run waits for the orders the run has the say; this is one sent again after it came back.
            if state == "refused" and ticket is not None and ticket.status == "dispatched":
                await session.flush()
                await settle(session, ticket)
                text = f"派单未送达：{trouble}。请改派或关闭"
                session.add(MessageRow(ticket_id=row.ticket_id, role="system", text=text, at=now.isoformat()))
            if state != "queued":
                told = {"receipt": receipt, "ticket_id": row.payload["ticket_id"]}
                await audit.append(session, now.isoformat(), "outbox", f"dispatch.{state}", key, told)
        async with self._changed:
            self._changed.notify_all()


def _refusal(row: OutboxRow) -> CityRefused:
    said = row.receipt or {}
    return CityRefused(
        f"城市接口拒收派单：{row.trouble}；请修改工单后重新确认",
        code=int(said.get("code", 0)),
        description=str(said.get("description", "")),
    )


def _wait(attempts: int) -> timedelta:
    """Doubling from two seconds to two minutes."""
    return min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT)
