"""A process that changes and searches a knowledge base, for tests that run several or kill one.

python churn.py cycle FOLDER NAME COUNT    add, publish, find, remove, miss; prints one line of JSON
python churn.py publish FOLDER NAME        adds and publishes for ever; prints each name once published
"""

import json
import sys
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import numpy as np

from knowledge.base import KnowledgeBase
from knowledge.embedding import Vectors

LASTING = 12
REMOVED = "removed.txt"


class Letters:
    """A vector counts characters: near enough to meaning for tests, and quick."""

    dimension = 32
    fingerprint = "letters"

    def __init__(self) -> None:
        self.embedded = 0

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        return self.embed_queries(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        rows = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            np.add.at(row, np.array([ord(char) % self.dimension for char in text], int), 1)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def clock() -> datetime:
    return datetime(2026, 7, 1, 8, tzinfo=UTC)


def open_base(folder: Path) -> KnowledgeBase:
    return KnowledgeBase.open(folder / "var", Letters(), clock)


def write_law(folder: Path, name: str, clauses: int = 3) -> Path:
    """name: Latin letters and digits, so that a search for it finds no other law by accident."""
    body = "\n\n".join(
        f"第{'一二三四五六七八九'[n]}条 {name} 应当遵守本办法第{n}项。" for n in range(clauses)
    )
    path = folder / f"{name}.md"
    path.write_text(f"---\ntitle: {name}办法\neffective: 2020-01-01\n---\n{body}\n")
    return path


def finds(base: KnowledgeBase, name: str) -> bool:
    return any(hit.document == f"{name}办法" for hit in base.search(f"{name}办法", top=5))


class Watcher:
    """Searches beside the changes: what lasts is found, what was removed before the search is not."""

    def __init__(self, base: KnowledgeBase, folder: Path) -> None:
        self._base = base
        self._removed = folder / REMOVED
        self._done = Event()
        self.searches, self.lost, self.returned = 0, 0, 0
        self.errors: list[str] = []
        self._thread = Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.is_set():
            try:
                removed = set(self._removed.read_text().split()) if self._removed.exists() else set[str]()
                hits = self._base.search(f"lasting{self.searches % LASTING}办法", top=20)
                self.returned += sum(hit.clause_id.split("#")[0] in removed for hit in hits)
                self.lost += all(hit.document != f"lasting{self.searches % LASTING}办法" for hit in hits)
                self.searches += 1
            except Exception as error:  # noqa: BLE001 - counted, and shown by the test
                self.errors.append(f"{type(error).__name__}: {error}")


def cycle(folder: Path, name: str, count: int) -> None:
    base = open_base(folder)
    watcher = Watcher(base, folder)
    lost, returned, errors = 0, 0, []
    for number in range(count):
        law = f"{name}x{number}"
        try:
            path = write_law(folder, law)
            (document,) = base.add([path]).added
            base.publish()
            lost += not finds(base, law)
            base.remove(document)
            with (folder / REMOVED).open("a") as log:
                log.write(f"{document}\n")
            returned += finds(base, law)
            path.unlink()
        except Exception as error:  # noqa: BLE001 - counted, and shown by the test
            errors.append(f"{type(error).__name__}: {error}")
    watcher.stop()
    counted = {"lost": lost + watcher.lost, "returned": returned + watcher.returned}
    print(json.dumps({**counted, "errors": errors + watcher.errors, "searches": watcher.searches}))


def publish(folder: Path, name: str) -> None:
    base = open_base(folder)
    print("ready", flush=True)
    for number in range(10**6):
        law = f"{name}x{number}"
        base.add([write_law(folder, law, 1 + number % 9)])
        base.publish()
        print(law, flush=True)


if __name__ == "__main__":
    warnings.simplefilter("error")  # an index taken for damaged is an error here
    what, where, who, *rest = sys.argv[1:]
    if what == "cycle":
        cycle(Path(where), who, int(rest[0]))
    else:
        publish(Path(where), who)
