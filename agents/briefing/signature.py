"""How a signed version shows who signed: in the table of signatures and in the AI mark, which stays.

Derived when a briefing is laid out: signing changes nothing of what was signed.
"""

from agents.briefing.decision import Briefing, Line, Part, Signature, Table
from agents.briefing.wording import full

ROW = "决定签发"
OPINION = "同意"


def shown(briefing: Briefing) -> Briefing:
    """The briefing as a reader sees it; an unsigned one is itself."""
    signature = briefing.signature
    if not signature.signed_by or not signature.signed_at:
        return briefing
    when = full(signature.signed_at.astimezone(briefing.at.tzinfo))
    acting = f"（{signature.acting}）" if signature.acting else ""
    who = signature.signed_by if signature.acting else f"{signature.post}{signature.signed_by}"
    text = f"本材料由人工智能辅助生成，经{who}{acting}于{when}审核签发"
    parts = tuple(_filled(part, signature, when) if part.key == "sign" else part for part in briefing.parts)
    mark = briefing.ai_mark.model_copy(update={"text": text})
    return briefing.model_copy(update={"parts": parts, "ai_mark": mark})


def _filled(part: Part, signature: Signature, when: str) -> Part:
    blocks = tuple(
        block.model_copy(update={"rows": tuple(_row(row, signature, when) for row in block.rows)})
        if isinstance(block, Table)
        else block
        for block in part.blocks
    )
    return part.model_copy(update={"blocks": blocks})


def _row(row: tuple[Line, ...], signature: Signature, when: str) -> tuple[Line, ...]:
    if row[0].text != ROW:
        return row
    opinion = f"{OPINION}（{signature.acting}）" if signature.acting else OPINION
    return (*row[:2], *(Line(text=text) for text in (opinion, signature.signed_by or "", when)))
