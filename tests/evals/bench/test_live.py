"""When bench-live takes a change for arrived: an event of its moment, and a picture that holds the new readings."""

import asyncio
import json
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import httpx

from evals.bench.live import measure
from evals.bench.timed import percentiles

START = datetime.fromisoformat("2026-05-18T12:00:00+08:00")


class Told(httpx.AsyncByteStream):
    """A stream that lasts: an event for each moment that is put."""

    def __init__(self, moments: "asyncio.Queue[datetime]") -> None:
        self._moments = moments

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        yield b": hello\n\n"
        while True:
            at = await self._moments.get()
            data = json.dumps({"type": "situation", "at": at.isoformat()})
            yield f"event: situation\ndata: {data}\n\n".encode()


class Server:
    """City and app in one. The first event after a jump comes before its readings do, and says the old moment."""

    def __init__(self) -> None:
        self.moments: asyncio.Queue[datetime] = asyncio.Queue()
        self.now = START
        self.asked = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        match request.method, request.url.path:
            case "PATCH", "/_control/scenario":
                before, self.now = self.now, datetime.fromisoformat(json.loads(request.content)["at"])
                for at in (before, self.now, self.now + timedelta(seconds=1)):
                    self.moments.put_nowait(at)
                return httpx.Response(200, json={})
            case "GET", "/_control/scenario":
                return httpx.Response(200, json={"now": self.now.isoformat()})
            case "GET", "/api/situation":
                self.asked += 1
                newest = self.now - timedelta(minutes=3 if self.asked % 2 == 0 else 13)
                return httpx.Response(200, json={"stations": [{"time": newest.isoformat()}, {"time": None}]})
            case _:
                return httpx.Response(200, stream=Told(self.moments))


async def test_a_jump_has_arrived_with_its_readings_not_with_its_first_event() -> None:
    server = Server()
    async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as http:
        jumps = await measure(http, "http://app", "http://city", 3, rest_s=0.0)
    assert server.now == START + 3 * timedelta(minutes=10)
    assert server.asked == 6, "each first picture still held the old readings"
    assert all(0 < one.event < one.page and one.size > 50 for one in jumps)


def test_percentiles_are_of_seconds() -> None:
    assert percentiles([1.0, 2.0, 3.0]) == {"p50": 2.0, "p95": 2.9, "max": 3.0}
