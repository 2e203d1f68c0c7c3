"""What a run needs that takes long to load: the knowledge base and the reader fitted to the city pack.

Loaded in a thread while the page is already served; runs wait for it. A stamp of what was prepared from makes the
second start quick and tells `kb publish --if-needed` that nothing is to be done.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from agents.triage.basis import BasisTable, load_basis
from agents.triage.reader import TicketReader
from agents.triage.recent import Recent
from knowledge.base import KnowledgeBase
from knowledge.city import City
from knowledge.embedding import Embedder, open_embedder
from knowledge.embedding_cache import CachedEmbedder
from knowledge.errors import KnowledgeError
from serving.errors import NotReady
from serving.llm.storage import write_json
from serving.settings import Settings

log = logging.getLogger(__name__)

Say = Callable[[str], None]
State = Literal["building", "ready", "empty", "failing"]


@dataclass(frozen=True)
class Prepared:
    knowledge: KnowledgeBase
    reader: TicketReader
    basis: BasisTable


def stamp_of(settings: Settings) -> dict[str, str]:
    """What the prepared state depends on: the corpus files, the city pack, the embedder."""
    return {
        "corpus": _fingerprint(settings.corpus_dir),
        "city": _fingerprint(settings.pack_dir),
        "embedder": settings.embedder,
    }


def is_prepared(settings: Settings) -> bool:
    """Whether the last preparation still holds; reads files only."""
    try:
        known = json.loads(_stamp_file(settings).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return known == stamp_of(settings) and (settings.knowledge_dir / "index" / "CURRENT").exists()


def open_base(settings: Settings, clock: Callable[[], datetime]) -> tuple[KnowledgeBase, Embedder]:
    """The knowledge base of the data folder. Raises KnowledgeError."""
    embedder = open_embedder(settings.embedder, threads=settings.embedder_threads)
    return KnowledgeBase.open(settings.knowledge_dir, embedder, clock), embedder


def publish_if_needed(settings: Settings, base: KnowledgeBase, say: Say) -> None:
    """Take in the bundled corpus when it changed, and index what is not indexed."""
    if not is_prepared(settings) and settings.corpus_dir.is_dir():
        report = base.add(
            [settings.corpus_dir], lambda done, total, path: say(f"导入 {done}/{total} {path.name}")
        )
        for bad in report.unreadable:
            log.warning("bundled corpus: %s", bad.reason)
    if base.status().stale:
        base.publish(lambda done, total: say(f"建立索引 {done}/{total}"))


def fit_reader(settings: Settings, city: City, embedder: Embedder, say: Say) -> TicketReader:
    """The reader of this city. Vectors of the pack are kept on disk; those of tickets only in memory."""
    say("学习城市数据包")
    kept = CachedEmbedder(embedder, settings.knowledge_dir / "vectors.sqlite")
    try:
        return replace(TicketReader.fit(city, kept), vectors=Recent(embedder))
    finally:
        kept.close()


def keep_stamp(settings: Settings) -> None:
    """Note that everything was prepared from what is there now."""
    write_json(_stamp_file(settings), stamp_of(settings))


class Library:
    """Loads once, in the background. `base` and `prepared` wait or say plainly why not."""

    def __init__(self, settings: Settings, city: City, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._city = city
        self._clock = clock
        self._base: KnowledgeBase | None = None
        self._failure: str | None = None
        self._doing = "正在打开知识库"
        self._prepared: asyncio.Future[Prepared] = asyncio.get_running_loop().create_future()

    async def load(self) -> None:
        """Load everything; what fails is kept for whoever asks."""
        try:
            self._prepared.set_result(await asyncio.to_thread(self._load))
        except KnowledgeError as error:
            log.error("knowledge not available: %s", error)
            self._failure = str(error)
            self._prepared.set_exception(error)
            self._prepared.exception()  # read here: nobody may be waiting yet

    def _load(self) -> Prepared:
        self._base, embedder = open_base(self._settings, self._clock)
        publish_if_needed(self._settings, self._base, self._say)
        reader = fit_reader(self._settings, self._city, embedder, self._say)
        keep_stamp(self._settings)
        basis = load_basis(self._settings.corpus_dir / "basis.csv")
        return Prepared(self._base, reader, basis)

    def _say(self, what: str) -> None:
        self._doing = what

    async def prepared(self) -> Prepared:
        """Waits. Raises the KnowledgeError that stopped the loading."""
        return await asyncio.shield(self._prepared)

    def base(self) -> KnowledgeBase:
        """At once, also while the index is being built. Raises NotReady."""
        if self._base is None:
            raise NotReady(f"知识库暂不可用：{self._failure or self._doing}；请稍后再试")
        return self._base

    async def status(self) -> dict[str, object]:
        """The `knowledge` part of /api/health."""
        counted = await asyncio.to_thread(self._base.status) if self._base else None
        clauses, generation = (counted.indexed, counted.generation) if counted else (0, None)
        state: State = "ready" if self._prepared.done() else "building"
        detail = self._doing
        if self._failure:
            state, detail = "failing", self._failure
        elif state == "ready":
            detail = f"{counted.documents} 份文件，{clauses} 条" if counted else ""
            if counted and counted.stale:
                detail += "；有改动尚未发布，请运行 pingji kb publish"
            state = "ready" if clauses else "empty"
        return {"state": state, "clauses": clauses, "generation": generation, "detail": detail}

    def close(self) -> None:
        if self._base is not None:
            self._base.close()


def _stamp_file(settings: Settings) -> Path:
    return settings.knowledge_dir / "prepared.json"


def _fingerprint(folder: Path) -> str:
    """SHA-256 over names and bytes of the files below."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file():
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
