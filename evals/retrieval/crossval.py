"""Every learned part judged on questions it has not seen: taught on four fifths, asked about the rest, in turn.

The ranker learns from features that are themselves made by adapters and counts which have not seen the question, so
that it does not trust them more than they deserve.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.retrieval.fit import Floats, fit_ranker
from evals.retrieval.folds import FOLDS, Folds
from evals.retrieval.material import Lesson, Material, learn
from knowledge.finding.features import DEEP, NAMES, POOL, Asked, Candidates, gather
from knowledge.finding.hierarchy import arrange
from knowledge.finding.learned import Ranker
from knowledge.finding.ranking import plain
from knowledge.finding.search import placed
from knowledge.index.ranked import Ranked, Rows

FEATURES = (*NAMES, "asked")
TIED = 20
"""How far down near-equal hits change places, as in a search for ten."""


@dataclass(frozen=True)
class Posed:
    """One question with all that ranks its candidates. lexical, dense: the legs. features: (candidates, FEATURES)."""

    lexical: Ranked
    dense: Ranked
    candidates: Candidates
    features: NDArray[np.float64]
    right: NDArray[np.bool_]


def lessons(material: Material, folds: Folds, adapt: bool, progress: Callable[[], None]) -> list[Lesson]:
    """Of each fold, what the questions outside it teach."""
    found: list[Lesson] = []
    for fold in range(FOLDS):
        found.append(learn(material, np.flatnonzero(folds != fold).tolist(), adapt))
        progress()
    return found


def pose(material: Material, place: int, lesson: Lesson, glossary: bool = True) -> Posed:
    """The question of that place, with what others taught."""
    words = (material.expanded if glossary else material.plain)[place]
    vector: Floats = lesson.adapter.apply(material.vectors[place : place + 1])[0]
    lexical, dense = material.view.lexical(words, DEEP), material.view.dense(vector, POOL)
    candidates = gather(material.view, lexical, dense, Asked(words, vector))
    ranker = Ranker(np.zeros(len(FEATURES)), lesson.asked, 0.0)
    features = ranker.features(candidates, material.catalogue)
    return Posed(lexical, dense, candidates, features, np.isin(candidates.rows, material.right[place]))


def pose_all(
    material: Material, folds: Folds, taught: Sequence[Lesson], glossary: bool = True
) -> list[Posed]:
    return [pose(material, place, taught[fold], glossary) for place, fold in enumerate(folds.tolist())]


def ranked(posed: Sequence[Posed], folds: Folds, leave_out: Sequence[str] = ()) -> list[Rows]:
    """Rows of each question by a ranker taught on the other folds. leave_out: features it does without."""
    return [
        _sorted(one.candidates, scores)
        for one, scores in zip(posed, _scores(posed, folds, leave_out), strict=True)
    ]


def arranged(material: Material, posed: Sequence[Posed], folds: Folds) -> list[Rows]:
    """As `ranked`, and near-equal clauses in the order of the law: what a search gives."""
    lists: list[Rows] = []
    for question, one, scores in zip(material.questions, posed, _scores(posed, folds, ()), strict=True):
        shares = np.exp(scores - scores.max(initial=-np.inf))
        order = np.lexsort((one.candidates.rows, -shares))
        rows = one.candidates.rows[order]
        pairs = list(zip(rows[:TIED].tolist(), shares[order][:TIED].tolist(), strict=True))
        first = arrange(placed(pairs, material.catalogue), question.query)
        lists.append(np.concatenate([np.array([hit.row for hit in first], np.int64), rows[TIED:]]))
    return lists


def summed(posed: Sequence[Posed]) -> list[Rows]:
    """By the plain mean of standard scores: nothing learned but, where posed so, the adapter."""
    return [_sorted(one.candidates, plain(one.candidates, True)) for one in posed]


def reciprocal(posed: Sequence[Posed], constant: int = 60, depth: int = 100) -> list[Rows]:
    """Reciprocal rank fusion: what the product did before."""
    lists: list[Rows] = []
    for one in posed:
        scores: dict[int, float] = {}
        for leg in (one.lexical, one.dense):
            for rank, row in enumerate(leg.rows[:depth].tolist(), 1):
                scores[row] = scores.get(row, 0.0) + 1 / (constant + rank)
        lists.append(np.array(sorted(scores, key=lambda row: (-scores[row], row)), np.int64))
    return lists


def _scores(posed: Sequence[Posed], folds: Folds, leave_out: Sequence[str]) -> list[NDArray[np.float64]]:
    kept = [number for number, name in enumerate(FEATURES) if name not in leave_out]
    lists = [one.features[:, kept] for one in posed]
    weights = []
    for fold in range(FOLDS):
        outside = np.flatnonzero(folds != fold).tolist()
        weights.append(
            fit_ranker([lists[place] for place in outside], [posed[place].right for place in outside])
        )
    return [features @ weights[fold] for features, fold in zip(lists, folds.tolist(), strict=True)]


def _sorted(candidates: Candidates, scores: NDArray[np.float64]) -> Rows:
    return candidates.rows[np.lexsort((candidates.rows, -scores))]
