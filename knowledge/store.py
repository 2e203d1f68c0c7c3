"""Documents and clauses in SQLite: everything the knowledge base knows, and nothing derived but dates."""

from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, bindparam, create_engine, delete, event, func, insert, select, text
from sqlalchemy.orm import Session

from knowledge.clause import Clause, Document, Metadata, number_key, title_key
from knowledge.errors import CorrectionRefused, NoSuchDocument
from knowledge.faults import storage_faults
from knowledge.metadata import FIELDS, FieldWrong, as_json, check_order, corrected, parse_field, read_metadata
from knowledge.structure import Section
from knowledge.tables import ClauseRow, DocumentRow
from knowledge.versions.validity import Dated, settle
from knowledge.versions.works import shared_starts, work_key

BUSY_TIMEOUT_MS = 10_000
# SQLite takes 32,766 bound values in one statement.
ID_SLICE = 10_000
# What settle_validity says of a document; it replaces its own words and leaves those of reading alone.
TIME_NOTICE = "时效："


@dataclass(frozen=True)
class NewDocument:
    """A document read and cut, not yet stored. content_hash covers the whole text, front matter included.

    notices: what was odd in reading it, in Chinese.
    """

    metadata: Metadata
    text: str
    content_hash: str
    sections: Sequence[Section]
    source: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """by_content: content hash -> document id. sources: document id -> the file it was read from."""

    by_content: dict[str, str]
    sources: dict[str, str]


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
            path.parent.mkdir(parents=True, exist_ok=True)
            self._engine = _engine(path, busy_timeout_ms)
            _migrate(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    def held(self) -> "Held":
        """What is stored, by content and by id."""
        query = select(DocumentRow.id, DocumentRow.content_hash, DocumentRow.source)
        with self._session() as session:
            rows = session.execute(query).all()
        return Held({row.content_hash: row.id for row in rows}, {row.id: row.source for row in rows})

    def notices(self, documents: Sequence[str]) -> dict[str, list[str]]:
        """What was odd in reading the documents, by id; those without are left out."""
        found: dict[str, list[str]] = {}
        with self._session() as session:
            for start in range(0, len(documents), ID_SLICE):
                part = DocumentRow.id.in_(documents[start : start + ID_SLICE])
                rows = session.execute(select(DocumentRow.id, DocumentRow.notices).where(part))
                found.update({row.id: row.notices for row in rows if row.notices})
        return found

    def put(self, new: NewDocument, added_at: datetime) -> str:
        """Store a document and return its id."""
        return self.put_all([new], added_at)[0]

    def put_all(self, documents: Sequence[NewDocument], added_at: datetime) -> list[str]:
        """Store documents in one transaction; the same title, part and date replaces, as its next version."""
        identities = [document_id(new.metadata, new.content_hash) for new in documents]
        with self._session() as session, session.begin():
            named = DocumentRow.id.in_(identities)
            columns = select(DocumentRow.id, DocumentRow.version, DocumentRow.corrections)
            before = {row.id: row for row in session.execute(columns.where(named))}
            session.execute(delete(DocumentRow).where(named))
            for identity, new in zip(identities, documents, strict=True):
                old = before.get(identity)
                version, by_hand = (old.version + 1, dict(old.corrections)) if old else (1, {})
                session.add(_document_row(identity, version, new, added_at, by_hand))
            session.flush()
            rows = [
                row for key, new in zip(identities, documents, strict=True) for row in _clause_rows(key, new)
            ]
            session.execute(insert(ClauseRow), rows)
        return identities

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
        with self._session() as session, session.begin():
            rows = session.scalars(select(DocumentRow)).all()
            starts = shared_starts({row.id: row_metadata(row) for row in rows if row.part})
            for row in rows:
                if row.id in starts and "effective" not in row.corrections:
                    row.effective = starts[row.id]
            settled = settle(_dated(row) for row in rows)
            for row in rows:
                end = settled.ends[row.id]
                row.valid_to, row.superseded_by, row.end_reason = end.valid_to, end.superseded_by, end.reason
                read = [said for said in row.notices if not said.startswith(TIME_NOTICE)]
                row.notices = [*read, *(TIME_NOTICE + said for said in settled.notices.get(row.id, ()))]

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

    def documents(self) -> list[Document]:
        """All documents by title, then date."""
        counted = (
            select(DocumentRow, func.count(ClauseRow.row_id))
            .outerjoin(ClauseRow, ClauseRow.document_id == DocumentRow.id)
            .group_by(DocumentRow.id)
            .order_by(DocumentRow.title, DocumentRow.part, DocumentRow.effective)
        )
        with self._session() as session:
            return [_document(row, count) for row, count in session.execute(counted)]

    def document(self, document: str) -> tuple[Document, str, list[Clause]]:
        """The document, its text, its clauses in order. Raises NoSuchDocument."""
        with self._session() as session:
            row = session.get(DocumentRow, document)
            if row is None:
                raise NoSuchDocument(document)
            text = row.text
        clauses = self.clauses(ClauseRow.document_id == document)
        return _document(row, len(clauses)), text, list(clauses.values())

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
        with self._reading() as connection:
            found: Any = connection.execute(_CLAUSES_AT, {"rows": list(rows)})
            return {row_id: Clause(*fields) for row_id, *fields in found}

    def rows_named(self, clause_ids: Collection[str]) -> dict[str, int]:
        """Clause id -> row id of those that exist."""
        with self._reading() as connection:
            found = connection.execute(_ROWS_NAMED, {"ids": list(clause_ids)})
            return {row.clause_id: row.row_id for row in found}

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
    def _reading(self) -> Generator[Connection]:
        """Half the cost of a session, for statements that every search makes."""
        with storage_faults(self.path), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _session(self) -> Generator[Session]:
        with storage_faults(self.path), Session(self._engine, expire_on_commit=False) as session:
            yield session


def document_id(metadata: Metadata, content_hash: str) -> str:
    """D- and eight hex digits of title, part and date; of the content when the document tells no date."""
    when = metadata.issued or metadata.effective or content_hash
    named = f"{title_key(metadata.title)}|{metadata.part}|{metadata.region}|{when}"
    return f"D-{sha256(named.encode()).hexdigest()[:8]}"


def _engine(path: Path, busy_timeout_ms: int) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    def on_connect(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # pyright: ignore
        for pragma in (
            f"busy_timeout={busy_timeout_ms}",
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=NORMAL",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", on_connect)
    return engine


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


# Columns, not objects, in the order of Clause's fields.
_CLAUSES = select(
    ClauseRow.row_id,
    ClauseRow.clause_id, DocumentRow.id, DocumentRow.version, DocumentRow.title, DocumentRow.doc_number,
    DocumentRow.issuer, DocumentRow.level, DocumentRow.region, ClauseRow.article, ClauseRow.path, ClauseRow.text,
    ClauseRow.start, ClauseRow.end, func.coalesce(DocumentRow.effective, DocumentRow.issued),
    DocumentRow.valid_to, DocumentRow.superseded_by, ClauseRow.kind,
).join(DocumentRow, DocumentRow.id == ClauseRow.document_id)  # fmt: skip

# Made once: to put a statement together costs more than to run it.
_CLAUSES_AT = _CLAUSES.where(ClauseRow.row_id.in_(bindparam("rows", expanding=True))).order_by(
    ClauseRow.row_id
)
_ROWS_NAMED = select(ClauseRow.clause_id, ClauseRow.row_id).where(
    ClauseRow.clause_id.in_(bindparam("ids", expanding=True))
)


def _document_row(
    identity: str, version: int, new: NewDocument, added_at: datetime, by_hand: dict[str, object]
) -> DocumentRow:
    return DocumentRow(
        id=identity,
        version=version,
        corrections=by_hand,
        notices=list(new.notices),
        valid_to=new.metadata.repealed,
        superseded_by=None,
        end_reason="",
        source=new.source,
        content_hash=new.content_hash,
        text=new.text,
        added_at=added_at,
        **metadata_columns(corrected(new.metadata, by_hand)),
    )


def metadata_columns(told: Metadata) -> dict[str, object]:
    """Fields of Metadata as columns of DocumentRow, which carry the same names, and the keys made of them."""
    columns = {name: list(value) if isinstance(value, tuple) else value for name, value in vars(told).items()}
    return {**columns, "title_key": title_key(told.title), "number_key": number_key(told.doc_number)}


def row_metadata(row: DocumentRow) -> Metadata:
    told: dict[str, Any] = {field.name: getattr(row, field.name) for field in fields(Metadata)}
    told |= {"supersedes": tuple(row.supersedes), "hazards": tuple(row.hazards)}
    return Metadata(**told)


def _clause_rows(identity: str, new: NewDocument) -> list[dict[str, object]]:
    """A label used twice in one document gets ~2, ~3 in its id: ids stay unique and in reading order."""
    seen: dict[str, int] = {}
    rows: list[dict[str, object]] = []
    for section in new.sections:
        nth = seen[section.article] = seen.get(section.article, 0) + 1
        rows.append(
            {
                "clause_id": f"{identity}#{section.article}{f'~{nth}' if nth > 1 else ''}",
                "document_id": identity,
                "article": section.article,
                "path": " / ".join(section.path),
                "text": new.text[section.start : section.end],
                "kind": section.kind,
                "start": section.start,
                "end": section.end,
            }
        )
    return rows


def _dated(row: DocumentRow) -> Dated:
    return Dated(
        id=row.id,
        work=work_key(row_metadata(row)),
        title=row.title,
        number=row.doc_number,
        region=row.region,
        issued=row.issued,
        effective=row.effective,
        since=row.since,
        repealed=row.repealed,
        by_hand="repealed" in row.corrections,
        supersedes=tuple(row.supersedes),
    )


def _document(row: DocumentRow, clauses: int) -> Document:
    valid_from = row.effective or row.issued
    return Document(
        row.id, row.version, row_metadata(row), row.source, clauses,
        valid_from, row.valid_to, row.superseded_by, row.end_reason, tuple(row.notices),
    )  # fmt: skip
