"""What people signed, read back: the decisions of an event and the levels that stand by them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.judgment.decision import LEVEL_NAMES
from agents.judgment.situation import Signed
from serving.situation.moments import moment_text
from serving.situation.signing_rules import WORDS
from serving.store.situation_tables import DecisionRow
from serving.store.tables import Json


async def signed_levels(session: AsyncSession, event_id: str, at: datetime) -> dict[str, Signed]:
    """Per hazard the level that stands at a moment."""
    standing: dict[str, Signed] = {}
    for row in await _decisions(session, event_id, at):
        if row.action == "end":
            standing.pop(row.hazard, None)
        elif row.action != "no_start":
            standing[row.hazard] = Signed(
                hazard=row.hazard,
                level=row.level,  # pyright: ignore[reportArgumentType] # checked when it was signed
                post=row.post,
                by=row.by,
                signed_at=datetime.fromisoformat(row.at),
                decision_id=row.decision_id,
            )
    return standing


async def listed(session: AsyncSession, event_id: str, at: datetime) -> list[Json]:
    return [decision_json(row) for row in await _decisions(session, event_id, at)]


async def _decisions(session: AsyncSession, event_id: str, at: datetime) -> list[DecisionRow]:
    query = select(DecisionRow).where(DecisionRow.event_id == event_id, DecisionRow.at <= moment_text(at))
    return list(await session.scalars(query.order_by(DecisionRow.at)))


def decision_json(row: DecisionRow) -> Json:
    return {
        "decision_id": row.decision_id,
        "event_id": row.event_id,
        "at": row.at,
        "hazard": row.hazard,
        "action": row.action,
        "level": row.level,
        "reason": row.reason,
        "basis": row.basis,
        "basis_hash": row.basis_hash,
        "picture_hash": row.picture_hash,
        "by": row.by,
        "post": row.post,
        "deputy_for": row.deputy_for,
    }


def said(hazard_names: Mapping[str, str], decision: Json) -> str:
    """防汛升级为Ⅱ级响应."""
    level = f"{LEVEL_NAMES[decision['level']]}级响应" if decision["level"] else "响应"
    stead = f"，代{decision['deputy_for']}签" if decision["deputy_for"] else ""
    return f"{hazard_names[decision['hazard']]}{WORDS[decision['action']]}{level}{stead}"
