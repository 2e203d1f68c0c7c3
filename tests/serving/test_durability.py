"""kill -9 at every step of the triage graph: nothing lost, nothing ended twice, nothing sent twice."""

import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import httpx
import pytest

from tests.serving.installation import Installation, Json, free_port

LAMP = "文昌街道梧桐路的路灯坏了三天，晚上太黑，麻烦派人来修。"
ANALYSIS = (
    "redact",
    "detect",
    "understand",
    "candidates",
    "clauses",
    "decide",
    "rules",
    "duplicates",
    "draft",
    "check",
)
ENDS = ("run.finished", "run.failed", "run.cancelled")


@pytest.fixture
def fresh(
    server: Installation, tmp_path: Path, small_pack: Path, embedder_url: str, city_url: str
) -> Iterator[Installation]:
    """An installation of its own, not started, with the knowledge that the shared one has prepared."""
    copytree(server.data_dir / "knowledge", tmp_path / "var" / "knowledge")
    made = Installation(tmp_path / "var", small_pack, embedder_url, city_url)
    yield made
    made.close()


@pytest.fixture(scope="module")
def installation(
    server: Installation,
    tmp_path_factory: pytest.TempPathFactory,
    small_pack: Path,
    embedder_url: str,
    city_url: str,
) -> Iterator[Installation]:
    """A running server that the tests kill and start again, one after the other: starting is what takes long.

    Its audit chain, which no kill may break, is verified once, after the last of them.
    """
    folder = tmp_path_factory.mktemp("killed")
    copytree(server.data_dir / "knowledge", folder / "knowledge")
    made = Installation(folder, small_pack, embedder_url, city_url)
    made.start()
    yield made
    verified = made.command("audit", "verify")
    made.close()
    assert verified.returncode == 0, verified.stderr


def sent_to(city_url: str, ticket_id: str) -> list[Json]:
    """What arrived in the simulated city about a ticket."""
    arrived = httpx.get(f"{city_url}/_control/dispatches", timeout=30).json()["dispatches"]
    return [dispatch for dispatch in arrived if ticket_id in str(dispatch)]


def check_whole(installation: Installation, run_id: str, ticket_id: str, city_url: str) -> None:
    events = list(installation.events(run_id))
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [event["type"] for event in events if event["type"] in ENDS] == ["run.finished"], events[-1]
    assert events[-1]["type"] == "run.finished"
    assert len(sent_to(city_url, ticket_id)) == 1
    assert installation.http.get(f"/api/tickets/{ticket_id}").json()["status"] == "dispatched"


def kill_at(installation: Installation, run_id: str, type_: str, name: str | None = None) -> None:
    for event in installation.events(run_id):
        if event["type"] == type_ and name in (None, event.get("name")):
            installation.kill()
            return
    raise AssertionError(f"{type_} {name} never came")


@pytest.mark.slow
@pytest.mark.parametrize("step", ANALYSIS)
def test_killed_in_an_analysis_step(installation: Installation, city_url: str, step: str) -> None:
    ticket_id = f"killed-in-{step}-{time.time_ns()}"
    run_id = installation.send(LAMP, ticket_id=ticket_id)["run_id"]
    kill_at(installation, run_id, "step.started", step)
    installation.start()
    needed = installation.until(run_id, "approval.needed")[-1]
    assert installation.answer(needed).status_code == 200
    check_whole(installation, run_id, ticket_id, city_url)


@pytest.mark.slow
def test_killed_while_a_person_is_asked(installation: Installation, city_url: str) -> None:
    ticket_id = f"killed-waiting-{time.time_ns()}"
    run_id = installation.send(LAMP, ticket_id=ticket_id)["run_id"]
    needed = installation.until(run_id, "approval.needed")[-1]
    installation.kill()
    installation.start()
    assert installation.answer(needed).status_code == 200
    check_whole(installation, run_id, ticket_id, city_url)


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.0, 0.05, 0.2])
def test_killed_after_the_answer(installation: Installation, city_url: str, delay: float) -> None:
    """Between the answer and the city's receipt: before the outbox, in it, on the way, or just after."""
    ticket_id = f"killed-answered-{time.time_ns()}"
    run_id = installation.send(LAMP, ticket_id=ticket_id)["run_id"]
    needed = installation.until(run_id, "approval.needed")[-1]
    assert installation.answer(needed).status_code == 200
    time.sleep(delay)
    installation.kill()
    installation.start()
    assert installation.answer(needed).status_code == 409, "an answer is used once"
    check_whole(installation, run_id, ticket_id, city_url)


@pytest.mark.slow
def test_killed_while_the_city_keeps_the_answer_back(installation: Installation, city_url: str) -> None:
    """The city took the order and its answer is lost: sent again under the same key, it stays one order."""
    ticket_id = f"killed-sending-{time.time_ns()}"
    run_id = installation.send(LAMP, ticket_id=ticket_id)["run_id"]
    needed = installation.until(run_id, "approval.needed")[-1]
    fault = {
        "kind": "timeout",
        "path": "/open311/v2/requests",
        "method": "POST",
        "count": 1,
        "seconds": 20,
        "after_commit": True,
    }
    assert httpx.post(f"{city_url}/_control/faults", json=fault, timeout=30).status_code < 300
    assert installation.answer(needed).status_code == 200
    deadline = time.monotonic() + 60
    while not sent_to(city_url, ticket_id):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    installation.kill()
    httpx.delete(f"{city_url}/_control/faults", timeout=30)
    installation.start()
    check_whole(installation, run_id, ticket_id, city_url)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_all_and_a_second_instance_is_told(fresh: Installation, how: signal.Signals) -> None:
    simulator = free_port()
    del fresh.environment["PINGJI_CITY_API_BASE_URL"]
    fresh.environment["PINGJI_SIMULATOR_PORT"] = str(simulator)
    fresh.start()
    second = fresh.command("up", "--port", str(free_port()))
    assert (second.returncode, second.stdout) == (2, "")
    assert "正被另一个平急使用" in second.stderr and len(second.stderr.splitlines()) == 1
    fresh.wait(lambda: _listens(simulator), "the simulated city")
    assert fresh.stop(how) == 0
    assert not _listens(simulator)
    assert fresh.output().count("http://") == 1, "one URL, nothing else"


def test_a_taken_port_is_told(fresh: Installation) -> None:
    with socket.create_server(("127.0.0.1", fresh.port)):
        told = fresh.command("up", "--port", str(fresh.port))
    assert told.returncode == 2
    assert f"127.0.0.1:{fresh.port}" in told.stderr and "--port" in told.stderr
    assert len(told.stderr.splitlines()) == 1


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
