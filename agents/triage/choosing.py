"""The model's say in the choice among candidates: evidence weighed with the retrieval's, never a verdict.

Each doubtful part is asked twice, the candidates in opposite orders, for the log-probabilities of their letters: what a
position bias adds to one order it takes from the other.
"""

import math
from dataclasses import dataclass

from agents.model.usage import Usage
from agents.triage.context import TriageContext
from agents.triage.rules import ranked
from agents.triage.state import Part
from prompts.loader import render

ASKED = 4
"""Candidates shown to the model: the right one is among the first four of retrieval in about nine of ten."""
LETTERS = "ABCDEFGH"
SURE = 0.65
"""Above this probability of the first candidate the model is not asked: there retrieval is right nine times in ten,
and the model could only spoil it."""


@dataclass(frozen=True)
class Fused:
    parts: list[Part]
    changed: int
    usage: Usage
    prompts: dict[str, str]


async def weighed(parts: list[Part], words: str, context: TriageContext) -> Fused:
    """The parts with scores fused; `words` is the redacted text. Raises ModelError when the model can't be asked."""
    fused: list[Part] = []
    usage, versions, changed = Usage(), dict[str, str](), 0
    for part in parts:
        codes = ranked(part, ASKED)
        if len(codes) < 2 or part["scores"][codes[0]] >= SURE:
            fused.append(part)
            continue
        log_probs, cost, version = await _asked(codes, words, context)
        usage, versions["choose"] = usage + cost, version
        fused.append({**part, "scores": fuse(part["scores"], log_probs, context.uses.choose_weight)})
        changed += ranked(fused[-1])[0] != codes[0]
    return Fused(fused, changed, usage, versions)


def fuse(scores: dict[str, float], log_probs: dict[str, float], weight: float) -> dict[str, float]:
    """Log-linear pool over the codes the model saw; their total probability stays what retrieval gave them."""
    total = sum(scores[code] for code in log_probs)
    pooled = {code: math.log(max(scores[code], 1e-9)) + weight * log_probs[code] for code in log_probs}
    peak = max(pooled.values())
    exps = {code: math.exp(value - peak) for code, value in pooled.items()}
    norm = sum(exps.values())
    return {**scores, **{code: total * value / norm for code, value in exps.items()}}


async def _asked(codes: list[str], text: str, context: TriageContext) -> tuple[dict[str, float], Usage, str]:
    city, usage, sums, version = context.city, Usage(), dict.fromkeys(codes, 0.0), ""
    for order in (codes, codes[::-1]):
        letters = LETTERS[: len(order)]
        entries = [city.catalogue[code] for code in order]
        units = [city.departments[entry.main_dept_id].short_name for entry in entries]
        prompt = render("choose", rows=list(zip(letters, entries, units, strict=True)), text=text)
        chosen = await context.model.choose(
            prompt.messages, letters, priority=context.priority, timeout=context.model_timeout
        )
        for letter, code in zip(letters, order, strict=True):
            sums[code] += chosen.log_probs[letter] / 2
        usage, version = usage + chosen.usage, str(prompt.version)
    return sums, usage, version
