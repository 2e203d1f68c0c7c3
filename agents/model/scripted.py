"""Fake models that ship with the code: a script that complains when misused, and an adversary.

model = ScriptedModel([
    Step.act("天然气", {"category_code": "GAS-01"}),
    Step.choose("哪个部门", {"A": 0.9, "B": 0.1}),
    Step.stream("研判", "暴雨正在加强。"),
    Step.fail("act", "排水", ModelTimeout("慢")),
])
"""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from agents.model.chat import Acted, Chosen, ModelState, Priority, T, TextDelta
from agents.model.errors import ModelError, ModelTimeout, ModelUnusable
from agents.model.schema import bounded_schema
from agents.model.usage import Usage
from prompts.loader import Message

Kind = Literal["act", "choose", "stream"]
Expected = str | Callable[[str], bool]
"""A substring of the whole conversation, or a predicate over it."""


class ScriptExhausted(AssertionError):
    """The code under test asked more often than the script foresaw."""


class UnexpectedQuestion(AssertionError):
    """The code under test asked something else than the script foresaw."""


@dataclass(frozen=True)
class Step:
    """One foreseen call and its answer, or the error it meets."""

    kind: Kind
    expected: Expected
    answer: Any

    @classmethod
    def act(cls, expected: Expected, answer: BaseModel | Mapping[str, Any]) -> "Step":
        """The fields of the action; they are validated against the schema the caller asks with."""
        return cls("act", expected, answer)

    @classmethod
    def choose(cls, expected: Expected, answer: Mapping[str, float]) -> "Step":
        """Probabilities (not logs) of exactly the choices the caller gives."""
        return cls("choose", expected, answer)

    @classmethod
    def stream(cls, expected: Expected, answer: str) -> "Step":
        return cls("stream", expected, answer)

    @classmethod
    def fail(cls, kind: Kind, expected: Expected, error: ModelError) -> "Step":
        return cls(kind, expected, error)


class ScriptedModel:
    """Answers calls from a script, in order. `asked` keeps every conversation for assertions."""

    def __init__(self, steps: Iterable[Step], name: str = "scripted") -> None:
        self.name = name
        self.asked: list[str] = []
        self._steps = list(steps)

    @property
    def left(self) -> int:
        """Steps not yet asked for; a finished test usually wants 0."""
        return len(self._steps)

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
        bounded_schema(schema)
        answer = self._next("act", messages)
        fields = answer.model_dump(mode="json") if isinstance(answer, BaseModel) else answer
        try:
            return Acted(schema.model_validate(fields, strict=False), _usage(messages))
        except ValidationError as error:
            raise UnexpectedQuestion(
                f"剧本的回答不符合 {schema.__name__}（真实模型给不出它）：{error}"
            ) from error

    async def choose(
        self, messages: Sequence[Message], choices: Sequence[str], *, priority: Priority, timeout: float
    ) -> Chosen:
        answer: Mapping[str, float] = self._next("choose", messages)
        if set(answer) != set(choices):
            raise UnexpectedQuestion(f"剧本有选项 {sorted(answer)}，调用给出 {sorted(choices)}")
        return Chosen({choice: math.log(max(answer[choice], 1e-9)) for choice in choices}, _usage(messages))

    async def stream(
        self, messages: Sequence[Message], *, priority: Priority, timeout: float, max_tokens: int
    ) -> AsyncIterator[TextDelta]:
        text: str = self._next("stream", messages)
        for start in range(0, len(text), 8):
            yield TextDelta(text[start : start + 8])
        yield TextDelta("", "stop", _usage(messages))

    async def health(self) -> ModelState:
        return ModelState("ready", "剧本模型")

    def _next(self, kind: Kind, messages: Sequence[Message]) -> Any:
        text = "\n".join(message["content"] for message in messages)
        self.asked.append(text)
        if not self._steps:
            raise ScriptExhausted(f"剧本已用完，又来了一次 {kind}：{text[-200:]}")
        step = self._steps.pop(0)
        matches = step.expected in text if isinstance(step.expected, str) else step.expected(text)
        if step.kind != kind or not matches:
            raise UnexpectedQuestion(f"剧本等待 {step.kind}（{step.expected}），来的是 {kind}：{text[-400:]}")
        if isinstance(step.answer, ModelError):
            raise step.answer
        return step.answer


class AdversarialModel:
    """A model as bad as models get, behind the same protocol.

    nonsense: act never validates, choose is uniform, prose is a confident untruth; nothing: act never
    validates, choose has no log-probabilities, prose is empty; forever: every call lasts to its timeout.
    """

    def __init__(self, mode: Literal["nonsense", "nothing", "forever"]) -> None:
        self.mode = mode
        self.name = f"adversary-{mode}"

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
        bounded_schema(schema)
        await self._maybe_forever(timeout)
        raise ModelUnusable("模型两次回答都不符合要求", _usage(messages), "锟斤拷" * 50)

    async def choose(
        self, messages: Sequence[Message], choices: Sequence[str], *, priority: Priority, timeout: float
    ) -> Chosen:
        await self._maybe_forever(timeout)
        if self.mode == "nothing":
            raise ModelUnusable("服务没有返回对数概率", _usage(messages))
        return Chosen({choice: -math.log(len(choices)) for choice in choices}, _usage(messages))

    async def stream(
        self, messages: Sequence[Message], *, priority: Priority, timeout: float, max_tokens: int
    ) -> AsyncIterator[TextDelta]:
        await self._maybe_forever(timeout)
        if self.mode == "nonsense":
            yield TextDelta("经查，全市积水 999 处，依据《不存在的规定》第九百条，已启动特级响应。")
        yield TextDelta("", "stop", _usage(messages))

    async def health(self) -> ModelState:
        return ModelState("ready", "对抗模型")

    async def _maybe_forever(self, timeout: float) -> None:
        if self.mode == "forever":
            await asyncio.sleep(timeout)
            raise ModelTimeout(f"模型 {timeout:g} 秒内未答完")


def _usage(messages: Sequence[Message]) -> Usage:
    return Usage(prompt=sum(len(message["content"]) for message in messages), completion=1, calls=1)
