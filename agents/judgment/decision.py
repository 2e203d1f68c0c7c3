"""What the judgment agent concludes (研判). Every part carries the ids of the evidence it rests on.

Evidence ids are short and stable within one judgment: O:RG01@14:30 (observation), F:990302.rain_6h (forecast),
W:storm-W02 (warning), C:F3-02 (condition), T:K1 (ticket cluster), R:RP01 (risk point), K:<clause id> (clause),
A:<action key> (plan action), P:1 (placement), L:CT047 (call), G:1 (data gap), H:1 (past event), J:flood (level,
recommendation and signature of a hazard), S:停课 (a stop), X:F3-02 (outlook of a condition), E:RP33 (who should move),
B:0 (the judgment before), B:1 (a change against it). O:RG01.180@14:30 is a rain sum over 180 minutes, O:WD01.gust@14:30
a value of another metric than the station's first.
"""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from agents.judgment.engine.picture import Action, Level, Picture

LEVEL_NAMES = {1: "Ⅰ", 2: "Ⅱ", 3: "Ⅲ", 4: "Ⅳ"}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Evidence(_Part):
    """One thing that a sentence may rest on. `text` says it in Chinese; figures: its numbers, units in Chinese too."""

    id: str
    kind: Literal[
        "observation",
        "forecast",
        "alert",
        "condition",
        "cluster",
        "risk",
        "clause",
        "action",
        "placement",
        "call",
        "gap",
        "past",
        "count",
        "level",
        "outlook",
        "stop",
        "evacuation",
        "before",
    ]
    text: str
    figures: tuple[tuple[float, str], ...] = ()
    at: AwareDatetime | None = None
    subject: str = ""
    """Station, district, place, risk point or clause id, for the click that traces it."""
    clause: str = ""
    source: str = ""


class StopAdvice(_Part):
    """One of the four stops (停课 停工 停业 停运)."""

    name: str
    advice: Literal["none", "consider", "must"]
    owners: tuple[str, ...]
    clause: str
    evidence: tuple[str, ...] = ()


class Measure(_Part):
    """An action of the plan at the recommended level: unit, what, minutes from signing, clause."""

    key: str
    clause: str
    unit: str
    unit_name: str
    what: str
    within_minutes: int
    evidence: tuple[str, ...] = ()


class Recommendation(_Part):
    """Advice with its four parts that 突发事件应对法 art. 72 asks for; `signer` decides, nobody else.

    event: 响应事项; expected_until: 预计期限; measures: 应急处置措施.
    """

    hazard: str
    event: str
    action: Action
    level: Level | None
    clause: str
    expected_until: AwareDatetime | None
    signer: str
    chair: str
    duty_post: str
    measures: tuple[Measure, ...]
    four_stops: tuple[StopAdvice, ...]
    reasons: tuple[str, ...]
    """Evidence ids of the conditions met; of the end conditions met when going down, of those open when staying."""


class ExposedPoint(_Part):
    """A risk point under something now: `under` says what, in Chinese with its figure; urgent ones first."""

    risk_id: str
    name: str
    kind: str
    district_code: str
    street: str
    lat: float
    lon: float
    people: int | None
    under: str
    severity: Literal["now", "soon", "watch"]
    shelter_id: str | None
    shelter_name: str
    shelter_room: int | None
    """People the shelter still takes after those assigned before in this list."""
    distance_km: float | None
    team_id: str | None
    team_name: str
    reach_minutes: float | None
    reach_by: Literal["road", "straight", "cut"] = "road"
    """Along roads, as the crow flies for want of roads, or so because no open road leads there."""
    owner_dept: str
    contact_id: str | None
    evidence: tuple[str, ...]


class Evacuation(_Part):
    """Who should move where: advice for the person who orders it (never an order)."""

    risk_id: str
    name: str
    people: int
    shelter_id: str | None
    shelter_name: str
    distance_km: float | None
    clause: str
    evidence: tuple[str, ...]


class TicketCluster(_Part):
    """Calls of the last hours at one place. unseen: no gauge near it says the same."""

    cluster_id: str
    place_id: str
    place: str
    kind: str
    count: int
    first_at: AwareDatetime
    last_at: AwareDatetime
    nearest_station: str | None
    station_says: str
    unseen: bool
    evidence: tuple[str, ...]


class Placement(_Part):
    """One team or lot of equipment sent ahead to a point: the assignment that a solver found."""

    number: int
    resource_id: str
    resource: str
    quantity: int
    risk_id: str
    point: str
    minutes: float
    owner_dept: str
    why: str
    evidence: tuple[str, ...]


class CallState(_Part):
    """One call of the call chain (叫应): who is called, by whom, until when, and what came of it."""

    contact_id: str
    post: str
    phone: str
    called_by: str
    due_at: AwareDatetime
    state: Literal["to_call", "calling", "acknowledged", "overdue", "escalated"]
    called_at: AwareDatetime | None = None
    """None: nobody has called yet; overdue then means that the call itself is late."""
    acknowledged_at: AwareDatetime | None = None
    said: str = ""
    escalate_to: str | None = None
    signal: str = ""
    clause: str = ""


class Outlook(_Part):
    """What the next hours would trigger: 若…达到…，则约…满足…."""

    condition_id: str
    clause: str
    level: Level
    hazard: str
    text: str
    expected_at: AwareDatetime | None
    needs: str
    evidence: tuple[str, ...]


class PastEvent(_Part):
    title: str
    lesson: str
    citation: str
    evidence: tuple[str, ...] = ()


class DataGap(_Part):
    """What is not known, why, and what rests on it (condition ids)."""

    number: int
    what: str
    why: str
    since: AwareDatetime | None
    affects: tuple[str, ...]
    remedy: str


class Sentence(_Part):
    """A sentence with the evidence it rests on. source: model (checked), or template."""

    text: str
    evidence: tuple[str, ...]
    source: Literal["model", "template"]


class Paragraph(_Part):
    part: Literal["situation", "judgment", "impact", "advice", "uncertainty", "changes"]
    sentences: tuple[Sentence, ...]


class Change(_Part):
    """What differs from the judgment before: a condition's state, a level, a gap, an alert, an exposed point."""

    kind: Literal["condition", "level", "alert", "gap", "risk", "call", "decision"]
    subject: str
    text: str
    evidence: tuple[str, ...] = ()


class Wording(_Part):
    """What became of the model's sentences: right at once; right when rewritten; wrong twice, so that the template's
    stand; of drafts that an earlier sentence had said already."""

    accepted: int = 0
    rewritten: int = 0
    fallen: int = 0
    repeated: int = 0

    @property
    def written(self) -> int:
        return self.accepted + self.rewritten + self.fallen + self.repeated

    def __add__(self, other: "Wording") -> "Wording":
        return Wording(
            accepted=self.accepted + other.accepted,
            rewritten=self.rewritten + other.rewritten,
            fallen=self.fallen + other.fallen,
            repeated=self.repeated + other.repeated,
        )


class Degraded(_Part):
    step: str
    why: str


class Judgment(_Part):
    """One judgment, complete: what it saw, what the plan says to it, what it advises, what it doesn't know."""

    judgment_id: str
    event_id: str
    number: int = Field(ge=1)
    """1 for the first of an event; the next ones are 续报."""
    previous_id: str | None
    at: AwareDatetime
    made_at: AwareDatetime
    trigger: Literal["request", "schedule", "change"]
    picture: Picture
    level: Level | None
    level_possible: Level | None
    unheard: dict[str, str] = {}
    """Source -> why it gave nothing: that nothing is listed from it does not mean that there is nothing."""
    signed: dict[str, Level | None]
    """Per hazard: the level that a named person has signed and that stands."""
    recommendations: tuple[Recommendation, ...]
    alerts: tuple[Evidence, ...]
    risk_points: tuple[ExposedPoint, ...]
    evacuations: tuple[Evacuation, ...]
    clusters: tuple[TicketCluster, ...]
    placements: tuple[Placement, ...]
    calls: tuple[CallState, ...]
    outlook: tuple[Outlook, ...]
    past: tuple[PastEvent, ...]
    gaps: tuple[DataGap, ...]
    changes: tuple[Change, ...]
    narrative: tuple[Paragraph, ...]
    evidence: tuple[Evidence, ...]
    degraded: tuple[Degraded, ...]
    model: str | None
    prompt_versions: dict[str, str]
    wording: Wording = Wording()
    llm_calls: int = 0
    llm_tokens: int = 0
    elapsed_ms: int = 0
