"""What each means is worth, alone and together: every row of the table is a way to rank, all on unseen questions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.context import vectors_file
from evals.measure import Measure, Measured, Tally, pool
from evals.retrieval.crossval import (
    arranged,
    lessons,
    pose_all,
    ranked,
    reciprocal,
    summed,
)  # fmt: skip
from evals.retrieval.folds import FOLDS, grouped_folds, random_folds
from evals.retrieval.laws import Question
from evals.retrieval.material import Material, prepare
from evals.retrieval.ranking import tallies
from knowledge.base import KnowledgeBase
from knowledge.embedding import Embedder
from knowledge.embedding_cache import CachedEmbedder
from knowledge.index.ranked import Rows
from knowledge.store import Store

PASSES = 3 * FOLDS
"""How often `ways` reports progress."""
JUDGED = ("recall_10", "mrr_10")
GROUPS = {
    "lexical": "字面检索",
    "dense": "语义检索",
    "fused": "融合（随机五折）",
    "grouped": "融合（无共同法条的五折）",
}


@dataclass(frozen=True)
class Way:
    """A way to rank. leg: which block of the table. lists: rows of each question, best first."""

    leg: str
    label: str
    lists: Sequence[Rows]


@dataclass(frozen=True)
class Row:
    """A way measured. gains: measure -> relative gain over the best plain leg, with its interval."""

    way: Way
    measured: Sequence[Measured]
    gains: Mapping[str, tuple[float, float, float]]

    def as_json(self) -> dict[str, object]:
        return {
            "leg": self.way.leg,
            "way": self.way.label,
            "measures": [one.as_json() for one in self.measured],
            "gains": {name: list(told) for name, told in self.gains.items()},
        }


def ways(material: Material, progress: Callable[[], None]) -> list[Way]:
    """All rows of the table; those of one leg first, then fused, then with groups of questions held out together."""
    folds = random_folds(len(material.questions))
    untaught = lessons(material, folds, False, progress)
    taught = lessons(material, folds, True, progress)
    before = pose_all(material, folds, untaught, glossary=False)
    worded = pose_all(material, folds, untaught)
    adapted = pose_all(material, folds, taught, glossary=False)
    full = pose_all(material, folds, taught)
    return [
        Way("lexical", "字面", [one.lexical.rows for one in before]),
        Way("lexical", "字面＋词表", [one.lexical.rows for one in worded]),
        Way("dense", "语义", [one.dense.rows for one in before]),
        Way("dense", "语义＋问句映射", [one.dense.rows for one in full]),
        Way("fused", "倒数排名融合（原系统）", reciprocal(before)),
        Way("fused", "标准分之和", summed(before)),
        Way("fused", "标准分之和＋词表", summed(worded)),
        Way("fused", "标准分之和＋问句映射", summed(adapted)),
        Way("fused", "标准分之和＋词表＋问句映射", summed(full)),
        Way("fused", "排序器（不带法律先验、词表、映射）", ranked(before, folds, ("asked",))),
        Way("fused", "排序器＋法律先验", ranked(before, folds)),
        Way("fused", "排序器＋词表", ranked(worded, folds, ("asked",))),
        Way("fused", "排序器＋问句映射", ranked(adapted, folds, ("asked",))),
        Way("fused", "全部，去掉法律先验", ranked(full, folds, ("asked",))),
        Way("fused", "全部", ranked(full, folds)),
        Way("fused", "全部＋效力顺序", arranged(material, full, folds)),
        *_grouped(material, progress),
    ]


def _grouped(material: Material, progress: Callable[[], None]) -> list[Way]:
    folds = grouped_folds(material.questions)
    taught = lessons(material, folds, True, progress)
    posed = pose_all(material, folds, taught)
    return [
        Way("grouped", "语义＋问句映射", [one.dense.rows for one in posed]),
        Way("grouped", "标准分之和＋词表＋问句映射", summed(posed)),
        Way("grouped", "全部，去掉法律先验", ranked(posed, folds, ("asked",))),
        Way("grouped", "全部", ranked(posed, folds)),
        Way("grouped", "全部＋效力顺序", arranged(material, posed, folds)),
    ]


def measured(material: Material, way: Way) -> list[dict[str, Tally]]:
    """Of each question its tallies, under the leg's name."""
    return [
        tallies(way.leg, list(dict.fromkeys(material.keys[row] for row in rows.tolist())), question.wanted)
        for rows, question in zip(way.lists, material.questions, strict=True)
    ]


def table(material: Material, progress: Callable[[], None]) -> list[Row]:
    """Every way measured; gains are over the best single leg with nothing added, each measure's own."""
    every = [(way, measured(material, way)) for way in ways(material, progress)]
    plain = [_values(tallied, way.leg) for way, tallied in every if way.label in ("字面", "语义")]
    rows: list[Row] = []
    for way, tallied in every:
        values = _values(tallied, way.leg)
        gains = {
            name: gain(values[name], max((one[name] for one in plain), key=lambda one: float(one.mean())))
            for name in JUDGED
        }
        pooled = [pool(Measure(key, key, "mean"), [one[key] for one in tallied]) for key in tallied[0]]
        rows.append(Row(way, pooled, gains))
    return rows


def _values(tallied: Sequence[dict[str, Tally]], leg: str) -> dict[str, NDArray[np.float64]]:
    return {name: np.array([one[f"{leg}_{name}"].hits for one in tallied]) for name in JUDGED}


def gain(new: NDArray[np.float64], old: NDArray[np.float64]) -> tuple[float, float, float]:
    """Relative gain of means over the same questions, with its 95 % interval by resampling questions."""
    draws = np.random.default_rng(0).integers(0, len(new), (2000, len(new)))
    ratios = new[draws].mean(axis=1) / np.maximum(old[draws].mean(axis=1), 1e-9) - 1
    low, high = np.percentile(ratios, [2.5, 97.5])
    return float(new.mean() / max(float(old.mean()), 1e-9) - 1), float(low), float(high)


def prepared(
    base: KnowledgeBase, folder: Path, questions: Sequence[Question], embedder: Embedder, work_dir: Path
) -> Material:
    """Material over a built base in `folder`. Raises KnowledgeError."""
    cached, store = CachedEmbedder(embedder, vectors_file(work_dir)), Store(folder / "knowledge.sqlite")
    try:
        return prepare(base, store, questions, cached)
    finally:
        store.close()
        cached.close()
