"""A clock and a database for each test; a whole running server for those that talk to one."""

import csv
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from shutil import copytree

import pytest

from serving.store.database import Database, open_database
from tests.serving.installation import ROOT, Installation
from tests.serving.small_graph import Clock

KEPT_UTTERANCES = 5


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
    yield from _embedder()


@pytest.fixture
def slow_embedder_url() -> Iterator[str]:
    """The same vectors, slowly where a text speaks of 仓库."""
    yield from _embedder("仓库")


def _embedder(*arguments: str) -> Iterator[str]:
    script = Path(__file__).with_name("quick_embedder.py")
    process = subprocess.Popen([sys.executable, script, *arguments], stdout=subprocess.PIPE, text=True)
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
def small_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled city with a few utterances of each kind: enough to serve with, and quickly learnt."""
    folder = tmp_path_factory.mktemp("pack") / "yunzhou"
    copytree(ROOT / "knowledge" / "city" / "yunzhou", folder)
    for file in (folder / "utterances").glob("[0-9]*.csv"):
        header, *rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
        seen: Counter[str] = Counter()
        few: list[list[str]] = []
        for row in rows:
            seen[row[0]] += 1
            if seen[row[0]] <= KEPT_UTTERANCES:
                few.append(row)
        with file.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target, lineterminator="\n").writerows([header, *few])
    return folder


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory, small_pack: Path, embedder_url: str, city_url: str
) -> Iterator[Installation]:
    """One running server for all tests that only talk to it."""
    installation = Installation(tmp_path_factory.mktemp("server"), small_pack, embedder_url, city_url)
    try:
        installation.start()
        installation.wait_ready()
        yield installation
    finally:
        installation.close()
