"""Which special route a text calls for, learnt from what the pack says people say.

Characters carry most of it: for six thousand short texts they told routes apart better than sentence vectors of the
embedded model did; the vectors add what is said in words never seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from agents.triage.learned import SPREAD, TINY, Floats, Vectors, characters, softmax

NONE = "none"


@dataclass(frozen=True)
class RouteModel:
    """`labels` names the columns of every score matrix: the routes, and NONE."""

    labels: tuple[str, ...]
    centre: Vectors
    dense: LogisticRegression
    chars: TfidfVectorizer
    lexical: LogisticRegression

    @classmethod
    def fit(cls, texts: Sequence[str], vectors: Vectors, labels: Sequence[str]) -> "RouteModel":
        centre = vectors.mean(axis=0)
        chars = characters(3)
        grams = chars.fit_transform(texts)
        dense = LogisticRegression(C=0.03, max_iter=400, class_weight="balanced")
        lexical = LogisticRegression(C=2.0, max_iter=400, class_weight="balanced")
        return cls(
            labels=tuple(sorted(set(labels))),
            centre=centre,
            dense=dense.fit((vectors - centre) * SPREAD, labels),
            chars=chars,
            lexical=lexical.fit(grams, labels),
        )

    def probabilities(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """(n, labels)"""
        dense = self.dense.predict_proba((vectors - self.centre) * SPREAD)
        lexical = self.lexical.predict_proba(self.chars.transform(texts))
        return softmax(np.log(dense + TINY) + np.log(lexical + TINY))
