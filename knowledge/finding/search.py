"""A query in, clauses out: what it names outright, then what its words and its meaning find.

Every search is bounded: a query is read up to QUERY_MOST characters, and one without a letter, digit or character
finds nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from threading import Lock

import numpy as np

from knowledge.embedding import Embedder
from knowledge.finding.catalogue import Catalogue, catalogue_of
from knowledge.finding.exact import MOST, Named, named_in, proper_names
from knowledge.finding.features import Asked
from knowledge.finding.glossary import load_glossary, weigh
from knowledge.finding.hierarchy import Placed, arrange
from knowledge.finding.hit import SearchHit, make_hits
from knowledge.finding.learned import Learned
from knowledge.finding.ranking import Scored, rank
from knowledge.finding.rerank import FIRST, Reranker
from knowledge.index.standing import DocumentTable
from knowledge.index.tokens import has_tokens
from knowledge.index.view import View
from knowledge.store import Store

__all__ = ["Finder", "SearchHit"]

QUERY_MOST = 1000
# Above what legs alone can reach: first the clauses named, then the documents named.
CLAUSE_NAMED = 3.0
DOCUMENT_NAMED = 1.0
PROPER_NAME = 0.5
"""Added where a clause holds a place or station that the query names."""
HOLDERS = 50
"""Clauses looked at for a proper name."""


class Finder:
    """Thread-safe. names: proper names (places, stations) that are matched as they are. learned: None without.

    reranker: one that passed its gate (rerank.py).
    """

    def __init__(
        self,
        store: Store,
        queries: Embedder,
        learned: Learned | None = None,
        names: Sequence[str] = (),
        reranker: Reranker | None = None,
    ) -> None:
        self._store = store
        self._queries = queries
        self._learned = learned
        self._names = tuple(names)
        self._reranker = reranker
        self._glossary = load_glossary()
        self._lock = Lock()
        self._catalogue: Catalogue | None = None
        self._fitting: Learned | None = None

    def find(self, view: View, query: str, day: date, top: int) -> list[SearchHit]:
        """The best `top` of what the view allows, best first. Raises StorageProblem, EmbedderProblem."""
        text = re.sub(r"\s+", " ", query[: 4 * QUERY_MOST]).strip()[:QUERY_MOST]
        if not has_tokens(text):
            return []
        catalogue = self.catalogue(view.table)
        named = named_in(self._store, catalogue.titles, text)
        scored = self.scored(view, catalogue, text, named, top)
        if self._reranker:
            scored = self._reranked(self._reranker, text, scored)
        first = placed([(one.row, one.score) for one in scored[: 2 * top]], catalogue)
        arranged = arrange(first, text)[:top]
        return make_hits(
            self._store, view, catalogue, arranged, {one.row: one.legs for one in scored}, named, day
        )

    def scored(self, view: View, catalogue: Catalogue, text: str, named: Named, depth: int) -> list[Scored]:
        """What may come first, best first."""
        learned = self._fitting
        vector = self._queries.embed_queries([text])[0]
        if learned:
            vector = learned.adapter.apply(vector[None])[0]
        holders = self._holding(view, text)
        asked = Asked(weigh(text, self._glossary), vector, tuple(holders))
        told = _named(view, named)
        if named.documents:
            told += _within(view, catalogue, asked, named, learned, depth)
        keep = {*holders, *(one.row for one in told)}
        best = {one.row: one for one in rank(view, catalogue, asked, learned, depth, keep)}
        for row in holders:
            if row in best:
                best[row] = replace(best[row], score=best[row].score + PROPER_NAME)
        for one in told:
            known = best.get(one.row, one)
            best[one.row] = Scored(one.row, max(one.score, known.score), {**one.legs, **known.legs})
        return sorted(best.values(), key=lambda one: (-one.score, one.row))

    def _reranked(self, reranker: Reranker, text: str, scored: list[Scored]) -> list[Scored]:
        """The first hits in the reranker's order under their old scores; what the query names stays where it is."""
        first = [one for one in scored[:FIRST] if one.score <= 1]
        clauses = self._store.clauses_at([one.row for one in first])
        first = [one for one in first if one.row in clauses]
        judged = reranker.scores(text, [clauses[one.row].text for one in first])
        order = np.argsort(-judged, kind="stable")
        moved = {
            first[place].row: Scored(first[place].row, slot.score, {**first[place].legs, "reranked": rank})
            for rank, (place, slot) in enumerate(zip(order.tolist(), first, strict=True), 1)
        }
        return sorted((moved.get(one.row, one) for one in scored), key=lambda one: -one.score)

    def catalogue(self, table: DocumentTable) -> Catalogue:
        """Of the table given; read once for each table, and with it whether what was learned fits."""
        with self._lock:
            if self._catalogue is None or self._catalogue.table is not table:
                self._catalogue = catalogue_of(table)
                fits = self._learned is not None and self._learned.fits(self._catalogue)
                self._fitting = self._learned if fits else None
            return self._catalogue

    def _holding(self, view: View, text: str) -> list[int]:
        """Rows of clauses that hold a proper name which the query holds."""
        asked = proper_names(text, self._names)
        rows = {row for name in asked for row in view.lexical(name, HOLDERS).rows.tolist()}
        if not rows:
            return []
        clauses = self._store.clauses_at(rows)
        return [row for row, clause in clauses.items() if any(name in clause.text for name in asked)]


def _within(
    view: View, catalogue: Catalogue, asked: Asked, named: Named, learned: Learned | None, depth: int
) -> list[Scored]:
    """The same question put to the documents named alone; their MOST best clauses count as named."""
    owners = view.table.owners(view.snapshot.rows)
    inside = np.array([*(identity in named.documents for identity in view.table.ids), False], bool)
    found = rank(replace(view, allowed=view.allowed & inside[owners]), catalogue, asked, learned, depth)
    return [
        Scored(one.row, one.score + DOCUMENT_NAMED, {"exact": place})
        for place, one in enumerate(found[:MOST], 1)
    ]


def _named(view: View, named: Named) -> list[Scored]:
    rows = [row for row, held in zip(named.rows, view.holds(named.rows), strict=True) if held][:MOST]
    return [
        Scored(row, CLAUSE_NAMED + (len(rows) - place) / len(rows), {"exact": place})
        for place, row in enumerate(rows, 1)
    ]


def placed(found: Sequence[tuple[int, float]], catalogue: Catalogue) -> list[Placed]:
    """Clauses (row, score) with what decides their places among equals."""
    facts = catalogue.facts_of([row for row, _ in found])
    return [
        Placed(row, score, of.title, of.subject, of.level, of.region, of.since)
        for (row, score), of in zip(found, facts, strict=True)
    ]
