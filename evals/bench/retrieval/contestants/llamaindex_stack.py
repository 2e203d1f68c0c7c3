# pyright: basic, reportMissingImports=false
# Its packages live in the peers' environment only.
"""LlamaIndex: QueryFusionRetriever (reciprocal ranks, one query) of BM25Retriever and a FAISS vector store.

BM25Retriever's tokens come from a regular expression, which finds no Chinese words. So that it is not beaten for
that, jieba segments texts and queries, and the index is handed over as `existing_bm25`.
"""

from pathlib import Path

import bm25s
import faiss
import jieba
from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import QueryBundle, TextNode
from llama_index.core.vector_stores.utils import node_to_metadata_dict
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.faiss import FaissMapVectorStore
from pydantic import PrivateAttr

from evals.bench.retrieval.exchange import Exchange
from evals.bench.retrieval.vault import Vault

DEPTH = 100
WORDS = r"\S+"


class FromVault(BaseEmbedding):
    _vault: Vault = PrivateAttr()

    def __init__(self, vault: Vault) -> None:
        super().__init__(model_name="vault")
        self._vault = vault

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._vault.embed_documents([text])[0].tolist()

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._vault.embed_queries([query])[0].tolist()

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class Segmented(BM25Retriever):
    """Queries are segmented as the texts were."""

    def _retrieve(self, query_bundle: QueryBundle):
        return super()._retrieve(QueryBundle(" ".join(jieba.cut(query_bundle.query_str))))


class LlamaIndex:
    """BM25 can be saved but not changed: every change makes it anew from all texts."""

    follows = False

    def __init__(self, exchange: Exchange, folder: Path, vault: Vault) -> None:
        self._exchange = exchange
        self._folder = folder
        self._embed = FromVault(vault)

    def build(self) -> None:
        rows, vectors = self._exchange.rows("clauses"), self._exchange.vectors("clauses")
        nodes = [
            TextNode(id_=one, text=text, embedding=vector.tolist())
            for one, text, vector in zip(rows.ids, rows.texts, vectors, strict=True)
        ]
        store = FaissMapVectorStore(faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1])))
        context = StorageContext.from_defaults(vector_store=store)
        context.docstore.add_documents(nodes)
        self._index = VectorStoreIndex(nodes, storage_context=context, embed_model=self._embed)
        self._words = _words(nodes)
        self.save()

    def open(self) -> None:
        store = FaissMapVectorStore.from_persist_dir(str(self._folder))
        context = StorageContext.from_defaults(vector_store=store, persist_dir=str(self._folder))
        self._index = load_index_from_storage(context, embed_model=self._embed)
        self._words = Segmented.from_persist_dir(str(self._folder / "bm25"))
        self._words.token_pattern, self._words.skip_stemming = WORDS, True
        self._combine()

    def search(self, query: str, top: int) -> list[str]:
        return [found.node.node_id for found in self._both.retrieve(query)[:top]]

    def add(self) -> None:
        rows = self._exchange.rows("added")
        nodes = [TextNode(id_=one, text=text) for one, text in zip(rows.ids, rows.texts, strict=True)]
        self._index.docstore.add_documents(nodes)
        self._index.insert_nodes(nodes)
        self._again()

    def remove(self) -> None:
        ids = self._exchange.rows("added").ids
        self._index.delete_nodes(ids)
        for one in ids:
            self._index.docstore.delete_document(one)
        self._again()

    def save(self) -> None:
        self._index.storage_context.persist(str(self._folder))
        self._words.persist(str(self._folder / "bm25"))

    def _again(self) -> None:
        self._words = _words(list(self._index.docstore.docs.values()))
        self._combine()

    def _combine(self) -> None:
        near = self._index.as_retriever(similarity_top_k=DEPTH)
        self._both = QueryFusionRetriever(
            [self._words, near],
            llm=MockLLM(),
            mode="reciprocal_rerank",
            similarity_top_k=DEPTH,
            num_queries=1,
            use_async=False,
        )


def _words(nodes) -> Segmented:
    index = bm25s.BM25()
    index.index([jieba.lcut(node.get_content()) for node in nodes], show_progress=False)
    index.corpus = [node_to_metadata_dict(node) | {"node_id": node.node_id} for node in nodes]
    return Segmented(existing_bm25=index, similarity_top_k=DEPTH, token_pattern=WORDS, skip_stemming=True)
