"""Versions of a briefing as they are kept and told: their JSON, their hash, their signature."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from agents.briefing.decision import Briefing
from serving.errors import NotFound, RequestInvalid
from serving.situation.signing_rules import main_post
from serving.store import audit
from serving.store.situation_tables import BriefingRow, BriefingVersionRow
from serving.store.tables import Json


def briefing_json(briefing: Briefing) -> Json:
    return briefing.model_dump(mode="json")


def content_hash(briefing: Briefing) -> str:
    """SHA-256 (hex) of what is signed: all but the signature itself and the mark that names the reviewer."""
    return audit.canonical_hash(briefing.model_dump(mode="json", exclude={"signature", "ai_mark"}))


async def row_of(session: AsyncSession, briefing_id: str) -> BriefingRow:
    """Raises NotFound."""
    row = await session.get(BriefingRow, briefing_id)
    if row is None:
        raise NotFound(f"没有简报 {briefing_id}；请刷新页面")
    return row


def listed_json(kept: BriefingVersionRow) -> Json:
    told, signature = kept.data, kept.data["signature"]
    names = ("briefing_id", "form", "version", "judgment_id", "title", "number", "made_at", "at")
    return {
        **{name: told[name] for name in names},
        "signed_by": signature["signed_by"],
        "signed_at": signature["signed_at"],
        "by": kept.by,
        "kept_at": kept.at,
        "hash": kept.hash,
        "warnings": len(told["warnings"]),
    }


def acting_for(briefing: Briefing, post: str, reason: str) -> str:
    """How the signature block names a post that signs in another's stead; empty where the post is the plan's own.

    Raises RequestInvalid when no reason is given.
    """
    named = main_post(briefing.signature.post)
    if not named or main_post(post) == named:
        return ""
    if not reason.strip():
        raise RequestInvalid(f"reason：应由{briefing.signature.post}签发，{post}代签须写明理由；请填写")
    return f"{post}代{named}签发：{reason.strip()}"


def signed(briefing: Briefing, by: str, at: datetime, acting: str) -> Briefing:
    signature = {"signed_by": by, "signed_at": at, "acting": acting}
    return briefing.model_copy(
        update={
            "signature": briefing.signature.model_copy(update=signature),
            "ai_mark": briefing.ai_mark.model_copy(update={"reviewed_by": by}),
        }
    )
