"""A connection closed under a thread that reads it ends the process: who closes waits."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from knowledge import embedding_cache
from knowledge.base import KnowledgeBase
from knowledge.embedding_cache import CachedEmbedder
from knowledge.index import standing
from knowledge.index.standing import Standing
from tests.knowledge.index.churn import Letters


class Held(sqlite3.Connection):
    """Says when it is being read, and goes on when told."""

    reading, go_on = Event(), Event()

    def execute(self, sql: str, *told: Any) -> sqlite3.Cursor:
        found = super().execute(sql, *told)
        if sql.startswith(("SELECT", "\nSELECT")):
            self.reading.set()
            assert self.go_on.wait(10)
        return found


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> type[Held]:
    Held.reading.clear()
    Held.go_on.clear()

    def connect(path: str | Path, **told: Any) -> sqlite3.Connection:
        return Held(str(path), **told)

    for module in (standing, embedding_cache):
        monkeypatch.setattr(module.sqlite3, "connect", connect)
    return Held


def _closes_after(held: type[Held], read: Callable[[], object], close: Callable[[], None]) -> None:
    reader, closer = Thread(target=read, daemon=True), Thread(target=close, daemon=True)
    reader.start()
    assert held.reading.wait(10)
    closer.start()
    closer.join(0.2)
    assert closer.is_alive(), "closed while a thread was reading"
    held.go_on.set()
    reader.join(10)
    closer.join(10)
    assert not reader.is_alive() and not closer.is_alive()


def test_the_table_closes_after_who_reads_it(base: KnowledgeBase, tmp_path: Path, held: type[Held]) -> None:
    table = Standing(tmp_path / "var" / "knowledge.sqlite")
    _closes_after(held, table.table, table.close)


def test_the_kept_vectors_close_after_who_reads_them(tmp_path: Path, held: type[Held]) -> None:
    cached = CachedEmbedder(Letters(), tmp_path / "vectors.sqlite")
    held.go_on.set()
    cached.embed_documents(["一"])
    held.go_on.clear()
    held.reading.clear()
    _closes_after(held, lambda: cached.embed_documents(["一"]), cached.close)
