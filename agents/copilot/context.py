"""What one question may use."""

from dataclasses import dataclass

from agents.model.chat import ChatModel
from knowledge.base import KnowledgeBase
from knowledge.city import City


@dataclass(frozen=True)
class AskContext:
    city: City
    knowledge: KnowledgeBase
    model: ChatModel
    timeout: float = 30.0
    write: bool = True
