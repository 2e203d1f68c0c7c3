"""What the emergency side must not forget over a restart: calls that were placed, and small named texts."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tools.simulator.intake import Refusal

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS calls (
    number INTEGER PRIMARY KEY, idempotency_key TEXT UNIQUE, contact_id TEXT NOT NULL, signal TEXT NOT NULL,
    message TEXT NOT NULL, placed_at TEXT NOT NULL, nth INTEGER NOT NULL, repeats INTEGER NOT NULL DEFAULT 0);
"""
_COLUMNS: Final = "number, idempotency_key, contact_id, signal, message, placed_at, nth, repeats"


@dataclass(frozen=True)
class Call:
    """One call that was placed. nth: how many this contact has had with it, from 1; repeats: sent again."""

    number: int
    idempotency_key: str | None
    contact_id: str
    signal: str
    message: str
    placed_at: datetime
    nth: int
    repeats: int

    @property
    def call_id(self) -> str:
        return f"C{self.number:06d}"


class Notes:
    """`path` is a file, or ':memory:'. Used from one thread."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path)
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    def keep(self, name: str, value: str) -> None:
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (name, value))

    def kept(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def forget(self, name: str) -> None:
        with self._db:
            self._db.execute("DELETE FROM kept WHERE name = ?", (name,))

    def place(
        self, contact_id: str, signal: str, message: str, key: str | None, at: datetime
    ) -> tuple[Call, bool]:
        """Store once per key; a repeat returns the first and True. Same key, other content: Refusal."""
        with self._db:
            row = self._db.execute(
                f"UPDATE calls SET repeats = repeats + 1 WHERE idempotency_key = ? RETURNING {_COLUMNS}",
                (key,),
            ).fetchone()
            if row is not None:
                if row[2:5] != (contact_id, signal, message):
                    raise Refusal(422, "这个 Idempotency-Key 已用于另一次叫应；请换一个键")
                return _call(row), True
            row = self._db.execute(
                "INSERT INTO calls (idempotency_key, contact_id, signal, message, placed_at, nth)"
                " VALUES (?, ?, ?, ?, ?, 1 + (SELECT COUNT(*) FROM calls WHERE contact_id = ?))"
                f" RETURNING {_COLUMNS}",
                (key, contact_id, signal, message, at.isoformat(), contact_id),
            ).fetchone()
        return _call(row), False

    def call(self, call_id: str) -> Call | None:
        number = call_id.removeprefix("C")
        row = self._db.execute(f"SELECT {_COLUMNS} FROM calls WHERE number = ?", (number,)).fetchone()
        return _call(row) if row and call_id.startswith("C") else None

    def calls(self) -> list[Call]:
        """All, oldest first."""
        return [_call(row) for row in self._db.execute(f"SELECT {_COLUMNS} FROM calls ORDER BY number")]

    def clear(self) -> None:
        with self._db:
            self._db.executescript("DELETE FROM calls; DELETE FROM kept;")


def _call(row: tuple[int, str | None, str, str, str, str, int, int]) -> Call:
    number, key, contact_id, signal, message, placed_at, nth, repeats = row
    return Call(number, key, contact_id, signal, message, datetime.fromisoformat(placed_at), nth, repeats)
