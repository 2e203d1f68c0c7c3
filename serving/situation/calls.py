"""叫应 as the server carries it out: a person presses, the city rings exactly once, answers and notes are kept.

A call waits in its row until the city has it, under a key that the city answers the same way twice: a crash between
ringing and noting it rings nobody again. Nobody is called without a named person.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.judgment.calls import calls_due
from agents.judgment.decision import CallState
from knowledge.city.weather import Contact
from serving.errors import Conflict, NotFound, RequestInvalid, ServingError
from serving.situation.call_book import OPEN, acts_of, call_records
from serving.situation.live import Live
from serving.situation.moments import moment_text
from serving.store import audit
from serving.store.situation_tables import CallNoteRow, CallRow
from serving.store.tables import Json
from tools.emergency.calls import Call
from tools.emergency.facts import WeatherAlert
from tools.errors import CityError, CityRefused

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 1.0
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(seconds=30)


class Telephone(Protocol):
    """The city's telephone platform (tools.emergency.calls.Calls)."""

    async def place(self, contact_id: str, signal: str, message: str, *, key: str) -> Call:
        """Ring; the same key again is the same call. Raises CityError."""
        ...

    async def state(self, call_id: str) -> Call:
        """Raises CityError."""
        ...


class Act(BaseModel):
    """text: what is said into the telephone (a usual sentence when empty), what was answered, or a note."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["call", "acknowledge", "escalate", "note"]
    text: str = Field(default="", max_length=1000)


@dataclass
class CallDesk:
    live: Live
    city: Telephone
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def board(self, at: datetime, alerts: Sequence[WeatherAlert], event_id: str) -> list[Json]:
        """Every post to be called at `at`, the late ones first, with what was done about it."""
        async with self.live.database.read() as session:
            records = await call_records(session, event_id, at)
            acts = await acts_of(session, event_id, at)
        due = await asyncio.to_thread(calls_due, self.live.pack.city, alerts, records, at)
        return [self._told_of(one, acts.get(one.contact_id, [])) for one in due]

    def _told_of(self, due: CallState, acts: list[Json]) -> Json:
        """called_by_post: the post whose call it is; who pressed stands in acts. escalate_to_post: who is called over
        this one's head; empty where nobody is."""
        contacts = self.live.pack.city.weather.contacts
        caller, above = contacts.get(due.called_by), contacts.get(due.escalate_to or "")
        return {
            **due.model_dump(mode="json"),
            "called_by_post": f"{caller.unit}{caller.role}" if caller else due.called_by,
            "escalate_to_post": f"{above.unit}{above.role}" if above else "",
            "acts": acts,
        }

    async def act(self, contact_id: str, act: Act, by: str) -> Json:
        """A named person calls a post, notes its answer, goes over its head, or writes a note.

        Raises NotFound, Conflict, RequestInvalid.
        """
        contacts = self.live.pack.city.weather.contacts
        contact = contacts.get(contact_id)
        if contact is None:
            raise NotFound(f"叫应名单里没有 {contact_id}；请刷新页面")
        if act.action in ("acknowledge", "note") and not act.text.strip():
            raise RequestInvalid("text：没有内容；请写明对方听到什么、准备怎么做")
        above = contacts.get(contact.escalate_to or "") if act.action == "escalate" else None
        called = contact if act.action == "call" else above
        # In one transaction: a crash leaves both the note and the call, or neither.
        async with self.live.database.begin() as session:
            if act.action != "call":
                await self._note(session, contact, act, by)
            if called is not None:
                try:
                    await self._order(session, called, act.text, by, instead_of=contact)
                except Conflict:
                    if act.action == "call":
                        raise
                    # else the post above is being called already, over the head of another
        self.live.announce()
        self._wake.set()
        return {"contact_id": contact_id, "called": called.contact_id if called else None}

    async def work(self) -> None:
        """Ring what waits, ask how calls fare, for ever; cancelled at shutdown."""
        while True:
            self._wake.clear()  # before looking: what is ordered meanwhile is not missed
            try:
                await self.turn()
            except ServingError as error:  # the database's: the calls are still in it
                log.warning("calls wait: %s", error)
            try:
                await asyncio.wait_for(self._wake.wait(), LOOK_EVERY_S)
            except TimeoutError:
                continue

    async def turn(self) -> None:
        """Once: ring what is due, then ask about what rings."""
        for row in await self._rows("queued"):
            if row.next_try_at <= moment_text(self.live.clock()):
                await self._ring(row)
        for row in await self._rows("ringing"):
            await self._ask(row)

    async def _order(
        self, session: AsyncSession, contact: Contact, text: str, by: str, *, instead_of: Contact
    ) -> None:
        """Raises Conflict while a call to this post about the same signal is under way."""
        at, course = self.live.clock(), self.live.course
        due = self._due(contact, at) or self._due(instead_of, at)
        signal = due.signal if due else ""
        alert = next((one for one in self.live.known.in_force(at) if one.alert_id == signal), None)
        query = select(CallRow).where(
            CallRow.event_id == course.event_id,
            CallRow.contact_id == contact.contact_id,
            CallRow.signal == signal,
        )
        earlier = list(await session.scalars(query))
        if any(row.state in OPEN for row in earlier):
            raise Conflict(f"正在呼叫{contact.unit}{contact.role}；请等结果，或先记下应答")
        row = CallRow(
            key=f"{course.event_id}:{contact.contact_id}:{signal}:{len(earlier) + 1}",
            event_id=course.event_id,
            contact_id=contact.contact_id,
            number=len(earlier) + 1,
            signal=signal,
            about=f"{alert.type}{alert.colour}" if alert else "",
            message=text.strip() or _usual(alert),
            state="queued",
            by=by,
            at=moment_text(at),
            attempts=0,
            next_try_at=moment_text(at),
        )
        session.add(row)
        await self._told(session, row.contact_id, "call", f"叫应{contact.unit}{contact.role}", by, row.key)

    def _due(self, contact: Contact, at: datetime) -> CallState | None:
        due = calls_due(self.live.pack.city, self.live.known.in_force(at), (), at)
        return next((one for one in due if one.contact_id == contact.contact_id), None)

    async def _note(self, session: AsyncSession, contact: Contact, act: Act, by: str) -> None:
        course, at = self.live.course, self.live.clock()
        due = self._due(contact, at)
        note = CallNoteRow(
            event_id=course.event_id,
            contact_id=contact.contact_id,
            signal=due.signal if due else "",
            action=act.action,
            text=act.text.strip(),
            by=by,
            at=moment_text(at),
        )
        session.add(note)
        said = f"{contact.unit}{contact.role}：{_NOTED[act.action]}{note.text}"
        await self._told(session, contact.contact_id, act.action, said, by, course.event_id)

    async def _told(
        self, session: AsyncSession, contact_id: str, action: str, text: str, by: str, subject: str
    ) -> None:
        event: Json = {"type": "call", "contact_id": contact_id, "action": action, "text": text, "by": by}
        told = await self.live.tell(session, event)
        await audit.append(session, told["at"], by, f"call.{action}", subject, {"text": text})

    async def _rows(self, state: str) -> list[CallRow]:
        query = select(CallRow).where(CallRow.state == state).order_by(CallRow.at)
        async with self.live.database.read() as session:
            return list(await session.scalars(query))

    async def _ring(self, row: CallRow) -> None:
        try:
            call = await self.city.place(row.contact_id, row.about, row.message, key=row.key)
        except CityRefused as error:
            await self._stored(row.key, "refused", trouble=str(error))
        except CityError as error:
            log.warning("call %s not made: %s", row.key, error)
            await self._stored(row.key, "queued", trouble=str(error))
        else:
            await self._stored(row.key, "ringing", call_id=call.call_id)

    async def _ask(self, row: CallRow) -> None:
        assert row.call_id is not None
        try:
            answer = await self.city.state(row.call_id)
        except CityError as error:
            log.info("call %s: %s", row.key, error)
            return
        if answer.state != "ringing":
            await self._stored(row.key, answer.state, answer=answer)

    async def _stored(
        self,
        key: str,
        state: str,
        *,
        trouble: str | None = None,
        call_id: str | None = None,
        answer: Call | None = None,
    ) -> None:
        now = self.live.clock()
        async with self.live.database.begin() as session:
            row = await session.get_one(CallRow, key)
            row.state, row.trouble = state, trouble
            row.call_id = call_id or row.call_id
            if state == "queued":
                row.attempts += 1
                row.next_try_at = moment_text(
                    now + min(FIRST_WAIT * 2 ** min(row.attempts - 1, 6), LONGEST_WAIT)
                )
            elif answer is not None:
                row.answered_at = moment_text(answer.answered_at) if answer.answered_at else None
                row.said = answer.said
            if state != "queued":
                contact = self.live.pack.city.weather.contacts.get(row.contact_id)
                named = f"{contact.unit}{contact.role}" if contact else row.contact_id
                text = f"{named}{_STATE[state]}{trouble or row.said or ''}"
                await self._told(session, row.contact_id, state, text, "city", key)
        self.live.announce()


def _usual(alert: WeatherAlert | None) -> str:
    if alert is None:
        return "请按预案应答：复述听到的内容，说明准备怎么做。"
    issued = f"{alert.issued_at:%H:%M}"
    return (
        f"{alert.issuer}{issued}发布{alert.type}{alert.colour}色预警信号。"
        "请按预案应答：复述听到的内容，说明准备怎么做。"
    )


_STATE: Final = {
    "ringing": "正在振铃",
    "answered": "已应答：",
    "no_answer": "无人应答",
    "refused": "没有接通：",
}
_NOTED: Final = {"acknowledge": "人工记录应答：", "escalate": "转叫上级。", "note": "备注："}
