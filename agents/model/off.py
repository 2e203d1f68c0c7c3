"""Running without a model: every step takes its rule path."""

from collections.abc import AsyncIterator, Sequence

from agents.model.chat import Acted, Chosen, ModelState, Priority, T, TextDelta
from agents.model.errors import ModelOff
from prompts.loader import Message

_REASON = "本部署未启用大模型，按规则处理；要启用请用 --llm auto 或填写 PINGJI_LLM_BASE_URL"


class NoModel:
    """A ChatModel that is not there: calls raise ModelOff."""

    name = "off"

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
        raise ModelOff(_REASON)

    async def choose(
        self, messages: Sequence[Message], choices: Sequence[str], *, priority: Priority, timeout: float
    ) -> Chosen:
        raise ModelOff(_REASON)

    async def stream(
        self, messages: Sequence[Message], *, priority: Priority, timeout: float, max_tokens: int
    ) -> AsyncIterator[TextDelta]:
        raise ModelOff(_REASON)
        yield  # makes this a generator: the error comes when the stream is read, as with a real model

    async def health(self) -> ModelState:
        return ModelState("off", _REASON)
