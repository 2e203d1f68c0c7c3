"""Real questions over real laws through the real knowledge base: each leg alone, and both fused.

Embedding the whole corpus takes an hour on two cores. Vectors are kept as they are made, so an interrupted build goes
on where it stopped.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rich.progress import Progress

from evals.context import index_hash, now, open_base
from evals.measure import Measured, pool_all
from evals.report import Item, Json, provenance
from evals.retrieval.ablation import PASSES, Row, prepared, table
from evals.retrieval.laws import Corpus, Question, article_key
from evals.retrieval.ranking import LEGS, MEASURES, tallies
from evals.settings import ROOT
from knowledge.base import KnowledgeBase
from knowledge.embedding import Embedder
from knowledge.finding.search import SearchHit

FUSED_TOP = 100
"""Keeps the search's own depth per leg (knowledge.finding.features.POOL): fused as the product fuses."""
LEG_TOP = 400
"""Deep enough that the first hundred of either leg are among the fused ones."""
STAMP = "files.txt"


@dataclass(frozen=True)
class Evaluated:
    head: Json
    measured: list[Measured]
    items: list[Item]

    def groups(self) -> list[tuple[str, list[Measured]]]:
        """Measures by leg, for the table."""
        return [
            (f"{label}检索", [one for one in self.measured if one.measure.key.startswith(leg)])
            for leg, label in LEGS.items()
        ]


def build(
    corpus: Corpus, work_dir: Path, embedder: Embedder, progress: Progress
) -> tuple[KnowledgeBase, Path]:
    """The index of the corpus, built as far as it is not; and its folder. Raises KnowledgeError."""
    folder = work_dir / (f"laws-{len(corpus.files)}" if corpus.partial else "laws")
    listing = "\n".join([readers_hash(), *(f"{path.name} {path.stat().st_size}" for path in corpus.files)])
    stamp = folder / STAMP
    made_alike = stamp.is_file() and stamp.read_text(encoding="utf-8") == listing
    if not made_alike and folder.is_dir():
        shutil.rmtree(folder)  # all of it can be made again, and its vectors lie beside it
    base = open_base(folder, work_dir, embedder, keep_queries=True)
    if not made_alike:
        reading = progress.add_task("导入法规", total=len(corpus.files))
        base.add(corpus.files, lambda done, total, path: progress.update(reading, completed=done))
        stamp.write_text(listing, encoding="utf-8")
    if base.status().stale:
        embedding = progress.add_task("计算向量", total=None)
        base.publish(lambda done, total: progress.update(embedding, completed=done, total=total))
    return base, folder


def readers_hash() -> str:
    """Of the code that makes clauses out of files: other code, other clauses."""
    folders = ("reading", "metadata", "structure")
    sources = [file for name in folders for file in sorted((ROOT / "knowledge" / name).rglob("*.py"))]
    return sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()


def evaluate(
    corpus: Corpus,
    questions: Sequence[Question],
    work_dir: Path,
    embedder: Embedder,
    progress: Progress,
    name: str = "STARD 开发集",
) -> Evaluated:
    """Build what is missing, then ask every question whose answer the corpus holds. Raises KnowledgeError.

    name: of the set of questions, for the report.
    """
    base, folder = build(corpus, work_dir, embedder, progress)
    held = articles_of(base)
    answerable = [question for question in questions if not corpus.partial or question.wanted & held]
    bar = progress.add_task("检索", total=len(answerable))
    items: list[Item] = []
    for question in answerable:
        items.append(ask(question, base))
        progress.advance(bar)
    clauses = base.status().indexed
    base.close()
    head = {
        "evaluation": "retrieval",
        **provenance(now()),
        "set": name,
        "synthetic": False,
        "partial": corpus.partial,
        "laws": len(corpus.files),
        "clauses": clauses,
        "questions": len(items),
        "questions_left_out": len(questions) - len(items),
        "answers_wanted": sum(len(question.wanted) for question in answerable),
        "answers_held": sum(len(question.wanted & held) for question in answerable),
        "embedder": embedder.fingerprint,
        "index": index_hash(folder / "index"),
    }
    return Evaluated(head, pool_all(MEASURES, [item.tallies for item in items]), items)


def ablate(
    corpus: Corpus, questions: Sequence[Question], work_dir: Path, embedder: Embedder, progress: Progress
) -> tuple[Json, list[Row]]:
    """Each means alone and together, by cross-validation over the questions. Raises KnowledgeError."""
    base, folder = build(corpus, work_dir, embedder, progress)
    bar = progress.add_task("学习与检验", total=PASSES)
    try:
        material = prepared(base, folder, questions, embedder, work_dir)
        rows = table(material, lambda: progress.advance(bar))
    finally:
        base.close()
    head = {
        "evaluation": "retrieval-ablation",
        **provenance(now()),
        "partial": corpus.partial,
        "clauses": len(material.keys),
        "questions": len(questions),
        "embedder": embedder.fingerprint,
        "index": index_hash(folder / "index"),
    }
    return head, rows


def articles_of(base: KnowledgeBase) -> frozenset[str]:
    """Keys of all articles the base holds."""
    clauses = (clause for document in base.documents() for clause in base.document(document.id)[2])
    return frozenset(article_key(clause.document, clause.article) for clause in clauses)


def ask(question: Question, base: KnowledgeBase) -> Item:
    """One question: tallies of every leg, and the first hits for a look at errors."""
    fused = [_key(hit) for hit in base.search(question.query, top=FUSED_TOP)]
    deep = base.search(question.query, top=LEG_TOP)
    ranked = {
        "lexical": _by_leg(deep, "lexical"),
        "dense": _by_leg(deep, "dense"),
        "fused": list(dict.fromkeys(fused)),
    }
    counted = {key: one for leg in LEGS for key, one in tallies(leg, ranked[leg], question.wanted).items()}
    detail = {"query": question.query, "wanted": sorted(question.wanted), "first": ranked["fused"][:10]}
    return Item(str(question.query_id), counted, detail)


def _by_leg(hits: Sequence[SearchHit], leg: str) -> list[str]:
    found = sorted((hit for hit in hits if leg in hit.legs), key=lambda hit: hit.legs[leg])
    return list(dict.fromkeys(_key(hit) for hit in found))


def _key(hit: SearchHit) -> str:
    return article_key(hit.document, hit.article)
