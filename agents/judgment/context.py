"""What one judgment may use: handed in once, frozen, the clock included. Nothing below reads a global."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from agents.judgment.claims import Reader
from agents.judgment.situation import Situation
from agents.model.chat import ChatModel, Priority
from knowledge.base import KnowledgeBase
from knowledge.city import City
from tools.emergency.reach import RoadNet

SOURCE_SECONDS = 2.0
BOOK_SECONDS = 10.0
"""For the event's own books: without knowing what is signed a judgment says the wrong thing, so it waits longer."""
BOOKS = frozenset({"standing", "previous"})
SOLVER_SECONDS = 1.5
SOLVER = "place"
"""The solver has a deadline as a source has one."""


@dataclass(frozen=True)
class JudgmentContext:
    """deadlines: source -> seconds, where it isn't the usual one. model_seconds: all wording together."""

    city: City
    situation: Situation
    model: ChatModel
    clock: Callable[[], datetime]
    knowledge: KnowledgeBase | None = None
    roads: RoadNet | None = None
    deadlines: Mapping[str, float] = field(default_factory=dict[str, float])
    priority: Priority = Priority.EMERGENCY
    model_seconds: float = 60.0
    reader: Reader | None = None

    def road_net(self) -> RoadNet:
        """The roads given, else the pack's."""
        return self.roads or RoadNet(self.city.shapes.roads)

    def deadline(self, source: str) -> float:
        usual = SOLVER_SECONDS if source == SOLVER else BOOK_SECONDS if source in BOOKS else SOURCE_SECONDS
        return self.deadlines.get(source, usual)

    def reading(self) -> Reader:
        """The reader of claims; given once by whoever judges often, since compiling all names takes time."""
        return self.reader or Reader(self.city)
