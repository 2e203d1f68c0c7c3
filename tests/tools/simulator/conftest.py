"""The simulator in a storm: controlled over HTTP, read over HTTP."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from knowledge.city import City, load_city
from tools.emergency.scenario import Scenario, load_scenario

ROOT = Path(__file__).parents[3]
SCENARIOS = ROOT / "tools" / "simulator" / "scenarios"


@dataclass(frozen=True)
class Storm:
    """storm_may, paused where a test puts it."""

    http: httpx.Client

    def play(self, **start: object) -> dict:
        body = {"name": "storm_may", "paused": True} | start
        return self.http.post("/_control/scenario", json=body, timeout=60).raise_for_status().json()

    def jump(self, time: str) -> dict:
        """`time` is 18T17:30: day and clock in May 2026."""
        body = {"at": f"2026-05-{time}:00+08:00"}
        return self.http.patch("/_control/scenario", json=body).raise_for_status().json()

    def get(self, path: str, **query: str) -> httpx.Response:
        return self.http.get(path, params=query)

    def json(self, path: str, **query: str) -> dict:
        return self.get(path, **query).raise_for_status().json()

    def observations(self, *tests: str, **query: str) -> list[dict]:
        """All pages of /Observations, narrowed by filters joined with and."""
        asked = {"$top": "1000", "$filter": " and ".join(tests)} if tests else {"$top": "1000"}
        page = self.json("/sta/v1.1/Observations", **(asked | query))
        found = page["value"]
        while "@iot.nextLink" in page:
            page = self.http.get(page["@iot.nextLink"]).raise_for_status().json()
            found += page["value"]
        return found

    def fault(self, station_id: str, kind: str, **rest: object) -> None:
        path = f"/_control/stations/{station_id}/fault"
        self.http.post(path, json={"kind": kind, **rest}).raise_for_status()

    def feed_fault(self, feed: str, kind: str, **rest: object) -> None:
        self.http.post(f"/_control/feeds/{feed}/fault", json={"kind": kind, **rest}).raise_for_status()


@pytest.fixture
def storm(simulator) -> Storm:
    """The shared process with storm_may paused at 17:30 on 18 May."""
    found = Storm(simulator.control)
    found.play(at="2026-05-18T17:30:00+08:00")
    return found


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return load_scenario(SCENARIOS / "storm_may")


@pytest.fixture(scope="session")
def pack() -> City:
    return load_city(ROOT / "knowledge" / "city" / "yunzhou")


@pytest.fixture(scope="session")
def at() -> Callable[[str], datetime]:
    return lambda time: datetime.fromisoformat(f"2026-05-{time}:00+08:00")


@pytest.fixture
def scenarios_with(tmp_path: Path) -> Iterator[Callable[[str, str, str], Path]]:
    """A copy of the scenarios' folder with one text replaced in one file of storm_may."""

    def make(file: str, old: str, new: str) -> Path:
        root = shutil.copytree(SCENARIOS, tmp_path / "scenarios")
        path = root / "storm_may" / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return root

    yield make
