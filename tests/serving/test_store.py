"""The database: migrations, transactions that read and write side by side, locks, the audit chain."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select, text

from serving.errors import StoreLocked, StoreUnreachable
from serving.store import audit
from serving.store import database as database_module
from serving.store.database import Database, migrate, open_database
from serving.store.tables import AuditRow, RunRow


def test_migrating_twice_changes_nothing_and_matches_the_tables(database_url: str, tmp_path: Path) -> None:
    migrate(database_url)
    migrate(database_url)
    with sqlite3.connect(tmp_path / "app.db") as connection:
        columns = {
            table: {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            for table in RunRow.metadata.tables
        }
    connection.close()
    assert columns == {name: set(table.columns.keys()) for name, table in RunRow.metadata.tables.items()}


async def test_many_tasks_read_then_write_without_locking_each_other_out(database: Database) -> None:
    async def append(number: int) -> None:
        async with database.begin() as session:
            await audit.append(session, "2026-05-17T08:00:00+00:00", "t", "x", str(number), {})

    await asyncio.gather(*(append(number) for number in range(50)))
    async with database.read() as session:
        assert await audit.verify(session) == (50, [])


async def test_a_lock_held_by_another_process_is_named(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_S", 0)
    opened = open_database(database_url)
    other = sqlite3.connect(tmp_path / "app.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreLocked, match="第二个平急"):
        async with opened.begin() as session:
            await session.execute(text("DELETE FROM audit"))
    other.close()
    await opened.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable, match="PINGJI_DATABASE_URL"):
        migrate(f"sqlite+aiosqlite:///{tmp_path}")


async def _three_lines(database: Database) -> None:
    for subject in ("甲", "乙", "丙"):
        async with database.begin() as session:
            await audit.append(session, "2026-05-17T08:00:00+00:00", "王", "decide", subject, {"x": subject})


async def _faults(database: Database) -> list[str]:
    async with database.read() as session:
        return (await audit.verify(session))[1]


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        ("""UPDATE audit SET data = '{"x": "丁"}' WHERE seq = 2""", "第 2 行内容被改动"),
        ("UPDATE audit SET actor = '李' WHERE seq = 3", "第 3 行内容被改动"),
        ("DELETE FROM audit WHERE seq = 2", "第 2 行缺失"),
        ("DELETE FROM audit WHERE seq = 1", "第 1 行缺失"),
    ],
)
async def test_tampering_with_the_audit_log_is_found(database: Database, tampering: str, fault: str) -> None:
    await _three_lines(database)
    assert await _faults(database) == []
    async with database.begin() as session:
        await session.execute(text(tampering))
    assert any(fault in found for found in await _faults(database))


async def test_a_line_rehashed_after_a_change_breaks_the_next_link(database: Database) -> None:
    await _three_lines(database)
    async with database.begin() as session:
        row = await session.scalar(select(AuditRow).where(AuditRow.seq == 2))
        assert row is not None
        row.actor = "李"
        row.hash = audit.line_hash(row)
    assert await _faults(database) == ["第 3 行与上一行的哈希不相接"]
