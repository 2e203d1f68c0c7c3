"""What a person approved for nearly the same words is evidence; nothing else of the past is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from agents.triage.past import PastTicket
from agents.triage.reader import TicketReader
from agents.triage.recent import Recent

ANGLES = {"路灯坏了": 0.0, "路灯不亮": 0.3, "井盖松了": 0.6}
"""Each text is a direction: the cosine of two texts is that of the angle between them (0.3 -> 0.96, 0.6 -> 0.83)."""


class Directions:
    fingerprint = "directions"
    dimension = 2

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        return np.array([[np.cos(ANGLES[t]), np.sin(ANGLES[t])] for t in texts], np.float32)

    embed_documents = embed_queries


@pytest.fixture
def reader() -> TicketReader:
    """One that was taught nothing: comparing needs the vectors alone."""
    nothing: Any = None
    return TicketReader(
        city=nothing,
        catalogue=nothing,
        types=nothing,
        urgencies=nothing,
        units=nothing,
        detector=nothing,
        vectors=Recent(Directions()),
    )


PART: Any = {"start": 0, "end": 4, "scores": {"A": 0.5, "B": 0.3, "C": 0.1}}
PAST = PastTicket(
    ticket_id="T0",
    created_at=datetime(2026, 5, 17, tzinfo=UTC),
    phone=None,
    text="路灯坏了",
    ticket_type="求助",
    emergency=False,
    category_codes=("B",),
    place_ids=(),
    streets=(),
    duplicate_of=None,
    cluster_id=None,
    closed=False,
    approved=True,
)


def ranked(reader: TicketReader, *past: PastTicket) -> list[str]:
    (part,) = reader.with_similar([PART], "路灯坏了", past)
    assert sum(part["scores"].values()) == pytest.approx(sum(PART["scores"].values()))
    return sorted(part["scores"], key=lambda code: -part["scores"][code])


def test_an_approved_ticket_of_like_words_lifts_its_row(reader: TicketReader) -> None:
    assert ranked(reader, PAST) == ["B", "A", "C"]
    assert ranked(reader, replace(PAST, text="路灯不亮")) == ["B", "A", "C"]


@pytest.mark.parametrize(
    "other",
    [
        replace(PAST, approved=False),
        replace(PAST, text="井盖松了"),
        replace(PAST, category_codes=("B", "C")),
        replace(PAST, category_codes=("Z",)),
    ],
)
def test_nothing_else_counts(reader: TicketReader, other: PastTicket) -> None:
    assert ranked(reader, other) == ["A", "B", "C"]


def test_many_of_one_kind_count_once_and_the_nearest_wins(reader: TicketReader) -> None:
    near, far = replace(PAST, category_codes=("C",)), replace(PAST, text="路灯不亮")
    assert ranked(reader, far, far, far, near)[0] == "C"
    (once,) = reader.with_similar([PART], "路灯坏了", [PAST])
    (often,) = reader.with_similar([PART], "路灯坏了", [PAST] * 9)
    assert once == often


def test_without_parts_or_past_nothing_is_compared(reader: TicketReader) -> None:
    assert reader.with_similar([], "没见过的字", [PAST]) == []
    assert reader.with_similar([PART], "没见过的字", []) == [PART]
