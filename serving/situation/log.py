"""The log of facts: appended once, never changed, read back to any moment.

Two times belong to a fact: its stamp (from when on it counts) and its arrival. What was known at a moment are the
facts that had arrived by then; a fact fetched twice, before and after a crash, is one row.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Row, Select, Text, cast, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from serving.situation.moments import moment_text
from serving.store.situation_tables import FactRow
from serving.store.tables import Json
from tools.emergency.facts import (
    CitizenSignal,
    DistrictReport,
    Fact,
    FeedState,
    Finding,
    Forecast,
    Observation,
    Signature,
    WeatherAlert,
    stamp,
)

KEYS_AT_ONCE = 500
FACT: TypeAdapter[Fact] = TypeAdapter(Fact)
STANDING: Final = ("alert", "district_response", "finding", "feed", "signature")
"""Kinds that say how things stand until they say otherwise; the others are of their time."""
TOLD = cast(FactRow.data, Text)
"""A fact's JSON as text: a column of JSON is parsed on the event loop, and a storm has tens of thousands of rows."""


@dataclass(frozen=True)
class Kept:
    """A fact with its place in the log."""

    seq: int
    received_at: datetime
    fact: Fact


async def append(
    session: AsyncSession, watch_id: int, facts: Sequence[Fact], source: str, at: datetime
) -> list[Kept]:
    """Add the facts that the watch doesn't have yet, in the caller's transaction; gives those that are new."""
    keyed = await asyncio.to_thread(_keyed, facts)
    for known in await _known(session, watch_id, list(keyed)):
        del keyed[known]
    if not keyed:
        return []
    first = (await session.scalar(select(func.max(FactRow.seq))) or 0) + 1
    common: Json = {"watch_id": watch_id, "received_at": moment_text(at), "source": source}
    rows = await asyncio.to_thread(_rows, keyed, first, common)
    # Numbered here, under the write lock, so that all go in one statement: asked for the numbers it gave, SQLite
    # inserts row by row, and each row is a way to the driver's thread and back.
    await session.execute(insert(FactRow), rows)
    return [Kept(seq, at, fact) for seq, fact in enumerate(keyed.values(), first)]


def _keyed(facts: Sequence[Fact]) -> dict[str, Fact]:
    """Ten thousand warnings at once take a second: beside the event loop."""
    return {content_key(fact): fact for fact in facts}


def _rows(keyed: Mapping[str, Fact], first: int, common: Json) -> list[Json]:
    return [
        {
            **common,
            "seq": seq,
            "key": key,
            "kind": fact.fact,
            "subject": subject_of(fact),
            "stamp": moment_text(stamp(fact)),
            "data": fact.model_dump(mode="json"),
        }
        for seq, (key, fact) in enumerate(keyed.items(), first)
    ]


async def read(
    session: AsyncSession, watch_id: int, *, after: int = 0, up_to: int | None = None
) -> list[Kept]:
    """Facts numbered above `after` and not above `up_to`, in order of arrival."""
    query = select(FactRow.seq, FactRow.received_at, TOLD).where(
        FactRow.watch_id == watch_id, FactRow.seq > after
    )
    if up_to is not None:
        query = query.where(FactRow.seq <= up_to)
    rows = (await session.execute(query.order_by(FactRow.seq))).all()
    return await asyncio.to_thread(_kept, rows)


async def counting(session: AsyncSession, watch_id: int, since: datetime, up_to: int) -> list[Kept]:
    """Facts up to number `up_to` that an engine needs which judges from `since` on, in order of arrival."""
    query = select(FactRow.seq, FactRow.received_at, TOLD).where(
        FactRow.watch_id == watch_id, FactRow.seq <= up_to, _counts(since)
    )
    rows = (await session.execute(query.order_by(FactRow.seq))).all()
    return await asyncio.to_thread(_kept, rows)


async def count(session: AsyncSession, watch_id: int, since: datetime) -> int:
    """How many facts are stamped at `since` or later."""
    query = select(func.count()).where(FactRow.watch_id == watch_id, FactRow.stamp >= moment_text(since))
    return await session.scalar(query.select_from(FactRow)) or 0


def _counts(since: datetime) -> ColumnElement[bool]:
    return or_(FactRow.kind.in_(STANDING), FactRow.stamp >= moment_text(since))


async def known_by(
    session: AsyncSession,
    watch_id: int,
    at: datetime,
    kinds: Sequence[str] = (),
    after: datetime | None = None,
    since: datetime | None = None,
) -> list[Fact]:
    """Facts that had arrived at `at` and count by then, in order of arrival: of some kinds, stamped above `after`.
    since: those that an engine needs which judges from then on."""
    query = known_rows(watch_id, at)
    if since is not None:
        query = query.where(_counts(since))
    if kinds:
        query = query.where(FactRow.kind.in_(kinds))
    if after is not None:
        query = query.where(FactRow.stamp > moment_text(after))
    found = (await session.scalars(query.with_only_columns(TOLD).order_by(FactRow.seq))).all()
    return await asyncio.to_thread(_facts, found)


def known_rows(watch_id: int, at: datetime) -> Select[FactRow]:
    """Rows that had arrived at `at` and count by then."""
    moment = moment_text(at)
    return select(FactRow).where(
        FactRow.watch_id == watch_id, FactRow.received_at <= moment, FactRow.stamp <= moment
    )


def _kept(rows: Sequence[Row[int, str, str]]) -> list[Kept]:
    return [Kept(seq, datetime.fromisoformat(at), FACT.validate_json(text)) for seq, at, text in rows]


def _facts(texts: Sequence[str]) -> list[Fact]:
    """One by one: a whole list in one call would keep the interpreter from everybody else."""
    return [FACT.validate_json(text) for text in texts]


def content_key(fact: Fact) -> str:
    """What the fact says, without where and when it was fetched: 160 bits of SHA-256, hex."""
    text = json.dumps(
        fact.model_dump(mode="json", exclude={"provenance"}), ensure_ascii=False, sort_keys=True
    )
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def subject_of(fact: Fact) -> str:
    match fact:
        case Observation():
            return f"{fact.station_id}.{fact.metric}"
        case Forecast():
            return f"{fact.station_id or fact.district_code}.{fact.metric}"
        case WeatherAlert():
            return fact.alert_id
        case DistrictReport():
            return fact.district_code
        case Finding():
            return fact.condition_id
        case CitizenSignal():
            return fact.signal_id
        case FeedState():
            return fact.feed
        case Signature():
            return fact.hazard


async def _known(session: AsyncSession, watch_id: int, keys: list[str]) -> list[str]:
    found: list[str] = []
    for begin in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[begin : begin + KEYS_AT_ONCE]
        query = select(FactRow.key).where(FactRow.watch_id == watch_id, FactRow.key.in_(some))
        found.extend(await session.scalars(query))
    return found
