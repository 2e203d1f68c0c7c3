"""Which version of a document ends when: one pure function over all documents."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.clause import number_key
from knowledge.versions.works import bare_title, name_key, version_order

_OWN_DAY = re.compile(r"^(?P<name>.+)（自(?P<day>\d{4}-\d{2}-\d{2})起）$")


@dataclass(frozen=True)
class Dated:
    """What validity needs of a document. work: equal for versions of one document; other fields as in Metadata.

    by_hand: a person set `repealed`; that day then stands, whatever documents say.
    """

    id: str
    work: str
    title: str
    number: str = ""
    region: str = ""
    issued: date | None = None
    effective: date | None = None
    since: date | None = None
    repealed: date | None = None
    by_hand: bool = False
    supersedes: tuple[str, ...] = ()

    @property
    def start(self) -> date | None:
        return self.effective or self.issued

    @property
    def order(self) -> tuple[date, date, int, str]:
        return version_order(self.issued, self.effective, self.title, self.id)


@dataclass(frozen=True)
class End:
    """valid_to: first day the document no longer stands. superseded_by: what took its place. reason: why."""

    valid_to: date | None = None
    superseded_by: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class Settled:
    """ends: of every document. notices: document id -> what people should look at, in Chinese."""

    ends: Mapping[str, End]
    notices: Mapping[str, tuple[str, ...]]


def settle(documents: Iterable[Dated]) -> Settled:
    """The end of every document: by hand if a person set it, else the earliest of its next version, a document that
    repeals it by name, and its own `repealed`.

    Every day at most one version of a work stands. Undated documents end no other and are older than dated versions.
    The result depends on the set of documents only, not on their order.
    """
    everything = sorted(documents, key=lambda one: one.order)
    found: dict[str, list[End]] = defaultdict(list)
    notices: dict[str, list[str]] = defaultdict(list)
    by_work: dict[str, list[Dated]] = defaultdict(list)
    for document in everything:
        by_work[document.work].append(document)
    for versions in by_work.values():
        _succeed(versions, found, notices)
    named = list(dict.fromkeys(_named(everything)))
    for newer, older, day in named:
        if _before(older, newer, day):
            same = bare_title(older.title) == bare_title(newer.title)
            found[older.id].append(End(day, newer.id, "successor" if same else "repealed"))
    for one, other in _mutual(named, found):
        notices[one.id].append(
            f"与《{other.title}》（{other.id}）互相声明废止对方，日期分不出先后，两者都保留"
        )
    ends = {document.id: _end(document, found[document.id]) for document in everything}
    return Settled(ends, {identity: tuple(said) for identity, said in notices.items()})


def _succeed(versions: Sequence[Dated], found: dict[str, list[End]], notices: dict[str, list[str]]) -> None:
    """Each version ends when the first of those issued after it takes effect, be that before its own effect."""
    next_one: Dated | None = None
    for older in reversed(versions):
        day = next_one.start if next_one else None
        if next_one and day:
            end = max(day, older.start) if older.start else day
            found[older.id].append(End(end, next_one.id, "successor"))
            if older.start == day:
                notices[older.id].append(
                    f"与《{next_one.title}》（{next_one.id}）是同一文件的同日版本，以后者为准"
                )
        if older.start and (day is None or older.start < day):
            next_one = older


def _named(everything: Sequence[Dated]) -> Iterator[tuple[Dated, Dated, date]]:
    """(newer, older, day): newer says that older ends on that day; both of one region, or one of no known region."""
    by_name: dict[str, list[Dated]] = defaultdict(list)
    for document in everything:
        for name in {name_key(document.title), number_key(document.number)} - {""}:
            by_name[name].append(document)
    for newer in everything:
        for said in dict.fromkeys(newer.supersedes):
            own = _OWN_DAY.match(said)
            name = own["name"] if own else said
            day = date.fromisoformat(own["day"]) if own else newer.since or newer.start
            for key in dict.fromkeys((name_key(name), number_key(name))):
                for older in by_name.get(key, ()):
                    if day and older.id != newer.id and _one_region(older, newer):
                        yield newer, older, day


def _one_region(older: Dated, newer: Dated) -> bool:
    """A city's 《养犬管理条例》同时废止 means its own, never another city's, and never a national law."""
    return older.region == newer.region or "" in (older.region, newer.region)


def _before(older: Dated, newer: Dated, day: date) -> bool:
    """A text names what stood when it was made: never a later version of itself, nor a later law of an old name."""
    if older.work == newer.work and older.order > newer.order:
        return False
    return older.start is None or older.start < day


def _mutual(
    named: Sequence[tuple[Dated, Dated, date]], found: Mapping[str, Sequence[End]]
) -> Iterator[tuple[Dated, Dated]]:
    """Pairs that repeal each other while neither ended the other."""
    said = {(newer.id, older.id) for newer, older, _ in named}
    settled = {(end.superseded_by, older) for older, all_ends in found.items() for end in all_ends}
    for one, other, _ in named:
        both = {(one.id, other.id), (other.id, one.id)}
        if both <= said and not both & settled:
            yield one, other


def _end(document: Dated, others: Sequence[End]) -> End:
    """A repeal names nothing: the successor's name is kept when another end tells it."""
    first = min(others, key=_earliest, default=End())
    if document.repealed is None:
        return first
    own = End(document.repealed, first.superseded_by, "hand" if document.by_hand else "repealed")
    return own if document.by_hand or first.valid_to is None or document.repealed < first.valid_to else first


def _earliest(end: End) -> tuple[date, bool]:
    """Of two ends on one day the next version of the same work tells more; then the oldest document that says so."""
    return end.valid_to or date.max, end.reason != "successor"
