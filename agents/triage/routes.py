"""Which special route a text calls for, learnt from what the pack says people say.

One linear model over three views: characters, hints (`hints.py`), the text's vector. On texts of other writers the
hints carry most: they know who is harmed and whether it is denied, feared or over. The vector weighs little: the
embedded model's view of a long telling is a blur.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from agents.triage.hints import Hints
from agents.triage.learned import Floats, Vectors, characters

NONE: Final = "none"
HINT_WEIGHT: Final = 0.2
VECTOR_WEIGHT: Final = 1.0
LOOSENESS: Final = 0.3  # LinearSVC's C
LONGEST_GRAM: Final = 3


@dataclass(frozen=True)
class RouteModel:
    """`labels` names the columns of every score matrix. Scores are distances from the border: 0 is on it."""

    labels: tuple[str, ...]
    hints: Hints
    centre: Vectors
    chars: TfidfVectorizer
    border: LinearSVC

    @classmethod
    def fit(cls, texts: Sequence[str], vectors: Vectors, labels: Sequence[str], hints: Hints) -> "RouteModel":
        """Rare routes count as much as the common run: the classes are balanced."""
        chars = characters(LONGEST_GRAM)
        centre = cast(Vectors, vectors.mean(axis=0))
        grams = chars.fit_transform(texts)
        border = LinearSVC(C=LOOSENESS, class_weight="balanced")
        border.fit(_views(grams, texts, vectors - centre, hints), labels)
        return cls(tuple(str(label) for label in border.classes_), hints, centre, chars, border)

    def scores(self, texts: Sequence[str], vectors: Vectors | None) -> Floats:
        """(n, labels). Without vectors the texts are judged by their words alone."""
        width = len(self.centre)
        off = np.zeros((len(texts), width), np.float32) if vectors is None else vectors - self.centre
        views = _views(self.chars.transform(texts), texts, off, self.hints)
        return np.asarray(self.border.decision_function(views), np.float64)


def _views(grams: Any, texts: Sequence[str], off: Vectors, hints: Hints) -> Any:
    hinted = np.stack([hints.features(text) for text in texts]) * HINT_WEIGHT
    return hstack([grams, csr_matrix(hinted), csr_matrix(off * VECTOR_WEIGHT)]).tocsr()
