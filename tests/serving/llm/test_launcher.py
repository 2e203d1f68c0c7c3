"""The launcher with a real process that stands in for vLLM."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from serving.llm import launcher
from serving.llm.command import Launch
from serving.llm.errors import DiedAtStart, NotReadyInTime, OtherModelRuns, PortTaken
from serving.llm.launcher import Running, start_command, status, stop, wait_ready
from serving.llm.process import alive
from serving.llm.profiles import CPU_DEFAULT, PROFILES, Profile

FAKE = Path(__file__).with_name("fake_server.py")
Start = Callable[..., Running]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def quiet(_: str) -> None:
    return


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    port = free_port()

    def run(mode: str, profile: Profile = CPU_DEFAULT, port: int = port) -> Running:
        launch = Launch(Path(sys.executable), profile, "m", port, tmp_path / "run", gpus=0, cpus=1)
        argv = [sys.executable, str(FAKE), str(port), mode]
        return start_command(argv, launch, tmp_path, dict(os.environ))

    yield run
    stop(tmp_path)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_start_ready_status_stop(start: Start, tmp_path: Path) -> None:
    assert status(tmp_path).state == "off"
    running = start("ok")
    assert os.getsid(running.identity.pid) == running.identity.pid
    wait_ready(running, 30, quiet)
    state = status(tmp_path)
    assert (state.state, state.running) == ("ready", running)
    assert state.memory > 1_000_000
    assert stop(tmp_path)
    assert not alive(running.identity)
    assert status(tmp_path).state == "off"
    assert not stop(tmp_path)


def test_a_second_start_finds_the_first(start: Start) -> None:
    assert start("ok") == start("ok")


def test_two_starts_at_once_make_one_process(start: Start) -> None:
    made: list[Running] = []
    threads = [threading.Thread(target=lambda: made.append(start("ok"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({running.identity.pid for running in made}) == 1


def test_another_model_is_refused_while_one_runs(start: Start) -> None:
    start("ok")
    with pytest.raises(OtherModelRuns, match="pingji llm stop"):
        start("ok", PROFILES["embedded-0.5b"])


def test_a_taken_port_is_named(start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            start("ok", port=port)


def test_death_at_start_shows_the_log(start: Start, tmp_path: Path) -> None:
    running = start("die")
    with pytest.raises(DiedAtStart, match="not enough memory"):
        wait_ready(running, 30, quiet)
    state = status(tmp_path)
    assert state.state == "failing"
    assert "not enough memory" in state.detail


def test_a_server_that_cannot_answer_is_not_ready(start: Start) -> None:
    with pytest.raises(DiedAtStart, match="500"):
        wait_ready(start("refuse"), 30, quiet)


def test_a_server_that_is_not_ready_in_time_stays(start: Start, tmp_path: Path) -> None:
    running = start("slow")
    with pytest.raises(NotReadyInTime, match=str(running.identity.pid)):
        wait_ready(running, 0.5, quiet)
    assert status(tmp_path).state == "starting"


def test_a_reused_pid_is_a_stranger_and_left_alone(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "llm.json"
    launcher._save(tmp_path, start("ok"))  # pyright: ignore[reportPrivateUsage]
    ours = json.loads(file.read_text())
    stop(tmp_path)
    strange = ours | {"identity": ours["identity"] | {"pid": os.getpid()}}
    file.write_text(json.dumps(strange))
    assert status(tmp_path).state == "failing"
    assert not stop(tmp_path)


def test_a_pid_from_before_a_reboot_is_dead(start: Start, tmp_path: Path) -> None:
    running = start("ok")
    file = tmp_path / "llm.json"
    saved = file.read_text()
    file.write_text(saved.replace(running.identity.boot, "another-boot"))
    assert status(tmp_path).state == "failing"
    file.write_text(saved)


def session_size(sid: int) -> int:
    """Members of the session that are not zombies (who reaps those is the container's affair)."""
    listed = subprocess.run(["ps", "-s", str(sid), "-o", "stat="], capture_output=True, text=True)
    return sum(1 for state in listed.stdout.split() if not state.startswith("Z"))


def test_children_left_by_a_crash_are_ended_before_the_next_start(start: Start) -> None:
    running = start("child")
    wait_ready(running, 30, quiet)
    sid = running.identity.pid
    assert session_size(sid) == 2
    os.kill(sid, signal.SIGKILL)
    wait_for(lambda: not alive(running.identity))
    assert session_size(sid) == 1
    again = start("ok")
    assert again.identity.pid != sid
    assert session_size(sid) == 0


def test_a_stubborn_server_is_ended(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "_GRACE_SECONDS", 0.3)
    running = start("stubborn")
    wait_ready(running, 30, quiet)
    assert stop(tmp_path)
    assert not alive(running.identity)
