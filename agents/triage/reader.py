"""Reading a ticket without a model: what it is about, of what type, how urgent, and what it resembles.

Everything here is learnt from the city pack: its catalogue rows and the utterances written for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.triage.detect import RouteDetector
from agents.triage.learned import CatalogueModel, LabelModel, Vectors, softmax
from agents.triage.past import PastTicket
from agents.triage.recent import Recent
from agents.triage.segments import Cut, best_cut, telling_words
from agents.triage.speech import reports
from agents.triage.state import Alert, Part
from agents.triage.units import UnitModel
from knowledge.city import CatalogueEntry, City, responsible_unit
from knowledge.embedding import Embedder

KEPT = 8
"""Candidates carried per demand."""

REPORT = "举报"
"""What a caller calls a report is one, whatever it sounds like: it shields them, and a needless shield harms nobody."""

TYPE_BONUS = 0.8
"""How much a row's usual ticket type counts beside the words, in log-probability."""

FIRST_SURE = 0.3
SECOND_SURE_ANNOUNCED = 0.4
SECOND_SURE = 0.75
SECOND_IN_WHOLE = 0.02
"""Probabilities from which a second matter counts as a demand of its own (precision before recall: an operator
adds a missed one more easily than they notice an invented one)."""


SIMILAR, SIMILAR_WEIGHT = 0.9, 1.0
"""Cosine from which an approved ticket speaks for its catalogue row, and how much it can add to a probability:
as much as certainty, where the words are the same. Measured in agents/README.md."""


@dataclass(frozen=True)
class Sited:
    district: str | None
    street: str | None


@dataclass(frozen=True)
class Reading:
    parts: list[Part]
    ticket_type: str
    type_scores: dict[str, float]
    urgency_scores: dict[str, float]


@dataclass(frozen=True)
class TicketReader:
    """Thread-safe after `fit`. Vectors of recent texts are remembered, so one ticket is embedded once."""

    city: City
    catalogue: CatalogueModel
    types: LabelModel
    urgencies: LabelModel
    units: UnitModel
    detector: RouteDetector
    vectors: Recent

    @classmethod
    def fit(cls, city: City, embedder: Embedder) -> "TicketReader":
        """Learn the pack; `embedder` should be a cached one: thousands of texts are embedded the first time."""
        told = [u.text for u in city.utterances]
        rows = [
            (text, entry.code)
            for entry in city.catalogue.values()
            for text in (*entry.example_cues, f"{entry.level3}，{entry.description}")
        ]
        texts = [*told, *(text for text, _ in rows)]
        vectors = embedder.embed_queries(texts)
        codes = [*(u.code for u in city.utterances), *(code for _, code in rows)]
        spoken = vectors[: len(told)]
        return cls(
            city=city,
            catalogue=CatalogueModel.fit(texts, vectors, codes),
            types=LabelModel.fit(told, spoken, [u.type for u in city.utterances]),
            urgencies=LabelModel.fit(told, spoken, [u.urgency for u in city.utterances]),
            units=UnitModel.fit(city, embedder.embed_queries([u.text for u in city.unit_utterances])),
            detector=RouteDetector.fit(city, embedder),
            vectors=Recent(embedder),
        )

    def alerts(self, text: str) -> list[Alert]:
        """Emergencies and special routes, most dangerous first."""
        return self.detector.detect(text, self.vectors.one(text)).alerts

    def repeat_score(self, text: str) -> float:
        """0..1: how much the words say 'the same matter again, nothing new'."""
        return self.detector.detect(text, self.vectors.one(text)).scores.get("R3", 0.0)

    def similarities(self, text: str, others: Sequence[str]) -> list[float]:
        """Cosine of a text to each of others."""
        if not others:
            return []
        return [float(value) for value in self.vectors.many(list(others)) @ self.vectors.one(text)]

    def read(self, text: str) -> Reading:
        """Demands with their candidates, type and urgency of the ticket's text."""
        parts = self._parts(text)
        row = self.city.catalogue[max(parts[0]["scores"], key=parts[0]["scores"].__getitem__)]
        vector = self.vectors.one(text)[None, :]
        types = self.types.log_scores([text], vector)
        types[0] += TYPE_BONUS * np.array([label == row.default_type for label in self.types.labels])
        type_scores = dict(zip(self.types.labels, softmax(types)[0].tolist(), strict=True))
        urgencies = softmax(self.urgencies.log_scores([text], vector))[0].tolist()
        return Reading(
            parts=parts,
            ticket_type=REPORT if reports(text) else max(type_scores, key=type_scores.__getitem__),
            type_scores=type_scores,
            urgency_scores=dict(zip(self.urgencies.labels, urgencies, strict=True)),
        )

    def with_similar(self, parts: list[Part], text: str, past: Sequence[PastTicket]) -> list[Part]:
        """Candidates with the weight of similar tickets that a person approved: what was decided is evidence."""
        decided = [item for item in past if item.approved and len(item.category_codes) == 1]
        if not decided or not parts:
            return parts
        votes: dict[str, float] = {}
        for item, value in zip(
            decided, self.similarities(text, [item.text for item in decided]), strict=True
        ):
            code, weight = item.category_codes[0], SIMILAR_WEIGHT * (value - SIMILAR) / (1 - SIMILAR)
            votes[code] = max(votes.get(code, 0.0), weight)
        return [_voted(part, votes) for part in parts]

    def unit(self, entry: CatalogueEntry, part: Part, text: str) -> str:
        """Main unit of a row for these words: the row's own, or the one its notes name for the case."""
        words = text[part["start"] : part["end"]]
        taken = self.units.exception(entry.code, entry.main_dept_id, words, self.vectors.one(words))
        chosen = entry.model_copy(update={"main_dept_id": taken}) if taken else entry
        sited = Sited(part["place"]["district"], part["place"]["street"])
        return responsible_unit(self.city, chosen, sited).dept_id

    def _parts(self, text: str) -> list[Part]:
        whole = self._scored(text, 0, len(text), self.vectors.one(text))
        cut = best_cut(text, self.catalogue)
        if cut is None:
            return [whole]
        first, second = self._pieces(text, cut)
        return [first, second] if _two_matters(whole, first, second, announced=cut.announced) else [whole]

    def _pieces(self, text: str, cut: Cut) -> tuple[Part, Part]:
        vectors = self.vectors.many([text[: cut.start], text[cut.start : cut.end]])
        return (
            self._scored(text, 0, cut.start, vectors[0]),
            self._scored(text, cut.start, cut.end, vectors[1]),
        )

    def _scored(self, text: str, start: int, end: int, vector: Vectors) -> Part:
        row = self.catalogue.probabilities([text[start:end]], vector[None, :])[0]
        top = np.argsort(-row)[:KEPT]
        a, b = telling_words(text, start, end, int(top[0]), self.catalogue)
        return {
            "start": start,
            "end": end,
            "said": (a, b),
            "evidence": text[a:b],
            "summary": text[a:b],
            "scores": {self.catalogue.codes[column]: float(row[column]) for column in top},
            "place": {},
        }


def _voted(part: Part, votes: dict[str, float]) -> Part:
    scores = {code: value + max(0.0, votes.get(code, 0.0)) for code, value in part["scores"].items()}
    total = sum(scores.values()) / sum(part["scores"].values())
    return {**part, "scores": {code: value / total for code, value in scores.items()}}


def _two_matters(whole: Part, first: Part, second: Part, *, announced: bool) -> bool:
    """Whether the two pieces are two demands: each is sure of itself, and the whole text knows of both."""
    one, two = (max(part["scores"].items(), key=lambda item: item[1]) for part in (first, second))
    if one[0][:4] == two[0][:4] or one[1] < FIRST_SURE:
        return False
    if announced:
        return two[1] >= SECOND_SURE_ANNOUNCED
    return two[1] >= SECOND_SURE and whole["scores"].get(two[0], 0.0) >= SECOND_IN_WHOLE
