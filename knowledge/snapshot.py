"""The derived index: immutable generations on disk, one pointer file that says which is current.

    index/CURRENT              gen-000007
    index/gen-000007/          index.faiss  rows.npy  lexical/…  manifest.json

A generation is built in a temporary folder, synced and renamed; then the pointer is swapped. Whoever searches
an older generation keeps it, in memory, until it lets go.
"""

import fcntl
import json
import os
import shutil
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import faiss  # pyright: ignore[reportMissingTypeStubs]
import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.errors import IndexBroken, IndexMismatch, IndexMissing, StoreLocked
from knowledge.faults import storage_faults
from knowledge.lexical import LexicalIndex

KEEP = 3
POINTER = "CURRENT"


class IndexFallback(UserWarning):
    """The newest generation is damaged and an older one answers in its place."""


@dataclass(frozen=True)
class Manifest:
    """checksums: file (relative, with /) -> SHA-256. created_at: ISO 8601."""

    generation: int
    embedder: str
    dimension: int
    count: int
    created_at: str
    checksums: dict[str, str]


@dataclass(frozen=True)
class Snapshot:
    """One generation, opened. rows[i] is the clause row id of lexical position i."""

    manifest: Manifest
    vectors: faiss.Index
    rows: NDArray[np.int64]
    lexical: LexicalIndex

    def dense(self, query: Vectors, count: int) -> list[int]:
        """Row ids of the `count` nearest, best first. query: (1, dimension), unit."""
        # FAISS keeps the thread count per calling thread, and two threads for one query are slower than one.
        faiss.omp_set_num_threads(1)
        _, found = self.vectors.search(query, min(count, self.manifest.count))  # pyright: ignore
        return [int(row) for row in found[0] if row >= 0]

    def lexical_rows(self, query: str, count: int) -> list[int]:
        """Row ids of the best `count` by BM25, best first."""
        return [int(self.rows[position]) for position in self.lexical.top(query, count)]


def current_generation(root: Path) -> int:
    """The number the pointer names. Raises IndexMissing when nothing was published."""
    try:
        return int((root / POINTER).read_text().strip().removeprefix("gen-"))
    except FileNotFoundError as error:
        raise IndexMissing(root) from error
    except ValueError as error:
        numbers = _generations(root)
        if not numbers:
            raise IndexBroken(root, f"{POINTER} 的内容无法识别") from error
        return numbers[-1]


def open_snapshot(root: Path, fingerprint: str) -> Snapshot:
    """The current generation, or with a warning (IndexFallback) the newest older one that is whole.

    Raises IndexMissing, IndexMismatch (built by another embedder) or IndexBroken.
    """
    current = current_generation(root)
    why = "没有可用的版本"
    for number in [n for n in reversed(_generations(root)) if n <= current]:
        try:
            snapshot = _load(root / _name(number), fingerprint)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            why = f"{_name(number)}：{error}"
            continue
        if number != current:
            warnings.warn(
                IndexFallback(f"索引 {_name(current)} 已损坏，暂用 {_name(number)}（{why}）"), stacklevel=2
            )
        return snapshot
    raise IndexBroken(root, why)


def publish_snapshot(
    root: Path, *, rows: Sequence[int], texts: Sequence[str], vectors: Vectors, embedder: str, now: datetime
) -> Manifest:
    """Build the next generation and make it current. rows, texts and vectors go together and aren't empty.

    Raises StoreLocked when another process publishes, DiskFull (the current generation stays).
    """
    with storage_faults(root), _publishing(root):
        number = max([*_generations(root), 0]) + 1
        building = root / f"building-{number:06d}"
        shutil.rmtree(building, ignore_errors=True)
        try:
            manifest = _build(building, number, rows, texts, vectors, embedder, now)
            building.rename(root / _name(number))
        finally:
            shutil.rmtree(building, ignore_errors=True)
        _sync(root)
        _point(root, number)
        for old in _generations(root)[:-KEEP]:
            shutil.rmtree(root / _name(old), ignore_errors=True)
    return manifest


def _build(
    folder: Path,
    number: int,
    rows: Sequence[int],
    texts: Sequence[str],
    vectors: Vectors,
    embedder: str,
    now: datetime,
) -> Manifest:
    folder.mkdir(parents=True)
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
    ids = np.array(rows, np.int64)
    index.add_with_ids(vectors, ids)  # pyright: ignore
    # Serialised to bytes first: FAISS's own file writer turns a full disk into an opaque RuntimeError.
    (folder / "index.faiss").write_bytes(faiss.serialize_index(index).tobytes())
    np.save(folder / "rows.npy", ids)
    LexicalIndex.build(texts).save(folder / "lexical")
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    checksums = {file.relative_to(folder).as_posix(): _checksum(file) for file in files}
    manifest = Manifest(number, embedder, vectors.shape[1], len(rows), now.isoformat(), checksums)
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
    for file in (*files, folder / "manifest.json", folder / "lexical", folder):
        _sync(file)
    return manifest


def _load(folder: Path, fingerprint: str) -> Snapshot:
    manifest = Manifest(**json.loads((folder / "manifest.json").read_text()))
    for name, checksum in manifest.checksums.items():
        if _checksum(folder / name) != checksum:
            raise ValueError(f"{name} 的校验和不符")
    if manifest.embedder != fingerprint:
        raise IndexMismatch(folder, manifest.embedder, fingerprint)
    data = np.frombuffer((folder / "index.faiss").read_bytes(), np.uint8)
    rows: NDArray[np.int64] = np.load(folder / "rows.npy")
    return Snapshot(manifest, faiss.deserialize_index(data), rows, LexicalIndex.load(folder / "lexical"))


@contextmanager
def _publishing(root: Path) -> Generator[None]:
    """One publisher at a time, across processes; the lock ends with the process whatever happens."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / "publish.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreLocked(root) from error
        yield


def _point(root: Path, number: int) -> None:
    waiting = root / f"{POINTER}.new"
    waiting.write_text(_name(number) + "\n")
    _sync(waiting)
    waiting.replace(root / POINTER)
    _sync(root)


def _generations(root: Path) -> list[int]:
    names = [folder.name for folder in root.glob("gen-*") if folder.is_dir()]
    return sorted(int(name[4:]) for name in names if name[4:].isdigit())


def _name(number: int) -> str:
    return f"gen-{number:06d}"


def _checksum(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
