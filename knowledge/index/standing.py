"""Which clauses exist and stand on a day: the documents table, in memory, refreshed when the database changed.

A search asks SQLite only whether anything changed since (PRAGMA data_version, some microseconds); so a removal or
a new validity works at once in every process, and nothing is asked row by row.
"""

import json
import re
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.clause import number_key, title_key
from knowledge.faults import storage_faults
from knowledge.finding.filters import Filters
from knowledge.index.ranked import Mask, Rows, among

_ALWAYS = (date.min.toordinal(), date.max.toordinal() + 1)
BUSY_TIMEOUT_S = 10.0
# Several bodies issue one document: 国家发展改革委、国家数据局.
_SEVERAL = re.compile(r"[、,，;；\s]+")

# Two steps into the index of clauses by document each, instead of a walk over all clauses.
_DOCUMENTS = """
SELECT (SELECT min(row_id) FROM clauses WHERE document_id = d.id) AS first,
       (SELECT max(row_id) FROM clauses WHERE document_id = d.id) AS last,
       d.id, d.title, d.doc_number, d.level, d.issuer, d.region, d.hazards, coalesce(d.effective, d.issued), d.valid_to
FROM documents d WHERE first IS NOT NULL ORDER BY first
"""
_HEADINGS = "SELECT row_id FROM clauses WHERE kind = 'heading' ORDER BY row_id"


@dataclass(frozen=True)
class DocumentTable:
    """Document n has the clause rows firsts[n] to lasts[n]: rows are given out in one go and never again.

    starts, ends: ordinal days, half-open. stamps: changes with what the index holds of the document beside the
    clauses' own text, its title. hazards: as JSON. headings: rows of headings without words of their own, which
    answer nothing and so are no part of the index.
    """

    firsts: Rows
    lasts: Rows
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    stamps: NDArray[np.uint32]
    ids: Sequence[str] = field(repr=False)
    titles: Sequence[str] = field(repr=False)
    numbers: Sequence[str] = field(repr=False)
    levels: Sequence[str] = field(repr=False)
    issuers: Sequence[str] = field(repr=False)
    regions: Sequence[str] = field(repr=False)
    hazards: Sequence[str] = field(repr=False)
    headings: Rows = field(repr=False)

    @cached_property
    def rows(self) -> Rows:
        """Of all clauses that may be found, ascending."""
        counts = self.lasts - self.firsts + 1
        before = np.cumsum(counts) - counts
        everything = np.arange(counts.sum()) + np.repeat(self.firsts - before, counts)
        return everything[~among(everything, self.headings)[1]]

    def start(self, document: int) -> date | None:
        """The day from which document n stands; None for one that tells none."""
        day = int(self.starts[document])
        return None if day == _ALWAYS[0] else date.fromordinal(day)

    def owners(self, rows: Rows) -> NDArray[np.int64]:
        """The document of each row; -1 for rows that are gone, or a heading's."""
        if not len(self.firsts):
            return np.full(len(rows), -1)
        found = np.searchsorted(self.firsts, rows, side="right") - 1
        there = (found >= 0) & (rows <= self.lasts[found]) & ~among(rows, self.headings)[1]
        return np.where(there, found, -1)

    def stands(self, day: date, filters: Filters, any_time: bool) -> Mask:
        """Per document: in force on the day (or any_time), and let through by every filter."""
        today = day.toordinal()
        stands = np.full(len(self.firsts), True) if any_time else (self.starts <= today) & (today < self.ends)
        for name, wanted in vars(filters).items():
            if wanted:
                asked = _names(*wanted) if name == "documents" else wanted
                stands &= np.array([not asked.isdisjoint(held) for held in self._values[name]], bool)
        return stands

    @cached_property
    def _values(self) -> Mapping[str, Sequence[frozenset[str]]]:
        """What each filter looks at, a set a document."""
        named = zip(self.ids, self.titles, self.numbers, strict=True)
        return {
            "levels": [frozenset((level,)) for level in self.levels],
            "issuers": [frozenset((issuer, *_SEVERAL.split(issuer))) for issuer in self.issuers],
            "regions": [frozenset((region,)) for region in self.regions],
            "hazards": [frozenset(json.loads(listed)) for listed in self.hazards],
            "documents": [_names(*names) for names in named],
        }


class Standing:
    """The table as of now. Thread-safe: one read-only connection behind a lock. Raises StorageProblem."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._version: int | None = None
        with storage_faults(path):
            self._db = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro",
                uri=True,
                timeout=BUSY_TIMEOUT_S,
                check_same_thread=False,
            )
        self._table = _table([], [])

    def table(self) -> DocumentTable:
        """The same object until a commit of any process."""
        with self._lock, storage_faults(self._path):
            version = int(self._db.execute("PRAGMA data_version").fetchone()[0])
            if version != self._version:
                documents, headings = (
                    self._db.execute(query).fetchall() for query in (_DOCUMENTS, _HEADINGS)
                )
                self._table = _table(documents, headings)
                self._version = version
            return self._table

    def close(self) -> None:
        """Waits for who is reading: a connection closed under a reader ends the process."""
        with self._lock:
            self._db.close()


def _table(found: Sequence[tuple[Any, ...]], headings: Sequence[tuple[int]]) -> DocumentTable:
    first, last, ids, titles, numbers, levels, issuers, regions, hazards, starts, ends = (
        zip(*found, strict=True) if found else ((),) * 11
    )
    return DocumentTable(
        np.array(first, np.int64),
        np.array(last, np.int64),
        np.array([_day(start, _ALWAYS[0]) for start in starts], np.int64),
        np.array([_day(end, _ALWAYS[1]) for end in ends], np.int64),
        np.array([zlib.crc32(title.encode("utf-8", "surrogatepass")) for title in titles], np.uint32),
        ids, titles, numbers, levels, issuers, regions, hazards,
        np.array([row for (row,) in headings], np.int64),
    )  # fmt: skip


def _names(*told: str) -> frozenset[str]:
    """One document by its id, title and number, however they are written."""
    return frozenset(name for one in told for name in (one, title_key(one), number_key(one)) if name)


def _day(told: str | None, otherwise: int) -> int:
    return date.fromisoformat(told).toordinal() if told else otherwise
