"""The door: the page at once, the API when it is there, a start that fails told to whoever asks."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from serving.gate import build_gate


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<p>page</p>")
    (folder / "assets" / "app-1a2b.js").write_text("1")
    return folder


class Start:
    """An application that loads when told, or fails."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.failure: Exception | None = None
        self.closed = False
        self.heard: list[BaseException] = []

    @asynccontextmanager
    async def load(self) -> AsyncGenerator[ASGIApp]:
        await self.go.wait()
        if self.failure is not None:
            raise self.failure
        yield PlainTextResponse("behind")
        self.closed = True


@asynccontextmanager
async def opened(start: Start, dist: Path) -> AsyncGenerator[httpx.AsyncClient]:
    """The gate through its lifespan, as a server runs it."""
    gate = build_gate(start.load, start.heard.append, ["pingji.example.cn"], dist)
    inbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    outbox: asyncio.Queue[object] = asyncio.Queue()
    await inbox.put({"type": "lifespan.startup"})
    life = asyncio.create_task(gate({"type": "lifespan", "state": {}}, inbox.get, outbox.put))  # type: ignore[arg-type]
    await outbox.get()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url="http://here") as client:
        yield client
    start.go.set()
    await inbox.put({"type": "lifespan.shutdown"})
    await life


async def test_the_page_answers_while_the_application_loads_and_the_api_waits(dist: Path) -> None:
    start = Start()
    async with opened(start, dist) as client:
        assert (await client.get("/")).text == "<p>page</p>"
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        waiting = asyncio.create_task(client.get("/api/health"))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        start.go.set()
        assert (await waiting).text == "behind"
        assert (await client.get("/readyz")).status_code == 200
    assert start.closed


async def test_a_start_that_fails_is_told_to_the_starter_and_to_callers(dist: Path) -> None:
    start = Start()
    start.failure = RuntimeError("数据库打不开")
    async with opened(start, dist) as client:
        start.go.set()
        answer = await client.get("/api/health")
        assert answer.status_code == 503
        assert "数据库打不开" in answer.json()["error"]["message"]
        assert [str(error) for error in start.heard] == ["数据库打不开"]


async def test_files_with_a_hash_last_and_the_page_does_not(dist: Path) -> None:
    async with opened(Start(), dist) as client:
        assert "immutable" in (await client.get("/assets/app-1a2b.js")).headers["cache-control"]
        assert (await client.get("/")).headers["cache-control"] == "no-cache"
        assert (await client.get("/../serving/gate.py")).status_code == 404


async def test_a_page_that_is_not_built_says_what_to_run(tmp_path: Path) -> None:
    async with opened(Start(), tmp_path) as client:
        answer = await client.get("/")
        assert answer.status_code == 503 and "make web" in answer.text


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Origin": "http://here:9"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://here"}, 200),
        ({}, 200),
    ],
)
async def test_another_sites_page_can_send_nothing(dist: Path, said: dict[str, str], status: int) -> None:
    start = Start()
    start.go.set()
    async with opened(start, dist) as client:
        assert (await client.post("/api/knowledge/upload", headers=said)).status_code == status
        assert (await client.get("/api/health", headers=said)).status_code == 200, "reading is CORS's matter"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example:8000", 421),
        ("127.0.0.1.evil.example", 421),
        ("[evil.example", 421),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("10.1.2.3", 200),
        ("localhost:8000", 200),
        ("pingji", 200),
        ("Pingji.example.cn:443", 200),
    ],
)
async def test_another_sites_name_leads_nowhere(dist: Path, host: str, status: int) -> None:
    start = Start()
    start.go.set()
    async with opened(start, dist) as client:
        answer = await client.get("/api/health", headers={"Host": host})
        assert answer.status_code == status, answer.text
        assert status == 200 or "PINGJI_HOSTS" in answer.json()["error"]["message"]
        assert answer.headers["x-frame-options"] == "DENY"
