"""A whole installation as processes: the real `pingji up` on a data folder of its own, killed and started at will."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

ROOT = Path(__file__).parents[2]
OPERATOR = {"X-Operator": quote("王芳")}
START_S = 600.0

Json = dict[str, Any]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Installation:
    def __init__(self, data_dir: Path, pack: Path, embedder: str, city_url: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PINGJI_")}
        self.environment = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "PINGJI_DATA_DIR": str(data_dir),
            "PINGJI_EMBEDDER": embedder,
            "PINGJI_CITY_API_BASE_URL": city_url,
            "PINGJI_CITY_API_KEY": "test-key",
            "PINGJI_CITY": str(pack),
            "PINGJI_LLM": "off",
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.http = httpx.Client(base_url=self.url, timeout=START_S, headers=OPERATOR)

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "serving", *arguments]
        return subprocess.run(
            command,
            env=self.environment,
            cwd=self.data_dir,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def start(self) -> None:
        command = [sys.executable, "-m", "serving", "up", "--port", str(self.port)]
        self.data_dir.mkdir(parents=True, exist_ok=True)
        output = (self.data_dir / "up.out").open("ab")
        self.process = subprocess.Popen(
            command, env=self.environment, cwd=self.data_dir, stdout=output, stderr=subprocess.STDOUT
        )
        output.close()
        self.wait(lambda: self._answers("/healthz"), "the page")

    def wait_ready(self) -> None:
        self.wait(self._knows, "the knowledge base")

    def _knows(self) -> bool:
        state = self.http.get("/api/health").json()["knowledge"]["state"]
        assert state != "failing", self.output()
        return state == "ready"

    def kill(self) -> None:
        """As a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """The exit code."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(60)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
        self.http.close()

    def wait(self, done: Any, what: str) -> None:
        deadline = time.monotonic() + START_S
        while not done():
            assert self.process is not None and self.process.poll() is None, self.output()
            assert time.monotonic() < deadline, f"{what} did not come: {self.output()}"
            time.sleep(0.2)

    def output(self) -> str:
        return (self.data_dir / "up.out").read_text(encoding="utf-8")

    def _answers(self, path: str) -> bool:
        try:
            return self.http.get(path).status_code == 200
        except httpx.TransportError:
            return False

    def send(self, text: str, **fields: Any) -> Json:
        answer = self.http.post("/api/tickets", json={"text": text, **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def events(self, run_id: str, after: int = 0, of: str = "runs") -> Iterator[Json]:
        """The stream of a run or an upload."""
        yield from self.stream(f"/api/{of}/{run_id}/events", after)

    def stream(self, path: str, after: int = 0) -> Iterator[Json]:
        """Numbered events, parsed; ends when the server ends it."""
        header = {"Last-Event-ID": str(after)} if after else {}
        with self.http.stream("GET", path, headers=header) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            name, number = "", ""
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("id: "):
                    number = line.removeprefix("id: ")
                elif line.startswith("data: "):
                    event = json.loads(line.removeprefix("data: "))
                elif not line and name:
                    assert (event["type"], str(event["seq"])) == (name, number)
                    yield event
                    name = ""

    def until(self, run_id: str, type_: str) -> list[Json]:
        events: list[Json] = []
        for event in self.events(run_id):
            events.append(event)
            if event["type"] == type_:
                return events
        raise AssertionError(f"{type_} never came: {[event['type'] for event in events]}, {events[-1]}")

    def answer(self, needed: Json, **fields: Any) -> httpx.Response:
        body = {"decision": "approve", "action_hash": needed["action_hash"], **fields}
        return self.http.post(f"/api/approvals/{needed['approval_id']}", json=body)
