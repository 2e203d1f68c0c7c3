"""Vectors already computed, kept in SQLite: embedding costs most of all, so nothing is embedded twice."""

import sqlite3
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from threading import Lock

import numpy as np

from knowledge.embedding import Embedder, Vectors
from knowledge.faults import storage_faults

# One transaction a slice: an interrupted run keeps what it paid for.
SLICE = 256
BUSY_TIMEOUT_S = 10.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    fingerprint TEXT NOT NULL, kind TEXT NOT NULL, text_hash BLOB NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (fingerprint, kind, text_hash)
) WITHOUT ROWID
"""


class CachedEmbedder:
    """Wraps an embedder; keyed by (fingerprint, document or query, SHA-256 of the text).

    Thread-safe: one connection behind a lock, and the lock is never held while embedding. Several processes
    may share a file. Raises what the inner embedder raises, and StorageProblem.
    """

    def __init__(self, inner: Embedder, path: Path) -> None:
        self._inner = inner
        self._path = path
        self._lock = Lock()
        with storage_faults(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(_SCHEMA)

    @property
    def fingerprint(self) -> str:
        return self._inner.fingerprint

    @property
    def dimension(self) -> int:
        return self._inner.dimension

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._through(texts, "document", self._inner.embed_documents)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._through(texts, "query", self._inner.embed_queries)

    def close(self) -> None:
        """Waits for who is reading or writing: a connection closed under them ends the process."""
        with self._lock:
            self._db.close()

    def _through(self, texts: Sequence[str], kind: str, embed: Callable[[Sequence[str]], Vectors]) -> Vectors:
        by_hash = {sha256(text.encode("utf-8", "surrogatepass")).digest(): text for text in texts}
        known = self._read(kind, list(by_hash))
        missing = [key for key in by_hash if key not in known]
        # Neighbours of one length share a pass of the model without waste.
        missing.sort(key=lambda key: len(by_hash[key]))
        for start in range(0, len(missing), SLICE):
            keys = missing[start : start + SLICE]
            vectors = embed([by_hash[key] for key in keys])
            self._write(kind, keys, vectors)
            known.update(zip(keys, vectors, strict=True))
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return np.stack([known[sha256(text.encode("utf-8", "surrogatepass")).digest()] for text in texts])

    def _read(self, kind: str, keys: list[bytes]) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        with self._lock, storage_faults(self._path):
            for start in range(0, len(keys), SLICE):
                part = keys[start : start + SLICE]
                rows = self._db.execute(
                    "SELECT text_hash, vector FROM vectors WHERE fingerprint = ? AND kind = ?"
                    f" AND text_hash IN ({','.join('?' * len(part))})",
                    (self.fingerprint, kind, *part),
                )
                found.update((key, np.frombuffer(vector, np.float32)) for key, vector in rows)
        return found

    def _write(self, kind: str, keys: Sequence[bytes], vectors: Vectors) -> None:
        rows = [
            (self.fingerprint, kind, key, vector.tobytes()) for key, vector in zip(keys, vectors, strict=True)
        ]
        with self._lock, storage_faults(self._path), self._db:
            self._db.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?, ?, ?)", rows)
