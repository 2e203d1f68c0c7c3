"""Tables of the emergency side. Times are the city's ISO 8601 text of one width, so their order is the text's order."""

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from serving.store.tables import Base, Json


class WatchRow(Base):
    """One unbroken course of the city's clock: the real one, or an exercise from its start to its next."""

    __tablename__ = "watches"

    watch_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    exercise: Mapped[str | None] = mapped_column(String(100))
    begun_at: Mapped[str] = mapped_column(String(40))


class EmergencyRow(Base):
    """A stretch of a watch (场次). `kind`: calm (值守) or storm. The one without `closed_at` is open."""

    __tablename__ = "emergencies"

    event_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    watch_id: Mapped[int] = mapped_column(ForeignKey("watches.watch_id"))
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[str] = mapped_column(String(40))
    opened_by: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(Text)
    closed_at: Mapped[str | None] = mapped_column(String(40))
    closed_by: Mapped[str | None] = mapped_column(String(200))
    closing_note: Mapped[str | None] = mapped_column(Text)


class FactRow(Base):
    """One fact as it arrived; never changed. `key` is the fact's content, so one fetched again is the same row.

    `subject`: RG01.rain_10min for a reading, 990302.rain_6h for a forecast, else the id of what is told.
    """

    __tablename__ = "facts"
    __table_args__ = (
        UniqueConstraint("watch_id", "key"),
        Index("facts_by_subject", "watch_id", "subject", "stamp"),
        Index("facts_by_kind", "watch_id", "kind", "stamp"),
        Index("facts_by_arrival", "watch_id", "received_at"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    watch_id: Mapped[int] = mapped_column(ForeignKey("watches.watch_id"))
    key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200))
    stamp: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40))
    data: Mapped[Json]


class PlanRow(Base):
    """A text of the plan that judged: what the inquiry reads afterwards. `text` is its TOML."""

    __tablename__ = "plans"

    plan_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    plan: Mapped[str] = mapped_column(String(100))
    version: Mapped[str] = mapped_column(String(100))
    used_from: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)


class EvaluationRow(Base):
    """One look at the plan: when, over which facts, with which text of the plan, and the picture (zlib of its JSON).

    `picture` is null where it says the same as the one before; `hash` covers what it says, not its moment. `anew`: a
    rest, before which the engine began anew (serving/situation/rests.py).
    """

    __tablename__ = "evaluations"
    __table_args__ = (Index("evaluations_by_time", "watch_id", "at"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    watch_id: Mapped[int] = mapped_column(ForeignKey("watches.watch_id"))
    at: Mapped[str] = mapped_column(String(40))
    facts_seq: Mapped[int]
    plan_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    picture: Mapped[bytes | None] = mapped_column(LargeBinary)
    anew: Mapped[bool] = mapped_column(default=False)


class SituationEventRow(Base):
    """What the page is told, numbered without gaps; `run_id` names the one stream."""

    __tablename__ = "situation_events"
    __table_args__ = (Index("situation_events_by_time", "at"),)

    run_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    at: Mapped[str] = mapped_column(String(40))
    data: Mapped[Json]


class DecisionRow(Base):
    """What a named person signed about a response level. `picture_hash` and `basis` say on what they saw."""

    __tablename__ = "decisions"

    decision_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("emergencies.event_id"), index=True)
    at: Mapped[str] = mapped_column(String(40))
    hazard: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(20))
    level: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text)
    basis: Mapped[str | None] = mapped_column(String(60))
    basis_hash: Mapped[str | None] = mapped_column(String(64))
    picture_hash: Mapped[str] = mapped_column(String(64))
    by: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200))
    deputy_for: Mapped[str | None] = mapped_column(String(200))


class CallRow(Base):
    """A call of the chain (叫应) that a person ordered. `state`: queued, ringing, answered, no_answer, refused.

    `key` is the idempotency key: the city rings once for it. `number` counts the calls to this post and signal.
    `signal` is the alert's id, `about` what is said of it (暴雨橙).
    """

    __tablename__ = "calls"

    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("emergencies.event_id"), index=True)
    contact_id: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    signal: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), index=True)
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[str] = mapped_column(String(40))
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[str] = mapped_column(String(40))
    call_id: Mapped[str | None] = mapped_column(String(100))
    answered_at: Mapped[str | None] = mapped_column(String(40))
    said: Mapped[str | None] = mapped_column(Text)
    trouble: Mapped[str | None] = mapped_column(Text)


class CallNoteRow(Base):
    """What a person wrote down about a call by hand. `action`: acknowledge, escalate, note."""

    __tablename__ = "call_notes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("emergencies.event_id"), index=True)
    contact_id: Mapped[str] = mapped_column(String(40))
    signal: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[str] = mapped_column(String(40))


class JudgmentRow(Base):
    """A finished judgment; `number` counts those of its event."""

    __tablename__ = "judgments"
    __table_args__ = (UniqueConstraint("event_id", "number"),)

    judgment_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("emergencies.event_id"), index=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.run_id"))
    number: Mapped[int]
    previous_id: Mapped[str | None] = mapped_column(String(60))
    at: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[str] = mapped_column(String(40))
    trigger: Mapped[str] = mapped_column(String(20))
    hash: Mapped[str] = mapped_column(String(64))
    data: Mapped[Json]


class BriefingRow(Base):
    """A briefing; the signature stands for one version and its hash."""

    __tablename__ = "briefings"

    briefing_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("emergencies.event_id"), index=True)
    judgment_id: Mapped[str] = mapped_column(ForeignKey("judgments.judgment_id"))
    form: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[str] = mapped_column(String(40))
    versions: Mapped[int]
    signed_version: Mapped[int | None]
    signed_hash: Mapped[str | None] = mapped_column(String(64))
    signed_by: Mapped[str | None] = mapped_column(String(200))
    signed_post: Mapped[str | None] = mapped_column(String(200))
    signed_at: Mapped[str | None] = mapped_column(String(40))


class BriefingVersionRow(Base):
    """One version of a briefing, whole."""

    __tablename__ = "briefing_versions"

    briefing_id: Mapped[str] = mapped_column(ForeignKey("briefings.briefing_id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[str] = mapped_column(String(40))
    hash: Mapped[str] = mapped_column(String(64))
    data: Mapped[Json]
