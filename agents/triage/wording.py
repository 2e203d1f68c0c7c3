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
ASKING = frozenset("的了在被把和与及要求反映希望咨询投诉请求处理解决问题诉")
"""Characters of the words that a summary of a request needs, whatever the caller said."""

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
    """A summary may stand: short, every number of it in the text, every character the caller's or a plain verb of
    asking. A place or a name that a model invents brings a character of its own with it."""
    if not 4 <= len(line) <= MAX_CHARS:
        return False
    if any(number not in text for number in _NUMBERS.findall(line)):
        return False
    return all(char in text or char in ASKING for char in line if char.isalnum())
