"""Which version of a document ends when: one pure function over all documents."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from knowledge.clause import number_key, title_key


@dataclass(frozen=True)
class Dated:
    """What validity needs of a document. work: equal for versions of one document."""

    id: str
    work: str
    title: str
    number: str
    effective: date | None
    repealed: date | None
    supersedes: tuple[str, ...]


@dataclass(frozen=True)
class End:
    """valid_to is the first day the document no longer stands; superseded_by what took its place."""

    valid_to: date | None = None
    superseded_by: str | None = None


def ends(documents: Iterable[Dated]) -> Mapping[str, End]:
    """The end of every document: the earliest of its next version, what supersedes it by name, its repeal.

    A document without a date is taken for older than any dated version of the same work and keeps no end of
    its own making: two undated versions don't end each other.
    """
    by_name: dict[str, list[Dated]] = defaultdict(list)
    everything = list(documents)
    for document in everything:
        for name in {document.work, title_key(document.title), number_key(document.number)} - {""}:
            by_name[name].append(document)
    found = {document.id: End(document.repealed) for document in everything}
    for newer in everything:
        if newer.effective is None:
            continue
        named = {title_key(name) for name in newer.supersedes} | {
            number_key(name) for name in newer.supersedes
        }
        for name in {newer.work, *named}:
            for older in by_name[name]:
                if _older(older, newer):
                    found[older.id] = _earlier(found[older.id], End(newer.effective, newer.id))
    return found


def _older(one: Dated, other: Dated) -> bool:
    if one.id == other.id or other.effective is None:
        return False
    return one.effective is None or one.effective < other.effective


def _earlier(one: End, other: End) -> End:
    """The earlier of two ends; a repeal, which names nothing, takes the successor's name from the other."""
    first, second = (one, other) if _day(one) <= _day(other) else (other, one)
    return End(first.valid_to, first.superseded_by or second.superseded_by)


def _day(end: End) -> date:
    return end.valid_to or date.max
