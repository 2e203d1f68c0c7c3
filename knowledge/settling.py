"""When every stored document ends, worked out again from all of them and written where it changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from knowledge.clause import Metadata
from knowledge.tables import DocumentRow
from knowledge.versions.validity import Dated, Settled, settle
from knowledge.versions.works import shared_starts, work_key

# What is said of a document here; these words are replaced, those of reading are left alone.
TIME_NOTICE = "时效："

# Columns, not objects: it looks at every document, however little came or went.
_DOCUMENTS = select(
    DocumentRow.id, DocumentRow.title, DocumentRow.part, DocumentRow.doc_number, DocumentRow.issuer,
    DocumentRow.level, DocumentRow.region, DocumentRow.issued, DocumentRow.effective, DocumentRow.since,
    DocumentRow.repealed, DocumentRow.supersedes, DocumentRow.corrections, DocumentRow.notices,
    DocumentRow.valid_to, DocumentRow.superseded_by, DocumentRow.end_reason,
)  # fmt: skip
_CHANGE = update(DocumentRow.__table__).where(DocumentRow.__table__.c.id == bindparam("document"))  # pyright: ignore[reportArgumentType]


def settle_all(connection: Connection) -> None:
    rows: Sequence[Any] = connection.execute(_DOCUMENTS).all()
    starts = shared_starts({row.id: _told(row) for row in rows if row.part})
    dated = {row.id: _dated(row, starts) for row in rows}
    settled = settle(dated.values())
    found = ((row, _settled(row, dated[row.id], settled)) for row in rows)
    changes = [
        {"document": row.id, **now}
        for row, now in found
        if any(getattr(row, name) != value for name, value in now.items())
    ]
    if changes:
        connection.execute(_CHANGE, changes)


def _settled(row: Any, dated: Dated, settled: Settled) -> dict[str, Any]:
    end = settled.ends[row.id]
    read = [said for said in row.notices if not said.startswith(TIME_NOTICE)]
    return {
        "effective": dated.effective,
        "valid_to": end.valid_to,
        "superseded_by": end.superseded_by,
        "end_reason": end.reason,
        "notices": [*read, *(TIME_NOTICE + said for said in settled.notices.get(row.id, ()))],
    }


def _dated(row: Any, starts: dict[str, Any]) -> Dated:
    by_hand = row.corrections
    shared = None if "effective" in by_hand else starts.get(row.id)
    return Dated(
        row.id, work_key(_told(row)), row.title, row.doc_number, row.region, row.issued, shared or row.effective,
        row.since, row.repealed, "repealed" in by_hand, tuple(row.supersedes),
    )  # fmt: skip


def _told(row: Any) -> Metadata:
    """What tells works apart."""
    return Metadata(
        row.title, row.part, issuer=row.issuer, level=row.level, region=row.region,
        issued=row.issued, effective=row.effective,
    )  # fmt: skip
