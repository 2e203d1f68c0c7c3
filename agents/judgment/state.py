"""What the judgment graph carries from step to step: plain JSON only, so that a checkpoint holds no code.

Shapes: `known` is known.Known as JSON, the lists are the JSON of decision.py's parts. Each step adds its keys. The
evidence is not carried: it follows from the parts, and is made where it is needed.
"""

from typing import Any, TypedDict, cast

Json = dict[str, Any]


class JudgmentState(TypedDict):
    """Total, although a key exists only once its step ran: the order of steps guarantees it."""

    judgment_id: str
    trigger: str
    at: str
    started_at: str
    known: Json
    level: int | None
    risk_points: list[Json]
    evacuations: list[Json]
    clusters: list[Json]
    past: list[Json]
    recommendations: list[Json]
    calls: list[Json]
    placements: list[Json]
    outlook: list[Json]
    gaps: list[Json]
    changes: list[Json]
    drafts: dict[str, list[Json]]  # part -> {text, evidence}
    proposals: dict[str, list[Json]]  # part -> what the model wrote: {text, drafts}
    narrative: list[Json]
    wording: Json  # what became of the model's sentences
    missing: dict[str, str]  # sources after gathering that gave nothing
    degraded: list[Json]  # {step, why}
    prompt_versions: dict[str, str]
    llm_calls: int
    llm_tokens: int
    decision: Json


def first_state(judgment_id: str, trigger: str, at: str | None = None) -> JudgmentState:
    """The state a run begins with. at: ISO time with zone; the context's clock when None."""
    start = {"judgment_id": judgment_id, "trigger": trigger, "degraded": [], "missing": {}}
    return cast(JudgmentState, start | ({"at": at} if at else {}))


def concluded(state: Json, ended: bool) -> list[Json]:
    """The judgment as an event, once there is one, and the end of its run."""
    if "decision" not in state:
        return []
    decision = state["decision"]
    told: list[Json] = [{"type": "decision", "decision": decision}]
    end: Json = {"type": "outcome", "kind": "judged", "judgment_id": decision["judgment_id"]}
    return [*told, end] if ended else told
