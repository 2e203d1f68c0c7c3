"""What differs between two briefings, sentence by sentence: versions of one, or an issue and the next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from agents.briefing.decision import Briefing
from agents.briefing.places import TITLE, lines
from knowledge.versions.align import Article, align
from knowledge.versions.diff import Span, spans_of


@dataclass(frozen=True)
class Difference:
    """One place. path: in the newer briefing, of a removed one in the older. spans as in knowledge.versions.diff."""

    path: str
    part: str
    kind: Literal["added", "removed", "changed"]
    old: str
    new: str
    spans: tuple[Span, ...]


def diff(older: Briefing, newer: Briefing) -> tuple[Difference, ...]:
    """Places that say something else, in the newer one's order; equal ones are left out.

    Places of versions of one briefing are paired by path; else sentences are paired by what they say.
    """
    versions = older.briefing_id == newer.briefing_id
    pair = _by_path if versions else _by_words
    found = list(_title(older, newer))
    old_parts = {part.key: part for part in older.parts}
    for part in newer.parts:
        before = old_parts.pop(part.key, None)
        old = [(path, line.text) for path, line in lines(before)] if before else []
        new = [(path, line.text) for path, line in lines(part)]
        found += [one for one in pair(part.key, old, new) if one.old != one.new]
    for part in old_parts.values():
        found += [_difference(path, part.key, line.text, "") for path, line in lines(part) if line.text]
    return tuple(found)


Told = Sequence[tuple[str, str]]
"""Path and words, in order."""


def _title(older: Briefing, newer: Briefing) -> Iterator[Difference]:
    if older.title != newer.title:
        yield _difference(TITLE, TITLE, older.title, newer.title)


def _by_path(part: str, old: Told, new: Told) -> Iterator[Difference]:
    before = dict(old)
    for path, text in new:
        yield _difference(path, part, before.pop(path, ""), text)
    yield from (_difference(path, part, text, "") for path, text in before.items())


def _by_words(part: str, old: Told, new: Told) -> Iterator[Difference]:
    """Empty cells and dashes tell nothing to pair by."""
    old, new = ([one for one in told if len(one[1]) > 1] for told in (old, new))
    pairs = align([Article("", text) for _, text in old], [Article("", text) for _, text in new])
    for was, now in pairs:
        path = new[now][0] if now is not None else old[was or 0][0]
        yield _difference(
            path, part, old[was][1] if was is not None else "", new[now][1] if now is not None else ""
        )


def _difference(path: str, part: str, old: str, new: str) -> Difference:
    kind = "changed" if old and new else "added" if new else "removed"
    return Difference(path, part, kind, old, new, tuple(spans_of(old, new)))
