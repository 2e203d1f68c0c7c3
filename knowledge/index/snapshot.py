"""One generation, opened: its segments, and what one search may see of them."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.finding.filters import Filters
from knowledge.index.dense import DenseSegment
from knowledge.index.lexical import LexicalSegment, rarity
from knowledge.index.manifest import Manifest
from knowledge.index.ranked import Mask, Ranked, Rows, merged
from knowledge.index.standing import DocumentTable
from knowledge.index.tokens import Codes, codes, token_code

Segment = LexicalSegment | DenseSegment
S = TypeVar("S", LexicalSegment, DenseSegment)

# Days and filters in use at one time, by callers of all kinds.
MASKS_KEPT = 32


@dataclass(frozen=True)
class Part(Generic[S]):
    """A segment and where its rows lie in the snapshot's; -1 for a row that a newer segment holds again."""

    segment: S
    places: NDArray[np.int64]

    def local(self, allowed: Mask) -> Mask:
        return np.append(allowed, False)[self.places]


class Snapshot:
    """Thread-safe; what is done to the index meanwhile doesn't touch it. rows: ids of all clauses, ascending."""

    def __init__(
        self, manifest: Manifest, lexical: Sequence[LexicalSegment], dense: Sequence[DenseSegment]
    ) -> None:
        self.manifest = manifest
        self.rows: Rows = np.unique(np.concatenate([np.empty(0, np.int64), *(one.rows for one in lexical)]))
        self.lexical = _parts(lexical, self.rows)
        self.dense = _parts(dense, self.rows)
        self._lock = Lock()
        self._table: DocumentTable | None = None
        self._owners = np.empty(0, np.int64)
        self._masks: OrderedDict[tuple[date | None, Filters, bool], Mask] = OrderedDict()

    def allowed(self, table: DocumentTable, day: date, filters: Filters, any_time: bool) -> Mask:
        """Over `rows`: what exists, stands on the day and passes the filters."""
        key = (None if any_time else day, filters, any_time)
        with self._lock:
            if table is not self._table:
                self._table, self._owners = table, table.owners(self.rows)
                self._masks.clear()
            if key not in self._masks:
                stands = table.stands(day, filters, any_time)
                self._masks[key] = np.append(stands, False)[self._owners]
                if len(self._masks) > MASKS_KEPT:
                    self._masks.popitem(last=False)
            self._masks.move_to_end(key)
            return self._masks[key]

    def without_words(self, table: DocumentTable) -> Rows:
        """Rows of the table that are not indexed by the words they have now."""
        return np.setdiff1d(table.rows, _present(self.lexical, table), assume_unique=True)

    def without_vectors(self, table: DocumentTable) -> Rows:
        """Rows of the table that are indexed by their words and lack a vector of them."""
        words = _present(self.lexical, table)
        return np.setdiff1d(words, _present(self.dense, table), assume_unique=True)


@dataclass(frozen=True)
class View:
    """A snapshot as one search sees it. allowed: over snapshot.rows; both legs are exact under it.

    table: the documents, as `allowed` was worked out from.
    """

    snapshot: Snapshot
    allowed: Mask
    table: DocumentTable

    def lexical(self, query: str | Mapping[str, float], count: int) -> Ranked:
        """The best `count` by BM25. query: text, or tokens as tokens.tokens gives them with their weights."""
        asked, weights = _asked(query)
        if not len(asked):
            return merged([], count)
        weights = weights * rarity(len(self.snapshot.rows), self._frequencies(asked))
        found = [
            part.segment.search(asked, weights, count, part.local(self.allowed))
            for part in self.snapshot.lexical
        ]
        return merged(found, count)

    def dense(self, vector: Vectors, count: int) -> Ranked:
        """The `count` nearest to a unit vector, (dimension,) or (1, dimension); nothing before vectors are there."""
        query = vector.reshape(-1)
        found = [part.segment.search(query, count, part.local(self.allowed)) for part in self.snapshot.dense]
        return merged(found, count)

    def vectors(self, rows: Sequence[int] | Rows) -> Vectors:
        """(n, dimension): of each row; zeros where none is there yet."""
        asked = np.asarray(rows, np.int64)
        found = np.zeros((len(asked), self.snapshot.manifest.dimension), np.float32)
        for part in self.snapshot.dense:
            held = part.segment.rows
            if len(held):
                place = np.minimum(np.searchsorted(held, asked), len(held) - 1)
                here = held[place] == asked
                found[here] = part.segment.halves[place[here]]
        return found

    def idf(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """How rare each token is; 0 for what is no token."""
        named = [token_code(token) for token in tokens]
        asked = np.array([code or 0 for code in named], np.uint64)
        known = np.array([code is not None for code in named], bool)
        return np.where(known, rarity(len(self.snapshot.rows), self._frequencies(asked)), 0).astype(
            np.float32
        )

    def holds(self, rows: Sequence[int] | Rows) -> Mask:
        """For each row id: indexed, and allowed."""
        asked = np.asarray(rows, np.int64)
        known = self.snapshot.rows
        if not len(known):
            return np.zeros(len(asked), bool)
        place = np.minimum(np.searchsorted(known, asked), len(known) - 1)
        return (known[place] == asked) & self.allowed[place]

    def _frequencies(self, asked: Codes) -> NDArray[np.int64]:
        counted = [part.segment.frequencies(asked) for part in self.snapshot.lexical]
        return np.sum([np.zeros(len(asked), np.int64), *counted], axis=0)


def _parts(segments: Sequence[S], rows: Rows) -> list[Part[S]]:
    """Newest last; a row counts in the newest segment that holds it."""
    parts: list[Part[S]] = []
    taken = np.zeros(len(rows) + 1, bool)
    for segment in reversed(segments):
        place = np.searchsorted(rows, segment.rows)
        known = rows[np.minimum(place, max(len(rows) - 1, 0))] == segment.rows if len(rows) else place < 0
        place = np.where(known, place, len(rows))
        places = np.where(known & ~taken[place], place, -1)
        taken[place] = True
        parts.append(Part(segment, places))
    return parts[::-1]


def _present(
    parts: Sequence[Part[LexicalSegment]] | Sequence[Part[DenseSegment]], table: DocumentTable
) -> Rows:
    """Rows that still exist and were indexed under their present title, ascending."""
    found: list[Rows] = [np.empty(0, np.int64)]
    for part in parts:
        mine = part.places >= 0
        owners = table.owners(part.segment.rows)
        same = np.append(table.stamps, 0)[owners] == part.segment.stamps
        found.append(part.segment.rows[mine & (owners >= 0) & same])
    return np.unique(np.concatenate(found))


def _asked(query: str | Mapping[str, float]) -> tuple[Codes, NDArray[np.float32]]:
    if isinstance(query, str):
        found, _ = codes([query])
        asked, counts = np.unique(found, return_counts=True)
        return asked, counts.astype(np.float32)
    weighted: dict[int, float] = {}
    for token, weight in query.items():
        code = token_code(token)
        if code is not None:
            weighted[code] = weighted.get(code, 0.0) + weight
    return np.array(list(weighted), np.uint64), np.array(list(weighted.values()), np.float32)
