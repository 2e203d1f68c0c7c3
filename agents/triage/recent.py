"""Vectors of the texts seen last: one ticket passes several steps, and embedding is what costs."""

from collections import OrderedDict
from threading import Lock

import numpy as np

from agents.triage.learned import Vectors, squeezed
from knowledge.embedding import Embedder


class Recent:
    """A bounded memory in front of an embedder; safe between threads."""

    def __init__(self, embedder: Embedder, size: int = 2000) -> None:
        self._embedder = embedder
        self._size = size
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def one(self, text: str) -> Vectors:
        """(dimension,)"""
        return self.many([text])[0]

    def many(self, texts: list[str]) -> Vectors:
        """(n, dimension), in order."""
        texts = [squeezed(text) for text in texts]
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new:
            found |= dict(zip(new, self._embedder.embed_queries(new), strict=True))
        with self._lock:
            for text in texts:
                self._known[text] = found[text]
                self._known.move_to_end(text)
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return np.stack([found[text] for text in texts])
