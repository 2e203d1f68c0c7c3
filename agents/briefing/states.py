"""Does a text say of a condition what the judgment says of it?"""

import re
from collections.abc import Iterable, Iterator

from agents.judgment.decision import Judgment
from agents.judgment.engine.picture import State
from agents.judgment.naming import STATES

_SAID: tuple[tuple[str, State], ...] = (
    (r"不成立|未成立|没有成立|未达到|不满足|未满足|不具备", "not_met"),
    (r"无法判断|无法确定|未知", "unknown"),
    (r"须由人认定|待研判|待人工", "human"),
    (r"成立|达到|满足|具备", "met"),
)


def said_states(text: str) -> Iterator[State]:
    """States that a text names, each once; what is read as 不成立 is not read as 成立 again."""
    for pattern, state in _SAID:
        text, count = re.subn(pattern, "", text)
        if count:
            yield state


def contradicted_states(text: str, evidence: Iterable[str], judgment: Judgment) -> Iterator[str]:
    """Why, in Chinese, for a text that rests on one condition and calls it something else."""
    states = {
        f"C:{one.id}": one
        for hazard in judgment.picture.hazards
        for one in (*hazard.conditions, *hazard.end_conditions)
    }
    cited = [states[one] for one in evidence if one in states]
    said = set(said_states(text))
    if len(cited) == 1 and said and cited[0].state not in said:
        one = cited[0]
        yield f"{one.clause}按规则核对为“{STATES[one.state]}”，与所写不一致"
