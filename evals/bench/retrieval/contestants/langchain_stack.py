# pyright: basic, reportMissingImports=false
# Its packages live in the peers' environment only.
"""LangChain: EnsembleRetriever (reciprocal ranks) of BM25Retriever with jieba and a FAISS vector store."""

from pathlib import Path

import jieba
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_community.vectorstores.utils import DistanceStrategy
from langchain_core.embeddings import Embeddings

from evals.bench.retrieval.exchange import Exchange, Rows
from evals.bench.retrieval.vault import Vault

DEPTH = 100


class FromVault(Embeddings):
    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._vault.embed_documents(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self._vault.embed_queries([text])[0].tolist()


class LangChain:
    """BM25Retriever can neither change nor be saved: every change and every opening segments all texts again."""

    follows = False

    def __init__(self, exchange: Exchange, folder: Path, vault: Vault) -> None:
        self._exchange = exchange
        self._folder = folder
        self._embeddings = FromVault(vault)

    def build(self) -> None:
        rows = self._exchange.rows("clauses")
        vectors = self._exchange.vectors("clauses")
        self._store = FAISS.from_embeddings(
            zip(rows.texts, vectors.tolist(), strict=True),
            self._embeddings,
            metadatas=_metadata(rows),
            ids=rows.ids,
            distance_strategy=DistanceStrategy.MAX_INNER_PRODUCT,
        )
        self._combine()
        self.save()

    def open(self) -> None:
        self._store = FAISS.load_local(
            str(self._folder),
            self._embeddings,
            allow_dangerous_deserialization=True,
            distance_strategy=DistanceStrategy.MAX_INNER_PRODUCT,
        )
        self._combine()

    def search(self, query: str, top: int) -> list[str]:
        return [found.metadata["id"] for found in self._both.invoke(query)[:top]]

    def add(self) -> None:
        rows = self._exchange.rows("added")
        self._store.add_texts(rows.texts, metadatas=_metadata(rows), ids=rows.ids)
        self._combine()

    def remove(self) -> None:
        self._store.delete(self._exchange.rows("added").ids)
        self._combine()

    def save(self) -> None:
        self._store.save_local(str(self._folder))

    def _combine(self) -> None:
        known = [self._store.docstore.search(one) for one in self._store.index_to_docstore_id.values()]
        words = BM25Retriever.from_documents(known, preprocess_func=jieba.lcut, k=DEPTH)
        near = self._store.as_retriever(search_kwargs={"k": DEPTH})
        self._both = EnsembleRetriever(retrievers=[words, near], id_key="id")


def _metadata(rows: Rows) -> list[dict[str, str]]:
    return [{"id": one} for one in rows.ids]
