"""The knowledge base: one object to add, publish, search and cite."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

from knowledge.cite import Citation, cite, verify
from knowledge.clause import Clause, Document, in_force
from knowledge.embedding import Embedder
from knowledge.embedding_cache import CachedEmbedder
from knowledge.errors import IndexMissing, IndexProblem, NoSuchDocument
from knowledge.ingest import Clock, IngestReport, Progress, add_paths
from knowledge.search import SearchHit, find_clauses, search
from knowledge.snapshot import Manifest, Snapshot, current_generation, open_snapshot, publish_snapshot
from knowledge.store import Indexable, Store
from knowledge.tables import ClauseRow

PUBLISH_SLICE = 512
EmbedProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Status:
    """generation, indexed, embedder: of the published index, None before the first publish.

    stale: clauses came or went since; new ones are not found until the next publish.
    """

    documents: int
    clauses: int
    generation: int | None
    indexed: int
    embedder: str | None
    published_at: str | None
    stale: bool
    warning: str | None


class KnowledgeBase:
    """Thread-safe. Searching goes on while another thread or process publishes; a removal works at once."""

    def __init__(
        self, store: Store, index: Path, embedder: CachedEmbedder, query: Embedder, clock: Clock
    ) -> None:
        self._store = store
        self._index = index
        self._documents = embedder
        self._queries = query
        self._clock = clock
        self._lock = Lock()
        self._opened: tuple[int, Snapshot] | None = None

    @classmethod
    def open(cls, data_dir: Path, embedder: Embedder, clock: Clock) -> "KnowledgeBase":
        """Open or create the base in a folder; clause vectors are cached in it. Raises StorageProblem."""
        cached = CachedEmbedder(embedder, data_dir / "vectors.sqlite")
        return cls(Store(data_dir / "knowledge.sqlite"), data_dir / "index", cached, embedder, clock)

    def close(self) -> None:
        self._store.close()
        self._documents.close()

    def add(self, paths: Sequence[Path], on_progress: Progress | None = None) -> IngestReport:
        """Take in files and folders; found by search after the next publish. Raises StorageProblem."""
        return add_paths(self._store, paths, self._clock, on_progress)

    def remove(self, document: str) -> None:
        """Delete a document; no search or citation finds it from now on. Raises NoSuchDocument."""
        self._store.remove(document)
        self._store.settle_validity()

    def publish(self, on_progress: EmbedProgress | None = None) -> Manifest | None:
        """Index everything stored and make it current; None when nothing is stored.

        Only texts never embedded before cost time. on_progress: (clauses done, all). Raises StorageProblem,
        EmbedderProblem.
        """
        entries = self._store.indexables()
        if not entries:
            return None
        texts = [indexed_text(entry) for entry in entries]
        order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        for start in range(0, len(order), PUBLISH_SLICE):
            part = order[start : start + PUBLISH_SLICE]
            self._documents.embed_documents([texts[position] for position in part])
            if on_progress:
                on_progress(start + len(part), len(order))
        return publish_snapshot(
            self._index,
            rows=[entry.row_id for entry in entries],
            texts=texts,
            vectors=self._documents.embed_documents(texts),
            embedder=self._documents.fingerprint,
            now=self._clock(),
        )

    def search(self, query: str, as_of: date | None = None, top: int = 10) -> list[SearchHit]:
        """Clauses in force on `as_of` (today unless told), best first. Raises IndexProblem."""
        day = as_of or self._clock().date()
        return search(self._store, self._snapshot(), self._queries, query, day, top)

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

    def cite(self, clause_id: str, quote: str) -> Citation:
        """A citation of the clause's own words for the quote. Raises BrokenCitation, NoSuchDocument."""
        return cite(self.clause(clause_id), quote)

    def verify(self, citation: Citation) -> None:
        """Check a citation against the stored text. Raises BrokenCitation."""
        verify(citation, self._find(citation.clause_id))

    def status(self) -> Status:
        """Never raises IndexProblem: a broken or missing index is what status is for."""
        documents = self._store.documents()
        clauses = sum(document.clauses for document in documents)
        manifest, warning = self._manifest()
        rows = self._store.row_ids()
        indexed = {int(row) for row in self._opened[1].rows} if manifest and self._opened else set[int]()
        return Status(
            documents=len(documents),
            clauses=clauses,
            generation=manifest.generation if manifest else None,
            indexed=manifest.count if manifest else 0,
            embedder=manifest.embedder if manifest else None,
            published_at=manifest.created_at if manifest else None,
            stale=rows != indexed,
            warning=warning,
        )

    def _manifest(self) -> tuple[Manifest | None, str | None]:
        try:
            snapshot = self._snapshot()
            current = current_generation(self._index)
        except IndexMissing:
            return None, None
        except IndexProblem as error:
            return None, str(error)
        older = snapshot.manifest.generation != current
        return snapshot.manifest, f"索引第 {current} 代已损坏，请运行 pingji kb publish" if older else None

    def _find(self, clause_id: str) -> Clause | None:
        return next(iter(self._store.clauses(ClauseRow.clause_id == clause_id).values()), None)

    def _snapshot(self) -> Snapshot:
        """The current generation; another process may have published since the last search."""
        with self._lock:
            generation = current_generation(self._index)
            if self._opened is None or self._opened[0] != generation:
                self._opened = (generation, open_snapshot(self._index, self._documents.fingerprint))
            return self._opened[1]


def indexed_text(entry: Indexable) -> str:
    """What both legs index: short title, the heading above, and the clause's own words."""
    title = entry.title.removeprefix("中华人民共和国") or entry.title
    above = entry.path.split(" / ")[:-1]
    return f"{title} {above[-1]} {entry.text}" if above else f"{title} {entry.text}"
