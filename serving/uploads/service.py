"""Work on the knowledge base in the background: one piece at a time, in order, each step stored before the next.

queued -> reading -> indexing -> finished | failed. After a crash the same piece goes on from the stage it was in:
reading is idempotent by content, and publishing embeds only what was never embedded.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select

from knowledge.base import KnowledgeBase
from knowledge.errors import KnowledgeError
from knowledge.errors import StoreLocked as KnowledgeLocked
from serving.errors import NotFound, ServingError
from serving.library import Library
from serving.runs.events import EventLog
from serving.store import audit
from serving.store.database import Database
from serving.store.tables import Json, UploadRow
from serving.uploads.files import Sent, keep
from serving.uploads.outcome import file_events, outcome_of
from serving.uploads.thread import Note, watched

log = logging.getLogger(__name__)

LAST = frozenset({"finished", "failed"})
"""Exactly one of these ends every upload's events."""

OPEN = ("queued", "reading", "indexing")
AGAIN_S = 3.0
LISTED = 20
AUDITED_NAMES = 100


@dataclass
class Uploads:
    """`work` runs for as long as the server; everything else only stores and wakes it."""

    database: Database
    events: EventLog
    library: Library
    clock: Callable[[], datetime]
    folder: Path
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, files: Sequence[Sent], operator: str) -> str:
        """Keep the files and queue them; the upload's id. Raises StoreFull and its siblings."""
        upload_id = _new_id()
        kept = await asyncio.to_thread(keep, self.folder, upload_id, files)
        names = [file["file"] for file in kept[:AUDITED_NAMES]]
        await self._queue(upload_id, "upload", kept, operator, {"count": len(kept), "files": names})
        return upload_id

    async def publish(self, operator: str) -> str:
        """Queue a publish; one that still waits in the queue serves this request too."""
        waiting = select(UploadRow.upload_id).where(UploadRow.kind == "publish", UploadRow.stage == "queued")
        async with self.database.read() as session:
            known = await session.scalar(waiting.limit(1))
        if known is not None:
            return known
        upload_id = _new_id()
        await self._queue(upload_id, "publish", [], operator, None)
        return upload_id

    async def listed(self) -> list[Json]:
        """The newest first."""
        query = select(UploadRow).order_by(UploadRow.number.desc()).limit(LISTED)
        async with self.database.read() as session:
            return [_shown(row) for row in await session.scalars(query)]

    async def open(self) -> list[str]:
        """Ids of what is under way and then of what waits, in order."""
        query = select(UploadRow.upload_id).where(UploadRow.stage.in_(OPEN)).order_by(UploadRow.number)
        async with self.database.read() as session:
            return list(await session.scalars(query))

    async def known(self, upload_id: str) -> Json:
        """Raises NotFound."""
        async with self.database.read() as session:
            row = await session.get(UploadRow, upload_id)
        if row is None:
            raise NotFound(f"没有上传 {upload_id}；请刷新页面")
        return _shown(row)

    async def work(self) -> None:
        """Carry out what is queued, for ever; cancelled at shutdown."""
        try:
            base = await self.library.opened()
        except Exception as error:  # noqa: BLE001 # the library reports it; what is queued waits for the next start
            log.warning("uploads wait for the next start: %s", type(error).__name__)
            return
        stale = (await asyncio.to_thread(base.status)).stale
        while True:
            self._news.clear()
            try:
                row = await self._next()
                if row is not None:
                    await self._carry_out(row, base)
                elif stale:  # what was left unpublished when the last process ended
                    await self.publish("start")
                else:
                    await self._news.wait()
                stale = False
            except ServingError as error:  # the database's: the queue is still in it
                log.warning("uploads wait: %s", error)
                await asyncio.sleep(AGAIN_S)

    async def _next(self) -> UploadRow | None:
        query = select(UploadRow).where(UploadRow.stage.in_(OPEN)).order_by(UploadRow.number).limit(1)
        async with self.database.read() as session:
            return await session.scalar(query)

    async def _carry_out(self, row: UploadRow, base: KnowledgeBase) -> None:
        try:
            while True:
                try:
                    return await self._steps(row, base)
                except KnowledgeLocked as error:  # another process publishes: its turn, then ours
                    log.info("upload %s waits: %s", row.upload_id, error)
                    await asyncio.sleep(AGAIN_S)
        except ServingError:
            raise
        except Exception as error:  # the queue goes on whatever one piece meets
            known = isinstance(error, KnowledgeError)
            said = str(error) if known else f"程序内部错误（{type(error).__name__}），请查看日志"
            log.error("upload %s failed: %s", row.upload_id, said, exc_info=None if known else error)
            await self._store(row, "failed", [{"type": "failed", "error": said}], {"error": said})

    async def _steps(self, row: UploadRow, base: KnowledgeBase) -> None:
        if row.kind == "upload" and row.stage in ("queued", "reading"):
            await self._store(row, "reading", [])
            outcome = await watched(partial(self._read, base, row.files), partial(self._tell, row, "read"))
            await self._store(row, "indexing", file_events(outcome), outcome)
        elif row.stage == "queued":
            await self._store(row, "indexing", [])
        await watched(base.publish, partial(self._tell, row, "publish"))
        status = await asyncio.to_thread(base.status)
        told: Json = {"generation": status.generation, "indexed": status.indexed}
        ended: Json = {**(row.result or {}), **told}
        audited = row.kind == "publish" or bool(ended["added"])
        await self._store(row, "finished", [{"type": "finished", **ended}], told, audited=audited)

    def _read(self, base: KnowledgeBase, files: Sequence[Json], note: Note) -> Json:
        """In the working thread."""
        paths = [self.folder / file["path"] for file in files]
        report = base.add(paths, lambda done, total, _path: note(done, total))
        return outcome_of(files, self.folder, report, base.documents())

    async def _tell(self, row: UploadRow, what: str, done: int, total: int) -> None:
        event: Json = {"type": f"{what}.progress", "done": done, "total": total}
        await self._store(row, row.stage, [event])

    async def _store(
        self,
        row: UploadRow,
        stage: str,
        events: Sequence[Json],
        result: Json | None = None,
        *,
        audited: bool = False,
    ) -> None:
        """A stage, its events and its audit line commit together; `row` then shows what is stored."""
        async with self.database.begin() as session:
            kept = await session.get_one(UploadRow, row.upload_id)
            kept.stage = stage
            if result is not None:
                kept.result = {**(kept.result or {}), **result}
            for event in events:
                await self.events.add(session, row.upload_id, event)
            if audited:
                at, told = self.clock().isoformat(), {"upload_id": row.upload_id, **(result or {})}
                await audit.append(session, at, row.operator, "knowledge.publish", "knowledge", told)
            stage, result = kept.stage, kept.result
        row.stage, row.result = stage, result
        self.events.announce(row.upload_id)

    async def _queue(
        self, upload_id: str, kind: str, files: list[Json], operator: str, audited: Json | None
    ) -> None:
        at = self.clock().isoformat()
        async with self.database.begin() as session:
            last = await session.scalar(select(func.max(UploadRow.number)))
            row = UploadRow(
                upload_id=upload_id,
                number=(last or 0) + 1,
                kind=kind,
                stage="queued",
                operator=operator,
                files=files,
                created_at=at,
            )
            session.add(row)
            if audited is not None:
                await audit.append(session, at, operator, "knowledge.upload", upload_id, audited)
        self._news.set()


def _new_id() -> str:
    return f"U-{uuid4().hex[:12]}"


def _shown(row: UploadRow) -> Json:
    return {
        "upload_id": row.upload_id,
        "kind": row.kind,
        "stage": row.stage,
        "operator": row.operator,
        "created_at": row.created_at,
        "files": [file["file"] for file in row.files],
        "result": row.result,
    }
