"""A ChatModel over the OpenAI protocol: vLLM first, other servers where they can follow."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from openai import AsyncOpenAI
from openai.pagination import AsyncPage
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ChatCompletionMessageParam

from agents.model.chat import CHOICE_LIMIT, Acted, Chosen, ModelState, Priority, T, TextDelta
from agents.model.dialect import Dialect, Server
from agents.model.errors import ModelError, ModelUnusable
from agents.model.log_probs import read_log_probs
from agents.model.reply import ReplyInvalid, parse
from agents.model.schema import Json, bounded_schema
from agents.model.streaming import Pieces, until
from agents.model.translate import FOREIGN, Where, not_openai, read_usage, translate
from agents.model.usage import Usage
from prompts.loader import Message, render

A = TypeVar("A")

_HEALTH_SECONDS = 3.0


@dataclass(frozen=True)
class ModelSettings:
    """Where the model is and how to speak to it.

    `model` and `dialect` left None are asked from the server's /models at first use. `thinking_tokens` is
    added to every max_tokens: room for models that cannot be told not to think (their thinking is dropped).
    """

    base_url: str
    model: str | None = None
    api_key: str = "none"
    dialect: Dialect | None = None
    thinking_tokens: int = 0
    temperature: float = 0.0


def _never() -> bool:
    return False


class OpenAIChatModel:
    """Speaks to one server; close with `aclose`. `starting` tells health() a silent server is coming up."""

    def __init__(self, settings: ModelSettings, *, starting: Callable[[], bool] = _never) -> None:
        self._settings = settings
        self._starting = starting
        self._server: Server | None = None
        self._stale = True
        # Retries are the caller's decision: a second try inside would outlive the caller's timeout budget.
        # Strict, because without it a malformed answer becomes an object whose fields lie about their types.
        self._client = AsyncOpenAI(
            base_url=settings.base_url,
            api_key=settings.api_key,
            max_retries=0,
            _strict_response_validation=True,
        )

    @property
    def name(self) -> str:
        """The model's name as the server knows it; the address until the server was asked."""
        known = self._server.model if self._server else self._settings.model
        return known or self._settings.base_url

    async def aclose(self) -> None:
        await self._client.close()

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
        json_schema = bounded_schema(schema)
        where = Where(self._settings.base_url, timeout)
        talk, usage, text = list(messages), Usage(), ""
        try:
            async with asyncio.timeout(timeout):
                server = await self._known_server()
                form = server.action_form(schema.__name__, json_schema)
                extra = server.extra(priority, cache_salt)
                room, faults = max_tokens + self._settings.thinking_tokens, list[str]()
                for repaired in (False, True):
                    answer = await self._ask(server, talk, room, {**extra, **form})
                    usage += read_usage(answer)
                    text, finish = _reply(answer)
                    try:
                        return Acted(parse(text, schema, finish), usage, repaired)
                    except ReplyInvalid as error:
                        faults = error.faults
                    talk += _repair(text, faults)
        except FOREIGN as error:
            raise self._failed(error, where, usage) from error
        raise ModelUnusable(f"模型 {self.name} 两次回答都不符合要求：{'；'.join(faults)}", usage, text)

    async def choose(
        self, messages: Sequence[Message], choices: Sequence[str], *, priority: Priority, timeout: float
    ) -> Chosen:
        if not 2 <= len(set(choices)) == len(choices) <= CHOICE_LIMIT:
            raise ValueError(f"选项须为 2 至 {CHOICE_LIMIT} 个且互不相同，收到 {list(choices)}")
        usage = Usage()
        try:
            async with asyncio.timeout(timeout):
                server = await self._known_server()
                extra = server.extra(priority, None) | server.choice_form(choices)
                answer = await self._ask(server, messages, 1, extra)
                usage = read_usage(answer)
        except FOREIGN as error:
            raise self._failed(error, Where(self._settings.base_url, timeout), usage) from error
        return Chosen(read_log_probs(answer, choices, usage), usage)

    async def stream(
        self, messages: Sequence[Message], *, priority: Priority, timeout: float, max_tokens: int
    ) -> AsyncIterator[TextDelta]:
        usage, finish = Usage(), None
        where = Where(self._settings.base_url, timeout)
        deadline = time.monotonic() + timeout
        try:
            async with asyncio.timeout(timeout):
                server = await self._known_server()
                chunks = await self._client.chat.completions.create(
                    **self._body(server, messages, max_tokens + self._settings.thinking_tokens),
                    stream=True,
                    stream_options={"include_usage": True},
                    extra_body=server.extra(priority, None),
                )
            async with chunks:
                pieces = Pieces()
                async for chunk in until(deadline, aiter(chunks)):
                    chunk = _spoken(chunk, ChatCompletionChunk, where.base_url)
                    usage = read_usage(chunk) if chunk.usage else usage
                    finish = _finish(chunk) or finish
                    if ready := pieces.add(_text(chunk)):
                        yield TextDelta(ready)
        except FOREIGN as error:
            raise self._failed(error, where, usage) from error
        if finish is None:
            raise ModelUnusable(f"模型服务 {where.base_url} 的输出中断，没有结束标记", usage)
        yield TextDelta(pieces.rest(), "length" if finish == "length" else "stop", usage)

    async def health(self) -> ModelState:
        try:
            async with asyncio.timeout(_HEALTH_SECONDS):
                server = await self._ask_server()
        except FOREIGN as error:
            if self._starting():
                return ModelState("starting", "模型服务正在启动")
            return ModelState(
                "failing", str(translate(error, Where(self._settings.base_url, _HEALTH_SECONDS)))
            )
        except ModelError as error:
            return ModelState("failing", str(error))
        return ModelState("ready", server.model)

    async def _known_server(self) -> Server:
        if self._server is None or self._stale:
            self._server, self._stale = await self._ask_server(), False
        return self._server

    def _failed(self, error: Exception, where: Where, usage: Usage) -> ModelError:
        # The server may come back with another model: ask again before the next call.
        self._stale = True
        return translate(error, where, usage)

    async def _ask_server(self) -> Server:
        wanted, dialect = self._settings.model, self._settings.dialect
        listed = _spoken(await self._client.models.list(), AsyncPage, self._settings.base_url)
        found = next((model for model in listed.data if wanted in (None, model.id)), None)
        if wanted is None and found is None:
            raise ModelUnusable(f"{self._settings.base_url}：服务未列出任何模型；请检查模型服务的启动参数")
        owner = found.owned_by if found else ""
        return Server(
            model=wanted or cast("Any", found).id,
            dialect=dialect or ("vllm" if owner == "vllm" else "openai"),
        )

    async def _ask(
        self, server: Server, messages: Sequence[Message], max_tokens: int, extra: Json
    ) -> ChatCompletion:
        body = self._body(server, messages, max_tokens)
        answer = await self._client.chat.completions.create(**body, extra_body=extra)
        return _spoken(answer, ChatCompletion, self._settings.base_url)

    def _body(self, server: Server, messages: Sequence[Message], max_tokens: int) -> Json:
        return {
            "model": server.model,
            "messages": cast("list[ChatCompletionMessageParam]", list(messages)),
            "max_tokens": max_tokens,
            "temperature": self._settings.temperature,
        }


def _repair(text: str, faults: list[str]) -> list[Message]:
    return [Message(role="assistant", content=text[:2000]), *render("repair", errors=faults).messages]


def _spoken(answer: object, kind: type[A], url: str) -> A:
    """The answer as what it must be: the client lets a body of `null` through its strict validation."""
    if not isinstance(answer, kind):
        raise ModelUnusable(not_openai(url))
    return answer


def _reply(answer: ChatCompletion) -> tuple[str, str | None]:
    if not answer.choices:
        return "", None
    first = answer.choices[0]
    return first.message.content or "", first.finish_reason


def _text(chunk: ChatCompletionChunk) -> str:
    return (chunk.choices[0].delta.content or "") if chunk.choices else ""


def _finish(chunk: ChatCompletionChunk) -> str | None:
    return chunk.choices[0].finish_reason if chunk.choices else None
