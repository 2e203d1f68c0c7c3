from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from tests.knowledge.index.churn import Letters, clock


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def base(tmp_path: Path, letters: Letters) -> Iterator[KnowledgeBase]:
    opened = KnowledgeBase.open(tmp_path / "var", letters, clock)
    yield opened
    opened.close()
