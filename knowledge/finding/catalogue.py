"""What finding knows of every document: its names, rank in law, region, dates. Made again when the database changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from knowledge.clause import number_key, title_key
from knowledge.finding.titles import Titled, Titles, subject_of
from knowledge.index.ranked import Rows
from knowledge.index.standing import DocumentTable


@dataclass(frozen=True)
class Facts:
    """title: as a key. subject: what the title is about, without the words every title has."""

    title: str = ""
    subject: str = ""
    level: str = ""
    region: str = ""
    since: date | None = None


@dataclass(frozen=True)
class Catalogue:
    """facts[n]: of document n of the table."""

    table: DocumentTable
    facts: tuple[Facts, ...]
    titles: Titles

    def facts_of(self, rows: Sequence[int] | Rows) -> list[Facts]:
        """Of the documents that the clause rows belong to."""
        owners = self.table.owners(np.asarray(rows, np.int64)).tolist()
        return [self.facts[owner] if owner >= 0 else Facts() for owner in owners]


def catalogue_of(table: DocumentTable) -> Catalogue:
    keys = [title_key(title) for title in table.titles]
    facts = tuple(
        Facts(key, subject_of(key), level, region, table.start(document))
        for document, (key, level, region) in enumerate(zip(keys, table.levels, table.regions, strict=True))
    )
    named = zip(table.ids, keys, map(number_key, table.numbers), strict=True)
    return Catalogue(table, facts, Titles(Titled(*told) for told in named))
