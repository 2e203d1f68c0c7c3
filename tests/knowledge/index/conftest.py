from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from knowledge.base import KnowledgeBase
from knowledge.embedding import Vectors


class Letters:
    """A vector counts characters: near enough to meaning for tests, and quick."""

    dimension = 32
    fingerprint = "letters"

    def __init__(self) -> None:
        self.embedded = 0

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        rows = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            np.add.at(row, np.array([ord(char) % self.dimension for char in text], int), 1)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    embed_queries = embed_documents


def clock() -> datetime:
    return datetime(2026, 7, 1, 8, tzinfo=UTC)


def law(name: str, clauses: int = 3, word: str = "规定") -> str:
    body = "\n\n".join(f"第{'一二三四五六七八九'[n % 9]}条 {name}第{n}项{word}。" for n in range(clauses))
    return f"---\ntitle: {name}\neffective: 2020-01-01\n---\n{body}\n"


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def base(tmp_path: Path, letters: Letters) -> KnowledgeBase:
    return KnowledgeBase.open(tmp_path / "var", letters, clock)
