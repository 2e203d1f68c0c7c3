"""Emergencies and special routes in citizens' words, by cue and by meaning. No language model is waited for.

A hard cue of the pack always alerts; another cue alerts unless its clause denies, fears or closes it, or stands with a
counter cue; meaning alerts above the threshold of its route. What only meaning found, and not clearly, is shown as
uncertain: a person looks again.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from agents.triage.cues import Cued, cued
from agents.triage.hints import Hints, kinds_said
from agents.triage.learned import TINY, LabelModel, Vectors, softmax
from agents.triage.routes import NONE, RouteModel
from agents.triage.speech import callers_words, clauses, says_safe
from agents.triage.state import Alert
from knowledge.city import City
from knowledge.embedding import Embedder

EMERGENCY: Final = "R1"
REPEAT: Final = "R3"

BORDERS: Final[Mapping[str, tuple[float, float]]] = {
    "R1": (-0.3, -0.3),
    "R2": (-0.6, -0.2),
    "R3": (-0.3, -0.3),
    "R4": (-0.6, -0.2),
    "R5": (-0.5, -0.2),
    "R6": (-0.8, -0.3),
}
"""Distance from the model's border where a route's alert begins: with words of the route's own matters, and without.
Recall first, the more so the dearer a miss; measured on held-out utterances (tests/agents/triage/test_detect.py)."""

MATTERS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "R2": ("court", "review", "petition", "graft", "disclosure"),
    "R4": ("whose", "secret"),
    "R5": ("elsewhere", "private", "errand"),
    "R6": ("bribe", "forge", "abuse", "threat", "tie_up"),
}

POOLED: Final[Mapping[str, float]] = {"R1": 0.0, "R2": -1.5, "R3": 0.0, "R4": -1.0, "R5": -1.0, "R6": -1.0}
"""Log-odds, pooled over both models, from which a meaning alerts."""

SECOND_WEIGHT: Final[Mapping[str, float]] = {"R1": 0.5}
"""How much the second model counts; 1 for routes not named. Of danger the first, which knows harms, knows more."""

SAID_SAFE: Final = 5.0
"""Log-odds taken from an emergency where the caller says that people are safe. Of the pack's 846 emergencies four say
so of somebody, and then another is in danger."""

CLEAR: Final = 3.0
"""Summed log-odds from which a meaning is certain."""

WITH_CUE: Final = -1.0
"""A soft cue counts where meaning at least allows it."""

SLOPE: Final = 4.0  # distance to probability
EVIDENCE_CLAUSES: Final = 40  # at most so many clauses are weighed for the telling one


@dataclass(frozen=True)
class Detection:
    """`alerts`: most dangerous first. `scores`: per route 0..1, from both models. `note`: cues for and against."""

    alerts: list[Alert]
    scores: dict[str, float]
    note: str


@dataclass(frozen=True)
class RouteDetector:
    """Immutable and safe between threads."""

    city: City
    routes: RouteModel
    second: LabelModel
    numbers: RouteModel

    @classmethod
    def fit(cls, city: City, embedder: Embedder) -> "RouteDetector":
        """Learn the pack (seconds, with cached vectors). What was written for the catalogue counts as no route."""
        calm = [u.text for u in city.utterances]
        texts = [*(u.text for u in city.route_utterances), *calm]
        labels = [*(u.route or NONE for u in city.route_utterances), *[NONE] * len(calm)]
        vectors = embedder.embed_queries(texts)
        hints = Hints.of(list(city.emergency_cues.values()))
        called = [i for i, u in enumerate(city.route_utterances) if u.number]
        spoken = [texts[i] for i in called]
        digits = [str(city.route_utterances[i].number) for i in called]
        return cls(
            city=city,
            routes=RouteModel.fit(texts, vectors, labels, hints),
            second=LabelModel.fit(texts, vectors, labels),
            numbers=RouteModel.fit(spoken, vectors[called], digits, hints),
        )

    def detect(self, text: str, vector: Vectors) -> Detection:
        """`text` without commands to the system; `vector`: (dimension,) of the same text.

        R3 gives a score but no alert: whether the matter was reported before only the history knows.
        """
        text = callers_words(text)
        vectors = vector[None, :]
        row = self.routes.scores([text], vectors)[0]
        away = {
            route: float(value) for route, value in zip(self.routes.labels, row, strict=True) if route != NONE
        }
        found = cued(text, self.city)
        odds = self._pooled({r: value - _border(r, text) for r, value in away.items()}, text, vectors)
        alerts = [*self._emergencies(text, vectors, away[EMERGENCY], odds[EMERGENCY], found)]
        rest = [r for r in odds if r not in (EMERGENCY, REPEAT) and odds[r] >= POOLED[r]]
        for route in sorted(rest, key=lambda r: -odds[r]):
            alerts.append(self._alert(route, text, certain=odds[route] >= CLEAR))
        scores = {route: 1 / (1 + math.exp(-value / 2)) for route, value in odds.items()}
        return Detection(alerts, scores, "；".join(hit.note for hit in found))

    def _pooled(self, over: dict[str, float], text: str, vectors: Vectors) -> dict[str, float]:
        """Log-odds of each route, summed over the two models."""
        odds = {route: SLOPE * value for route, value in over.items()}
        row = softmax(self.second.log_scores([text], vectors))[0]
        for route, told in zip(self.second.labels, row.tolist(), strict=True):
            if route in odds:
                odds[route] += SECOND_WEIGHT.get(route, 1.0) * math.log((told + TINY) / (1 - told + TINY))
        if says_safe(text):
            odds[EMERGENCY] -= SAID_SAFE
        return odds

    def _emergencies(
        self, text: str, vectors: Vectors, away: float, odds: float, found: list[Cued]
    ) -> list[Alert]:
        """At most one alert for meaning, one for each cue of another number; by danger to life."""
        hits = [hit for hit in found if hit.hard or (hit.stands and away >= WITH_CUE)]
        means = odds >= POOLED[EMERGENCY]
        if not hits and not means:
            return []
        row = self.numbers.scores([text], vectors)[0]
        likely = self.numbers.labels[int(np.argmax(row))]
        matching = [hit for hit in hits if hit.cue.number == likely]
        alert = self._alert(EMERGENCY, text, certain=bool(hits) or odds >= CLEAR)
        also = [hit.cue.number for hit in hits if hit.cue.number != likely]
        also += [number for hit in matching[:1] for number in hit.cue.also]
        if not means or (hits and hits[0].hard and not matching):
            likely, also = hits[0].cue.number, [*hits[0].cue.also, *also]
        evidence = (matching or hits)[0].clause if (matching or hits) else alert["evidence"]
        return [
            {
                **alert,
                "number": likely,
                "also": [number for number in dict.fromkeys(also) if number != likely],
                "advice": advice(likely),
                "evidence": evidence,
                "how": "rule" if hits else "meaning",
            }
        ]

    def _alert(self, route: str, text: str, *, certain: bool) -> Alert:
        said = self.city.special_routes[route]
        return {
            "route": route,
            "number": None,
            "also": [],
            "name": said.name,
            "advice": f"{said.channel}。{said.confirm_what}",
            "evidence": self._telling(route, text),
            "certain": certain,
            "how": "meaning",
        }

    def _telling(self, route: str, text: str) -> str:
        """The clause that speaks for the route most; an exact piece of the text."""
        parts = [c.text.strip() for c in clauses(text)[:EVIDENCE_CLAUSES] if c.text.strip()]
        if len(parts) < 2:
            return text.strip() or text
        column = self.routes.labels.index(route)
        return parts[int(np.argmax(self.routes.scores(parts, None)[:, column]))]


def _border(route: str, text: str) -> float:
    """Where this route begins for this text."""
    with_words, without = BORDERS[route]
    if with_words == without:
        return without
    return with_words if kinds_said(text, MATTERS_OF[route]) else without


ADVICE: Final[Mapping[str, str]] = {
    "110": "立即一键转接 110 或三方通话；问清位置和是否有人受伤，让来电人先到安全处，不挂断",
    "119": "立即一键转接 119；问清位置、有没有人被困，提醒先撤离、不返回取物，燃气不动开关，落电线不靠近",
    "120": "立即一键转接 120；问清位置、意识和呼吸，按急救指导先行施救，不挂断",
    "122": "立即一键转接 122，有伤者同时转 120；提醒开双闪、人撤到护栏外",
    "12395": "立即转接 12395 水上搜救并通报 110；问清水域、人数，提醒岸上的人不要下水，抛漂浮物",
}


def advice(number: str) -> str:
    """What the operator does at once."""
    return ADVICE.get(number, f"立即转接 {number}，不挂断")
