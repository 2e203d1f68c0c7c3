"""What the copilot carries from step to step: plain JSON types only."""

from typing import Any, TypedDict, cast

Json = dict[str, Any]


class AskState(TypedDict):
    """Total, although a key exists only once its step ran. `as_of` is an ISO date."""

    question: str
    redacted: str
    as_of: str
    hits: list[Json]
    answer: Json
    degraded: list[Json]


def first_state(question: str, as_of: str) -> AskState:
    return cast(AskState, {"question": question, "as_of": as_of})


def concluded(state: Json, ended: bool) -> list[Json]:
    """The answer as an event, once there is one."""
    return [{"type": "outcome", "kind": "answered", "answer": state["answer"]}] if ended else []
