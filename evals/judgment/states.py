"""A picture in the shape of a step of expected.json, and where the two differ."""

from collections.abc import Iterator, Sequence

from agents.judgment.engine.picture import ConditionState, Picture
from evals.measure import Tally
from evals.report import Json

STATES = ("met", "not_met", "unknown", "human")
TRACK = ("recommendation", "in_force_if_signed", "end_conditions")
LEVELS = ("level_by_rules", "level_possible")


def conditions(seen: Picture) -> Iterator[ConditionState]:
    return (condition for hazard in seen.hazards for condition in hazard.conditions)


def as_step(seen: Picture) -> Json:
    """As expected.json writes a step; `review` sorted."""
    states: dict[str, list[str]] = {name: [] for name in STATES}
    for condition in conditions(seen):
        states[condition.state].append(condition.id)
    return {
        "time": seen.at.isoformat(),
        "level_by_rules": {h.hazard: h.level for h in seen.hazards} | {"overall": seen.level},
        "level_possible": {h.hazard: h.possible for h in seen.hazards} | {"overall": seen.possible},
        **states,
        "review": sorted(condition.id for condition in conditions(seen) if condition.review),
        "recommendation": {h.hazard: {"action": h.action, "level": h.target} for h in seen.hazards},
        "in_force_if_signed": {h.hazard: h.in_force for h in seen.hazards} | {"overall": seen.in_force},
        "end_conditions": {
            h.hazard: {item.id: item.state for item in h.end_conditions}
            for h in seen.hazards
            if h.end_conditions
        },
    }


def first_met(pictures: Sequence[Picture]) -> dict[str, str]:
    """By condition: the first time it was met, as the last picture remembers it."""
    return {
        condition.id: condition.first_met_at.isoformat()
        for condition in conditions(pictures[-1])
        if condition.first_met_at
    }


def compare(expected: Json, pictures: Sequence[Picture]) -> tuple[dict[str, Tally], list[Json]]:
    """Tallies by measure, and every place where the engine says something else."""
    wrong: list[Json] = []
    sums = {"states": [0, 0], "review": [0, 0], "levels": [0, 0], "track": [0, 0], "unknown_shown": [0, 0]}

    def count(measure: str, right: bool, at: str, what: str, wanted: object, got: object) -> None:
        sums[measure][0] += right
        sums[measure][1] += 1
        if not right:
            wrong.append({"at": at, "what": what, "expected": wanted, "got": got})

    for step, picture in zip(expected["steps"], pictures, strict=True):
        seen, at = as_step(picture), step["time"]
        wanted, got = _by_id(step), _by_id(seen)
        for name, state in wanted.items():
            count("states", got.get(name) == state, at, name, state, got.get(name))
            if state == "unknown":
                sums["unknown_shown"][0] += got.get(name) == "not_met"
                sums["unknown_shown"][1] += 1
        review = sorted(step["review"])
        count("review", review == seen["review"], at, "review", review, seen["review"])
        for measure, keys in (("levels", LEVELS), ("track", TRACK)):
            for key in keys:
                count(measure, step[key] == seen[key], at, key, step[key], seen[key])
    times = {name: row["time"] for name, row in expected["first_met"].items()}
    found = first_met(pictures)
    sums["first_met"] = [0, 0]
    for name in sorted(times.keys() | found.keys()):
        count("first_met", times.get(name) == found.get(name), "", name, times.get(name), found.get(name))
    return {measure: Tally(*pair) for measure, pair in sums.items()}, wrong


def _by_id(step: Json) -> dict[str, str]:
    return {name: state for state in STATES for name in step[state]}
