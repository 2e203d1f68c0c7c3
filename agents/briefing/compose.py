"""A judgment becomes a briefing. Pure: the same judgment and material give the same briefing, to the byte."""

from collections.abc import Iterable, Iterator, Mapping

from agents.briefing.decision import (
    FORM_NAMES,
    AiMark,
    Block,
    Briefing,
    Callout,
    Form,
    Line,
    Part,
    Signature,
    Table,
    Text,
)
from agents.briefing.draft import Draft
from agents.briefing.forms import FORMS
from agents.briefing.material import NOTHING, Material
from agents.briefing.parts.head import posts
from agents.judgment.decision import Evidence, Judgment
from agents.judgment.evidence import advised
from knowledge.city import City

PRODUCER = "平急 Pingji"
AI_TEXT = "本材料由人工智能辅助生成，仅供决策参考，须经人工审核签发后使用"
ADVISE = "建议"
INTERNAL = "内部资料 注意保存"
PUBLIC_DRAFT = "送审草稿 不得外传"


def compose(
    judgment: Judgment,
    form: Form,
    city: City,
    previous: Judgment | None = None,
    material: Material = NOTHING,
) -> Briefing:
    """Version 1 of a briefing, unsigned. `previous`: the judgment that the reader knows (续报)."""
    draft = Draft(judgment, city, previous, material)
    parts = tuple(build(draft) for build in FORMS[form])
    post, chair, duty_post = posts(draft)
    return Briefing(
        briefing_id=f"{judgment.judgment_id}-{form}",
        form=form,
        version=1,
        judgment_id=judgment.judgment_id,
        event_id=judgment.event_id,
        previous_id=judgment.previous_id,
        title=_title(draft, form),
        number=f"〔{draft.now.year}〕第{judgment.number}期",
        classification=PUBLIC_DRAFT if form == "press" else INTERNAL,
        made_by=_office(city),
        made_at=draft.local(judgment.made_at),
        at=draft.now,
        parts=parts,
        evidence=tuple(_cited(parts, draft.index)),
        signature=Signature(post=post, chair=chair, duty_post=duty_post, clause=_clause(draft)),
        ai_mark=_mark(judgment, form),
    )


def lines(blocks: Iterable[Block]) -> Iterator[Line]:
    """Every sentence and cell, in reading order."""
    for block in blocks:
        match block:
            case Text() | Callout():
                yield from block.sentences
            case Table():
                yield from (cell for row in block.rows for cell in row)
            case _:
                pass


def _title(draft: Draft, form: Form) -> str:
    name = draft.city.name
    if form == "press":
        return f"{name}天气与应急响应情况{FORM_NAMES[form]}（草稿）"
    if draft.advised and form in ("flash", "report", "followup"):
        told = "、".join(advised(draft.hazard(one.hazard), one).removeprefix(ADVISE) for one in draft.advised)
        return f"关于{ADVISE}{told}的{FORM_NAMES[form]}"
    hazards = "、".join(hazard.name for hazard in draft.judgment.picture.hazards)
    return f"{name}{hazards}形势{FORM_NAMES[form]}"


def _office(city: City) -> str:
    """Whom the plan has propose: the lowest level's proposer stands for all."""
    return max(city.weather.plan.responses, key=lambda one: one.level).proposer


def _clause(draft: Draft) -> str:
    return draft.advised[0].clause if draft.advised else ""


def _mark(judgment: Judgment, form: Form) -> AiMark:
    return AiMark(
        text=AI_TEXT,
        producer=PRODUCER,
        content_id=f"{judgment.judgment_id}-{form}",
        model=judgment.model,
        prompt_versions=judgment.prompt_versions,
    )


def _cited(parts: tuple[Part, ...], index: Mapping[str, Evidence]) -> Iterator[Evidence]:
    seen: set[str] = set()
    for part in parts:
        for line in lines(part.blocks):
            for one in line.evidence:
                if one in index and one not in seen:
                    seen.add(one)
                    yield index[one]
