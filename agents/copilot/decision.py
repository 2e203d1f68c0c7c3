"""What the copilot answers."""

from pydantic import BaseModel, ConfigDict, Field


class Cited(BaseModel):
    """A clause that was found, with the words of it that answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    clause_id: str
    document: str
    article: str
    quote: str


class Answer(BaseModel):
    """`text` refers to clauses as [1], [2]; every number has its entry in `citations`, checked to the letter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    text: str
    citations: list[Cited] = Field(default_factory=list)
    degraded: bool = False
    model: str | None = None
