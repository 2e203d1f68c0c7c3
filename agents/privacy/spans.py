"""Pieces of personal data in a text, and which of two overlapping finds is kept."""

from collections.abc import Iterable
from dataclasses import dataclass

from agents.triage.decision import PiiKind

# How sure a find of each kind is: a checked digit beats a pattern, a pattern beats a guess from context.
CERTAINTY: dict[PiiKind, int] = {
    "id_card": 6,
    "bank_card": 5,
    "email": 5,
    "phone": 4,
    "plate": 3,
    "address": 2,
    "name": 1,
}


@dataclass(frozen=True)
class PiiSpan:
    """`text == original[start:end]`; offsets count characters of the original text."""

    kind: PiiKind
    text: str
    start: int
    end: int


def span(kind: PiiKind, text: str, start: int, end: int) -> PiiSpan:
    return PiiSpan(kind, text[start:end], start, end)


def without_overlaps(found: Iterable[PiiSpan]) -> tuple[PiiSpan, ...]:
    """The most certain first, then the longest; what touches a kept span is dropped. In order of the text."""
    kept: list[PiiSpan] = []
    for item in sorted(set(found), key=lambda s: (-CERTAINTY[s.kind], s.start - s.end, s.start)):
        if all(item.end <= other.start or other.end <= item.start for other in kept):
            kept.append(item)
    return tuple(sorted(kept, key=lambda s: s.start))
