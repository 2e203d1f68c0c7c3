"""A clock and a database for each test; a whole running server for those that talk to one."""

import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from serving.store.database import Database, open_database
from tests.serving.installation import ROOT, Installation
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


@pytest.fixture(scope="session")
def embedder_url() -> Iterator[str]:
    """The address of an embeddings server that costs nothing."""
    script = Path(__file__).with_name("quick_embedder.py")
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture(scope="session")
def city_url() -> Iterator[str]:
    """A simulated city that outlives the servers under test."""
    command = [sys.executable, "-m", "tools.simulator", "--port", "0", "--api-key", "test-key"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().removeprefix("ready ").strip()
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory, embedder_url: str, city_url: str
) -> Iterator[Installation]:
    """One running server for all tests that only talk to it."""
    installation = Installation(tmp_path_factory.mktemp("server"), embedder_url, city_url)
    installation.start()
    installation.wait_ready()
    yield installation
    installation.close()
