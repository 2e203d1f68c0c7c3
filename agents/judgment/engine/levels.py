"""From conditions to levels: what the rules reach, what is possible, and the track of what would be in force.

The track assumes that every recommendation is signed at once and that people confirm at once what only they can.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from agents.judgment.engine.conditions import Judged
from agents.judgment.engine.picture import Action, ConditionState, Level

LEVELS: tuple[Level, ...] = (1, 2, 3, 4)


class Ending(NamedTuple):
    """What ends a level: all of its conditions, or any of them."""

    logic: Literal["all", "any"]
    conditions: tuple[Judged, ...]


class Move(NamedTuple):
    """What is recommended against what was in force; `looked_at` are the end conditions this rests on."""

    action: Action
    target: Level | None
    looked_at: tuple[ConditionState, ...]


def of_signed(
    signed: Level | None, made: Move, ends: Mapping[Level, Ending], at: int
) -> tuple[ConditionState, ...]:
    """End conditions of a level that people signed above the track, and of those between, which the move left out."""
    seen = {state.level for state in made.looked_at}
    return tuple(
        item.look(at)
        for level in LEVELS
        if signed is not None and level >= signed and level not in seen and level in ends
        if made.target is None or level < made.target
        for item in ends[level].conditions
    )


def reached(conditions: Iterable[ConditionState]) -> Level | None:
    return highest(item.level for item in conditions if item.state == "met")


def possible(conditions: Iterable[ConditionState]) -> Level | None:
    """As if every unknown were met."""
    return highest(item.level for item in conditions if item.state in ("met", "unknown"))


def highest(levels: Iterable[Level | None]) -> Level | None:
    """1 is the highest."""
    found = set(levels)
    return next((level for level in LEVELS if level in found), None)


def move(
    level: Level | None,
    could_be: Level | None,
    in_force: Level | None,
    ends: Mapping[Level, Ending],
    at: int,
) -> Move:
    """The step from the level in force at `at`. `ends` holds the hazard's levels with their end conditions.

    Upwards follows the rules at once, over levels if need be. Downwards goes level by level, as far as the numeric
    end conditions of each allow, and never past a level that is met or possible.
    """
    if level is not None and (in_force is None or level < in_force):
        return Move("start" if in_force is None else "upgrade", level, ())
    if in_force is None:
        return Move("none", None, ())
    looked_at: list[ConditionState] = []
    for current in LEVELS:
        if current < in_force or current not in ends:
            continue
        states = [(item, item.look(at)) for item in ends[current].conditions]
        looked_at += [state for _, state in states]
        numeric = [state.state == "met" for item, state in states if not item.condition.requires_human]
        over = all(numeric) if ends[current].logic == "all" else any(numeric)
        if not over or (could_be is not None and could_be <= current):
            action: Action = "keep" if current == in_force else "downgrade"
            return Move(action, current, tuple(looked_at))
    return Move("end", None, tuple(looked_at))
