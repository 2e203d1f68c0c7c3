"""From conditions to levels: what the rules reach, what is possible, and the track of what would be in force.

The track assumes that every recommendation is signed at once and that people confirm at once what only they can.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from agents.judgment.engine.picture import Action, ConditionState, Level

Ends = Callable[[Level], Sequence[ConditionState]]
"""The end conditions of a level, judged now."""

LEVELS: tuple[Level, ...] = (1, 2, 3, 4)


class Move(NamedTuple):
    """What is recommended against what was in force; `looked_at` are the end conditions this rests on."""

    action: Action
    target: Level | None
    looked_at: tuple[ConditionState, ...]


def reached(conditions: Iterable[ConditionState]) -> Level | None:
    return highest(item.level for item in conditions if item.state == "met")


def possible(conditions: Iterable[ConditionState]) -> Level | None:
    """As if every unknown were met."""
    return highest(item.level for item in conditions if item.state in ("met", "unknown"))


def highest(levels: Iterable[Level | None]) -> Level | None:
    """1 is the highest."""
    return min((level for level in levels if level is not None), default=None)


def move(
    level: Level | None,
    could_be: Level | None,
    in_force: Level | None,
    ends: Mapping[Level, Sequence[str]],
    judge: Ends,
) -> Move:
    """The step from the level in force. `ends` holds the hazard's levels with the ids of numeric end conditions.

    Upwards follows the rules at once, over levels if need be. Downwards goes level by level, as far as all numeric
    end conditions of each are met, and never past a level that is met or possible.
    """
    if level is not None and (in_force is None or level < in_force):
        return Move("start" if in_force is None else "upgrade", level, ())
    if in_force is None:
        return Move("none", None, ())
    looked_at: list[ConditionState] = []
    for current in LEVELS:
        if current < in_force or current not in ends:
            continue
        states = judge(current)
        looked_at += states
        numeric = [item for item in states if item.id in ends[current]]
        held = could_be is not None and could_be <= current
        if held or not all(item.state == "met" for item in numeric):
            action: Action = "keep" if current == in_force else "downgrade"
            return Move(action, current, tuple(looked_at))
    return Move("end", None, tuple(looked_at))
