"""What a briefing shows beside its judgment: the facts known at that moment, and what people signed.

All of it may be missing: then the tables that need it say so, and the charts are left out.
"""

from dataclasses import dataclass
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from tools.emergency.facts import Fact


class Decided(BaseModel):
    """A named person's decision about a response, or a briefing that was signed: one mark on the timeline."""

    model_config = ConfigDict(frozen=True)

    at: AwareDatetime
    kind: Literal["level", "briefing"]
    text: str
    by: str


@dataclass(frozen=True)
class Material:
    """facts: in any order, later ones than the judgment are left out."""

    facts: tuple[Fact, ...] = ()
    decisions: tuple[Decided, ...] = ()


NOTHING = Material()
