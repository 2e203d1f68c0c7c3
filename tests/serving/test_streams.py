"""A stream with ticks ends in good order when its reader leaves."""

import asyncio
from collections.abc import AsyncGenerator

from serving.api.streams import ticking
from serving.store.tables import Json


async def test_a_reader_who_leaves_between_ticks_closes_the_stream_behind_it() -> None:
    closed = asyncio.Event()

    async def silent() -> AsyncGenerator[Json]:
        try:
            await asyncio.Event().wait()
            yield {}
        finally:
            closed.set()

    reader = ticking(silent(), 0.0, lambda: {"type": "tick"})
    assert await anext(reader) == {"type": "tick"}
    await reader.aclose()
    assert closed.is_set()
