"""What changed from one version of a work to another, article by article.

`Diff` is what /api/knowledge/documents/{id}/diff returns and the page shows; `render` in versions/render.py is the
same for a terminal (pingji kb diff DOC --from DATE --to DATE).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from knowledge.clause import HALF_WIDTH, Clause, Document
from knowledge.versions.align import Article, align
from knowledge.versions.works import bare_title

ChangeKind = Literal["added", "removed", "changed", "moved", "same"]
SpanKind = Literal["same", "added", "removed"]
# Equal pieces shorter than this between two changes are shown as changed too: one reads words, not characters.
_ISLAND = 2


@dataclass(frozen=True)
class Span:
    """A piece of an article: in both versions, only in the new (added) or only in the old one (removed)."""

    kind: SpanKind
    text: str


@dataclass(frozen=True)
class Change:
    """One article. article: its number in the new version, of a removed one in the old.

    changed: other words; moved: the same words under another number or in another place; both keep the old number in
    old_article where it differs. spans: all of old and new, piece by piece, in reading order: without the added
    pieces they are the old text, without the removed ones the new; empty for kind "same".
    """

    article: str
    kind: ChangeKind
    old: str | None
    new: str | None
    spans: tuple[Span, ...] = ()
    old_article: str | None = None


@dataclass(frozen=True)
class Diff:
    """work: its title. older, newer: versions in force on the two days; None where none was (all added or removed)."""

    work: str
    older: Document | None
    newer: Document | None
    changes: tuple[Change, ...]


def compare(
    older: tuple[Document, Sequence[Clause]] | None, newer: tuple[Document, Sequence[Clause]] | None
) -> Diff:
    """The difference between two versions; None stands for a day without any. Any two documents can be compared."""
    before, after = older[1] if older else (), newer[1] if newer else ()
    told = newer or older
    return Diff(
        work=bare_title(told[0].metadata.title) if told else "",
        older=older[0] if older else None,
        newer=newer[0] if newer else None,
        changes=tuple(_changes(before, after)),
    )


def _changes(before: Sequence[Clause], after: Sequence[Clause]) -> Iterator[Change]:
    old, new = [_article(clause) for clause in before], [_article(clause) for clause in after]
    last = -1
    for i, j in align(old, new):
        if i is None and j is not None:
            text = after[j].text
            yield Change(after[j].article, "added", None, text, (Span("added", text),))
        elif i is not None and j is None:
            text = before[i].text
            yield Change(before[i].article, "removed", text, None, (Span("removed", text),))
        elif i is not None and j is not None:
            equal = old[i].body == new[j].body
            yield _pair(before[i], after[j], equal=equal, in_order=i > last)
            last = max(last, i)


def _pair(old: Clause, new: Clause, *, equal: bool, in_order: bool) -> Change:
    renumbered = old.article != new.article
    kind: ChangeKind = "changed" if not equal else "moved" if renumbered or not in_order else "same"
    spans = () if kind == "same" else tuple(spans_of(old.text, new.text))
    return Change(new.article, kind, old.text, new.text, spans, old.article if renumbered else None)


def spans_of(old: str, new: str) -> Iterator[Span]:
    """Pieces of both texts in reading order; what is removed stands before what is added in its place."""
    removed = added = ""
    pieces = _slid(list(_pieces(old, new)))
    for number, (kind, was, now) in enumerate(pieces):
        inside = 0 < number < len(pieces) - 1
        if kind == "same" and not (inside and len(now) < _ISLAND and now.isalnum()):
            yield from _spans(("removed", removed), ("added", added), ("same", now))
            removed = added = ""
        else:
            removed, added = removed + was, added + now
    yield from _spans(("removed", removed), ("added", added))


_Piece = tuple[SpanKind, str, str]


def _pieces(old: str, new: str) -> Iterator[_Piece]:
    """(same or not, old piece, new piece); equal ends are cut off first, which is most of the work."""
    limit = min(len(old), len(new))
    head = next((at for at in range(limit) if old[at] != new[at]), limit)
    limit -= head
    tail = next((at for at in range(limit) if old[-1 - at] != new[-1 - at]), limit)
    was, now = old[head : len(old) - tail], new[head : len(new) - tail]
    if head:
        yield "same", old[:head], new[:head]
    for tag, i, i_end, j, j_end in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        kind: SpanKind = "same" if tag == "equal" else "removed" if tag == "delete" else "added"
        yield kind, was[i:i_end], now[j:j_end]
    if tail:
        yield "same", old[len(old) - tail :], new[len(new) - tail :]


def _slid(pieces: list[_Piece]) -> list[_Piece]:
    """An insertion or deletion between equal pieces begins and ends at a mark or a line where it can.

    书记[员、司法技术人]员、翻译 reads 书记员、[司法技术人员、]翻译.
    """
    for at in range(1, len(pieces) - 1):
        (kind, was, now), (left, before, _), (right, after, _) = pieces[at], pieces[at - 1], pieces[at + 1]
        piece = was or now
        if left != "same" or right != "same" or (was and now):
            continue
        joined, size = before + piece + after, len(piece)
        low = high = len(before)
        while low > 0 and joined[low - 1] == joined[low - 1 + size]:
            low -= 1
        while high + size < len(joined) and joined[high] == joined[high + size]:
            high += 1
        start = max(range(low, high + 1), key=lambda one: _neat(joined, one, one + size))
        cut = joined[start : start + size]
        pieces[at - 1] = ("same", joined[:start], joined[:start])
        pieces[at] = (kind, cut if was else "", cut if now else "")
        pieces[at + 1] = ("same", joined[start + size :], joined[start + size :])
    return pieces


def _neat(text: str, start: int, end: int) -> int:
    """Higher where a piece stands between marks, line ends or the text's own ends."""
    bounds = (start == 0 or not text[start - 1].isalnum(), end == len(text) or not text[end - 1].isalnum())
    return 2 * bounds[0] + bounds[1]


def _spans(*pieces: tuple[SpanKind, str]) -> Iterator[Span]:
    yield from (Span(kind, text) for kind, text in pieces if text)


def _article(clause: Clause) -> Article:
    bare = re.sub(r"\s", "", clause.text.translate(HALF_WIDTH))
    return Article(clause.article, bare.removeprefix(clause.article.translate(HALF_WIDTH)))
