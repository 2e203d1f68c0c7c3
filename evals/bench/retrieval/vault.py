"""The thin embeddings adapter of all contestants: vectors by text from the exchange; the model only where asked."""

from collections.abc import Callable, Sequence

import numpy as np

from evals.bench.retrieval.exchange import Exchange, Vectors
from knowledge.embedding import Embedder, open_embedder


class Vault:
    """An Embedder that looks up. `live`: embed queries with the model, for the latency that includes it.

    A text that is not in the exchange (an expanded query) is embedded once and kept in `extra.npz` by `keep`;
    so the model, which weighs hundreds of megabytes, stays out of a process that is being measured.
    """

    def __init__(self, exchange: Exchange, open_model: Callable[[str], Embedder] = open_embedder) -> None:
        meta = exchange.meta
        self.fingerprint = meta.fingerprint
        self.dimension = meta.dimension
        self.live = False
        self._exchange = exchange
        self._spec = meta.spec
        self._open = open_model
        self._model: Embedder | None = None
        self._documents: dict[str, Vectors] = _by_text(exchange, "added")
        self._queries = _by_text(exchange, "queries") | self._extra()
        self._all_read = False

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if not self._all_read and any(text not in self._documents for text in texts):
            self._documents |= _by_text(self._exchange, "clauses")
            self._all_read = True
        return self._through(texts, self._documents, lambda missing: self.model.embed_documents(missing))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        if self.live:
            return self.model.embed_queries(texts)
        return self._through(texts, self._queries, lambda missing: self.model.embed_queries(missing))

    @property
    def model(self) -> Embedder:
        if self._model is None:
            self._model = self._open(self._spec)
        return self._model

    def keep(self) -> None:
        """Remember the query vectors made so far for the next process."""
        texts = list(self._queries)
        vectors = np.stack([self._queries[text] for text in texts])
        np.savez(self._exchange.folder / "extra.npz", texts=np.array(texts), vectors=vectors)

    def _extra(self) -> dict[str, Vectors]:
        path = self._exchange.folder / "extra.npz"
        if not path.is_file():
            return {}
        with np.load(path) as kept:
            return dict(zip([str(text) for text in kept["texts"]], kept["vectors"], strict=True))

    def _through(
        self, texts: Sequence[str], known: dict[str, Vectors], embed: Callable[[list[str]], Vectors]
    ) -> Vectors:
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        if missing:
            known |= dict(zip(missing, embed(missing), strict=True))
        return np.stack([known[text] for text in texts])


def _by_text(exchange: Exchange, name: str) -> dict[str, Vectors]:
    return dict(zip(exchange.rows(name).texts, exchange.vectors(name), strict=True))
