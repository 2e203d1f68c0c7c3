"""The folder of segments: each written once, as a whole, and removed when no kept generation names it."""

import shutil
from collections.abc import Callable, Mapping, Set
from pathlib import Path
from typing import Protocol, TypeVar
from uuid import uuid4

from knowledge.errors import IndexBroken
from knowledge.index.dense import DenseSegment, read_dense, write_dense
from knowledge.index.files import BUILDING, full_fault, quick_fault, write_folder
from knowledge.index.lexical import LexicalSegment, read_lexical, write_lexical
from knowledge.index.lock import one_writer
from knowledge.index.manifest import Manifest, SegmentFiles
from knowledge.index.snapshot import Segment, Snapshot

FOLDER = "segments"

S = TypeVar("S", LexicalSegment, DenseSegment)


class VectorServer(Protocol):
    """Searches vectors elsewhere than in this process (knowledge/index/milvus.py)."""

    def serve(self, name: str, segment: DenseSegment) -> DenseSegment:
        """The segment, searched there; sent there first when it is not. Raises VectorServerProblem."""
        ...

    def keep_only(self, names: Set[str]) -> None:
        """Forget all other segments. Raises VectorServerProblem."""
        ...


class SegmentFolder:
    """Thread-safe. What was found whole once is not read through again by this object."""

    def __init__(self, root: Path, server: VectorServer | None = None) -> None:
        self._root = root
        self._server = server
        self._sound: set[str] = set()

    def write_lexical(self, segment: LexicalSegment) -> SegmentFiles:
        return self._write("lexical", len(segment.rows), lambda folder: write_lexical(folder, segment), 1.0)

    def write_dense(self, segment: DenseSegment, recall: float) -> SegmentFiles:
        return self._write("dense", len(segment.rows), lambda folder: write_dense(folder, segment), recall)

    def is_sound(self, files: SegmentFiles) -> bool:
        return files.name in self._sound or self._fault(files) is None

    def faults(self, files: SegmentFiles) -> str | None:
        """What is wrong with any byte of it."""
        return full_fault(self._place(files), files.files)

    def snapshot(
        self, manifest: Manifest, opened: Mapping[str, Segment] | None = None
    ) -> tuple[Snapshot, dict[str, Segment]]:
        """A generation opened, and its segments by name; those in `opened` are taken as they are.

        Raises IndexBroken when a file of words is damaged. Damaged vectors are left out: words still find.
        """
        known = opened or {}
        segments: dict[str, Segment] = {}
        for files in manifest.lexical:
            segments[files.name] = known.get(files.name) or self._read(files, read_lexical)
        for files in manifest.dense:
            try:
                segments[files.name] = known.get(files.name) or self._served(files)
            except IndexBroken:
                continue
        lexical = [one for one in segments.values() if isinstance(one, LexicalSegment)]
        dense = [one for one in segments.values() if isinstance(one, DenseSegment)]
        return Snapshot(manifest, lexical, dense), segments

    def keep_only(self, names: Set[str]) -> None:
        """Remove all others. Who has one open reads on: its pages stay until let go (not so on a server)."""
        if self._server:
            self._server.keep_only(names)
        for folder in (self._root / FOLDER).glob("*"):
            if folder.name not in names:
                shutil.rmtree(folder, ignore_errors=True)

    def forget_unfinished(self) -> None:
        """Remove what a killed process was building. Only for who holds the writer's lock."""
        for folder in (self._root / FOLDER).glob(f"{BUILDING}*"):
            shutil.rmtree(folder, ignore_errors=True)

    def _write(self, kind: str, rows: int, fill: Callable[[Path], None], recall: float) -> SegmentFiles:
        (self._root / FOLDER).mkdir(exist_ok=True)
        name = f"{kind}-{uuid4().hex[:12]}"
        files = write_folder(self._root / FOLDER / name, fill)
        self._sound.add(name)
        return SegmentFiles(name, rows, files, recall)

    def _served(self, files: SegmentFiles) -> DenseSegment:
        segment = self._read(files, read_dense)
        if self._server is None:
            return segment
        with one_writer(self._root / "serving"):  # of two processes that open it, one sends the vectors
            return self._server.serve(files.name, segment)

    def _read(self, files: SegmentFiles, read: Callable[[Path], S]) -> S:
        try:
            if files.name not in self._sound and (fault := self._fault(files)):
                raise IndexBroken(self._root, fault)
            return read(self._place(files))
        except (OSError, ValueError, EOFError) as error:
            raise IndexBroken(self._root, f"{files.name}：{error}") from error

    def _fault(self, files: SegmentFiles) -> str | None:
        fault = quick_fault(self._place(files), files.files)
        if fault is None:
            self._sound.add(files.name)
        return fault

    def _place(self, files: SegmentFiles) -> Path:
        return self._root / FOLDER / files.name
