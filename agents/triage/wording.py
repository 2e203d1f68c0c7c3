"""The one-line summary of each demand in the model's words: streamed, bounded, and kept only if it adds nothing."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agents.model.usage import Usage
from agents.triage.context import TriageContext
from agents.triage.state import Json, TriageState
from prompts.loader import render

MAX_TOKENS = 48
MAX_CHARS = 60
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Worded:
    """`rejected`: how many summaries failed their check, so that the caller's own words stand instead."""

    demands: list[Json]
    usage: Usage
    prompts: dict[str, str]
    rejected: int


async def summaries(state: TriageState, context: TriageContext, write: Callable[[Json], None]) -> Worded:
    """Demands with summaries; a summary that fails its check leaves the caller's own words. Raises ModelError."""
    usage, demands, version, rejected = Usage(), list[Json](), "", 0
    for demand in state["demands"]:
        entry = context.city.catalogue[demand["category_code"]]
        prompt = render(
            "summary", text=state["redacted_text"], evidence=demand["evidence"], matter=entry.level3
        )
        version, said = str(prompt.version), ""
        async for delta in context.model.stream(
            prompt.messages, priority=context.priority, timeout=context.model_timeout, max_tokens=MAX_TOKENS
        ):
            said += delta.text
            usage = usage + (delta.usage or Usage())
            write({"type": "text.delta", "field": "summary", "text": delta.text})
        line = said.strip().splitlines()[0].strip() if said.strip() else ""
        stands = grounded(line, state["redacted_text"])
        rejected += not stands
        demands.append({**demand, "summary": line if stands else demand["summary"]})
    return Worded(demands, usage, {"summary": version}, rejected)


def grounded(line: str, text: str) -> bool:
    """A summary may stand: short, every number in the text, most of its characters in the text."""
    if not 4 <= len(line) <= MAX_CHARS:
        return False
    if any(number not in text for number in _NUMBERS.findall(line)):
        return False
    letters = [char for char in line if char.isalnum()]
    shared = sum(char in text for char in letters)
    return shared >= 0.6 * len(letters)
