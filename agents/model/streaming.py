"""A model's tokens on their way: joined to few pieces, and never later than agreed."""

import asyncio
import time
from collections.abc import AsyncIterator

from openai.types.chat import ChatCompletionChunk

_PIECE_SECONDS = 1 / 15


class Pieces:
    """Joins tokens to about 15 pieces a second: one event a token would flood the browser's stream."""

    def __init__(self) -> None:
        self._held: list[str] = []
        self._due = 0.0

    def add(self, text: str) -> str:
        """Take a token; give back what is due for sending, or nothing."""
        self._held.append(text)
        now = time.monotonic()
        if now < self._due:
            return ""
        self._due = now + _PIECE_SECONDS
        return self.rest()

    def rest(self) -> str:
        text = "".join(self._held)
        self._held.clear()
        return text


async def until(
    deadline: float, chunks: AsyncIterator[ChatCompletionChunk]
) -> AsyncIterator[ChatCompletionChunk]:
    """The chunks that arrive by `deadline` (monotonic seconds); TimeoutError after it.

    Each wait has its own timeout: one around the whole loop would cancel the consumer between chunks.
    """
    while True:
        try:
            async with asyncio.timeout(max(deadline - time.monotonic(), 0)):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        yield chunk
