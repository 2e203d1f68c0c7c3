"""Who put a document's fields right, and when: the audit log knows."""

from collections.abc import Sequence

from sqlalchemy import select

from serving.store.database import Database
from serving.store.tables import AuditRow, Json

ACTION = "knowledge.correct"


async def who_corrected(database: Database, document: str, fields: Sequence[str]) -> list[Json]:
    """{"field", "by", "at"} of each of the fields, as last set; by and at are null where no line of the log tells."""
    if not fields:
        return []
    about = select(AuditRow.actor, AuditRow.at, AuditRow.data).where(
        AuditRow.subject == document, AuditRow.action == ACTION
    )
    async with database.read() as session:
        lines = (await session.execute(about.order_by(AuditRow.seq))).all()
    last = {field: line for line in lines for field in line.data.get("set", {})}
    return [
        {"field": field, "by": last[field].actor, "at": last[field].at}
        if field in last
        else {"field": field, "by": None, "at": None}
        for field in fields
    ]
