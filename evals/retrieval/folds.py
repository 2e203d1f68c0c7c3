"""Which questions are held out together: at random, or so that no article answers questions on both sides."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components  # pyright: ignore[reportMissingTypeStubs]

from evals.retrieval.laws import Question

FOLDS = 5
SEED = 20261125

Folds = NDArray[np.int64]


def random_folds(count: int) -> Folds:
    """(count,): the fold of each question, of near-equal sizes."""
    return np.random.default_rng(SEED).permutation(count) % FOLDS


def grouped_folds(questions: Sequence[Question]) -> Folds:
    """Questions that share an article, directly or through others, are in one fold."""
    articles = sorted({article for question in questions for article in question.wanted})
    place = {article: number for number, article in enumerate(articles, len(questions))}
    links = [(number, place[one]) for number, question in enumerate(questions) for one in question.wanted]
    ends = np.array(links).T
    size = len(questions) + len(articles)
    graph = coo_array((np.ones(len(links)), (ends[0], ends[1])), shape=(size, size))
    _, groups = connected_components(graph, directed=False)
    group = groups[: len(questions)]
    sizes = np.bincount(group)
    fold_of, held = np.zeros(len(sizes), np.int64), np.zeros(FOLDS, np.int64)
    for number in np.argsort(-sizes, kind="stable"):
        fold_of[number] = held.argmin()
        held[fold_of[number]] += sizes[number]
    return fold_of[group]
