"""Faults on demand: what a bad day of the city's systems looks like from the network.

latency      answers `seconds` late
error500     answers 500; error503 likewise
malformed    answers with half a body under a matching length
reset        resets the TCP connection (RST, not a tidy close); with after_commit in the middle of the answer
timeout      says nothing for `seconds`, then resets
duplicate    delivers the request twice, as a network that repeats does; the second answer goes out

With after_commit the request is carried out first and only its answer is lost; without, it never happened
(malformed and duplicate always carry it out).
"""

import asyncio
import random
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Kind = Literal["latency", "error500", "error503", "malformed", "reset", "timeout", "duplicate"]
Connections = MutableMapping[tuple[str, int], asyncio.Transport]


class Fault(BaseModel):
    """One fault rule. count: how many requests it hits; probability: the chance for each that matches."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    path: str = "/"
    method: Literal["GET", "POST"] | None = None
    count: int = Field(default=1, ge=1)
    seconds: float = Field(default=0.0, ge=0, le=600)
    probability: float = Field(default=1.0, gt=0, le=1)
    after_commit: bool = False


class FaultPlan:
    """The rules in force, first match wins."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.clear()

    def clear(self) -> None:
        self._dice = random.Random(self._seed)
        self._rules: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._rules.append(fault)

    def rules(self) -> tuple[Fault, ...]:
        """Rules with hits left; `count` is what remains."""
        return tuple(self._rules)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that hits this request, used up by one."""
        for index, rule in enumerate(self._rules):
            if not path.startswith(rule.path) or rule.method not in (None, method):
                continue
            if self._dice.random() >= rule.probability:
                continue
            if rule.count == 1:
                del self._rules[index]
            else:
                self._rules[index] = rule.model_copy(update={"count": rule.count - 1})
            return rule
        return None


class Plan(Protocol):
    """Anything that knows which fault hits a request."""

    def take(self, method: str, path: str) -> Fault | None: ...


@dataclass(frozen=True)
class _Caught:
    """An answer the app gave, held back."""

    start: Message
    body: bytes


class Faulty:
    """ASGI wrapper that applies the first plan with a fault to all but /_control. `connections`: peer to transport."""

    def __init__(self, app: ASGIApp, plans: Sequence[Plan], connections: Connections) -> None:
        self._app = app
        self._plans = plans
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exempt = scope["type"] != "http" or scope["path"].startswith("/_control")
        fault = None if exempt else self._fault(scope["method"], scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        caught: _Caught | None = None
        for _ in range(_deliveries(fault)):
            caught = await _catch(self._app, scope, body)
        await self._act(fault, caught, scope, send)

    def _fault(self, method: str, path: str) -> Fault | None:
        found = (plan.take(method, path) for plan in self._plans)
        return next((fault for fault in found if fault is not None), None)

    async def _act(self, fault: Fault, caught: _Caught | None, scope: Scope, send: Send) -> None:
        if fault.kind in ("latency", "timeout"):
            await asyncio.sleep(fault.seconds)
        if fault.kind in ("reset", "timeout"):
            await self._reset(fault, caught, scope, send)
        elif fault.kind == "error503":
            await _answer(send, *_plain(503))
        elif fault.kind == "error500" or caught is None:
            await _answer(send, *_plain(500))
        elif fault.kind == "malformed":
            half = caught.body[: len(caught.body) // 2]
            await _answer(send, {**caught.start, "headers": _resized(caught.start, len(half))}, half)
        else:
            await _answer(send, caught.start, caught.body)

    async def _reset(self, fault: Fault, caught: _Caught | None, scope: Scope, send: Send) -> None:
        if fault.kind == "reset" and caught is not None:
            await send(caught.start)
            half = caught.body[: len(caught.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
        transport = self._connections.get(tuple(scope["client"]))
        if transport is None:  # the client lost patience first
            return
        # A linger time of zero makes closing send RST and throw away what is unsent.
        linger = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()


def _plain(status: int) -> tuple[Message, bytes]:
    body = HTTPStatus(status).phrase.encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    return {"type": "http.response.start", "status": status, "headers": headers}, body


def _deliveries(fault: Fault) -> int:
    if fault.kind == "duplicate":
        return 2
    return 1 if fault.kind in ("latency", "malformed") or fault.after_commit else 0


async def _read(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def _catch(app: ASGIApp, scope: Scope, body: bytes) -> _Caught:
    """Run the app on a whole request and keep its answer."""
    starts: list[Message] = []
    parts: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            starts.append(message)
        else:
            parts.append(message.get("body", b""))

    await app(dict(scope), receive, send)
    return _Caught(starts[0], b"".join(parts))


def _resized(start: Message, length: int) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in start["headers"] if name != b"content-length"]
    return [*kept, (b"content-length", str(length).encode())]


async def _answer(
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]], start: Message, body: bytes
) -> None:
    await send(start)
    await send({"type": "http.response.body", "body": body})
