"""Emergencies and special routes in citizens' words, by cue and by meaning. No language model is waited for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from agents.triage.learned import Vectors
from agents.triage.routes import NONE, RouteModel
from agents.triage.speech import clauses
from agents.triage.state import Alert
from knowledge.city import City
from knowledge.embedding import Embedder

CERTAIN: Final = 0.85
"""Probability from which a meaning speaks for itself; below it a person is asked to look again."""

THRESHOLDS: Final[Mapping[str, float]] = {"R1": 0.3, "R2": 0.4, "R3": 0.5, "R4": 0.4, "R5": 0.4, "R6": 0.4}


@dataclass(frozen=True)
class Detection:
    """`alerts`: most dangerous first. `scores`: probability of each route. `note`: which cues spoke for and against."""

    alerts: list[Alert]
    scores: dict[str, float]
    note: str


@dataclass(frozen=True)
class RouteDetector:
    city: City
    routes: RouteModel
    numbers: RouteModel

    @classmethod
    def fit(cls, city: City, embedder: Embedder) -> "RouteDetector":
        """Learn the pack. Urgent utterances that name no route are left out: nobody said whether they are R1."""
        calm = [u.text for u in city.utterances if u.urgency != list(city.urgency_classes)[-1]]
        texts = [*(u.text for u in city.route_utterances), *calm]
        labels = [*(u.route or NONE for u in city.route_utterances), *[NONE] * len(calm)]
        vectors = embedder.embed_queries(texts)
        called = [i for i, u in enumerate(city.route_utterances) if u.number]
        return cls(
            city=city,
            routes=RouteModel.fit(texts, vectors, labels),
            numbers=RouteModel.fit(
                [texts[i] for i in called],
                vectors[called],
                [str(city.route_utterances[i].number) for i in called],
            ),
        )

    def detect(self, text: str, vector: Vectors) -> Detection:
        """`text` without commands to the system; `vector`: (dimension,), of the same text."""
        row = self.routes.probabilities([text], vector[None, :])[0]
        scores = dict(zip(self.routes.labels, row.tolist(), strict=True))
        alerts = [
            self._alert(route, text, vector, scores[route])
            for route in sorted(scores, key=lambda r: (r != "R1", -scores[r]))
            if route != NONE and scores[route] >= THRESHOLDS[route] and (route in ("R1",) or route != "R3")
        ]
        return Detection(alerts, scores, "")

    def _alert(self, route: str, text: str, vector: Vectors, score: float) -> Alert:
        number, also = None, list[str]()
        if route == "R1":
            row = self.numbers.probabilities([text], vector[None, :])[0]
            number = self.numbers.labels[int(row.argmax())]
        said = self.city.special_routes[route]
        return {
            "route": route,
            "number": number,
            "also": also,
            "name": said.name,
            "advice": f"{said.channel}。{said.confirm_what}",
            "evidence": self._evidence(route, text),
            "certain": score >= CERTAIN,
            "how": "meaning",
        }

    def _evidence(self, route: str, text: str) -> str:
        parts = [clause.text.strip() for clause in clauses(text) if clause.text.strip()]
        return parts[0] if parts else text
