"""Linear models over a text's vector and its characters, fitted on what the city pack says people say.

They are small enough to be fitted at every start (seconds) from cached vectors, so there is no model file to go stale:
change the pack and the next start has learnt it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]

SPREAD = 20.0
"""Sentence vectors of the embedder lie close together: centred and spread, a linear model can tell them apart."""

LR_WEIGHT, SVC_WEIGHT, NEAR_WEIGHT = 0.7, 1.3, 0.5
TEMPERATURE = 1.2
"""Softens the pooled scores towards honest probabilities; chosen by how often the first candidate was right."""

SVC_SHARPNESS = 0.15
NEIGHBOURS = 40
NEAR_SHARPNESS = 0.05
TINY = 1e-5


def squeezed(text: str) -> str:
    """The text with runs of blanks as one: what was blanked out must weigh nothing."""
    return " ".join(text.split())


def softmax(scores: Floats) -> Floats:
    """Rows of scores to rows of probabilities."""
    exps = np.exp(scores - scores.max(axis=1, keepdims=True))
    return cast(Floats, exps / exps.sum(axis=1, keepdims=True))


def characters(highest: int) -> TfidfVectorizer:
    """Character n-grams up to `highest`: no word segmentation, so slips and dialect break little."""
    return TfidfVectorizer(analyzer="char", ngram_range=(1, highest), sublinear_tf=True, min_df=2)


@dataclass(frozen=True)
class CatalogueModel:
    """Which row of the dispatch catalogue a text belongs to. `codes` names the columns of every score matrix."""

    codes: tuple[str, ...]
    centre: Vectors
    dense: LogisticRegression
    chars: TfidfVectorizer
    lexical: LinearSVC
    near: Vectors
    near_codes: NDArray[np.int64]

    @classmethod
    def fit(cls, texts: Sequence[str], vectors: Vectors, codes: Sequence[str]) -> "CatalogueModel":
        names = np.unique(np.asarray(codes))
        centre = vectors.mean(axis=0)
        spread = (vectors - centre) * SPREAD
        chars = characters(3)
        grams = chars.fit_transform(texts)
        return cls(
            codes=tuple(str(name) for name in names),
            centre=centre,
            dense=LogisticRegression(C=0.1, max_iter=400).fit(spread, codes),
            chars=chars,
            lexical=LinearSVC(C=0.3).fit(grams, codes),
            near=_unit(spread),
            near_codes=np.searchsorted(names, np.asarray(codes)),
        )

    def probabilities(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """(n, codes): the pooled judgment of the three models."""
        spread = (vectors - self.centre) * SPREAD
        pooled = (
            LR_WEIGHT * np.log(self.dense.predict_proba(spread) + TINY)
            + SVC_WEIGHT * np.log(self.by_characters(texts) + TINY)
            + NEAR_WEIGHT * np.log(self._by_neighbours(_unit(spread)) + TINY)
        )
        return softmax(pooled / TEMPERATURE)

    def by_characters(self, texts: Sequence[str]) -> Floats:
        """(n, codes) from characters alone: cheap enough to ask about every piece of a text."""
        scores: Any = self.lexical.decision_function(self.chars.transform([squeezed(text) for text in texts]))
        return softmax(np.asarray(scores, np.float64) / SVC_SHARPNESS)

    def _by_neighbours(self, vectors: Vectors) -> Floats:
        nearness = vectors @ self.near.T
        votes = np.full((len(vectors), len(self.codes)), 1e-4)
        for row, values in enumerate(nearness):
            top = np.argpartition(-values, NEIGHBOURS)[:NEIGHBOURS]
            weight = np.exp((values[top] - values[top].max()) / NEAR_SHARPNESS)
            np.add.at(votes[row], self.near_codes[top], weight / weight.sum())
        return cast(Floats, votes / votes.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class LabelModel:
    """A few classes (ticket type, urgency, unit within a row) over the same two views of a text."""

    labels: tuple[str, ...]
    centre: Vectors
    dense: LogisticRegression
    chars: TfidfVectorizer
    lexical: LogisticRegression

    @classmethod
    def fit(cls, texts: Sequence[str], vectors: Vectors, labels: Sequence[str]) -> "LabelModel":
        centre = vectors.mean(axis=0)
        chars = characters(4)
        grams = chars.fit_transform(texts)
        dense = LogisticRegression(C=0.03, max_iter=800, class_weight="balanced")
        lexical = LogisticRegression(C=2.0, max_iter=800, class_weight="balanced")
        return cls(
            labels=tuple(sorted(set(labels))),
            centre=centre,
            dense=dense.fit((vectors - centre) * SPREAD, labels),
            chars=chars,
            lexical=lexical.fit(grams, labels),
        )

    def log_scores(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """(n, labels), summed log-probabilities of the two views; columns as `labels`."""
        dense = self.dense.predict_proba((vectors - self.centre) * SPREAD)
        lexical = self.lexical.predict_proba(self.chars.transform([squeezed(text) for text in texts]))
        return cast(Floats, np.log(dense + TINY) + np.log(lexical + TINY))


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return cast(Vectors, vectors / np.maximum(lengths, 1e-9))
