"""One generation, opened: its segments, the rows they hold, and what they lack."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.index.dense import DenseSegment
from knowledge.index.lexical import LexicalSegment
from knowledge.index.manifest import Manifest
from knowledge.index.ranked import Mask, Rows, among, union
from knowledge.index.standing import DocumentTable

Segment = LexicalSegment | DenseSegment
S = TypeVar("S", LexicalSegment, DenseSegment)


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
        self.rows: Rows = union(one.rows for one in lexical)
        self.lexical = _parts(lexical, self.rows)
        self.dense = _parts(dense, self.rows)

    def without_words(self, table: DocumentTable) -> Rows:
        """Rows of the table that are not indexed by the words they have now."""
        return _without(table.rows, _present(self.lexical, table))

    def without_vectors(self, table: DocumentTable) -> Rows:
        """Rows of the table that are indexed by their words and lack a vector of them."""
        return _without(_present(self.lexical, table), _present(self.dense, table))


def _parts(segments: Sequence[S], rows: Rows) -> list[Part[S]]:
    """Newest last; a row counts in the newest segment that holds it."""
    parts: list[Part[S]] = []
    taken = np.zeros(len(rows) + 1, bool)
    for segment in reversed(segments):
        place, known = among(segment.rows, rows)
        place = np.where(known, place, len(rows))
        places = np.where(known & ~taken[place], place, -1)
        taken[place] = True
        parts.append(Part(segment, places))
    return parts[::-1]


def _present(
    parts: Sequence[Part[LexicalSegment]] | Sequence[Part[DenseSegment]], table: DocumentTable
) -> Rows:
    """Rows that still exist and were indexed under their present title, ascending."""
    found: list[Rows] = []
    for part in parts:
        mine = part.places >= 0
        owners = table.owners(part.segment.rows)
        same = np.append(table.stamps, 0)[owners] == part.segment.stamps
        found.append(part.segment.rows[mine & (owners >= 0) & same])
    return union(found)


def _without(rows: Rows, present: Rows) -> Rows:
    return rows[~among(rows, present)[1]]
