"""One judgment without a server: for the command line, evaluations and tests."""

from dataclasses import replace
from datetime import datetime

from agents.judgment.context import JudgmentContext
from agents.judgment.decision import Judgment
from agents.judgment.graph import build_judgment
from agents.judgment.situation import Situation
from agents.judgment.state import first_state


class _With:
    """A situation whose judgment before is given."""

    def __init__(self, situation: Situation, last: Judgment | None) -> None:
        self._situation, self._last = situation, last

    def __getattr__(self, name: str) -> object:
        return getattr(self._situation, name)

    async def previous(self, at: datetime) -> Judgment | None:
        return self._last


async def judge_once(
    context: JudgmentContext, at: datetime, trigger: str = "request", previous: Judgment | None = None
) -> Judgment:
    """The judgment at `at`. previous: continue from this one instead of what the situation keeps."""
    if previous is not None:
        context = replace(context, situation=_With(context.situation, previous))
    start = first_state(f"J{at:%Y%m%d%H%M}", trigger, at.isoformat())
    result = await build_judgment().ainvoke(start, context=context, version="v2")
    return Judgment.model_validate(result.value["decision"])
