"""When every stored document ends, worked out again from all of them and written where it changed."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, String, bindparam, select, type_coerce, update

from knowledge.clause import Metadata
from knowledge.tables import DocumentRow
from knowledge.versions.validity import Dated, Settled, settle
from knowledge.versions.works import shared_starts, work_key

# What is said of a document here; these words are replaced, those of reading are left alone.
TIME_NOTICE = "时效："

# Columns, not objects, and JSON read only where it says something: every document is looked at, however little came
# or went.
_JSON = (DocumentRow.supersedes, DocumentRow.corrections, DocumentRow.notices)
_EMPTY = frozenset({"[]", "{}"})
_DOCUMENTS = select(
    DocumentRow.id, DocumentRow.title, DocumentRow.part, DocumentRow.doc_number, DocumentRow.issuer,
    DocumentRow.level, DocumentRow.region, DocumentRow.issued, DocumentRow.effective, DocumentRow.since,
    DocumentRow.repealed, *(type_coerce(column, String).label(column.key) for column in _JSON),
    DocumentRow.valid_to, DocumentRow.superseded_by, DocumentRow.end_reason,
)  # fmt: skip
_CHANGE = update(DocumentRow.__table__).where(DocumentRow.__table__.c.id == bindparam("document"))  # pyright: ignore[reportArgumentType]


def settle_all(connection: Connection) -> None:
    rows: Sequence[Any] = connection.execute(_DOCUMENTS).all()
    starts = shared_starts({row.id: _told(row) for row in rows if row.part})
    dated = {row.id: _dated(row, starts) for row in rows}
    settled = settle(dated.values())
    changes = [change for row in rows if (change := _change(row, dated[row.id], settled))]
    if changes:
        connection.execute(_CHANGE, changes)


def _change(row: Any, dated: Dated, settled: Settled) -> dict[str, Any] | None:
    """What to write of a document; None where it says that already."""
    end, notices = settled.ends[row.id], list(_read(row.notices))
    read = [said for said in notices if not said.startswith(TIME_NOTICE)]
    now: dict[str, Any] = {
        "effective": dated.effective,
        "valid_to": end.valid_to,
        "superseded_by": end.superseded_by,
        "end_reason": end.reason,
        "notices": [*read, *(TIME_NOTICE + said for said in settled.notices.get(row.id, ()))],
    }
    stored = {name: getattr(row, name) for name in now} | {"notices": notices}
    return {"document": row.id, **now} if now != stored else None


def _read(told: str) -> Any:
    return () if told in _EMPTY else json.loads(told)


def _dated(row: Any, starts: dict[str, Any]) -> Dated:
    by_hand = _read(row.corrections)
    shared = None if "effective" in by_hand else starts.get(row.id)
    return Dated(
        row.id, work_key(_told(row)), row.title, row.doc_number, row.region, row.issued, shared or row.effective,
        row.since, row.repealed, "repealed" in by_hand, tuple(_read(row.supersedes)),
    )  # fmt: skip


def _told(row: Any) -> Metadata:
    """What tells works apart."""
    return Metadata(
        row.title, row.part, issuer=row.issuer, level=row.level, region=row.region,
        issued=row.issued, effective=row.effective,
    )  # fmt: skip
