"""Tables of the application database. Times are UTC ISO 8601 text, so SQLite and PostgreSQL order them alike."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Json = dict[str, Any]


class Base(DeclarativeBase):
    type_annotation_map = {Json: JSON, list[Json]: JSON}  # noqa: RUF012 # SQLAlchemy reads it so


class TicketRow(Base):
    """A ticket and where it stands. `status`: running, waiting, dispatching, dispatched, returned, routed, failed."""

    __tablename__ = "tickets"

    ticket_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    received: Mapped[int] = mapped_column(index=True)  # arrival number, the queue's order
    created_at: Mapped[str] = mapped_column(String(40), index=True)
    channel: Mapped[str | None] = mapped_column(String(40))
    caller_name: Mapped[str | None] = mapped_column(String(200))
    caller_phone: Mapped[str | None] = mapped_column(String(200), index=True)
    anonymous: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), index=True)
    run_id: Mapped[str | None] = mapped_column(String(40))
    decision: Mapped[Json | None]
    approved: Mapped[bool] = mapped_column(default=False)


class MatterRow(Base):
    """A level-2 group of the catalogue that a ticket's decision names: how earlier tickets of a matter are found."""

    __tablename__ = "ticket_matters"
    __table_args__ = (Index("matter_by_time", "matter", "created_at"),)

    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.ticket_id"), primary_key=True)
    matter: Mapped[str] = mapped_column(String(4), primary_key=True)
    created_at: Mapped[str] = mapped_column(String(40))


class MessageRow(Base):
    """The talk about a ticket. `role`: caller, operator, system, assistant."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.ticket_id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[str] = mapped_column(String(40))
    run_id: Mapped[str | None] = mapped_column(String(40))


class RunRow(Base):
    """One execution of an agent. `status`: queued, running, waiting, finished, failed, cancelled."""

    __tablename__ = "runs"

    run_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    agent: Mapped[str] = mapped_column(String(40))
    ticket_id: Mapped[str | None] = mapped_column(String(100), index=True)
    input: Mapped[Json]
    status: Mapped[str] = mapped_column(String(20), index=True)
    created_at: Mapped[str] = mapped_column(String(40))
    updated_at: Mapped[str] = mapped_column(String(40))
    result: Mapped[Json | None]


class EventRow(Base):
    """One event of a run; `seq` counts from 1 without gaps."""

    __tablename__ = "run_events"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.run_id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    at: Mapped[str] = mapped_column(String(40))
    data: Mapped[Json]


class UploadRow(Base):
    """One piece of work on the knowledge base. `kind`: upload, publish. `number`: its place in the queue.

    `stage`: queued, reading, indexing, finished, failed. files: name as sent, and path below the uploads' folder.
    """

    __tablename__ = "uploads"

    upload_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20), index=True)
    operator: Mapped[str] = mapped_column(String(200))
    files: Mapped[list[Json]]
    created_at: Mapped[str] = mapped_column(String(40))
    result: Mapped[Json | None]


class UploadEventRow(Base):
    """One event of an upload, whose id stands in `run_id`: read and followed like a run's."""

    __tablename__ = "upload_events"

    run_id: Mapped[str] = mapped_column(ForeignKey("uploads.upload_id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    at: Mapped[str] = mapped_column(String(40))
    data: Mapped[Json]


class ApprovalRow(Base):
    """A question to a person, bound to one interrupt and one exact action. Used once."""

    __tablename__ = "approvals"

    approval_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.run_id"), index=True)
    ticket_id: Mapped[str | None] = mapped_column(String(100), index=True)
    status: Mapped[str] = mapped_column(String(20), index=True)
    action: Mapped[Json]
    action_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[str] = mapped_column(String(40))
    expires_at: Mapped[str] = mapped_column(String(40))
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[str | None] = mapped_column(String(40))
    answer: Mapped[Json | None]
    reason: Mapped[str | None] = mapped_column(Text)


class OutboxRow(Base):
    """An order the city must have exactly once. `state`: queued, sent, refused. `receipt`: the city's answer."""

    __tablename__ = "outbox"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    payload: Mapped[Json]
    state: Mapped[str] = mapped_column(String(20), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[str] = mapped_column(String(40))
    receipt: Mapped[Json | None]
    trouble: Mapped[str | None] = mapped_column(Text)
    ticket_id: Mapped[str] = mapped_column(String(100), index=True)
    created_at: Mapped[str] = mapped_column(String(40))
    request: Mapped[Json | None]  # the city's last word about it: ServiceRequest as JSON
    open: Mapped[bool] = mapped_column(default=True)  # whether its status may still change


class AuditRow(Base):
    """One line of the audit log; `hash` covers the line and `prev_hash`, so no line can change unseen."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_subject", "subject"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    data: Mapped[Json]
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
