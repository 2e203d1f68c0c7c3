"""A judgment as the JSON that stays stable for others (design: "One judgment out"): levels in Roman numerals."""

from typing import Any

from agents.judgment.decision import LEVEL_NAMES, Judgment, Recommendation
from agents.judgment.engine.picture import ConditionState, HazardPicture, TestState

Json = dict[str, Any]


def as_interface(judgment: Judgment) -> Json:
    """One line of `pingji judge --out`. Times are ISO 8601 with zone."""
    return {
        "at": judgment.at.isoformat(),
        "judgment_id": judgment.judgment_id,
        "event_id": judgment.event_id,
        "number": judgment.number,
        "previous_id": judgment.previous_id,
        "plan": judgment.picture.plan,
        "plan_version": judgment.picture.plan_version,
        "plan_hash": judgment.picture.plan_hash,
        "hazards": [_hazard(one) for one in judgment.picture.hazards],
        "level": level(judgment.level),
        "level_possible": level(judgment.level_possible),
        "signed": {hazard: level(one) for hazard, one in judgment.signed.items()},
        "recommendation": _gravest(judgment),
        "recommendations": [_recommendation(one) for one in judgment.recommendations],
        "alerts": _dumped(judgment.alerts),
        "risk_points": _dumped(judgment.risk_points),
        "evacuations": _dumped(judgment.evacuations),
        "tickets": _dumped(judgment.clusters),
        "placements": _dumped(judgment.placements),
        "calls": _dumped(judgment.calls),
        "outlook": [one.model_dump(mode="json") | {"level": level(one.level)} for one in judgment.outlook],
        "past": _dumped(judgment.past),
        "data_gaps": _dumped(judgment.gaps),
        "changes": _dumped(judgment.changes),
        "narrative": _dumped(judgment.narrative),
        "evidence": _dumped(judgment.evidence),
        "degraded": _dumped(judgment.degraded),
        "model": judgment.model,
        "prompt_versions": judgment.prompt_versions,
        "wording": judgment.wording.model_dump(),
        "elapsed_ms": judgment.elapsed_ms,
        "llm_calls": judgment.llm_calls,
        "llm_tokens": judgment.llm_tokens,
    }


def level(value: int | None) -> str | None:
    return LEVEL_NAMES[value] if value else None


def _dumped(items: tuple[Any, ...]) -> list[Json]:
    return [one.model_dump(mode="json") for one in items]


def _hazard(hazard: HazardPicture) -> Json:
    return {
        "hazard": hazard.hazard,
        "name": hazard.name,
        "level": level(hazard.level),
        "level_possible": level(hazard.possible),
        "conditions": [_condition(one) for one in hazard.conditions],
        "end_conditions": [_condition(one) for one in hazard.end_conditions],
    }


def _condition(one: ConditionState) -> Json:
    """observed, threshold and unit are those of the test that decides: the first true one, else the first."""
    test = next((test for test in one.tests if test.value), one.tests[0] if one.tests else None)
    return {
        "id": one.id,
        "clause": one.clause,
        "level": level(one.level),
        "text": one.text,
        "state": one.state,
        "review": one.review,
        "observed": test.observed if test else None,
        "required": test.required if test else None,
        "threshold": test.threshold if test else None,
        "unit": test.unit if test else None,
        "station_ids": list(one.station_ids),
        "at": one.observed_at.isoformat() if one.observed_at else None,
        "first_met_at": one.first_met_at.isoformat() if one.first_met_at else None,
        "why_unknown": one.why if one.state == "unknown" else None,
        "tests": [_test(test) for test in one.tests],
    }


def _test(test: TestState) -> Json:
    return test.model_dump(mode="json", exclude={"readings"})


def _recommendation(one: Recommendation) -> Json:
    return one.model_dump(mode="json", exclude={"measures", "four_stops"}) | {
        "level": level(one.level),
        "measures": [
            {
                "clause": step.clause,
                "unit": step.unit,
                "what": step.what,
                "within_minutes": step.within_minutes,
            }
            for step in one.measures
        ],
        "four_stops": {stop.name: stop.advice for stop in one.four_stops},
    }


def _gravest(judgment: Judgment) -> Json | None:
    """The recommendation of the highest level; of equal ones the first hazard's."""
    if not judgment.recommendations:
        return None
    return _recommendation(min(judgment.recommendations, key=lambda one: one.level or 5))
