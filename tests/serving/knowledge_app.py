"""The knowledge routes in this process: real routes, store, queue and base; the rest of the server left out.

`restart` is what a crash leaves: the same folders, opened anew.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import httpx
import numpy as np
from fastapi import FastAPI

from knowledge.base import KnowledgeBase
from knowledge.embedding import Vectors
from serving.api.services import Services
from serving.app import build_app
from serving.library import Library
from serving.runs.events import EventLog
from serving.store.database import Database, open_database
from serving.store.tables import UploadEventRow
from serving.uploads.service import LAST, Uploads
from tests.serving.quick_embedder import WIDTH, vector

OPERATOR = {"X-Operator": quote("王芳")}

Json = dict[str, Any]


class QuickEmbedder:
    """Hashed pairs of characters, in process. `gate` is called before each batch of documents."""

    fingerprint = "quick"
    dimension = WIDTH

    def __init__(self, gate: Callable[[], None]) -> None:
        self.gate = gate
        self.embedded = 0

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.gate()
        self.embedded += len(texts)
        return self.embed_queries(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        rows = np.array([vector(text) for text in texts], np.float32).reshape(-1, WIDTH)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@dataclass
class OpenLibrary:
    knowledge: KnowledgeBase

    def base(self) -> KnowledgeBase:
        return self.knowledge

    async def opened(self) -> KnowledgeBase:
        return self.knowledge


@dataclass
class KnowledgeApp:
    http: httpx.AsyncClient
    base: KnowledgeBase
    embedder: QuickEmbedder
    database: Database
    uploads: Uploads

    async def upload(self, **files: str | bytes) -> str:
        """Keyword: name without extension -> text of a .txt, or bytes."""
        return await self.send({f"{name}.txt": content for name, content in files.items()})

    async def send(self, files: dict[str, str | bytes]) -> str:
        sent = [
            ("files", (name, content.encode() if isinstance(content, str) else content))
            for name, content in files.items()
        ]
        answer = await self.http.post("/api/knowledge/upload", files=sent)
        assert answer.status_code == 202, answer.text
        return answer.json()["upload_id"]

    async def events(self, upload_id: str, after: int = 0) -> list[Json]:
        """To the end of the stream, which is the end of the upload."""
        header = {"Last-Event-ID": str(after)} if after else {}
        answer = await self.http.get(f"/api/knowledge/uploads/{upload_id}/events", headers=header)
        assert answer.headers["content-type"].startswith("text/event-stream"), answer.text
        lines = answer.text.splitlines()
        return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.http.get(f"/api/knowledge{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()


@asynccontextmanager
async def knowledge_app(
    folder: Path, clock: Callable[[], datetime], gate: Callable[[], None] = lambda: None
) -> AsyncGenerator[KnowledgeApp]:
    embedder = QuickEmbedder(gate)
    base = KnowledgeBase.open(folder / "knowledge", embedder, clock)
    library = cast(Library, OpenLibrary(base))
    database = open_database(f"sqlite+aiosqlite:///{folder / 'app.db'}")
    events = EventLog(database, clock, UploadEventRow, LAST)
    uploads = Uploads(database, events, library, clock, folder / "uploads")
    http = partial(httpx.AsyncClient, base_url="http://test", headers=OPERATOR, timeout=60)
    working = asyncio.create_task(uploads.work())
    async with http(transport=httpx.ASGITransport(_app(database, library, uploads, clock))) as client:
        try:
            yield KnowledgeApp(client, base, embedder, database, uploads)
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
            await database.close()
            base.close()


def _app(database: Database, library: Library, uploads: Uploads, clock: Callable[[], datetime]) -> FastAPI:
    absent = cast(Any, None)
    services = Services(
        settings=absent,
        city=absent,
        database=database,
        tickets=absent,
        runs=absent,
        library=library,
        uploads=uploads,
        model=absent,
        watch=absent,
        metrics=absent,
        clock=clock,
        emergency=absent,
    )
    return build_app(services)
