"""A provider of hand-written answers over real HTTP, and the bundled city as the clients see it."""

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from knowledge.city import City, load_city
from tools.emergency.feed import Reader
from tools.emergency.ground import Ground

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data"
NOW = datetime.fromisoformat("2026-05-18T16:00:00+08:00")


class Provider:
    """Answers by path; what was asked is kept. An answer may be a function of the query."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.posted: list[tuple[str, bytes, str | None]] = []
        self._answers: dict[str, tuple[int, object, dict[str, str]]] = {}

    def put(self, path: str, body: object, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._answers[path] = (status, body, named)

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        status, body, headers = self._answers.get(path, (404, b"not here", {}))
        if callable(body):
            body = body(query)
        return status, body.encode() if isinstance(body, str) else body, headers


@pytest.fixture
def provider() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            known.asked.append((parts.path, query))
            self._reply(*known.answer(parts.path, query))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known.posted.append((self.path, body, self.headers["Idempotency-Key"]))
            self._reply(*known.answer(self.path, {}))

        def _reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            with suppress(BrokenPipeError, ConnectionResetError):  # a client may give up at its deadline
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        known = Provider(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield known
        server.shutdown()
        thread.join()


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
        yield Reader(http)


@pytest.fixture(scope="session")
def city() -> City:
    return load_city(ROOT / "knowledge" / "city" / "yunzhou")


@pytest.fixture(scope="session")
def ground(city: City) -> Ground:
    return Ground.of(city)


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: NOW


@pytest.fixture(scope="session")
def real() -> Path:
    """../shared/data, real files of providers."""
    if not DATA.exists():
        pytest.skip("../shared/data is not here")
    return DATA
