"""What evaluations run on: the bundled city, a knowledge base of its corpus alone, the reader, a model or none.

The base is built under the evaluation's own folder, named by the corpus: what a user added to theirs does not
count, and a changed corpus is a new base.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import httpx

from agents.model.chat import ChatModel, Priority
from agents.model.off import NoModel
from agents.model.openai_client import ModelSettings, OpenAIChatModel
from agents.triage.basis import BasisTable, load_basis
from agents.triage.context import ModelUses, TicketHistory, TriageContext
from agents.triage.reader import TicketReader
from agents.triage.recent import Recent
from evals.errors import ServiceMissing
from evals.settings import ROOT, EvalSettings
from knowledge.base import KnowledgeBase
from knowledge.city import City, Geocoder, load_city
from knowledge.embedding import Embedder, open_embedder
from knowledge.embedding_cache import CachedEmbedder
from knowledge.index.manifest import current_manifest
from knowledge.store import Store
from tools.dispatch import DispatchOrder, DispatchReceipt

Say = Callable[[str], None]
PROBE_S = 3.0


@dataclass(frozen=True)
class Stage:
    """Everything a run needs but its history; close with `close`."""

    city: City
    geocoder: Geocoder
    embedder: Embedder
    knowledge: KnowledgeBase
    reader: TicketReader
    basis: BasisTable
    index_hash: str
    model: ChatModel
    model_timeout: float

    def context(self, history: TicketHistory, uses: ModelUses) -> TriageContext:
        return TriageContext(
            city=self.city,
            geocoder=self.geocoder,
            reader=self.fresh_reader(),
            knowledge=self.knowledge,
            basis=self.basis,
            model=self.model,
            history=history,
            outbox=NoDispatch(),
            clock=now,
            priority=Priority.BATCH,
            uses=uses,
            model_timeout=self.model_timeout,
        )

    def fresh_reader(self) -> TicketReader:
        """The reader without memory of texts it saw, so that every run pays for its own vectors."""
        return replace(self.reader, vectors=Recent(self.embedder))

    def close(self) -> None:
        self.knowledge.close()


class NoDispatch:
    """An outbox that refuses: evaluations stop before the effects."""

    async def submit(self, order: DispatchOrder) -> None:
        raise RuntimeError(f"evaluation must not dispatch, yet ticket {order.ticket_id} tried")

    async def delivered(self, key: str, on_trouble: Callable[[str], None]) -> DispatchReceipt:
        raise RuntimeError(f"evaluation must not dispatch, yet order {key} was awaited")


def now() -> datetime:
    return datetime.now().astimezone()


def open_stage(settings: EvalSettings, model: ChatModel, say: Say) -> Stage:
    """Load the city, build what is missing, fit the reader. Raises KnowledgeError."""
    city = load_city(ROOT / "knowledge" / "city" / settings.city)
    corpus = ROOT / "knowledge" / "corpus" / settings.city
    say("打开向量模型")
    embedder = open_embedder(settings.embedder, threads=settings.embedder_threads)
    folder = settings.work_dir / f"corpus-{corpus_hash(corpus)}"
    knowledge = open_base(folder, settings.work_dir, embedder)
    knowledge.add([corpus], lambda done, total, path: say(f"导入 {done}/{total} {path.name}"))
    if knowledge.status().stale:
        knowledge.publish(lambda done, total: say(f"建立索引 {done}/{total}"))
    say("学习城市数据包")
    kept = CachedEmbedder(embedder, vectors_file(settings.work_dir))
    try:
        reader = TicketReader.fit(city, kept)
    finally:
        kept.close()
    return Stage(
        city=city,
        geocoder=Geocoder(city),
        embedder=embedder,
        knowledge=knowledge,
        reader=reader,
        basis=load_basis(corpus.parent / "basis" / f"{settings.city}.csv"),
        index_hash=index_hash(folder / "index"),
        model=model,
        model_timeout=settings.llm_timeout,
    )


def open_base(
    folder: Path, work_dir: Path, embedder: Embedder, *, keep_queries: bool = False
) -> KnowledgeBase:
    """A base of its own in `folder`; vectors are shared among all evaluations.

    keep_queries: queries' vectors are kept on disk too, where the same are asked again and not timed.
    """
    cached = CachedEmbedder(embedder, vectors_file(work_dir))
    queries = cached if keep_queries else embedder
    return KnowledgeBase(Store(folder / "knowledge.sqlite"), folder / "index", cached, queries, now)


def vectors_file(work_dir: Path) -> Path:
    return work_dir / "vectors.sqlite"


def corpus_hash(corpus: Path) -> str:
    """12 hex digits over names and bytes of the corpus files."""
    digest = sha256()
    for path in sorted(file for file in corpus.rglob("*") if file.is_file()):
        digest.update(f"{path.relative_to(corpus).as_posix()}\0".encode())
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def index_hash(index: Path) -> str:
    """12 hex digits over the sums of the published generation's files."""
    return current_manifest(index).digest[:12]


def model_at(llm: str, settings: EvalSettings, say: Say) -> tuple[ChatModel, str]:
    """The model --llm names and its name; `auto` takes what answers, or runs without and says so.

    Raises ServiceMissing for an address that was asked for and does not answer.
    """
    if llm == "off":
        return NoModel(), "off"
    wanted = None if llm == "auto" else llm
    url = wanted or settings.llm_base_url or f"http://127.0.0.1:{settings.llm_port}/v1"
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else "none"
    try:
        listed = _models(url, key)
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        if wanted or settings.llm_base_url:
            raise ServiceMissing(url, f"{type(error).__name__} {error}") from error
        say(f"模型服务 {url} 没有应答，按规则评测（--llm off）")
        return NoModel(), "off"
    name = settings.llm_model or listed[0]
    room = settings.llm_thinking_tokens
    return OpenAIChatModel(ModelSettings(base_url=url, model=name, api_key=key, thinking_tokens=room)), name


def _models(url: str, key: str) -> Sequence[str]:
    answer = httpx.get(
        f"{url.rstrip('/')}/models", headers={"Authorization": f"Bearer {key}"}, timeout=PROBE_S
    )
    answer.raise_for_status()
    names = [str(model["id"]) for model in answer.json()["data"]]
    if not names:
        raise ValueError("服务未列出任何模型")
    return names
