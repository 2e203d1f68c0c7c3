"""BM25 over characters: single characters and pairs, which beat word segmentation on lay questions."""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import cast

import numpy as np
from bm25s import BM25
from numpy.typing import NDArray

from knowledge.clause import HALF_WIDTH

# A run of Latin letters or digits is one word (100毫米 holds 100); each Chinese character is its own.
_TOKEN = re.compile(r"[a-z]+|\d+(?:\.\d+)*|[\u3400-\u9fff]")


def tokens(text: str) -> list[str]:
    """Characters (or words, numbers) of a text, and their neighbouring pairs."""
    single: list[str] = _TOKEN.findall(text.translate(HALF_WIDTH).lower())
    return single + [one + other for one, other in pairwise(single)]


class LexicalIndex:
    """Immutable. Positions are those of the texts it was built from. Safe from several threads."""

    def __init__(self, index: BM25) -> None:
        self._index = index

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """texts must not be empty."""
        index = BM25()
        index.index([tokens(text) for text in texts], show_progress=False)
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        return cls(BM25.load(str(folder), show_progress=False))

    def save(self, folder: Path) -> None:
        self._index.save(str(folder), show_progress=False)

    def top(self, query: str, count: int) -> list[int]:
        """Positions of the best `count` texts that share anything with the query, best first."""
        known = [token for token in tokens(query) if token in cast(dict[str, int], self._index.vocab_dict)]
        if not known:
            return []
        scores = cast(NDArray[np.float32], self._index.get_scores(known))
        count = min(count, len(scores))
        best = np.argpartition(-scores, count - 1)[:count]
        # Ties go to the earlier text, so that an answer never depends on the sort.
        ordered = best[np.lexsort((best, -scores[best]))]
        return [int(position) for position in ordered if scores[position] > 0]
