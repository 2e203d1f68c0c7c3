"""Queries embedded in batches, before each is asked: a model reads many at a time for the price of a few."""

from collections.abc import Sequence

import numpy as np

from knowledge.embedding import Embedder, Vectors


class Ahead:
    """An embedder that remembers the vectors of the batch named last. Not for several threads."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self._known: dict[str, Vectors] = {}

    @property
    def fingerprint(self) -> str:
        return self._inner.fingerprint

    @property
    def dimension(self) -> int:
        return self._inner.dimension

    def prepare(self, queries: Sequence[str]) -> None:
        """Embed these together, white space made plain as search does; the batch before is forgotten."""
        plain = (" ".join(query.split()) for query in queries)
        texts = list(dict.fromkeys(text for text in plain if text))
        vectors = self._inner.embed_queries(texts) if texts else []
        self._known = dict(zip(texts, vectors, strict=True))

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._inner.embed_documents(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """A text that search has changed, or that was never named, is embedded now."""
        if all(text in self._known for text in texts):
            return np.stack([self._known[text] for text in texts])
        return self._inner.embed_queries(texts)
