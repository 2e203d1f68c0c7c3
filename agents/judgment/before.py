"""The judgment before, as far as changes are told against it: a digest, so that a checkpoint stays small."""

from collections.abc import Mapping

from pydantic import AwareDatetime, BaseModel, ConfigDict

from agents.judgment.decision import Judgment
from agents.judgment.engine.picture import Level


class Before(BaseModel):
    """Mappings are id -> what stood; calls by contact and signal."""

    model_config = ConfigDict(frozen=True)

    judgment_id: str
    number: int
    at: AwareDatetime
    states: Mapping[str, str]
    levels: Mapping[str, Level | None]
    signed: Mapping[str, Level | None]
    alerts: tuple[str, ...]
    gaps: tuple[str, ...]
    risks: Mapping[str, str]
    calls: Mapping[str, str]


def before(judgment: Judgment) -> Before:
    return Before(
        judgment_id=judgment.judgment_id,
        number=judgment.number,
        at=judgment.at,
        states={one.id: one.state for hazard in judgment.picture.hazards for one in hazard.conditions},
        levels={hazard.hazard: hazard.level for hazard in judgment.picture.hazards},
        signed=dict(judgment.signed),
        alerts=tuple(one.id for one in judgment.alerts),
        gaps=tuple(one.what for one in judgment.gaps),
        risks={one.risk_id: one.severity for one in judgment.risk_points},
        calls={f"{one.contact_id}|{one.signal}": one.state for one in judgment.calls},
    )
