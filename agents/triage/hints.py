"""What a text hints at, as numbers: each kind of harm and matter with the stance of its clause, the pack's cues, shape.

A fire denied and a fire told share every character but one or two. So each kind gives several features, one a
stance, and the model learns from the pack how much each of them weighs.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.triage.harms import AROUND, HARMS
from agents.triage.matters import MATTERS
from agents.triage.speech import Clause, Stance, clauses
from knowledge.city import EmergencyCue

_STANCES: Final[tuple[Stance, ...]] = ("told", "denied", "feared", "past", "settled")
_KINDS: Final = tuple((name, re.compile(pattern)) for name, pattern in (HARMS | AROUND | MATTERS).items())
_BY_NAME: Final = dict(_KINDS)
_USUAL: Final = 60  # characters of one plain telling
_MOST: Final = 2  # clauses that count for one feature
_MOST_SHAPE: Final = 4

Numbers = NDArray[np.float32]


@dataclass(frozen=True)
class Hints:
    """The pack's cue words, in the form the features need. Build once."""

    cues: re.Pattern[str]
    hard: re.Pattern[str]
    counter: re.Pattern[str]

    @classmethod
    def of(cls, cues: Sequence[EmergencyCue]) -> "Hints":
        return cls(
            _any(word for cue in cues for word in cue.cues),
            _any(word for cue in cues for word in cue.hard_cues),
            _any(word for cue in cues for word in cue.counter_cues),
        )

    def features(self, text: str) -> Numbers:
        """(n,) non-negative, small: 0 to 2 per kind and stance, 0 to 4 for the shape of the telling."""
        parts = clauses(text)
        seen = np.zeros((len(_KINDS), len(_STANCES)), np.float32)
        for row, (_, pattern) in enumerate(_KINDS):
            for clause in _saying(pattern, text, parts):
                seen[row, _STANCES.index(clause.stance)] += 1
        shape = np.array([*self._cued(parts), *_shape(text, parts, seen)], np.float32)
        return np.concatenate([np.minimum(seen, _MOST).ravel(), np.minimum(shape, _MOST_SHAPE)])

    def _cued(self, parts: Sequence[Clause]) -> tuple[float, ...]:
        told = [clause.text for clause in parts if clause.stance == "told"]
        return (
            float(sum(bool(self.cues.search(clause)) for clause in told)),
            float(sum(bool(self.hard.search(clause.text)) for clause in parts)),
            float(sum(bool(self.counter.search(clause.text)) for clause in parts)),
        )


def kinds_said(text: str, names: Iterable[str]) -> bool:
    """Whether some clause that denies nothing speaks of one of these kinds."""
    parts = clauses(text)
    return any(clause.stance != "denied" for name in names for clause in _saying(_BY_NAME[name], text, parts))


def _saying(kind: re.Pattern[str], text: str, parts: Sequence[Clause]) -> Iterator[Clause]:
    """The clauses in which a match of `kind` begins, each once; one pass over the text."""
    ends = [clause.end for clause in parts]
    last = -1
    for match in kind.finditer(text):
        at = bisect_right(ends, match.start())
        if at != last and at < len(parts):
            last = at
            yield parts[at]


def _shape(text: str, parts: Sequence[Clause], seen: Numbers) -> tuple[float, ...]:
    harms = seen[: len(HARMS), 0]
    return (
        float(text.count("！") + text.count("!")),
        float(text.count("？") + text.count("?")),
        float(text.count("…")),
        len(text) / _USUAL,
        float((harms > 0).sum()),
        float(harms.sum()) / max(1, len(parts)) * 2,
    )


def _any(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(set(words), key=len, reverse=True))) or r"(?!)")
