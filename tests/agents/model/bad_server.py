"""A fake OpenAI server over real HTTP that answers from a list, and misbehaves on demand."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Answer = Callable[[dict[str, Any]], "Response | AsyncResponse"]
AsyncResponse = Any


def reply(content: str | None, finish: str = "stop", logprobs: Any = None) -> Answer:
    """A normal chat completion with this text."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": content},
        "finish_reason": finish,
        "logprobs": logprobs,
    }
    body = {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "m",
        "choices": [choice],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
    }
    return lambda _: JSONResponse(body)


def top_logprobs(**tokens: float) -> dict[str, Any]:
    """The `logprobs` part of a choice whose first token had these log-probabilities."""
    tops = [{"token": token, "logprob": value, "bytes": None} for token, value in tokens.items()]
    return {"content": [{**tops[0], "top_logprobs": tops}]}


def status(code: int) -> Answer:
    return lambda _: JSONResponse({"error": {"message": f"status {code}"}}, status_code=code)


def raw(body: str) -> Answer:
    return lambda _: Response(body, media_type="application/json")


def slow(seconds: float) -> Answer:
    async def answer(_: dict[str, Any]) -> Response:
        await asyncio.sleep(seconds)
        return JSONResponse({})

    return answer


def stream(
    tokens: list[str],
    *,
    gap: float = 0.0,
    finish: str | None = "stop",
    usage: bool = True,
    drop: bool = False,
) -> Answer:
    """Server-sent chunks; `drop` breaks the connection after the tokens."""

    async def body() -> AsyncIterator[str]:
        for token in tokens:
            yield _chunk([{"index": 0, "delta": {"content": token}, "finish_reason": None}])
            await asyncio.sleep(gap)
        if drop:
            raise ConnectionResetError
        yield _chunk([{"index": 0, "delta": {}, "finish_reason": finish}])
        if usage:
            yield _chunk([], {"prompt_tokens": 7, "completion_tokens": len(tokens), "total_tokens": 9})
        yield "data: [DONE]\n\n"

    return lambda _: StreamingResponse(body(), media_type="text/event-stream")


def _chunk(choices: list[Any], usage: Any = None) -> str:
    body = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": choices}
    return f"data: {json.dumps(body | {'usage': usage})}\n\n"


@dataclass
class BadServer:
    """Answers each chat request with the next of `answers` (the last one for ever); `seen` are the bodies."""

    url: str
    answers: list[Answer]
    owned_by: str = "vllm"
    model: str = "m"
    seen: list[dict[str, Any]] = field(default_factory=list)

    async def chat(self, request: Request) -> Response:
        body = await request.json()
        self.seen.append(body)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        made = answer(body)
        return await made if asyncio.iscoroutine(made) else made

    async def models(self, request: Request) -> Response:
        model = {"id": self.model, "object": "model", "created": 0, "owned_by": self.owned_by}
        return JSONResponse({"object": "list", "data": [model]})


@contextmanager
def bad_server(*answers: Answer, owned_by: str = "vllm") -> Iterator[BadServer]:
    """Run the server on a free loopback port for the length of the block."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        fake = BadServer(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", list(answers), owned_by)
        routes = [
            Route("/v1/chat/completions", fake.chat, methods=["POST"]),
            Route("/v1/models", fake.models),
        ]
        config = uvicorn.Config(Starlette(routes=routes), log_level="critical", ws="none", lifespan="off")
        config.timeout_graceful_shutdown = 0
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            server.should_exit = True
            thread.join()
