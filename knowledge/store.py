"""Documents and clauses in SQLite: everything the knowledge base knows, and nothing derived but dates."""

import sqlite3
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from knowledge.clause import READING, Clause, Document
from knowledge.database import open_database
from knowledge.errors import CorrectionRefused, NoSuchDocument
from knowledge.faults import storage_faults
from knowledge.lookup import clauses_at, rows_named
from knowledge.metadata import FIELDS, FieldWrong, as_json, check_order, corrected, parse_field, read_metadata
from knowledge.records import (
    NewDocument,
    clause_rows,
    document_id,
    document_of,
    document_row,
    metadata_columns,
)
from knowledge.settling import settle_all
from knowledge.tables import ClauseRow, DocumentRow

BUSY_TIMEOUT_MS = 10_000
# SQLite takes 32,766 bound values in one statement.
ID_SLICE = 10_000


@dataclass(frozen=True)
class Held:
    """by_content: content hash -> document id. sources: document id -> the file it was read from.

    outdated: ids of those an older program read.
    """

    by_content: dict[str, str]
    sources: dict[str, str]
    outdated: set[str]


@dataclass(frozen=True)
class Indexable:
    """What the index is built from."""

    row_id: int
    title: str
    article: str
    path: str
    text: str


class Store:
    """Thread-safe; one short transaction a call. Raises StorageProblem for what SQLite refuses."""

    def __init__(self, path: Path, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        self.path = path
        with storage_faults(path):
            self._engine = open_database(path, busy_timeout_ms)

    def close(self) -> None:
        self._engine.dispose()

    def held(self) -> "Held":
        """What is stored, by content and by id."""
        query = select(DocumentRow.id, DocumentRow.content_hash, DocumentRow.source, DocumentRow.read_by)
        with self._session() as session:
            rows = session.execute(query).all()
        return Held(
            {row.content_hash: row.id for row in rows},
            {row.id: row.source for row in rows},
            {row.id for row in rows if row.read_by < READING},
        )

    def outdated(self) -> int:
        """How many documents an older program read."""
        with self._session() as session:
            return session.scalar(select(func.count()).where(DocumentRow.read_by < READING)) or 0

    def notices(self, documents: Sequence[str]) -> dict[str, list[str]]:
        """What was odd in reading the documents, by id; those without are left out."""
        found: dict[str, list[str]] = {}
        with self._session() as session:
            for start in range(0, len(documents), ID_SLICE):
                part = DocumentRow.id.in_(documents[start : start + ID_SLICE])
                rows = session.execute(select(DocumentRow.id, DocumentRow.notices).where(part))
                found.update({row.id: row.notices for row in rows if row.notices})
        return found

    def put_all(self, documents: Sequence[NewDocument], added_at: datetime) -> list[str]:
        """Store documents in one transaction and return their ids.

        The same title, part and date replaces, as its next version; so does `replaces`. Corrections by hand stay.
        """
        identities = [document_id(new.metadata, new.content_hash) for new in documents]
        with self._session() as session, session.begin():
            named = DocumentRow.id.in_({*identities, *(new.replaces for new in documents)})
            columns = select(DocumentRow.id, DocumentRow.version, DocumentRow.corrections)
            before = {row.id: row for row in session.execute(columns.where(named))}
            session.execute(delete(DocumentRow).where(named))
            for identity, new in zip(identities, documents, strict=True):
                old = before.get(identity) or before.get(new.replaces)
                version, by_hand = (old.version + 1, dict(old.corrections)) if old else (1, {})
                session.add(document_row(identity, version, new, added_at, by_hand))
            session.flush()
            rows = [
                row for key, new in zip(identities, documents, strict=True) for row in clause_rows(key, new)
            ]
            session.execute(insert(ClauseRow), rows)
        return identities

    def read_again(self, document: str, new: NewDocument) -> bool:
        """Take over what reading the same text says of it now; False, and nothing done, where its clauses differ."""
        with self._session() as session, session.begin():
            row = session.get_one(DocumentRow, document)
            columns = (ClauseRow.clause_id, ClauseRow.path, ClauseRow.kind, ClauseRow.start, ClauseRow.end)
            stored = session.execute(
                select(*columns).where(ClauseRow.document_id == document).order_by(ClauseRow.row_id)
            )
            names = [column.key for column in columns]
            now = [tuple(told[name] for name in names) for told in clause_rows(document, new)]
            if document_id(new.metadata, new.content_hash) != document or now != list(map(tuple, stored)):
                return False
            for column, value in metadata_columns(corrected(new.metadata, row.corrections)).items():
                setattr(row, column, value)
            row.notices, row.read_by = list(new.notices), READING
            return True

    def remove(self, document: str) -> None:
        """Delete a document and its clauses. Raises NoSuchDocument."""
        with self._session() as session, session.begin():
            row = session.get(DocumentRow, document)
            if row is None:
                raise NoSuchDocument(document)
            session.execute(delete(ClauseRow).where(ClauseRow.document_id == document))
            session.delete(row)

    def settle_validity(self) -> None:
        """Work out again which version ends when; call after documents came, went or were corrected."""
        with storage_faults(self.path), self._engine.begin() as connection:
            settle_all(connection)

    def correct(self, document: str, changes: Mapping[str, object]) -> None:
        """Overrule what was read, by hand; None takes a correction back. Kept when the document is read again.

        Raises NoSuchDocument, CorrectionRefused (and then changes nothing).
        """
        with self._session() as session, session.begin():
            row = session.get(DocumentRow, document)
            if row is None:
                raise NoSuchDocument(document)
            kept = {
                name: value for name, value in {**row.corrections, **changes}.items() if value is not None
            }
            try:
                for name in changes.keys() - FIELDS:
                    parse_field(name, None)
                told = corrected(read_metadata(row.text, Path(row.source))[0], kept)
                check_order(told)
            except FieldWrong as error:
                raise CorrectionRefused(document, str(error)) from error
            for column, value in metadata_columns(told).items():
                setattr(row, column, value)
            row.corrections = {name: as_json(getattr(told, name)) for name in kept}

    def starts(self, documents: Sequence[str]) -> dict[str, date]:
        """From when each stands, of those that tell a day."""
        told = func.coalesce(DocumentRow.effective, DocumentRow.issued)
        found: dict[str, date] = {}
        with self._session() as session:
            for start in range(0, len(documents), ID_SLICE):
                part = DocumentRow.id.in_(documents[start : start + ID_SLICE])
                rows = session.execute(select(DocumentRow.id, told).where(part))
                found |= {identity: day for identity, day in rows if day}
        return found

    def documents(self) -> list[Document]:
        """All documents by title, then date."""
        counted = (
            select(DocumentRow, func.count(ClauseRow.row_id))
            .outerjoin(ClauseRow, ClauseRow.document_id == DocumentRow.id)
            .group_by(DocumentRow.id)
            .order_by(DocumentRow.title, DocumentRow.part, DocumentRow.effective)
        )
        with self._session() as session:
            return [document_of(row, count) for row, count in session.execute(counted)]

    def document(self, document: str) -> tuple[Document, str, list[Clause]]:
        """The document, its text, its clauses in order. Raises NoSuchDocument."""
        with self._session() as session:
            row = session.get(DocumentRow, document)
            if row is None:
                raise NoSuchDocument(document)
            text = row.text
        clauses = self.clauses(ClauseRow.document_id == document)
        return document_of(row, len(clauses)), text, list(clauses.values())

    def excerpt(self, document: str, start: int, end: int) -> str:
        """Characters of the document's text from start up to end; '' when it is gone."""
        query = select(func.substr(DocumentRow.text, start + 1, end - start)).where(
            DocumentRow.id == document
        )
        with self._session() as session:
            return session.scalars(query).first() or ""

    def clauses(self, *conditions: object) -> dict[int, Clause]:
        """Clauses by row id, in the order they were stored; conditions are SQLAlchemy expressions."""
        query = _CLAUSES.where(*conditions).order_by(ClauseRow.row_id)  # pyright: ignore[reportArgumentType]
        with self._session() as session:
            found: Any = session.execute(query)
            return {row_id: Clause(*fields) for row_id, *fields in found}

    def clauses_at(self, rows: Collection[int]) -> dict[int, Clause]:
        """Clauses by row id, ascending; those that are gone are left out. Every search reads its hits through this."""
        with self._database() as database:
            return clauses_at(database, rows)

    def rows_named(self, clause_ids: Collection[str]) -> dict[str, int]:
        """Clause id -> row id of those that exist."""
        with self._database() as database:
            return rows_named(database, clause_ids)

    def check(self) -> list[str]:
        """What SQLite finds wrong with its file; empty when it is sound."""
        with self._session() as session:
            told = session.scalars(text("PRAGMA quick_check(5)")).all()
        return [] if told == ["ok"] else [f"数据库 {self.path.name}：{line}" for line in told]

    def indexables(self, row_ids: Sequence[int]) -> list[Indexable]:
        """What to index of the given clauses, by row id; those that are gone are left out."""
        columns = (ClauseRow.row_id, DocumentRow.title, ClauseRow.article, ClauseRow.path, ClauseRow.text)
        query = select(*columns).join(DocumentRow, DocumentRow.id == ClauseRow.document_id)
        found: list[Indexable] = []
        with self._session() as session:
            for start in range(0, len(row_ids), ID_SLICE):
                part = ClauseRow.row_id.in_(row_ids[start : start + ID_SLICE])
                rows = session.execute(query.where(part).order_by(ClauseRow.row_id))
                found.extend(Indexable(*row) for row in rows)
        return found

    @contextmanager
    def _database(self) -> Generator[sqlite3.Connection]:
        with storage_faults(self.path), closing(self._engine.raw_connection()) as pooled:
            yield cast(sqlite3.Connection, pooled.driver_connection)

    @contextmanager
    def _session(self) -> Generator[Session]:
        with storage_faults(self.path), Session(self._engine, expire_on_commit=False) as session:
            yield session


# Columns, not objects, in the order of Clause's fields.
_CLAUSES = select(
    ClauseRow.row_id,
    ClauseRow.clause_id, DocumentRow.id, DocumentRow.version, DocumentRow.title, DocumentRow.doc_number,
    DocumentRow.issuer, DocumentRow.level, DocumentRow.region, ClauseRow.article, ClauseRow.path, ClauseRow.text,
    ClauseRow.start, ClauseRow.end, func.coalesce(DocumentRow.effective, DocumentRow.issued),
    DocumentRow.valid_to, DocumentRow.superseded_by, ClauseRow.kind,
).join(DocumentRow, DocumentRow.id == ClauseRow.document_id)  # fmt: skip
