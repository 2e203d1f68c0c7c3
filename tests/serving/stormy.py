"""A simulated city that plays a storm, and a real server beside it that has followed it to 17:10, when Ⅲ is met."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from tests.serving.installation import ROOT, Installation, Json

AT = "2026-05-18T17:10:00+08:00"
EARLY = "2026-05-18T16:10:00+08:00"


def playing_city() -> Iterator[str]:
    """Its address; the exercise stands at 16:10."""
    command = [sys.executable, "-m", "tools.simulator", "--port", "0", "--api-key", "test-key"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().removeprefix("ready ").strip()
    playing = {"name": "storm_may", "at": EARLY, "speed": 1, "paused": True}
    assert httpx.post(f"{url}/_control/scenario", json=playing, timeout=60).status_code < 300
    yield url
    process.kill()
    process.wait()
    process.stdout.close()


def following(folder: Path, pack: Path, embedder_url: str, city: str) -> Iterator[Installation]:
    made = Installation(folder, pack, embedder_url, city)
    made.environment |= {"PINGJI_EXERCISE_URL": f"{city}/_control", "PINGJI_JUDGE_EVERY": "0"}
    made.start()
    until(lambda: made.http.get("/api/situation").status_code == 200)
    httpx.patch(f"{city}/_control/scenario", json={"at": AT}, timeout=60)
    until(lambda: look(made)["picture"]["level"] == 3)
    yield made
    made.close()


def until(done: Callable[[], bool], seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def look(server: Installation, **query: str) -> Json:
    answer = server.http.get("/api/situation", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()
