"""python -m evals.retrieval.train: learn ranker and adapter from all development questions and write them to knowledge.

What they are worth on unseen questions is measured by `python -m evals retrieval --ablation`, never here.
"""

import json
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress

from evals.retrieval.ablation import prepared
from evals.retrieval.crossval import FEATURES, lessons, pose_all
from evals.retrieval.fit import fit_ranker
from evals.retrieval.folds import random_folds
from evals.retrieval.laws import load_corpus, load_questions
from evals.retrieval.material import Lesson, Material, learn
from evals.retrieval.run import build
from evals.settings import ROOT, EvalSettings
from knowledge.embedding import open_embedder
from knowledge.finding.features import NAMES
from knowledge.finding.learned.model import ADAPTER, FOLDER, FORMAT, RANKER

DATA = ROOT.parent / "shared" / "data"
PLACES = 4
"""Decimals kept in ranker.json: plenty, and readable."""


def teach(material: Material) -> tuple[Lesson, list[float]]:
    """From all questions. The ranker's features come from adapters that have not seen the question."""
    everything = list(range(len(material.questions)))
    folds = random_folds(len(everything))
    posed = pose_all(material, folds, lessons(material, folds, True, lambda: None))
    weights = fit_ranker([one.features for one in posed], [one.right for one in posed])
    return learn(material, everything), weights.tolist()


def write(lesson: Lesson, weights: list[float], embedder: str, questions: int, folder: Path = FOLDER) -> None:
    """Both files, for this embedder only. Half precision: the scores change by less than a thousandth."""
    told = {
        "format": FORMAT,
        "embedder": embedder,
        "taught_by": f"STARD 开发集 {questions} 问；python -m evals.retrieval.train",
        "features": list(NAMES),
        "names_of_weights": list(FEATURES),
        "weights": [round(weight, PLACES) for weight in weights],
        "local": round(max(lesson.asked.values()), PLACES),
        "asked": {title: round(count, PLACES) for title, count in lesson.asked.items()},
    }
    (folder / RANKER).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    shift = lesson.adapter.shift.astype(np.float16)
    np.savez_compressed(folder / ADAPTER, shift=shift, embedder=np.array(embedder))


def main() -> None:
    settings, console = EvalSettings(), Console(stderr=True)
    questions = load_questions(DATA / "stard" / "queries_dev.jsonl")
    corpus = load_corpus(DATA / "laws", questions)
    embedder = open_embedder(settings.embedder, threads=settings.embedder_threads)
    with Progress(console=console) as progress:
        base, folder = build(corpus, settings.work_dir, embedder, progress)
    try:
        material = prepared(base, folder, questions, embedder, settings.work_dir)
        lesson, weights = teach(material)
    finally:
        base.close()
    write(lesson, weights, embedder.fingerprint, len(questions))
    console.print(
        f"已写入 {FOLDER}：{', '.join(f'{n} {w:.2f}' for n, w in zip(FEATURES, weights, strict=True))}"
    )


if __name__ == "__main__":
    main()
