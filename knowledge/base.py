"""The knowledge base: one object to add, publish, search and cite."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.cite import Citation, cite, verify
from knowledge.clause import Clause, Document, Surrounding, in_force
from knowledge.embedding import Embedder
from knowledge.embedding_cache import CachedEmbedder
from knowledge.errors import IndexMissing, IndexProblem, NoSuchDocument
from knowledge.finding.catalogue import Catalogue
from knowledge.finding.exact import find_clauses
from knowledge.finding.filters import Filters
from knowledge.finding.learned import load_learned
from knowledge.finding.rerank import Reranker
from knowledge.finding.search import Finder, SearchHit
from knowledge.index.embedding import EmbedProgress
from knowledge.index.live import EVERYTHING, LiveIndex
from knowledge.index.manifest import Generation, Manifest
from knowledge.index.ranked import Rows
from knowledge.index.segments import VectorServer
from knowledge.index.view import View
from knowledge.ingest import Clock, IngestReport, Progress, add_paths
from knowledge.store import Indexable, Store
from knowledge.structure import healed
from knowledge.tables import ClauseRow
from knowledge.versions.diff import Diff, compare
from knowledge.versions.works import standing_on, versions_of


@dataclass(frozen=True)
class Status:
    """generation, indexed, embedder: of the published index, None before the first publish.

    indexed: clauses found by their words; pending: those of them that no vector finds yet. stale: a publish would
    add something. outdated: documents that an older program read; adding their files again reads them anew.
    """

    documents: int
    clauses: int
    generation: int | None
    indexed: int
    embedder: str | None
    published_at: str | None
    stale: bool
    warning: str | None
    pending: int = 0
    outdated: int = 0


class KnowledgeBase:
    """Thread-safe. Searching goes on while another thread or process publishes; a removal works at once."""

    def __init__(
        self,
        store: Store,
        index: Path,
        embedder: CachedEmbedder,
        query: Embedder,
        clock: Clock,
        names: Sequence[str] = (),
        server: VectorServer | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self._store = store
        self._documents = embedder
        self._finder = Finder(store, query, load_learned(query.fingerprint), names, reranker)
        self._clock = clock
        self._index = LiveIndex(index, store.path, self._texts, embedder, server=server)

    @classmethod
    def open(
        cls,
        data_dir: Path,
        embedder: Embedder,
        clock: Clock,
        names: Sequence[str] = (),
        server: VectorServer | None = None,
        reranker: Reranker | None = None,
    ) -> "KnowledgeBase":
        """Open or create the base in a folder; clause vectors are cached in it. Raises StorageProblem.

        names: of places and stations; clauses that hold one the query names come first. server: where vectors are
        searched; by this process itself unless told. reranker: as open_reranker gives it.
        """
        cached, store = (
            CachedEmbedder(embedder, data_dir / "vectors.sqlite"),
            Store(data_dir / "knowledge.sqlite"),
        )
        return cls(store, data_dir / "index", cached, embedder, clock, names, server, reranker)

    def close(self) -> None:
        self._index.close()
        self._store.close()
        self._documents.close()

    def add(self, paths: Sequence[Path], on_progress: Progress | None = None) -> IngestReport:
        """Take in files and folders; found by search after the next publish. Raises StorageProblem."""
        return add_paths(self._store, paths, self._clock, on_progress)

    def remove(self, document: str) -> None:
        """Delete a document; no search or citation finds it from now on. Raises NoSuchDocument."""
        self._store.remove(document)
        self._store.settle_validity()

    def publish(self, on_progress: EmbedProgress | None = None, *, embed: bool = True) -> Manifest | None:
        """Make everything stored findable, by words at once, then by meaning; None when nothing is stored.

        Only what is new costs time. embed=False leaves the vectors to a later publish. on_progress: (clauses
        embedded, all that lacked a vector); what it raises ends the publish, and the next one goes on from there.
        Raises StorageProblem, EmbedderProblem.
        """
        manifest = self._index.add_words(self._clock())
        if manifest is None or not embed:
            return manifest
        self._index.add_vectors(on_progress)
        return self._index.snapshot().manifest

    def search(
        self,
        query: str,
        as_of: date | None = None,
        top: int = 10,
        filters: Filters = EVERYTHING,
        *,
        any_time: bool = False,
    ) -> list[SearchHit]:
        """Clauses in force on `as_of` (today unless told), best first; any_time: also all others.

        Raises IndexProblem.
        """
        day = as_of or self._clock().date()
        view = self._index.view(day, filters, any_time=any_time)
        return self._finder.find(view, query, day, top)

    def look(self, as_of: date | None = None) -> tuple[View, Catalogue]:
        """What finding works on, for those who measure or teach it. Raises IndexProblem."""
        view = self._index.view(as_of or self._clock().date())
        return view, self._finder.catalogue(view.table)

    def generations(self) -> list[Generation]:
        """Generations of the index that are kept, oldest first."""
        return self._index.generations()

    def rollback(self, generation: int) -> Manifest:
        """Search an earlier generation of the index; documents stay as they are. Raises IndexBroken."""
        return self._index.roll_back(generation)

    def check(self) -> list[str]:
        """What is wrong with the files of database and index, in Chinese; reads every byte."""
        return [*self._store.check(), *self._index.check()]

    def clause(self, clause_id: str) -> Clause:
        """Raises NoSuchDocument."""
        found = self._find(clause_id)
        if found is None:
            raise NoSuchDocument(clause_id)
        return found

    def clause_by(self, document_title: str, article: str, as_of: date | None = None) -> Clause | None:
        """The clause of that title and article in force on the day; 《》 and 中华人民共和国 don't matter."""
        day = as_of or self._clock().date()
        versions = find_clauses(self._store, document_title, article)
        standing = [clause for clause in versions if in_force(clause.valid_from, clause.valid_to, day)]
        return max(standing, key=lambda clause: clause.valid_from or date.min, default=None)

    def documents(self) -> list[Document]:
        return self._store.documents()

    def document(self, document: str) -> tuple[Document, str, list[Clause]]:
        """The document, its text, and its clauses in order. Raises NoSuchDocument."""
        return self._store.document(document)

    def correct(self, document: str, changes: Mapping[str, object]) -> Document:
        """Overrule fields of Metadata by hand; None takes a correction back. Kept when the file is read again.

        Validity is worked out anew at once. Raises NoSuchDocument, CorrectionRefused.
        """
        self._store.correct(document, changes)
        self._store.settle_validity()
        return self.document(document)[0]

    def versions(self, document: str) -> list[Document]:
        """All versions of the document's work, oldest first. Raises NoSuchDocument."""
        return versions_of(document, self._store.documents())

    def diff(self, document: str, day_from: date, day_to: date) -> Diff:
        """What changed from the version in force on one day to that on another, also under a new name.

        Raises NoSuchDocument.
        """
        days = standing_on(document, (day_from, day_to), self._store.documents())
        older, newer = ((one, self.document(one.id)[2]) if one else None for one in days)
        return compare(older, newer)

    def around(self, clause_id: str, context: int = 200) -> Surrounding:
        """The original text around a clause, `context` characters on both sides. Raises NoSuchDocument."""
        found = self.clause(clause_id)
        before = self._store.excerpt(found.document_id, max(found.start - context, 0), found.start)
        after = self._store.excerpt(found.document_id, found.end, found.end + context)
        return Surrounding(before, found.text, after, found.start, found.end)

    def cite(self, clause_id: str, quote: str) -> Citation:
        """A citation of the clause's own words for the quote. Raises BrokenCitation, NoSuchDocument."""
        return cite(self.clause(clause_id), quote)

    def verify(self, citation: Citation) -> None:
        """Check a citation against the stored text. Raises BrokenCitation."""
        verify(citation, self._find(citation.clause_id))

    def status(self) -> Status:
        """Never raises IndexProblem: a broken or missing index is what status is for."""
        documents, clauses = self._index.stored()
        missing, pending, manifest, warning = clauses, 0, None, None
        try:
            manifest, warning = self._index.snapshot().manifest, self._index.warning
            missing, pending = self._index.without_words(), self._index.without_vectors()
        except IndexMissing:
            pass
        except IndexProblem as error:
            warning = str(error)
        return Status(
            documents=documents,
            clauses=clauses,
            generation=manifest.generation if manifest else None,
            indexed=clauses - missing,
            embedder=manifest.embedder if manifest else None,
            published_at=manifest.created_at if manifest else None,
            stale=missing + pending > 0,
            warning=warning,
            pending=pending,
            outdated=self._store.outdated(),
        )

    def _find(self, clause_id: str) -> Clause | None:
        return next(iter(self._store.clauses(ClauseRow.clause_id == clause_id).values()), None)

    def _texts(self, rows: Rows) -> dict[int, str]:
        return {entry.row_id: indexed_text(entry) for entry in self._store.indexables(rows.tolist())}


def indexed_text(entry: Indexable) -> str:
    """What both legs index: short title, the heading above, and the clause's own words, broken lines made whole."""
    title = entry.title.removeprefix("中华人民共和国") or entry.title
    above = entry.path.split(" / ")[:-1]
    words = healed(entry.text)
    return f"{title} {above[-1]} {words}" if above else f"{title} {words}"
