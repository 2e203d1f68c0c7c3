"""A stream with ticks ends in good order when its reader leaves."""

import asyncio
from collections.abc import AsyncGenerator

import anyio

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


async def test_a_reader_whose_every_wait_is_cancelled_leaves_in_order() -> None:
    """As the web server ends a stream: its scope cancels again at each await until the scope is left."""
    closed = asyncio.Event()

    async def silent() -> AsyncGenerator[Json]:
        try:
            await asyncio.Event().wait()
            yield {}
        finally:
            await asyncio.sleep(0)
            closed.set()

    async def read() -> None:
        async for _ in ticking(silent(), 0.01, lambda: {"type": "tick"}):
            pass

    async with anyio.create_task_group() as group:
        group.start_soon(read)
        await asyncio.sleep(0.05)
        group.cancel_scope.cancel()
    assert closed.is_set()
