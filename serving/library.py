"""What a run needs that takes long to load: the knowledge base and the reader fitted to the city pack.

Loaded in a thread while the page is already served; runs wait for it. A stamp of what was prepared from makes the
second start quick and tells `kb publish --if-needed` that nothing is to be done.
"""

import asyncio
import gc
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from threading import Thread
from typing import Literal, TypeVar

from agents.triage.basis import BasisTable, load_basis
from agents.triage.kept import keep_reader, kept_reader, reader_file
from agents.triage.reader import TicketReader
from agents.triage.recent import Recent
from knowledge.base import KnowledgeBase
from knowledge.city import City
from knowledge.embedding import Embedder, open_embedder
from knowledge.embedding_cache import CachedEmbedder
from knowledge.errors import KnowledgeError
from knowledge.finding.rerank import open_reranker
from knowledge.index.server import open_vectors
from serving.errors import NotReady
from serving.prepared import is_prepared, keep_stamp
from serving.settings import Settings

log = logging.getLogger(__name__)

Say = Callable[[str], None]
T = TypeVar("T")
State = Literal["building", "ready", "empty", "failing"]


@dataclass(frozen=True)
class Prepared:
    knowledge: KnowledgeBase
    reader: TicketReader
    basis: BasisTable


def open_base(
    settings: Settings, city: City, clock: Callable[[], datetime], embedder: Embedder
) -> KnowledgeBase:
    """The knowledge base of the data folder. Raises KnowledgeError."""
    reranker = open_reranker(settings.reranker, embedder.fingerprint) if settings.reranker else None
    if settings.reranker and reranker is None:
        log.warning(
            "重排模型 %s 未通过评测，检索不使用它；请先运行 python -m evals.retrieval.gate %s",
            settings.reranker,
            settings.reranker,
        )
    server = open_vectors(settings.vectors, settings.vectors_token.get_secret_value())
    names = local_names(city)
    return KnowledgeBase.open(
        settings.knowledge_dir, embedder, clock, names, server=server, reranker=reranker
    )


def own_embedder(settings: Settings) -> Embedder:
    """Raises EmbedderProblem."""
    return open_embedder(settings.embedder, threads=settings.embedder_threads)


def local_names(city: City) -> tuple[str, ...]:
    """Places and stations as people name them: search takes them as they are."""
    places = (name for place in city.places.values() for name in (place.name, *place.aliases))
    stations = (station.name for station in city.weather.stations.values())
    return tuple(dict.fromkeys(name for name in (*places, *stations) if len(name) > 1))


def publish_if_needed(settings: Settings, base: KnowledgeBase, say: Say) -> None:
    """Take in the bundled corpus when it changed, and index what is not indexed."""
    take_in_corpus(settings, base, say)
    if base.status().stale:
        base.publish(lambda done, total: say(f"建立索引 {done}/{total}"))


def take_in_corpus(settings: Settings, base: KnowledgeBase, say: Say) -> None:
    """The bundled documents, when they changed since the last preparation."""
    if not is_prepared(settings) and settings.corpus_dir.is_dir():
        report = base.add(
            [settings.corpus_dir], lambda done, total, path: say(f"导入 {done}/{total} {path.name}")
        )
        for bad in report.unreadable:
            log.warning("bundled corpus: %s", bad.reason)


def fit_reader(settings: Settings, city: City, embedder: Embedder, say: Say) -> TicketReader:
    """The reader of this city: as it was kept, or learnt anew where pack, code or embedder are others.

    Vectors of the pack are kept on disk; those of tickets only in memory.
    """
    path = reader_file(settings.knowledge_dir, city, embedder)
    known = kept_reader(path, city, embedder)
    if known is not None:
        return known
    say("学习城市数据包")
    kept = CachedEmbedder(embedder, settings.knowledge_dir / "vectors.sqlite")
    try:
        reader = replace(TicketReader.fit(city, kept), vectors=Recent(embedder))
    finally:
        kept.close()
    try:
        keep_reader(reader, path)
    except OSError as error:  # it only costs the next start its seconds
        log.warning("reader not kept: %s", error)
    return reader


def load_table(settings: Settings) -> BasisTable:
    """Which clauses each row of the catalogue rests on; empty where the corpus names none."""
    return load_basis(settings.basis_file)


class Library:
    """Loads once, in the background. `base` and `prepared` wait or say plainly why not."""

    def __init__(self, settings: Settings, city: City, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._city = city
        self._clock = clock
        self._base: KnowledgeBase | None = None
        self._failure: str | None = None
        self._doing = "正在打开知识库"
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[KnowledgeBase] = self._loop.create_future()
        self._prepared: asyncio.Future[Prepared] = self._loop.create_future()

    def start(self) -> None:
        """Load everything in a thread of its own, which does not keep the process from ending."""
        Thread(target=self._run, name="library", daemon=True).start()

    def _run(self) -> None:
        try:
            loaded: Prepared | Exception = self._load()
        except Exception as error:  # kept for the health page and for every run that waits
            known = isinstance(error, KnowledgeError)
            self._failure = str(error) if known else f"程序内部错误（{type(error).__name__}），请查看日志"
            log.error("knowledge not available: %s", self._failure, exc_info=None if known else error)
            loaded = error
        # What was loaded stays: a full collection over it stops every thread for more than half a second, and
        # judgments set one off. Frozen, it is not looked at again.
        gc.collect()
        gc.freeze()
        self._hand_over(partial(self._tell, loaded))

    def _hand_over(self, news: Callable[[], None]) -> None:
        """From the loading thread to the loop's."""
        if not self._closed:
            self._loop.call_soon_threadsafe(news)

    def _tell(self, loaded: Prepared | Exception) -> None:
        _settle(self._prepared, loaded)
        if isinstance(loaded, Exception):
            _settle(self._opened, loaded)

    def _load(self) -> Prepared:
        embedder = own_embedder(self._settings)
        self._base = open_base(self._settings, self._city, self._clock, embedder)
        take_in_corpus(self._settings, self._base, self._say)
        if self._base.status().generation is None:
            self._base.publish(embed=False)
        # Words are searched from here on; uploads bring the newest and the vectors in the background.
        self._hand_over(partial(_settle, self._opened, self._base))
        reader = fit_reader(self._settings, self._city, embedder, self._say)
        keep_stamp(self._settings)
        return Prepared(self._base, reader, load_table(self._settings))

    def _say(self, what: str) -> None:
        self._doing = what

    async def prepared(self) -> Prepared:
        """Waits for everything. Raises what stopped the loading."""
        return await asyncio.shield(self._prepared)

    async def opened(self) -> KnowledgeBase:
        """Waits for the published base alone. Raises what stopped the loading."""
        return await asyncio.shield(self._opened)

    def at_once(self) -> KnowledgeBase | None:
        """The published base, or None while it is not open."""
        return self._base if self._opened.done() and not self._opened.exception() else None

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
        """What still loads is left to end with the process."""
        self._closed = True
        if self._base is not None and self._prepared.done():
            self._base.close()


def _settle(future: asyncio.Future[T], found: T | Exception) -> None:
    if future.done():
        return
    if isinstance(found, Exception):
        future.set_exception(found)
        future.exception()  # read here: nobody may be waiting yet
    else:
        future.set_result(found)
