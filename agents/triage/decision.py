"""What triage concludes about one ticket: the shape written to files, sent over HTTP and shown to the operator.

Offsets count characters of the original text. Every id was looked up in the city pack or the knowledge base;
every quote was found in what it quotes (`checks.py`).
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Route = Literal["R1", "R2", "R3", "R4", "R5", "R6"]
TicketType = Literal["咨询", "求助", "投诉", "举报", "建议", "表扬"]
Urgency = Literal["一般", "次紧急", "紧急"]
Source = Literal["rule", "model", "fallback", "human"]
PiiKind = Literal["name", "phone", "id_card", "plate", "bank_card", "email", "address"]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Pii(Frozen):
    """One piece of personal data in the original text: `text == original[start:end]`."""

    kind: PiiKind
    text: str
    start: int
    end: int


class Citation(Frozen):
    """A clause with the words of it that are relied on."""

    clause_id: str
    document: str
    article: str
    quote: str


class Deadline(Frozen):
    """ISO 8601 times with zone, and the rule that gave them."""

    contact_by: str
    finish_by: str
    rule: str


class Demand(Frozen):
    """One thing the caller wants from one responsible unit."""

    category_code: str
    main_dept_id: str
    co_dept_ids: list[str] = Field(default_factory=list, max_length=3)
    candidates: list[str] = Field(max_length=5)
    district: str | None = None
    street: str | None = None
    place_id: str | None = None
    summary: str
    evidence: str
    deadline: Deadline
    citations: list[Citation] = Field(default_factory=list)
    confidence: float = Field(ge=0, le=1)


class TriageDecision(Frozen):
    """One line of `pingji triage --out`; see the README for the meaning of each field."""

    ticket_id: str
    special_route: Route | None = None
    emergency_number: str | None = None
    ticket_type: TicketType
    urgency: Urgency
    demands: list[Demand] = Field(max_length=6)
    missing: list[str] = Field(default_factory=list)
    questions: list[str] = Field(default_factory=list)
    pii: list[Pii] = Field(default_factory=list)
    redacted_text: str
    duplicate_of: str | None = None
    cluster_id: str | None = None
    risk_flags: list[str] = Field(default_factory=list)
    injection: bool = False
    draft_order: str = ""
    draft_reply: str = ""
    needs_human: bool = True
    reasons_for_human: list[str] = Field(default_factory=list)
    degraded: bool = False
    sources: dict[str, Source] = Field(default_factory=dict)
    model: str | None = None
    prompt_versions: dict[str, str] = Field(default_factory=dict)
    elapsed_ms: int = 0
    llm_calls: int = 0
    llm_tokens: int = 0
