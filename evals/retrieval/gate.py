"""python -m evals.retrieval.gate st:PATH: is a reranker worth its time here? Writes gate.json beside the model.

It is asked to improve what a search gives today, over the development questions. The deployed ranker was taught by
these questions, so the bar is, if anything, too high.
"""

from collections.abc import Sequence
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress, track

from evals.retrieval.ablation import gain
from evals.retrieval.laws import Question, article_key, load_corpus, load_questions
from evals.retrieval.ranking import CUT, recall, reciprocal_rank
from evals.retrieval.run import build
from evals.retrieval.train import DATA
from evals.settings import EvalSettings
from knowledge.base import KnowledgeBase
from knowledge.embedding import open_embedder
from knowledge.errors import KnowledgeError
from knowledge.finding.rerank import FIRST, CrossEncoderReranker, Gate, Reranker, reranker_path, write_gate


def measure(
    base: KnowledgeBase, questions: Sequence[Question], reranker: Reranker, embedder: str, say: Console
) -> Gate:
    """What reordering the first hits gains. Raises KnowledgeError."""
    before: list[tuple[float, float]] = []
    after: list[tuple[float, float]] = []
    for question in track(questions, "重排", console=say, disable=not say.is_terminal):
        hits = base.search(question.query, top=FIRST)
        keys = [article_key(hit.document, hit.article) for hit in hits]
        order = np.argsort(-reranker.scores(question.query, [hit.text for hit in hits]), kind="stable")
        for found, ranked in ((before, keys), (after, [keys[place] for place in order.tolist()])):
            unique = list(dict.fromkeys(ranked))
            found.append(
                (recall(unique, question.wanted, CUT), reciprocal_rank(unique, question.wanted, CUT))
            )
    old, new = np.array(before), np.array(after)
    recall_10, mrr_10 = gain(new[:, 0], old[:, 0]), gain(new[:, 1], old[:, 1])
    return Gate(
        reranker.fingerprint, embedder, len(questions), recall_10[0], recall_10[1], mrr_10[0], mrr_10[1]
    )


def main(spec: str, limit: Annotated[int | None, typer.Option(min=2, help="只用前 N 问")] = None) -> None:
    """检验一个重排模型；通过才会启用。"""
    settings, say = EvalSettings(), Console(stderr=True)
    try:
        path = reranker_path(spec)
        reranker = CrossEncoderReranker(path)
        questions = load_questions(DATA / "stard" / "queries_dev.jsonl", limit)
        corpus = load_corpus(DATA / "laws", questions)
        embedder = open_embedder(settings.embedder, threads=settings.embedder_threads)
        with Progress(console=say) as progress:
            base, _ = build(corpus, settings.work_dir, embedder, progress)
        gate = measure(base, questions, reranker, embedder.fingerprint, say)
        base.close()
    except KnowledgeError as error:
        say.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from error
    write_gate(path, gate)
    verdict = "通过，设 PINGJI_RERANKER 后启用" if gate.passed else "未通过，不会启用"
    say.print(f"{verdict}：R@10 {100 * gate.recall_10:+.1f}%，MRR@10 {100 * gate.mrr_10:+.1f}%")


if __name__ == "__main__":
    typer.run(main)
