"""kill -9 of the real server in what people do during a storm: nothing lost, nothing done or sent twice."""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.serving.installation import Installation, Json
from tests.serving.stormy import following, playing_city, until

pytestmark = pytest.mark.slow

QUIET_S = 5.0
"""What changed or was signed is asked about within two seconds; on a busy machine, in more."""


@pytest.fixture(scope="module")
def city() -> Iterator[str]:
    yield from playing_city()


@pytest.fixture(scope="module")
def command(
    tmp_path_factory: pytest.TempPathFactory, small_pack: Path, embedder_url: str, city: str
) -> Iterator[Installation]:
    """Killed and started again by the tests, one after the other; its audit chain is verified after the last."""
    folder = tmp_path_factory.mktemp("killed")
    yield from following(folder, small_pack, embedder_url, city)
    made = Installation(folder, small_pack, embedder_url, city)
    verified = made.command("audit", "verify")
    assert verified.returncode == 0, verified.stderr


def again(command: Installation) -> None:
    command.kill()
    command.start()
    until(lambda: command.http.get("/api/situation").status_code == 200)


def judgments(command: Installation) -> list[Json]:
    return command.http.get("/api/judgments").json()["items"]


def judging(command: Installation) -> bool:
    with closing(sqlite3.connect(command.data_dir / "pingji.db")) as database:
        query = "SELECT count(*) FROM runs WHERE agent = 'judge' AND status IN ('queued', 'running')"
        return database.execute(query).fetchone()[0] > 0


def settled(command: Installation) -> list[Json]:
    """The judgments, once none is being made and no more come by themselves: the clock stands, nothing changes."""
    since = time.monotonic()
    while time.monotonic() - since < QUIET_S or not judgments(command):
        time.sleep(0.5)
        if judging(command):
            since = time.monotonic()
    return judgments(command)


START = {"hazard": "flood", "action": "start", "level": 3, "post": "市防指常务副总指挥（常务副市长）"}
NOT_YET = {"hazard": "typhoon", "action": "no_start", "reason": "没有台风", "post": "市防指秘书长"}


@pytest.mark.parametrize(("wish", "delay"), [(START, 0.0), (NOT_YET, 1.5), (NOT_YET, 2.5)])
def test_what_was_signed_is_judged_once(command: Installation, wish: Json, delay: float) -> None:
    """Killed before anybody asked for the judgment, or while it is made."""
    before = settled(command)
    signed = command.http.post("/api/situation/decisions", json=wish)
    assert signed.status_code == 201, signed.text
    time.sleep(delay)
    again(command)
    until(lambda: len(judgments(command)) > len(before))
    after = settled(command)
    assert len(after) == len(before) + 1, [one["trigger"] for one in after]
    newest = command.http.get(f"/api/judgments/{after[0]['judgment_id']}").json()
    assert newest["signed"]["flood"] == 3
    decided = command.http.get("/api/situation").json()["decisions"]
    assert [one["decision_id"] for one in decided].count(signed.json()["decision_id"]) == 1


def arrived(city: str) -> list[Json]:
    return httpx.get(f"{city}/_control/calls", timeout=60).json()["calls"]


def test_a_round_of_calls_rings_every_post_once(command: Installation, city: str) -> None:
    """Killed in the middle of the round, and again while the city keeps the answer to a call back."""
    posts = [one["contact_id"] for one in command.http.get("/api/calls").json()["items"]]
    assert len(posts) >= 12
    lost = {
        "kind": "timeout",
        "path": "/calls",
        "method": "POST",
        "count": 1,
        "seconds": 20,
        "after_commit": True,
    }
    for contact in posts[:-1]:
        assert command.http.post(f"/api/calls/{contact}", json={"action": "call"}).status_code == 202
    until(lambda: len(arrived(city)) >= 3)
    again(command)
    until(lambda: len(arrived(city)) == len(posts) - 1)
    assert httpx.post(f"{city}/_control/faults", json=lost, timeout=60).status_code < 300
    assert command.http.post(f"/api/calls/{posts[-1]}", json={"action": "call"}).status_code == 202
    until(lambda: len(arrived(city)) == len(posts))
    command.kill()
    httpx.delete(f"{city}/_control/faults", timeout=60)
    command.start()
    until(lambda: any(call["repeats"] for call in arrived(city) if call["contact_id"] == posts[-1]))
    time.sleep(2)  # several turns of the worker
    rung = arrived(city)
    assert Counter(call["contact_id"] for call in rung) == Counter(posts)
    assert sum(call["repeats"] for call in rung) <= 2, "only the call that was under way is asked for again"
    board = command.http.get("/api/calls").json()["items"]
    assert {one["state"] for one in board} <= {"calling", "acknowledged", "overdue"}
    assert all(len(one["acts"]) == 1 for one in board)


@pytest.fixture(scope="module")
def address(command: Installation) -> str:
    """A briefing, once composed."""
    asked = {"judgment_id": settled(command)[0]["judgment_id"], "form": "flash"}
    return f"/api/briefings/{command.http.post('/api/briefings', json=asked).json()['briefing_id']}"


def killed_while(
    command: Installation, method: str, path: str, body: Json | None, delay: float
) -> int | None:
    """The request's status, None where the server was gone before it answered; the server runs again after."""
    with (
        ThreadPoolExecutor(1) as beside,
        httpx.Client(base_url=command.url, headers=command.http.headers) as http,
    ):
        asked = beside.submit(http.request, method, path, json=body, timeout=60)
        time.sleep(delay)
        again(command)
        try:
            return asked.result().status_code
        except httpx.TransportError:
            return None


def told(command: Installation, address: str) -> Counter[str]:
    """What the event's line says was done to a briefing."""
    items = command.http.get("/api/situation/timeline").json()["items"]
    mine = [one["text"] for one in items if one["kind"] == "briefing" and one["subject"] in address]
    return Counter("签发" if "签发" in text else "改" if "处，成第" in text else "拟出" for text in mine)


@pytest.mark.parametrize("delay", [0.0, 0.03, 0.1])
def test_an_edit_is_there_whole_or_not_at_all(command: Installation, address: str, delay: float) -> None:
    versions = command.http.get(f"{address}/versions").json()["items"]
    edit = {"path": "title", "text": f"改过的标题，迟{delay}秒"}
    body = {"edits": [edit], "base_version": len(versions)}
    status = killed_while(command, "PATCH", address, body, delay)
    after = command.http.get(f"{address}/versions").json()["items"]
    assert [one["version"] for one in after] == list(range(1, len(after) + 1))
    assert len(after) - len(versions) in ((1,) if status == 200 else (0, 1))
    newest = command.http.get(address).json()
    assert newest["version"] == len(after) and (newest["title"] == edit["text"]) == (
        len(after) > len(versions)
    )
    assert told(command, address)["改"] == len(after) - 1
    if len(after) == len(versions):
        assert command.http.patch(address, json=body).status_code == 200, "the same edit can be made again"


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.06])
def test_a_signature_stands_whole_or_not_at_all(command: Installation, address: str, delay: float) -> None:
    version, signatures = command.http.get(address).json()["version"], told(command, address)["签发"]
    edits = {"edits": [{"path": "title", "text": f"待签的标题，迟{delay}秒"}], "base_version": version}
    assert command.http.patch(address, json=edits).status_code == 200
    wish = {"post": "市防指秘书长", "version": version + 1, "reason": "代签"}
    status = killed_while(command, "POST", f"{address}/sign", wish, delay)
    stands = command.http.get(address).json()
    by, reviewed = stands["signature"]["signed_by"], stands["ai_mark"]["reviewed_by"]
    assert (by, reviewed) in (("王芳", "王芳"), (None, "")) and (status != 200 or by == "王芳")
    assert told(command, address)["签发"] == signatures + (by is not None)
    second = command.http.post(f"{address}/sign", json=wish)
    assert second.status_code == (200 if by is None else 409), "signed once"


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_an_export_killed_in_the_middle_is_made_again_byte_for_byte(
    command: Installation, address: str, kind: str
) -> None:
    before = command.http.get(f"{address}.{kind}").content
    killed_while(command, "GET", f"{address}.{kind}", None, 0.05)
    assert command.http.get(f"{address}.{kind}").content == before
