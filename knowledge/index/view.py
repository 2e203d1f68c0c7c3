"""What a search may see of a snapshot, and both legs over it."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.finding.filters import Filters
from knowledge.index.lexical import rarity
from knowledge.index.ranked import Mask, Ranked, Rows, among, merged
from knowledge.index.snapshot import Snapshot
from knowledge.index.standing import DocumentTable
from knowledge.index.tokens import Codes, codes, token_code

# Days and filters in use at one time, by callers of all kinds.
KEPT = 32


@dataclass(frozen=True)
class View:
    """A snapshot as searches for one day and one set of filters see it.

    allowed: over snapshot.rows; both legs are exact under it. table: the documents, as `allowed` was worked out from.
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
        parts = zip(self.snapshot.lexical, self._masks[0], strict=True)
        return merged([part.segment.search(asked, weights, count, mask) for part, mask in parts], count)

    def dense(self, vector: Vectors, count: int) -> Ranked:
        """The `count` nearest to a unit vector, (dimension,) or (1, dimension); nothing before vectors are there."""
        query = vector.reshape(-1)
        parts = zip(self.snapshot.dense, self._masks[1], strict=True)
        return merged([part.segment.search(query, count, mask) for part, mask in parts], count)

    def vectors(self, rows: Sequence[int] | Rows) -> Vectors:
        """(n, dimension): of each row; zeros where none is there yet."""
        asked = np.asarray(rows, np.int64)
        found = np.zeros((len(asked), self.snapshot.manifest.dimension), np.float32)
        for part in self.snapshot.dense:
            places, here = among(asked, part.segment.rows)
            found[here] = part.segment.halves[places[here]]
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
        places, known = among(np.asarray(rows, np.int64), self.snapshot.rows)
        known[known] = self.allowed[places[known]]
        return known

    @cached_property
    def _masks(self) -> tuple[list[Mask], list[Mask]]:
        """`allowed` over the rows of each segment of words and of vectors."""
        words, meanings = self.snapshot.lexical, self.snapshot.dense
        return [part.local(self.allowed) for part in words], [part.local(self.allowed) for part in meanings]

    def _frequencies(self, asked: Codes) -> NDArray[np.int64]:
        counted = [part.segment.frequencies(asked) for part in self.snapshot.lexical]
        return np.sum([np.zeros(len(asked), np.int64), *counted], axis=0)


class Views:
    """Those lately asked for, of one snapshot and one state of the documents. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of: tuple[Snapshot, DocumentTable] | None = None
        self._owners = np.empty(0, np.int64)
        self._kept: OrderedDict[tuple[date | None, Filters], View] = OrderedDict()

    def view(
        self, snapshot: Snapshot, table: DocumentTable, day: date, filters: Filters, any_time: bool
    ) -> View:
        """Of what exists, stands on the day (or any_time) and passes the filters."""
        key = (None if any_time else day, filters)
        with self._lock:
            if self._of is None or self._of[0] is not snapshot or self._of[1] is not table:
                self._of, self._owners = (snapshot, table), table.owners(snapshot.rows)
                self._kept.clear()
            if key not in self._kept:
                allowed = np.append(table.stands(day, filters, any_time), False)[self._owners]
                self._kept[key] = View(snapshot, allowed, table)
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]


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
