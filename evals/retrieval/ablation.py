"""What each means is worth, alone and together: every row of the table is a way to rank, all on unseen questions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.measure import Tally
from evals.retrieval.crossval import (
    Posed,
    arranged,
    lessons,
    pose_all,
    ranked,
    reciprocal,
    summed,
)  # fmt: skip
from evals.retrieval.folds import FOLDS, Folds, grouped_folds, random_folds
from evals.retrieval.material import Material
from evals.retrieval.ranking import tallies
from knowledge.index.ranked import Rows

DOCUMENT = ("document_mass", "document_count")
NEIGHBOURS = ("neighbour", "neighbours_best", "neighbours_mean")
RANK_IN_LAW = ("行政法规", "司法解释")


@dataclass(frozen=True)
class Way:
    """A way to rank. leg: which block of the table. lists: rows of each question, best first."""

    leg: str
    label: str
    lists: Sequence[Rows]


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
        *_without(full, folds),
        Way("fused", "全部", ranked(full, folds)),
        Way("fused", "全部＋效力顺序", arranged(material, full, folds)),
        *_grouped(material, progress),
    ]


def _without(full: Sequence[Posed], folds: Folds) -> list[Way]:
    """All means but one group of features."""
    groups = {"法律先验": ("asked",), "同法条文": DOCUMENT, "相邻条文": NEIGHBOURS, "效力层级": RANK_IN_LAW}
    return [Way("fused", f"全部，去掉{label}", ranked(full, folds, left)) for label, left in groups.items()]


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


def gain(new: NDArray[np.float64], old: NDArray[np.float64]) -> tuple[float, float, float]:
    """Relative gain of means over the same questions, with its 95 % interval by resampling questions."""
    draws = np.random.default_rng(0).integers(0, len(new), (2000, len(new)))
    ratios = new[draws].mean(axis=1) / np.maximum(old[draws].mean(axis=1), 1e-9) - 1
    low, high = np.percentile(ratios, [2.5, 97.5])
    return float(new.mean() / max(float(old.mean()), 1e-9) - 1), float(low), float(high)


PASSES = 3 * FOLDS
"""How often `ways` reports progress."""
