"""Versions of a briefing as they are kept and told: their JSON, their hash, their signature."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from agents.briefing.decision import Briefing
from agents.briefing.diff import Difference
from agents.briefing.edits import Edit, NothingEdited, apply_edits
from agents.briefing.places import NoSuchPlace
from agents.judgment.decision import Judgment
from knowledge.city import City
from serving.errors import Conflict, NotFound, RequestInvalid
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


def signed(briefing: Briefing, by: str, post: str, reason: str, at: datetime) -> Briefing:
    """The version with its signature filled; what was signed stays as it is.

    Raises Conflict for a version that is signed already, RequestInvalid where another post must say why.
    """
    before = briefing.signature
    if before.signed_by is not None:
        raise Conflict(f"第 {briefing.version} 版已由{before.signed_by}签发；改动后另成一版再签")
    acting = ""
    if before.post and main_post(post) != main_post(before.post):
        if not reason.strip():
            raise RequestInvalid(f"reason：应由{before.post}签发，{post}代签须写明理由；请填写")
        acting = f"{post}代签：{reason.strip()}"
    signature = before.model_copy(update={"signed_by": by, "signed_at": at, "acting": acting})
    mark = briefing.ai_mark.model_copy(update={"reviewed_by": by})
    return briefing.model_copy(update={"signature": signature, "ai_mark": mark})


def changed(
    briefing: Briefing, edits: Sequence[Edit], judgment: Judgment, city: City, by: str, at: datetime
) -> Briefing:
    """Raises RequestInvalid for a place that does not exist, and where nothing is changed."""
    try:
        return apply_edits(briefing, edits, judgment, city, by=by, at=at)
    except (NoSuchPlace, NothingEdited) as error:
        raise RequestInvalid(f"edits：{error}") from error


def difference_json(one: Difference) -> Json:
    return {
        "path": one.path,
        "part": one.part,
        "kind": one.kind,
        "before": one.old,
        "after": one.new,
        "pieces": [asdict(span) for span in one.spans],
    }
