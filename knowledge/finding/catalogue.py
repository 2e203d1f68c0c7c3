"""What finding knows of every document: its names, rank in law, region, dates. Made again when the database changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from knowledge.clause import Document, number_key, title_key
from knowledge.finding.titles import Titled, Titles, subject_of
from knowledge.index.ranked import Rows
from knowledge.index.standing import DocumentTable
from knowledge.store import Store


@dataclass(frozen=True)
class Facts:
    """title: as a key. subject: what the title is about, without the words every title has."""

    title: str = ""
    subject: str = ""
    level: str = ""
    region: str = ""
    since: date | None = None
    until: date | None = None


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


def read_catalogue(store: Store, table: DocumentTable) -> Catalogue:
    """Raises StorageProblem."""
    documents = {document.id: document for document in store.documents()}
    # A document may have gone since the table was read: its clauses are masked out at the next search.
    facts = tuple(_facts(documents.get(identity)) for identity in table.ids)
    named = (
        Titled(document.id, title_key(document.metadata.title), number_key(document.metadata.doc_number))
        for document in documents.values()
    )
    return Catalogue(table, facts, Titles(named))


def _facts(document: Document | None) -> Facts:
    if document is None:
        return Facts()
    told, title = document.metadata, title_key(document.metadata.title)
    return Facts(title, subject_of(title), told.level, told.region, document.valid_from, document.valid_to)
