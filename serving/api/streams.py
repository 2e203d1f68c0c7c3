"""Streams of numbered events, the same for runs and uploads."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from typing import Annotated

from anyio import CancelScope
from fastapi import Depends, Header, Query
from fastapi.sse import ServerSentEvent

from serving.store.tables import Json

SEQ_MAX = 2**31


def last_seen(
    after: Annotated[int, Query(ge=0, le=SEQ_MAX)] = 0, last_event_id: Annotated[str | None, Header()] = None
) -> int:
    """The number after which to go on; the header Last-Event-ID, sent by a browser that reconnects, wins."""
    seen = int(last_event_id) if last_event_id and last_event_id.isdecimal() else after
    return min(seen, SEQ_MAX)


Seen = Annotated[int, Depends(last_seen)]


def server_sent(event: Json) -> ServerSentEvent:
    # Written here: FastAPI's own JSON escapes every Chinese character to six.
    data = json.dumps(event, ensure_ascii=False)
    number = event.get("seq")
    return ServerSentEvent(raw_data=data, event=event["type"], id=None if number is None else str(number))


async def ticking(
    stream: AsyncGenerator[Json], every_s: float, tick: Callable[[], Json]
) -> AsyncGenerator[Json]:
    """The stream with a sign of life in its pauses. A tick has no number, so a client resumes after an event."""
    try:
        while True:
            coming = asyncio.ensure_future(anext(stream))
            try:
                while not (await asyncio.wait([coming], timeout=every_s))[0]:
                    yield tick()
                yield coming.result()
            finally:
                coming.cancel()
                with CancelScope(shield=True):  # the server cancels every wait of a reader who left
                    await asyncio.wait([coming])  # a stream that still runs cannot be closed
    finally:
        with CancelScope(shield=True):
            await stream.aclose()
