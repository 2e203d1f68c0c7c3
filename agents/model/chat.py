"""The protocol every model in this project speaks: a structured action, a choice, prose, and health."""

import math
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

from agents.model.usage import Usage
from prompts.loader import Message

T = TypeVar("T", bound=BaseModel)

CHOICE_LIMIT = 20
"""Most choices `choose` takes: servers list at most 20 log-probabilities a position."""


class Priority(IntEnum):
    """Who goes first when the server has a queue; the values are vLLM's (lower runs earlier)."""

    EMERGENCY = 0
    OPERATOR = 10
    BATCH = 20


@dataclass(frozen=True)
class Acted(Generic[T]):
    """A structured action that passed its schema; `repaired` when only the second attempt did."""

    value: T
    usage: Usage
    repaired: bool = False


@dataclass(frozen=True)
class Chosen:
    """Natural-log probabilities of the choices, normalised over them: evidence to weigh, not a verdict."""

    log_probs: Mapping[str, float]
    usage: Usage

    @property
    def best(self) -> str:
        return max(self.log_probs, key=lambda choice: self.log_probs[choice])

    def relative_to(self, prior: Mapping[str, float]) -> "Chosen":
        """What the text adds to `prior`: the same choices' log-probabilities without it, or their mean.

        Small models prefer some letters whatever the question is; this takes the preference out.
        """
        gained = {choice: value - prior[choice] for choice, value in self.log_probs.items()}
        top = max(gained.values())
        total = top + math.log(sum(math.exp(value - top) for value in gained.values()))
        return replace(self, log_probs={choice: value - total for choice, value in gained.items()})


@dataclass(frozen=True)
class TextDelta:
    """A piece of prose. The last one carries `finish` and `usage`; `length` means cut off at max_tokens."""

    text: str
    finish: Literal["stop", "length"] | None = None
    usage: Usage | None = None


@dataclass(frozen=True)
class ModelState:
    """How the model is, for the status page; `detail` is a Chinese line for the operator."""

    state: Literal["starting", "ready", "off", "failing"]
    detail: str = ""


class ChatModel(Protocol):
    """A model reached from agents. Every call raises a ModelError (agents/model/errors.py) on failure.

    `timeout` is the whole call in seconds, repair included. `cache_salt` keeps prompt-cache timing from
    leaking between tenants; give the same salt for requests that may share a prefix.
    """

    @property
    def name(self) -> str: ...

    async def act(
        self,
        messages: Sequence[Message],
        schema: type[T],
        *,
        priority: Priority,
        timeout: float,
        max_tokens: int,
        cache_salt: str | None = None,
    ) -> Acted[T]:
        """One action as JSON under `schema` (bounded: see agents/model/schema.py), parsed and validated."""
        ...

    async def choose(
        self, messages: Sequence[Message], choices: Sequence[str], *, priority: Priority, timeout: float
    ) -> Chosen:
        """Log-probabilities of 2 to 20 choices that differ in their first token (letters do), one pass."""
        ...

    def stream(
        self, messages: Sequence[Message], *, priority: Priority, timeout: float, max_tokens: int
    ) -> AsyncIterator[TextDelta]:
        """Prose, in at most about 15 pieces a second."""
        ...

    async def health(self) -> ModelState:
        """Never raises."""
        ...
