"""The audit log: append-only, each line bound to the one before by its hash. It holds redacted text only."""

import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from serving.store.tables import AuditRow, Json

GENESIS = "0" * 64


async def append(session: AsyncSession, at: str, actor: str, action: str, subject: str, data: Json) -> None:
    """Add a line within the caller's transaction: what happened and its record commit together."""
    last = await session.scalar(select(AuditRow).order_by(AuditRow.seq.desc()).limit(1).with_for_update())
    row = AuditRow(
        seq=last.seq + 1 if last else 1,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        data=data,
        prev_hash=last.hash if last else GENESIS,
    )
    row.hash = line_hash(row)
    session.add(row)
    await session.flush()


def line_hash(row: AuditRow) -> str:
    """SHA-256 (hex) over the canonical JSON of the line and the hash before it."""
    fields: list[Any] = [row.seq, row.at, row.actor, row.action, row.subject, row.data, row.prev_hash]
    return canonical_hash(fields)


def canonical_hash(value: Any) -> str:
    """SHA-256 (hex) of a JSON value: keys sorted, no spaces, UTF-8."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


async def verify(session: AsyncSession) -> tuple[int, list[str]]:
    """How many lines were read, and every fault: a changed line, a gap, a broken link."""
    faults: list[str] = []
    count, previous = 0, GENESIS
    rows = await session.stream_scalars(select(AuditRow).order_by(AuditRow.seq))
    async for row in rows:
        count += 1
        if row.seq != count:
            faults.append(f"第 {count} 行缺失（读到的是第 {row.seq} 行）")
            count = row.seq
        if row.prev_hash != previous:
            faults.append(f"第 {row.seq} 行与上一行的哈希不相接")
        if row.hash != line_hash(row):
            faults.append(f"第 {row.seq} 行内容被改动")
        previous = row.hash
    return count, faults
