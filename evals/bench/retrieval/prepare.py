"""Laws and questions made ready for every contestant, once a corpus: parsed by us, embedded once, written out."""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

from evals.bench.retrieval.contestants import OUR_FOLDER
from evals.bench.retrieval.exchange import ADDED, PROBE, PROBE_ID, Exchange, Rows, Vectors
from evals.bench.retrieval.vault import Vault
from evals.context import now, vectors_file
from evals.retrieval.laws import Corpus, Question, article_key
from knowledge.base import KnowledgeBase, indexed_text
from knowledge.clause import Clause
from knowledge.embedding import Embedder
from knowledge.embedding_cache import CachedEmbedder
from knowledge.store import Indexable

SLICE = 512


@dataclass(frozen=True)
class Prepared:
    """base: the folder of our own contestant, its documents taken in. parsed: the file that says how long it took."""

    exchange: Exchange
    base: Path
    parsed: Path

    @property
    def parse_s(self) -> float:
        return float(self.parsed.read_text())


def prepare(
    corpus: Corpus,
    questions: Sequence[Question],
    work_dir: Path,
    spec: str,
    embedder: Embedder,
    progress: Progress,
) -> Prepared:
    """Everything the contestants read; what an earlier run finished is kept. Raises KnowledgeError."""
    folder = bench_folder(corpus, work_dir)
    prepared = Prepared(Exchange(folder / "exchange"), folder / OUR_FOLDER, folder / "parse_s")
    base = _take_in(corpus, prepared, embedder, progress)
    if prepared.exchange.finished:
        base.close()
        return prepared
    clauses = _rows(base)
    base.close()
    cache = CachedEmbedder(embedder, vectors_file(work_dir))
    exchange = prepared.exchange
    exchange.write("clauses", clauses, _embedded(cache, clauses.texts, progress))
    _write_added(exchange, folder, cache)
    asked = [*((str(question.query_id), question.query) for question in questions), (PROBE_ID, PROBE)]
    queries = Rows([one for one, _ in asked], [""] * len(asked), [text for _, text in asked])
    exchange.write("queries", queries, cache.embed_queries(queries.texts))
    cache.close()
    exchange.seal(spec, embedder.fingerprint, embedder.dimension)
    _fill_own_cache(prepared)
    return prepared


def bench_folder(corpus: Corpus, work_dir: Path) -> Path:
    name = f"laws-{len(corpus.files)}" if corpus.partial else "laws"
    return work_dir / "bench" / "retrieval" / name


def _take_in(corpus: Corpus, prepared: Prepared, embedder: Embedder, progress: Progress) -> KnowledgeBase:
    """Parse and store all laws, timed; begun anew when it was interrupted, so that the time is that of all."""
    if not prepared.parsed.is_file():
        shutil.rmtree(prepared.base, ignore_errors=True)
    base = KnowledgeBase.open(prepared.base, embedder, now)
    if not prepared.parsed.is_file():
        bar = progress.add_task("导入法规", total=len(corpus.files))
        begun = time.perf_counter()
        base.add(corpus.files, lambda done, total, path: progress.update(bar, completed=done))
        prepared.parsed.write_text(str(time.perf_counter() - begun))
    return base


def _rows(base: KnowledgeBase) -> Rows:
    """What is searched: all clauses but headings without words."""
    held = [clause for document in base.documents() for clause in base.document(document.id)[2]]
    clauses = [clause for clause in held if clause.kind != "heading"]
    return Rows(
        [clause.clause_id for clause in clauses],
        [article_key(clause.document, clause.article) for clause in clauses],
        [_text(clause) for clause in clauses],
    )


def _text(clause: Clause) -> str:
    """Everybody indexes what we index: title, heading and words."""
    return indexed_text(Indexable(0, clause.document, clause.article, clause.path, clause.text))


def _embedded(cache: CachedEmbedder, texts: Sequence[str], progress: Progress) -> Vectors:
    """Shortest first, as the product does it: only what no earlier run embedded costs time."""
    bar = progress.add_task("计算向量", total=len(texts))
    shortest_first = sorted(texts, key=len)
    for start in range(0, len(texts), SLICE):
        part = shortest_first[start : start + SLICE]
        cache.embed_documents(part)
        progress.advance(bar, len(part))
    return cache.embed_documents(texts)


def _write_added(exchange: Exchange, folder: Path, cache: CachedEmbedder) -> None:
    """The document that comes and goes, cut into clauses by the base itself, in a base of its own."""
    exchange.added_file.write_text(ADDED, encoding="utf-8")
    base = KnowledgeBase.open(folder / "probe", cache, now)
    base.add([exchange.added_file])
    rows = _rows(base)
    base.close()
    exchange.write("added", rows, cache.embed_documents(rows.texts))


def _fill_own_cache(prepared: Prepared) -> None:
    """Vectors are given to everyone: ours finds them in its cache, as after any restart."""
    own = CachedEmbedder(Vault(prepared.exchange), prepared.base / "vectors.sqlite")
    for name in ("clauses", "added"):
        own.embed_documents(prepared.exchange.rows(name).texts)
    own.close()
