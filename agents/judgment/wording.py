"""The model rewrites the template's sentences, paragraph by paragraph; it chooses words, never facts.

Each sentence it writes names the drafts it condenses (an enum); its evidence is theirs. So nothing can be cited that
the drafts did not rest on, and a draft that no accepted sentence covers stays as it is: nothing is lost either.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from agents.judgment.checker import Checker, Trouble
from agents.judgment.context import JudgmentContext
from agents.judgment.decision import Sentence
from agents.judgment.narrative import TITLES, Draft, PartName
from agents.model.errors import ModelError, ModelOff
from agents.model.schema import narrow
from agents.model.usage import Usage
from prompts.loader import render

LONGEST = 120
MOST_SENTENCES = 10
MAX_TOKENS = 900
REPAIR_TOKENS = 160
REPAIRS = 2
"""Sentences of a paragraph that are given a second try; a model that needs more of them isn't worth the wait."""

Text = Annotated[str, Field(min_length=6, max_length=LONGEST)]


class _Line(BaseModel):
    """One sentence of the model: which drafts it says again, and how."""

    model_config = ConfigDict(extra="forbid")

    drafts: Annotated[list[str], Field(min_length=1, max_length=3)]
    text: Text


class Rewritten(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Text


@dataclass(frozen=True)
class Proposal:
    """A sentence of the model before it is checked: indexes of the drafts it covers."""

    text: str
    drafts: tuple[int, ...]


@dataclass
class Spent:
    """What asking cost, which prompts were used, what went wrong."""

    usage: Usage = field(default_factory=Usage)
    prompts: dict[str, str] = field(default_factory=dict[str, str])
    troubles: list[str] = field(default_factory=list[str])
    off: bool = False


async def propose(
    context: JudgmentContext, drafts: Mapping[PartName, Sequence[Draft]]
) -> tuple[dict[PartName, list[Proposal]], Spent]:
    """The model's paragraphs, asked for side by side within model_seconds. Never raises ModelError."""
    spent, proposed = Spent(), dict[PartName, list[Proposal]]()

    async def one(part: PartName) -> None:
        try:
            proposed[part] = await _paragraph(context, part, drafts[part], spent)
        except ModelOff:
            spent.off = True
        except ModelError as error:
            spent.usage += error.usage
            spent.troubles.append(f"{TITLES[part]}：{error}")

    await asyncio.gather(*(one(part) for part in drafts))
    return proposed, spent


async def _paragraph(
    context: JudgmentContext, part: PartName, drafts: Sequence[Draft], spent: Spent
) -> list[Proposal]:
    labels = [str(number) for number, _ in enumerate(drafts, 1)]
    line = narrow(_Line, {"drafts": labels})
    schema = _paragraph_schema(line, min(MOST_SENTENCES, len(drafts)))
    prompt = render(
        "judgment_paragraph", title=TITLES[part], drafts=[one.text for one in drafts], longest=LONGEST
    )
    acted = await context.model.act(
        prompt.messages,
        schema,
        priority=context.priority,
        timeout=context.model_seconds,
        max_tokens=MAX_TOKENS,
    )
    spent.usage += acted.usage
    spent.prompts[prompt.name] = str(prompt.version)
    written: list[_Line] = acted.value.model_dump()["sentences"]
    found = [_Line.model_validate(one) for one in written]
    return [
        Proposal(one.text.strip(), tuple(sorted({int(label) - 1 for label in one.drafts}))) for one in found
    ]


def _paragraph_schema(line: type[_Line], most: int) -> type[BaseModel]:
    """One to `most` sentences of the narrowed line: how many drafts there are is known only now."""
    lines: Any = Annotated[list[line], Field(min_length=1, max_length=most)]  # pyright: ignore[reportInvalidTypeForm]
    return create_model("Paragraph", __config__=ConfigDict(extra="forbid"), sentences=(lines, ...))


async def settle(
    context: JudgmentContext,
    checker: Checker,
    drafts: Sequence[Draft],
    proposals: Sequence[Proposal],
    spent: Spent,
) -> tuple[tuple[Sentence, ...], int]:
    """The paragraph as it may stand, and how many of the model's sentences fell back to the template.

    A sentence that fails its check is rewritten once with the fault named; if it fails again its drafts stand. A
    draft is said once, where the first sentence that covers it stands.
    """
    covers: dict[int, Sentence] = {}
    fallen, repairs = 0, REPAIRS
    for proposal in proposals:
        if any(index in covers for index in proposal.drafts):
            continue
        cited = tuple(dict.fromkeys(one for index in proposal.drafts for one in drafts[index].evidence))
        text = _ended(proposal.text)
        troubles = checker.check(text, cited)
        if troubles and repairs:
            repairs -= 1
            sources = [drafts[index].text for index in proposal.drafts]
            text = _ended(await _rewritten(context, text, sources, troubles, spent))
            troubles = checker.check(text, cited)
        sentence = None if troubles else Sentence(text=text, evidence=cited, source="model")
        fallen += sentence is None
        if sentence is not None:
            covers |= dict.fromkeys(proposal.drafts, sentence)
    said: list[Sentence] = []
    for index, draft in enumerate(drafts):
        sentence = covers.get(index)
        if sentence is None:
            said.append(Sentence(text=draft.text, evidence=draft.evidence, source="template"))
        elif sentence not in said:
            said.append(sentence)
    return tuple(said), fallen


async def _rewritten(
    context: JudgmentContext, text: str, sources: Sequence[str], troubles: Sequence[Trouble], spent: Spent
) -> str:
    """One more try with the faults named; empty when the model gives none."""
    prompt = render(
        "judgment_repair",
        text=text,
        sources=sources,
        faults=[one.why for one in troubles[:5]],
        longest=LONGEST,
    )
    try:
        acted = await context.model.act(
            prompt.messages,
            Rewritten,
            priority=context.priority,
            timeout=context.model_seconds / 3,
            max_tokens=REPAIR_TOKENS,
        )
    except ModelError as error:
        spent.usage += error.usage
        return ""
    spent.usage += acted.usage
    spent.prompts[prompt.name] = str(prompt.version)
    return acted.value.text.strip()


def _ended(text: str) -> str:
    return text if not text or text.endswith(("。", "；", "！", "？")) else f"{text}。"
