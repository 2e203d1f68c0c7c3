"""What the triage graph carries from step to step: plain JSON types only, so that a checkpoint holds no code.

Shapes: `ticket` is `tools.ticket.Ticket` as JSON; `pii`, `demands`, `decision`, `deadline` are the JSON of the models
of `decision.py`. Each step adds its keys and never edits another's; `decision` is assembled from them in `check`.
"""

from typing import Any, TypedDict, cast

Json = dict[str, Any]


class Alert(TypedDict):
    """An emergency or a special route, shown at once. `certain` is False where a person should look again."""

    route: str
    number: str | None
    also: list[str]
    name: str
    advice: str
    evidence: str
    certain: bool
    how: str  # rule | meaning


class Part(TypedDict):
    """One demand while it takes shape: `start`..`end` of the text tell it, `said` are the offsets of `evidence`."""

    start: int
    end: int
    said: tuple[int, int]
    evidence: str
    summary: str  # the evidence without personal data
    scores: dict[str, float]  # catalogue code -> calibrated probability, best 8
    place: Json  # Location: status, place_id, district, street, question, candidates


class TriageState(TypedDict):
    """Total, although a key exists only once its step ran: the order of steps guarantees it."""

    ticket: Json
    redacted_text: str
    pii: list[Json]
    injection: bool
    alert: Alert | None
    ticket_type: str
    type_scores: dict[str, float]
    urgency: str
    urgency_scores: dict[str, float]
    risk_flags: list[str]
    parts: list[Part]
    missing: list[str]
    questions: list[str]
    clauses: list[dict[str, list[str]]]  # per part: catalogue code -> clause ids, best first
    demands: list[Json]
    duplicate_of: str | None
    cluster_id: str | None
    draft_order: str
    draft_reply: str
    reasons_for_human: list[str]
    degraded: list[Json]  # {step, why}
    sources: dict[str, str]
    prompt_versions: dict[str, str]
    llm_calls: int
    llm_tokens: int
    started_at: str
    decision: Json
    action: Json  # what the person is asked to approve: {kind, decision, orders}
    approval: Json  # what the named human answered
    orders: list[Json]  # approved orders, each with its idempotency key
    outcome: Json  # {kind: dispatched|routed|returned, receipts: […]}


def first_state(ticket: Json) -> TriageState:
    """The state a run begins with: the ticket alone."""
    return cast(TriageState, {"ticket": ticket})


def concluded(state: Json, ended: bool) -> list[Json]:
    """The events that tickets live by, as the state has them: the newest decision, and how it ended."""
    told: list[Json] = [{"type": "decision", "decision": state["decision"]}] if "decision" in state else []
    return [*told, {"type": "outcome", **state["outcome"]}] if ended and "outcome" in state else told
