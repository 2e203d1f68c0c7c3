# pyright: basic, reportMissingImports=false
# Its packages live in the peers' environment only.
"""txtai: hybrid Embeddings (BM25 terms and FAISS, convex combination), vectors from outside.

Two of its documented options help it here: exact FAISS instead of IVF, so that all contestants search the same
vectors fully, and n-grams of one and two characters instead of single ones (R@10 0.595 against 0.582, MRR@10 0.574
against 0.538 on the 3 laws most asked for).
"""

from pathlib import Path

import numpy as np
from txtai import Embeddings

from evals.bench.retrieval.exchange import Exchange, Rows
from evals.bench.retrieval.vault import Vault

NGRAMS = {"nmin": 1, "nmax": 2}


class Txtai:
    """One object for both legs; it can change and be saved, but another process must load it again."""

    follows = False

    def __init__(self, exchange: Exchange, folder: Path, vault: Vault) -> None:
        self._exchange = exchange
        self._folder = folder
        known: dict[str, np.ndarray] = {}

        def transform(texts):
            return np.stack(
                [known[text] if text in known else vault.embed_queries([text])[0] for text in texts]
            )

        self._known = known
        self._transform = transform
        self._embeddings = Embeddings(
            method="external",
            transform=transform,
            content=False,
            hybrid=True,
            scoring={"method": "bm25", "terms": True, "normalize": True, "tokenizer": {"ngrams": NGRAMS}},
            faiss={"components": "IDMap,Flat"},
        )

    def build(self) -> None:
        self._embeddings.index(self._given("clauses"))
        self._known.clear()
        self.save()

    def open(self) -> None:
        self._embeddings.load(str(self._folder), config={"transform": self._transform})

    def search(self, query: str, top: int) -> list[str]:
        return [one for one, _ in self._embeddings.search(query, top)]

    def add(self) -> None:
        self._embeddings.upsert(self._given("added"))
        self._known.clear()

    def remove(self) -> None:
        self._embeddings.delete(self._exchange.rows("added").ids)

    def save(self) -> None:
        self._embeddings.save(str(self._folder))

    def _given(self, name: str):
        """txtai asks its transform for documents and queries alike: documents are laid ready first."""
        rows: Rows = self._exchange.rows(name)
        self._known.update(zip(rows.texts, self._exchange.vectors(name), strict=True))
        return [(one, text, None) for one, text in zip(rows.ids, rows.texts, strict=True)]
