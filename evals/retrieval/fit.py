"""Fitting the learned parts of finding: pure functions of arrays, seeded.

The adapter is a linear map of question vectors, kept near the identity, that makes the answers of a question likelier
than all other clauses of a pool (a softmax over cosines). The ranker is a linear score of candidates under which the
right ones are likelier than the rest of their list.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # pyright: ignore[reportMissingTypeStubs]

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

TEMPERATURE = 0.02
SHRINK = 0.01
"""Pulls the adapter towards the identity."""
STRENGTH = 0.8
"""How much of what was learned is used: less is a little worse on the questions' own kind and better on others."""
STEPS = 60
RATE = 0.001
RANKER_SHRINK = 0.01


@dataclass(frozen=True)
class Pool:
    """Clauses a question's answers compete with. vectors: (m, dimension). right[n]: places of question n's answers."""

    vectors: Floats
    right: Sequence[Places]


def fit_adapter(questions: Floats, pool: Pool, steps: int = STEPS) -> Floats:
    """(dimension, dimension): what to add, question @ shift. questions: (n, dimension), unit. By Adam."""
    wanted = np.zeros((len(questions), len(pool.vectors)), np.float32)
    for number, places in enumerate(pool.right):
        wanted[number, places] = 1 / max(len(places), 1)
    shift = np.zeros((questions.shape[1],) * 2, np.float32)
    mean, spread = np.zeros_like(shift), np.zeros_like(shift)
    for step in range(1, steps + 1):
        slope = _slope(questions, shift, pool.vectors, wanted) + 2 * SHRINK * shift
        mean = 0.9 * mean + 0.1 * slope
        spread = 0.999 * spread + 0.001 * slope**2
        shift -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
    return STRENGTH * shift


def _slope(questions: Floats, shift: Floats, clauses: Floats, wanted: Floats) -> Floats:
    moved = questions + questions @ shift
    length = np.linalg.norm(moved, axis=1, keepdims=True)
    unit = moved / length
    scores = (unit @ clauses.T) / TEMPERATURE
    scores -= scores.max(axis=1, keepdims=True)
    shares = np.exp(scores, out=scores)
    shares /= shares.sum(axis=1, keepdims=True)
    towards = ((shares - wanted) @ clauses) / (TEMPERATURE * len(questions))
    return questions.T @ ((towards - unit * (towards * unit).sum(axis=1, keepdims=True)) / length)


def fit_ranker(
    lists: Sequence[NDArray[np.float64]], right: Sequence[NDArray[np.bool_]]
) -> NDArray[np.float64]:
    """Weights of the features: of each question the (candidates, features), and which of them answer it.

    Questions none of whose answers is a candidate teach nothing.
    """
    taught = [number for number, marks in enumerate(right) if marks.any()]
    features = np.concatenate([lists[number] for number in taught])
    scale = features.std(axis=0) + 1e-6
    sizes = np.array([len(lists[number]) for number in taught])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(taught)), sizes)
    wanted = np.concatenate([right[number] / right[number].sum() for number in taught])
    standard = (features - features.mean(axis=0)) / scale

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = standard @ weights
        top = np.maximum.reduceat(scores, starts)
        shares = np.exp(scores - top[owner])
        sums = np.add.reduceat(shares, starts)
        missed = (top + np.log(sums)).sum() - wanted @ scores
        slope = standard.T @ (shares / sums[owner] - wanted)
        penalty = RANKER_SHRINK * weights
        return missed / len(taught) + penalty @ weights, slope / len(taught) + 2 * penalty

    found = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x, np.float64) / scale
