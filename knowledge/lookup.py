"""What every search reads of its hits, through SQLite itself: SQLAlchemy took ten times as long as the reading."""

import sqlite3
from collections.abc import Collection
from datetime import date

from knowledge.clause import Clause

# In the order of Clause's fields.
_CLAUSES = """
SELECT c.row_id, c.clause_id, d.id, d.version, d.title, d.doc_number, d.issuer, d.level, d.region, c.article, c.path,
       c.text, c.start, c.end, coalesce(d.effective, d.issued), d.valid_to, d.superseded_by, c.kind
FROM clauses c JOIN documents d ON d.id = c.document_id WHERE c.row_id IN ({}) ORDER BY c.row_id
"""
_ROWS = "SELECT clause_id, row_id FROM clauses WHERE clause_id IN ({})"


def clauses_at(database: sqlite3.Connection, rows: Collection[int]) -> dict[int, Clause]:
    """By row id, ascending; those that are gone are left out."""
    found = database.execute(_CLAUSES.format(_places(rows)), tuple(rows))
    return {
        row: Clause(*told, valid_from=_day(start), valid_to=_day(end), superseded_by=newer, kind=kind)
        for row, *told, start, end, newer, kind in found
    }


def rows_named(database: sqlite3.Connection, clause_ids: Collection[str]) -> dict[str, int]:
    """Clause id -> row id of those that exist."""
    return dict(database.execute(_ROWS.format(_places(clause_ids)), tuple(clause_ids)))


def _places(values: Collection[object]) -> str:
    return ",".join("?" * len(values))


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
