"""Ours: KnowledgeBase as the product opens it, on the documents that preparing the bench took in."""

from datetime import datetime
from pathlib import Path

from evals.bench.retrieval.exchange import Exchange
from evals.bench.retrieval.vault import Vault
from knowledge.base import KnowledgeBase


class Ours:
    """A removal works at once, an addition with its publish; both in every process."""

    follows = True

    def __init__(self, exchange: Exchange, folder: Path, vault: Vault) -> None:
        self._file = exchange.added_file
        self._added = exchange.rows("added").ids[0].partition("#")[0]
        self._base = KnowledgeBase.open(folder, vault, lambda: datetime.now().astimezone())

    def build(self) -> None:
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
