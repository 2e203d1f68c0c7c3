"""The book of calls: what had become of each post's calls at a moment, by the telephone and by people's notes."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.judgment.situation import CallRecord
from serving.situation.moments import moment_text
from serving.store.situation_tables import CallNoteRow, CallRow
from serving.store.tables import Json

OPEN: Final = ("queued", "ringing")


async def call_records(session: AsyncSession, event_id: str, at: datetime) -> list[CallRecord]:
    """What had become of each post's calls by `at`; a person's note counts over the telephone's word.

    Who has answered once has answered: a later call, made over the head of another, takes that from nobody.
    """
    moment = moment_text(at)
    rows = select(CallRow).where(CallRow.event_id == event_id, CallRow.at <= moment).order_by(CallRow.at)
    found: dict[tuple[str, str], CallRecord] = {}
    for row in await session.scalars(rows):
        before = found.get((row.contact_id, row.signal))
        if before is not None and before.state == "acknowledged":
            continue
        answered = row.state == "answered" and row.answered_at is not None and row.answered_at <= moment
        state = "acknowledged" if answered else "calling" if row.state in (*OPEN, "answered") else "no_answer"
        found[row.contact_id, row.signal] = CallRecord(
            contact_id=row.contact_id,
            signal=row.signal,
            state=state,
            called_at=datetime.fromisoformat(row.at),
            acknowledged_at=datetime.fromisoformat(row.answered_at or row.at) if answered else None,
            said=(row.said or "") if answered else "",
        )
    notes = select(CallNoteRow).where(CallNoteRow.event_id == event_id, CallNoteRow.at <= moment)
    for note in await session.scalars(notes.order_by(CallNoteRow.id)):
        key = note.contact_id, note.signal
        if (noted := _noted(found.get(key), note)) is not None:
            found[key] = noted
    return list(found.values())


def _noted(record: CallRecord | None, note: CallNoteRow) -> CallRecord | None:
    """An answer noted by hand needs no call; a post may also be reached by radio."""
    at = datetime.fromisoformat(note.at)
    if note.action == "acknowledge":
        return CallRecord(
            contact_id=note.contact_id,
            signal=note.signal,
            state="acknowledged",
            called_at=record.called_at if record else at,
            acknowledged_at=at,
            said=note.text,
        )
    if note.action != "escalate":
        return record
    over = record or CallRecord(
        contact_id=note.contact_id, signal=note.signal, state="escalated", called_at=at
    )
    return over.model_copy(update={"state": "escalated"})


async def acts_of(session: AsyncSession, event_id: str, at: datetime) -> dict[str, list[Json]]:
    """Per post what was done, in order: calls with how they stand, and notes."""
    moment = moment_text(at)
    done: dict[str, list[Json]] = {}
    rows = select(CallRow).where(CallRow.event_id == event_id, CallRow.at <= moment)
    for row in await session.scalars(rows):
        done.setdefault(row.contact_id, []).append(
            {
                "action": "call",
                "at": row.at,
                "by": row.by,
                "text": row.message,
                "state": row.state,
                "answered_at": row.answered_at,
                "said": row.said or "",
                "trouble": row.trouble or "",
            }
        )
    notes = select(CallNoteRow).where(CallNoteRow.event_id == event_id, CallNoteRow.at <= moment)
    for note in await session.scalars(notes):
        told: Json = {"action": note.action, "at": note.at, "by": note.by, "text": note.text}
        done.setdefault(note.contact_id, []).append(told)
    return {contact: sorted(some, key=lambda one: one["at"]) for contact, some in done.items()}
