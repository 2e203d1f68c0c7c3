"""Questions to people: bound to one interrupt and one exact action, answered once by a named human, or expired."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agents.triage.edits import Edits
from serving.errors import Conflict, NotFound, RequestInvalid
from serving.store import audit
from serving.store.tables import ApprovalRow, Json


class Answer(BaseModel):
    """What a person answers. `action_hash` is the hash of the action they saw."""

    model_config = ConfigDict(extra="forbid")

    decision: Literal["approve", "return"]
    action_hash: str
    edits: Edits | None = None
    reason: str | None = Field(default=None, max_length=1000)


@dataclass(frozen=True)
class Approvals:
    clock: Callable[[], datetime]
    valid_for: timedelta
    check: Callable[[Json, Answer], None]
    """Refuses an answer that the action's agent can't carry out (raises); called before anything is kept."""

    async def ask(
        self, session: AsyncSession, approval_id: str, run_id: str, ticket_id: str | None, action: Json
    ) -> ApprovalRow:
        """Keep the question; the same interrupt asked again (after a restart) keeps its first row."""
        known = await session.get(ApprovalRow, approval_id)
        if known is not None:
            return known
        now = self.clock()
        row = ApprovalRow(
            approval_id=approval_id,
            run_id=run_id,
            ticket_id=ticket_id,
            status="pending",
            action=action,
            action_hash=audit.canonical_hash(action),
            created_at=now.isoformat(),
            expires_at=(now + self.valid_for).isoformat(),
        )
        session.add(row)
        await session.flush()
        return row

    async def withdraw(self, session: AsyncSession, run_id: str) -> None:
        """The open questions of a run that ended lose their force."""
        await session.execute(
            update(ApprovalRow)
            .where(ApprovalRow.run_id == run_id, ApprovalRow.status == "pending")
            .values(status="withdrawn")
        )

    async def decide(self, session: AsyncSession, approval_id: str, answer: Answer, by: str) -> ApprovalRow:
        """Take the answer, once. Raises NotFound, Conflict, RequestInvalid."""
        row = await session.get(ApprovalRow, approval_id, with_for_update=True)
        if row is None:
            raise NotFound(f"没有审批 {approval_id}；请刷新待办列表")
        self._still_open(row, answer)
        if answer.decision == "return" and not (answer.reason or "").strip():
            raise RequestInvalid("退回须填写理由（reason）")
        self.check(row.action, answer)
        row.status = "approved" if answer.decision == "approve" else "returned"
        now = self.clock().isoformat()
        row.decided_by, row.decided_at, row.reason = by, now, answer.reason
        row.answer = self._resume_value(row, answer, by)
        await audit.append(
            session,
            now,
            by,
            f"approval.{row.status}",
            row.ticket_id or row.run_id,
            {"approval_id": approval_id, "action_hash": row.action_hash, "answer": row.answer},
        )
        return row

    def _still_open(self, row: ApprovalRow, answer: Answer) -> None:
        if row.status != "pending":
            raise Conflict(f"该审批已是“{_STATUS[row.status]}”状态，不能再次使用；请刷新页面")
        if datetime.fromisoformat(row.expires_at) <= self.clock():
            raise Conflict("该审批已过期；请重新分析工单后再确认")
        if answer.action_hash != row.action_hash:
            raise Conflict("内容在您确认前已变化（action_hash 不符）；请刷新后核对再确认")

    @staticmethod
    def _resume_value(row: ApprovalRow, answer: Answer, by: str) -> Json:
        edits = answer.edits.model_dump(mode="json", exclude_unset=True) if answer.edits else None
        return {
            "decision": answer.decision,
            "edits": edits,
            "reason": answer.reason,
            "by": by,
            "approval_id": row.approval_id,
        }

    async def expire(self, session: AsyncSession) -> list[str]:
        """Mark the open questions whose time is over; gives the runs that waited for them."""
        over = (ApprovalRow.status == "pending", ApprovalRow.expires_at <= self.clock().isoformat())
        run_ids = list(await session.scalars(select(ApprovalRow.run_id).where(*over)))
        await session.execute(update(ApprovalRow).where(*over).values(status="expired"))
        return run_ids

    async def listed(self, session: AsyncSession, status: str | None, limit: int = 200) -> list[Json]:
        """Questions, the newest first."""
        query = select(ApprovalRow).order_by(ApprovalRow.created_at.desc()).limit(limit)
        if status:
            query = query.where(ApprovalRow.status == status)
        return [approval_json(row) for row in await session.scalars(query)]

    async def of_run(self, session: AsyncSession, run_id: str) -> ApprovalRow | None:
        """The newest question of a run."""
        query = select(ApprovalRow).where(ApprovalRow.run_id == run_id)
        return await session.scalar(query.order_by(ApprovalRow.created_at.desc()).limit(1))


_STATUS: Mapping[str, str] = {
    "approved": "已批准",
    "returned": "已退回",
    "expired": "已过期",
    "withdrawn": "已撤回",
}


def approval_json(row: ApprovalRow) -> Json:
    """The Approval of the HTTP contract."""
    return {
        "approval_id": row.approval_id,
        "run_id": row.run_id,
        "ticket_id": row.ticket_id,
        "status": row.status,
        "action": row.action,
        "action_hash": row.action_hash,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "decided_by": row.decided_by,
        "decided_at": row.decided_at,
        "reason": row.reason,
    }
