"""The city's ticket system as this deployment reaches it, and how its orders fare."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import httpx
from sqlalchemy import select, update

from serving.errors import ServingError
from serving.settings import Settings
from serving.store import audit
from serving.store.database import Database
from serving.store.tables import MessageRow, OutboxRow, TicketRow
from tools.dispatch import CityTickets, RequestFilter, ServiceRequest
from tools.errors import CityError, CityRefused, CityUnreachable
from tools.open311 import Open311City, Open311Config
from tools.resilience import ResilienceConfig, guarded

log = logging.getLogger(__name__)

EVERY_S = 30.0
AT_ONCE = 50


def open_city(settings: Settings, http: httpx.AsyncClient, clock: Callable[[], datetime]) -> CityTickets:
    """The guarded client. One attempt a call: the outbox and the poller come back by themselves."""
    root = settings.city_api
    config = Open311Config(
        endpoint=f"{root}/open311/v2",
        history_endpoint=f"{root}/callers",
        api_key=settings.city_api_key.get_secret_value(),
        jurisdiction_id=settings.pack_dir.name if settings.city_api_base_url is None else None,
    )
    once = ResilienceConfig(attempts=1, failures_to_open=5, open_s=5.0)
    return guarded(Open311City(http, config), once, clock=clock)


@dataclass
class CityWatch:
    """Asks the city how open orders fare, and remembers whether it answered."""

    city: CityTickets
    database: Database
    clock: Callable[[], datetime]
    state: Literal["ready", "unreachable", "unavailable"] = "unreachable"
    detail: str = "尚未联系城市接口"

    async def work(self) -> None:
        """Look every half minute, sooner until the city answered; cancelled at shutdown."""
        while True:
            try:
                await self.look()
            except ServingError as error:
                log.warning("city watch waits: %s", error)
            await asyncio.sleep(EVERY_S if self.state == "ready" else 2.0)

    async def look(self) -> None:
        """One round: reachability, tokens that became requests, stages of open requests."""
        async with self.database.read() as session:
            query = select(OutboxRow).where(OutboxRow.state == "sent", OutboxRow.open).limit(AT_ONCE)
            rows = list(await session.scalars(query.order_by(OutboxRow.next_try_at)))
        try:
            if not rows:
                await self.city.services()
            for row in rows:
                await self._redeem(row)
            await self._stages([row for row in rows if _request_id(row)])
            await self._seen([row.key for row in rows])
        except CityUnreachable as error:
            self.state, self.detail = "unreachable", str(error)
        except CityError as error:
            self.state, self.detail = "unavailable", str(error)
        else:
            self.state, self.detail = "ready", ""

    async def _redeem(self, row: OutboxRow) -> None:
        token = (row.receipt or {}).get("token")
        try:
            number = await self.city.token(token) if token else None
        except CityRefused as error:  # of this token alone: the other orders are asked about all the same
            log.warning("order %s: %s", row.key, error)
            return
        if number:
            async with self.database.begin() as session:
                kept = await session.get_one(OutboxRow, row.key)
                row.receipt = kept.receipt = {
                    **(kept.receipt or {}),
                    "token": None,
                    "service_request_id": number,
                }

    async def _stages(self, rows: list[OutboxRow]) -> None:
        if not rows:
            return
        wanted = RequestFilter(service_request_ids=tuple(_request_id(row) for row in rows))
        found = {request.service_request_id: request for request in await self.city.requests(wanted)}
        for row in rows:
            request = found.get(_request_id(row))
            if request is not None:
                await self._note(row.key, request)

    async def _seen(self, keys: list[str]) -> None:
        """The longest unasked come first, also those the city says nothing about."""
        if keys:
            asked = update(OutboxRow).where(OutboxRow.key.in_(keys))
            async with self.database.begin() as session:
                await session.execute(asked.values(next_try_at=self.clock().isoformat()))

    async def _note(self, key: str, request: ServiceRequest) -> None:
        now = self.clock().isoformat()
        async with self.database.begin() as session:
            row = await session.get_one(OutboxRow, key)
            news = request.model_dump(mode="json")
            if row.request == news:
                return
            row.request, row.open = news, request.stage not in ("已退回", "已办结")
            ticket = await session.get(TicketRow, row.ticket_id)
            if request.return_reason is not None and ticket is not None:
                if ticket.status == "dispatched":
                    ticket.status = "returned"
                said = f"承办单位退回 {request.service_request_id}：{request.return_reason or '未说明理由'}"
                session.add(MessageRow(ticket_id=row.ticket_id, role="system", text=said, at=now))
            told = {"service_request_id": request.service_request_id, "stage": request.stage}
            await audit.append(session, now, "city", "dispatch.status", row.ticket_id, told)


def _request_id(row: OutboxRow) -> str:
    return str((row.receipt or {}).get("service_request_id") or "")
