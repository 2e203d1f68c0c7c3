"""The numbers of a text, and whether evidence holds them: what stands in a cell is too short for more than that."""

import re
from collections.abc import Iterable, Iterator

from agents.judgment.decision import Evidence
from agents.judgment.numerals import digits
from knowledge.clause import HALF_WIDTH

_NUMBER = re.compile(r"\d+(?:[.:]\d+)*")
_PLACES = (0, 1, 2)


def numbers(text: str) -> Iterator[str]:
    """Numbers, times and clause numbers as written, half-width, without idle zeros: 68.60 is 68.6, 16:30 stays."""
    for found in _NUMBER.findall(digits(text.translate(HALF_WIDTH))):
        yield _plain(found)


def untraced(text: str, evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """Numbers that no cited evidence holds, in its words, its figures, its clause or its time."""
    wanted = list(dict.fromkeys(numbers(text)))
    if not wanted:
        return ()
    held: set[str] = set()
    for one in evidence:
        held.update(_held(one))
    return tuple(number for number in wanted if number not in held)


def _held(one: Evidence) -> Iterator[str]:
    for text in (one.text, one.clause, one.source):
        yield from numbers(text)
    for value, _ in one.figures:
        yield from (_plain(f"{value:.{places}f}") for places in _PLACES)


def _plain(written: str) -> str:
    if written.count(".") != 1 or ":" in written:
        return written
    return written.rstrip("0").rstrip(".")
