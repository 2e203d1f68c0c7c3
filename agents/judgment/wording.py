"""The model rewrites the template's sentences, paragraph by paragraph; it chooses words, never facts.

Each sentence it writes names the drafts it condenses (an enum); its evidence is theirs. So nothing can be cited that
the drafts did not rest on, and a draft that no accepted sentence tells stays as it is: nothing is lost either.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from agents.judgment.checker import Checker, Trouble
from agents.judgment.context import JudgmentContext
from agents.judgment.decision import Sentence, Wording
from agents.judgment.narrative import TITLES, Draft, PartName
from agents.model.errors import ModelError, ModelOff
from agents.model.schema import narrow
from agents.model.usage import Usage
from prompts.loader import render

WORTH = 3
"""Drafts from which a paragraph is put to the model: one or two sentences leave nothing to condense."""
LONGEST = 90
MOST_SENTENCES = 5
MAX_TOKENS = 500
REPAIR_TOKENS = 120
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


async def propose(
    context: JudgmentContext, drafts: Mapping[PartName, Sequence[Draft]]
) -> tuple[dict[PartName, list[Proposal]], Spent]:
    """The model's paragraphs, asked for side by side within model_seconds. Never raises ModelError."""
    spent, proposed = Spent(), dict[PartName, list[Proposal]]()

    async def one(part: PartName) -> None:
        try:
            proposed[part] = await _paragraph(context, part, drafts[part], spent)
        except ModelOff:
            pass
        except ModelError as error:
            spent.usage += error.usage
            spent.troubles.append(f"{TITLES[part]}：{error}")

    await asyncio.gather(*(one(part) for part in drafts if len(drafts[part]) >= WORTH))
    return proposed, spent


async def _paragraph(
    context: JudgmentContext, part: PartName, drafts: Sequence[Draft], spent: Spent
) -> list[Proposal]:
    labels = [str(number) for number, _ in enumerate(drafts, 1)]
    line = narrow(_Line, {"drafts": labels})
    most = min(MOST_SENTENCES, len(drafts))
    schema = _paragraph_schema(line, most)
    prompt = render(
        "judgment_paragraph",
        title=TITLES[part],
        drafts=[one.text for one in drafts],
        longest=LONGEST,
        most=most,
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
) -> tuple[tuple[Sentence, ...], Wording]:
    """The paragraph as it may stand, and what became of the model's sentences.

    A sentence that fails its check is rewritten once with the fault named; if it fails again its drafts stand. A draft
    is left out only where a sentence tells what it is about, and is said once.
    """
    covers: dict[int, Sentence] = {}
    counted, repairs = Counter[str](), REPAIRS
    for proposal in proposals:
        if all(index in covers for index in proposal.drafts):
            counted["repeated"] += 1
            continue
        named = {index: drafts[index] for index in proposal.drafts}
        text, outcome = _ended(proposal.text), "accepted"
        troubles = _troubles(checker, text, named)
        if troubles and repairs:
            repairs, outcome = repairs - 1, "rewritten"
            sources = [one.text for one in named.values()]
            text = _ended(await _rewritten(context, text, sources, troubles, spent))
            troubles = _troubles(checker, text, named)
        told = [] if troubles else [index for index in named if checker.tells(text, named[index].text)]
        if any(index in covers for index in told):
            told, outcome = [], "repeated"
        counted["fallen" if troubles else outcome] += 1
        covers |= dict.fromkeys(told, Sentence(text=text, evidence=_cited(named), source="model"))
    said: list[Sentence] = []
    for index, draft in enumerate(drafts):
        sentence = covers.get(index)
        if sentence is None:
            said.append(Sentence(text=draft.text, evidence=draft.evidence, source="template"))
        elif sentence not in said:
            said.append(sentence)
    return tuple(said), Wording(**counted)


def _troubles(checker: Checker, text: str, named: Mapping[int, Draft]) -> tuple[Trouble, ...]:
    """What is wrong with the sentence; that it tells none of its drafts is wrong too."""
    found = checker.check(text, _cited(named))
    if found or any(checker.tells(text, one.text) for one in named.values()):
        return found
    return (Trouble("draft", "", "没有说出素材的要点：写明是哪里、多少、哪一级"),)


def _cited(named: Mapping[int, Draft]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for draft in named.values() for key in draft.evidence))


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
