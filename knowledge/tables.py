"""The knowledge tables. SQLite is the truth: the index can always be built again from here."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Tables of var/knowledge.sqlite; migrations/ changes them."""


class DocumentRow(Base):
    """One version of one document. `valid_to`, `superseded_by`, `end_reason` are derived from all documents together.

    corrections: field of Metadata -> value set by hand, which overrules what is read and stays when the document
    is read again. notices: what was odd in reading it, in Chinese. end_reason: "" | successor | repealed | hand.
    read_by: version of reading (knowledge.clause.READING) that cut it.
    """

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    title: Mapped[str]
    title_key: Mapped[str] = mapped_column(index=True)
    part: Mapped[str]
    doc_number: Mapped[str]
    number_key: Mapped[str] = mapped_column(index=True)
    issuer: Mapped[str]
    level: Mapped[str]
    region: Mapped[str]
    issued: Mapped[date | None]
    effective: Mapped[date | None]
    repealed: Mapped[date | None]
    supersedes: Mapped[list[str]] = mapped_column(JSON)
    hazards: Mapped[list[str]] = mapped_column(JSON)
    revised: Mapped[date | None]
    since: Mapped[date | None]
    corrections: Mapped[dict[str, object]] = mapped_column(JSON)
    notices: Mapped[list[str]] = mapped_column(JSON)
    valid_to: Mapped[date | None]
    superseded_by: Mapped[str | None]
    end_reason: Mapped[str]
    source: Mapped[str]
    content_hash: Mapped[str] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(Text, deferred=True)  # a whole law: load when asked
    added_at: Mapped[datetime]
    read_by: Mapped[int]


class ClauseRow(Base):
    """`row_id` is the clause's id in the vector index; AUTOINCREMENT, so a deleted id never comes back."""

    __tablename__ = "clauses"
    __table_args__ = ({"sqlite_autoincrement": True},)

    row_id: Mapped[int] = mapped_column(primary_key=True)
    clause_id: Mapped[str] = mapped_column(unique=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    article: Mapped[str] = mapped_column(index=True)
    path: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[str]  # article | section | paragraph | row (of a table) | annex | heading
    start: Mapped[int]
    end: Mapped[int]
