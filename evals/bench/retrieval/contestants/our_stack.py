"""Ours: KnowledgeBase as the product opens it, on the documents that preparing the bench took in."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from evals.bench.retrieval.exchange import Exchange, Vectors
from evals.bench.retrieval.vault import Vault
from knowledge.base import KnowledgeBase
from knowledge.embedding import Embedder
from knowledge.embedding_cache import CachedEmbedder
from knowledge.store import Store


class Ours:
    """A removal works at once, an addition with its publish; both in every process."""

    follows = True

    def __init__(self, exchange: Exchange, folder: Path, vault: Vault) -> None:
        self._file = exchange.added_file
        self._added = exchange.rows("added").ids[0].partition("#")[0]
        self._index = folder / "index"
        kept = CachedEmbedder(vault, folder / "vectors.sqlite")
        store = Store(folder / "knowledge.sqlite")
        self._base = KnowledgeBase(store, self._index, kept, self.asking(vault), _now)

    def asking(self, vault: Vault) -> Embedder:
        """What embeds questions."""
        return vault

    def build(self) -> None:
        shutil.rmtree(self._index, ignore_errors=True)
        if self._added in {document.id for document in self._base.documents()}:  # left by an interrupted run
            self.remove()
        self._base.publish()

    def open(self) -> None:
        self._base.status()

    def search(self, query: str, top: int) -> list[str]:
        return [hit.clause_id for hit in self._base.search(query, top=top)]

    def add(self) -> None:
        self._base.add([self._file])
        self._base.publish()

    def remove(self) -> None:
        self._base.remove(self._added)

    def save(self) -> None:
        """Nothing: adding and removing are what other processes see."""


class OursUnlearned(Ours):
    """Without what was learned from the very questions that are asked here: the row to compare with."""

    def asking(self, vault: Vault) -> Embedder:
        return Unknown(vault)


class Unknown:
    """The same vectors under another name: what was learned fits one embedder only, and so is left aside."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.dimension = vault.dimension
        self.fingerprint = f"{vault.fingerprint}, nothing learned"

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._vault.embed_documents(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._vault.embed_queries(texts)


def _now() -> datetime:
    return datetime.now().astimezone()
