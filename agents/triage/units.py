"""Which unit is the main one within a catalogue row: the row's own, or the one its notes name for the case told.

The notes' cases are data (`unit_rules.csv`), each with sentences where it holds and where it does not
(`utterances/units.csv`); per row a small model tells the cases apart.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from agents.triage.learned import SPREAD, Vectors, squeezed
from knowledge.city import City

SURE = 0.7
"""Probability from which a case of the notes takes the row from its own unit: a wrong exception costs a returned
order, a missed one an operator's glance at the notes."""


@dataclass(frozen=True)
class RowModel:
    """Which unit takes a case of one row: two views of its words."""

    chars: TfidfVectorizer
    lexical: LogisticRegression
    dense: LogisticRegression

    def probabilities(self, text: str, spread: Vectors) -> dict[str, float]:
        """Department -> probability: geometric mean of the two views."""
        lexical = self.lexical.predict_proba(self.chars.transform([squeezed(text)]))[0]
        pooled = np.sqrt(lexical * self.dense.predict_proba(spread[None, :])[0])
        return dict(zip(self.lexical.classes_.tolist(), (pooled / pooled.sum()).tolist(), strict=True))


@dataclass(frozen=True)
class UnitModel:
    """Rows whose notes name another main unit for some case."""

    centre: Vectors
    rows: Mapping[str, RowModel]

    @classmethod
    def fit(cls, city: City, vectors: Vectors) -> "UnitModel":
        """`vectors`: (n, dimension) of `city.unit_utterances`, in order."""
        places: defaultdict[str, list[int]] = defaultdict(list)
        for at, utterance in enumerate(city.unit_utterances):
            places[utterance.code].append(at)
        centre = vectors.mean(axis=0)
        spread = (vectors - centre) * SPREAD
        rows: dict[str, RowModel] = {}
        for code, chosen in places.items():
            texts = [squeezed(city.unit_utterances[at].text) for at in chosen]
            units = [city.unit_utterances[at].dept_id for at in chosen]
            if len(set(units)) > 1:
                rows[code] = _fit_row(texts, spread[chosen], units)
        return cls(centre, rows)

    def exception(self, code: str, own: str, text: str, vector: Vectors) -> str | None:
        """The unit that takes this case from the row's `own`, or None."""
        row = self.rows.get(code)
        if row is None:
            return None
        scores = row.probabilities(text, (vector - self.centre) * SPREAD)
        best = max(scores, key=scores.__getitem__)
        return best if best != own and scores[best] >= SURE else None


def _fit_row(texts: list[str], spread: Vectors, units: list[str]) -> RowModel:
    chars = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    lexical = LogisticRegression(C=5.0, max_iter=300, class_weight="balanced")
    dense = LogisticRegression(C=0.3, max_iter=300, class_weight="balanced")
    return RowModel(chars, lexical.fit(chars.fit_transform(texts), units), dense.fit(spread, units))
