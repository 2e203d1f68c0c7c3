"""What reached the city, kept in SQLite so that it outlives a restart. Used from one thread."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from tools.dispatch import caller_key
from tools.simulator.intake import Refusal, Submission

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS requests (
    number INTEGER PRIMARY KEY, idempotency_key TEXT UNIQUE, submission TEXT NOT NULL,
    received_at TEXT NOT NULL, caller TEXT);
CREATE TABLE IF NOT EXISTS arrivals (
    request INTEGER NOT NULL REFERENCES requests(number), at TEXT NOT NULL, replayed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS past (caller TEXT NOT NULL, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS requests_caller ON requests(caller);
CREATE INDEX IF NOT EXISTS requests_received ON requests(received_at);
"""
_COLUMNS: Final = "number, idempotency_key, submission, received_at"


@dataclass(frozen=True)
class Stored:
    """One accepted request."""

    number: int
    idempotency_key: str | None
    submission: Submission
    received_at: datetime

    @property
    def request_id(self) -> str:
        return f"{self.received_at:%Y%m%d}{self.number:06d}"

    @property
    def token(self) -> str:
        return f"T{self.request_id}"


class Store:
    """`path` is a file, or ':memory:'."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path)
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    def add(self, submission: Submission, key: str | None, at: datetime) -> tuple[Stored, bool]:
        """Store once per key; a repeat returns the first and True. Same key, other content: Refusal."""
        content = json.dumps(asdict(submission), ensure_ascii=False, sort_keys=True)
        with self._db:
            row = self._db.execute(
                f"SELECT {_COLUMNS} FROM requests WHERE idempotency_key = ?", (key,)
            ).fetchone()
            if row is not None and row[2] != content:
                raise Refusal(422, "这个 Idempotency-Key 已用于另一份内容；请为新的派单换一个键")
            replayed = row is not None
            if row is None:
                caller = caller_key(submission.phone) if submission.phone else None
                row = self._db.execute(
                    "INSERT INTO requests (idempotency_key, submission, received_at, caller)"
                    f" VALUES (?, ?, ?, ?) RETURNING {_COLUMNS}",
                    (key, content, at.isoformat(), caller),
                ).fetchone()
            self._db.execute("INSERT INTO arrivals VALUES (?, ?, ?)", (row[0], at.isoformat(), replayed))
        return _stored(row), replayed

    def between(self, start: datetime, end: datetime, limit: int) -> list[Stored]:
        """Newest first, both ends included. The bounds must be in the zone the requests were stored in."""
        return _list(
            self._db.execute(
                f"SELECT {_COLUMNS} FROM requests WHERE received_at BETWEEN ? AND ?"
                " ORDER BY received_at DESC, number DESC LIMIT ?",
                (start.isoformat(), end.isoformat(), limit),
            )
        )

    def newest(self, limit: int) -> list[Stored]:
        """The last to arrive, newest first. A negative limit means all."""
        return _list(
            self._db.execute(f"SELECT {_COLUMNS} FROM requests ORDER BY number DESC LIMIT ?", (limit,))
        )

    def of_caller(self, caller: str) -> list[Stored]:
        return _list(
            self._db.execute(f"SELECT {_COLUMNS} FROM requests WHERE caller = ? ORDER BY number", (caller,))
        )

    def find(self, request_id: str) -> Stored | None:
        number = request_id[8:]
        if not (number.isascii() and number.isdigit() and len(number) <= 12):
            return None
        row = self._db.execute(f"SELECT {_COLUMNS} FROM requests WHERE number = ?", (int(number),)).fetchone()
        found = _stored(row) if row else None
        return found if found and found.request_id == request_id else None

    def arrivals(self) -> Mapping[int, tuple[int, int]]:
        """Request number to (times it arrived, of these repeats)."""
        rows = self._db.execute("SELECT request, COUNT(*), SUM(replayed) FROM arrivals GROUP BY request")
        return {number: (count, repeats) for number, count, repeats in rows}

    def add_past(self, caller: str, record: Mapping[str, object]) -> None:
        with self._db:
            self._db.execute(
                "INSERT INTO past VALUES (?, ?)", (caller, json.dumps(record, ensure_ascii=False))
            )

    def past(self, caller: str) -> list[dict[str, object]]:
        rows = self._db.execute("SELECT record FROM past WHERE caller = ? ORDER BY rowid", (caller,))
        return [json.loads(record) for (record,) in rows]

    def clear(self) -> None:
        with self._db:
            for table in ("arrivals", "requests", "past"):
                self._db.execute(f"DELETE FROM {table}")


def _list(rows: Iterable[tuple[int, str | None, str, str]]) -> list[Stored]:
    return [_stored(row) for row in rows]


def _stored(row: tuple[int, str | None, str, str]) -> Stored:
    number, key, content, received_at = row
    fields = json.loads(content)
    attributes = {code: tuple(values) for code, values in fields.pop("attributes").items()}
    return Stored(
        number, key, Submission(**fields, attributes=attributes), datetime.fromisoformat(received_at)
    )
