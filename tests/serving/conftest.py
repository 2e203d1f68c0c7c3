"""A clock and a database for each test."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from serving.store.database import Database, open_database
from tests.serving.small_graph import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'app.db'}"


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    opened = open_database(database_url)
    yield opened
    await opened.close()
