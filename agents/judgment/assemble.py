"""The state's parts as typed objects, their evidence, and the judgment they make."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from agents.judgment import (
    calls,
    changes,
    evidence,
    exposure,
    gaps,
    outlook,
    past,
    placement,
    rules,
    signals,
)
from agents.judgment.decision import (
    CallState,
    Change,
    DataGap,
    Degraded,
    Evacuation,
    Evidence,
    ExposedPoint,
    Judgment,
    Outlook,
    Paragraph,
    PastEvent,
    Placement,
    Recommendation,
    TicketCluster,
    Wording,
)
from agents.judgment.known import Known
from agents.judgment.narrative import Parts
from agents.judgment.state import Json, JudgmentState
from knowledge.city import City

M = TypeVar("M", bound=BaseModel)


def dumped(items: Sequence[BaseModel]) -> list[Json]:
    return [one.model_dump(mode="json") for one in items]


def loaded(model: type[M], items: Sequence[Json]) -> tuple[M, ...]:
    return tuple(model.model_validate(one) for one in items)


def parts_of(state: JudgmentState) -> Parts:
    """What the steps so far found; parts whose step is still to come are empty."""
    have: Mapping[str, Any] = state

    def part(key: str, model: type[M]) -> tuple[M, ...]:
        return loaded(model, have.get(key, ()))

    return Parts(
        known=Known.model_validate(state["known"]),
        recommendations=part("recommendations", Recommendation),
        points=part("risk_points", ExposedPoint),
        evacuations=part("evacuations", Evacuation),
        clusters=part("clusters", TicketCluster),
        past=part("past", PastEvent),
        placements=part("placements", Placement),
        calls=part("calls", CallState),
        gaps=part("gaps", DataGap),
        outlook=part("outlook", Outlook),
        changes=part("changes", Change),
    )


def evidence_of(city: City, parts: Parts) -> dict[str, Evidence]:
    """Everything that a sentence of this judgment may rest on, by id."""
    known = parts.known
    advice = {one.hazard: one for one in parts.recommendations}
    found = [
        *evidence.of_known(city, known),
        *(evidence.of_level(known, hazard, advice.get(hazard.hazard)) for hazard in known.picture.hazards),
        *rules.evidence(city, parts.recommendations),
        *exposure.evidence(city, parts.points, parts.evacuations, known.at),
        *signals.evidence(city, parts.clusters, known.at),
        *placement.evidence(city, parts.placements),
        *calls.evidence(city, parts.calls, known.at),
        *outlook.evidence(parts.outlook),
        *past.evidence(parts.past),
        *gaps.evidence(city, parts.gaps, known.at),
    ]
    if known.before:
        found += changes.evidence(known.before, parts.changes, known.at)
    return {one.id: one for one in found}


def judgment(
    state: JudgmentState, city: City, parts: Parts, made_at: datetime, model: str | None
) -> Judgment:
    known = parts.known
    last = known.before
    started = datetime.fromisoformat(state["started_at"])
    return Judgment(
        judgment_id=state["judgment_id"],
        event_id=known.standing.event_id,
        number=last.number + 1 if last else 1,
        previous_id=last.judgment_id if last else None,
        at=known.at,
        made_at=made_at,
        trigger=state["trigger"],  # pyright: ignore[reportArgumentType] # validated here
        picture=known.picture,
        level=known.picture.level,
        level_possible=known.picture.possible,
        unheard=known.unheard(),
        signed=known.signed(),
        recommendations=tuple(parts.recommendations),
        alerts=tuple(parts.evidence[f"W:{one.alert_id}"] for one in known.alerts),
        risk_points=tuple(parts.points),
        evacuations=tuple(parts.evacuations),
        clusters=tuple(parts.clusters),
        placements=tuple(parts.placements),
        calls=tuple(parts.calls),
        outlook=tuple(parts.outlook),
        past=tuple(parts.past),
        gaps=tuple(parts.gaps),
        changes=tuple(parts.changes),
        narrative=loaded(Paragraph, state["narrative"]),
        evidence=tuple(parts.evidence.values()),
        degraded=loaded(Degraded, state.get("degraded", [])),
        model=model,
        prompt_versions=state["prompt_versions"],
        wording=Wording.model_validate(state["wording"]),
        llm_calls=state["llm_calls"],
        llm_tokens=state["llm_tokens"],
        elapsed_ms=max(0, round((made_at - started).total_seconds() * 1000)),
    )
