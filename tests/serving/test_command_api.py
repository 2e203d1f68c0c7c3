"""The emergency side over HTTP: a real server beside a simulated city that plays a storm, stopped at 17:10."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.serving.installation import Installation, Json
from tests.serving.stormy import EARLY, following, look, playing_city, until


@pytest.fixture(scope="module")
def city() -> Iterator[str]:
    yield from playing_city()


@pytest.fixture(scope="module")
def command(
    tmp_path_factory: pytest.TempPathFactory, small_pack: Path, embedder_url: str, city: str
) -> Iterator[Installation]:
    yield from following(tmp_path_factory.mktemp("command"), small_pack, embedder_url, city)


@pytest.fixture(scope="module")
def judged(command: Installation) -> Json:
    """A judgment that was asked for."""
    run = command.http.post("/api/judgments", json={}).json()
    assert list(command.events(run["run_id"]))[-1]["type"] == "run.finished"
    answer = command.http.get(f"/api/judgments/{run['judgment_id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_situation_of_now(command: Installation) -> None:
    until(lambda: {source["state"] for source in look(command)["sources"]} == {"ok"})
    now = look(command)
    assert now["live"] and now["event"]["exercise"] == "storm_may"
    assert now["event"]["title"].startswith("演练：5月18日")
    assert len(now["stations"]) >= 83 and {one["state"] for one in now["stations"]} & {"warn", "over"}
    assert now["alerts"] and now["signed"] == {"flood": None, "typhoon": None}
    assert {one["kind"] for one in now["countdowns"]} >= {"sign"}


def test_the_past_is_what_was_known_then(command: Installation) -> None:
    then = look(command, at=EARLY)
    assert not then["live"] and then["at"] == "2026-05-18T16:10:00+08:00"
    assert then["picture"]["at"] <= then["at"] and then["picture"]["level"] != 3
    assert all(one["issued_at"] <= EARLY for one in then["alerts"])
    assert look(command, at=EARLY)["picture"] == then["picture"]
    before = command.http.get("/api/situation", params={"at": "2026-05-01T00:00:00+08:00"})
    assert before.status_code == 404


def test_the_stream_replays_and_resumes(command: Installation) -> None:
    seen: list[Json] = []
    for event in command.stream("/api/situation/events?after=0"):
        seen.append(event)
        if event["type"] == "situation" and event["level"] == 3:
            break
    assert [event["seq"] for event in seen] == list(range(1, len(seen) + 1))


def test_timeline_series_and_map(command: Installation) -> None:
    timeline = command.http.get("/api/situation/timeline").json()
    assert timeline["levels"][-1]["flood"] == 3
    assert {"condition", "level"} <= {item["kind"] for item in timeline["items"]}
    asked = {"station_id": "PD01", "metric": "water_depth"}
    series = command.http.get("/api/situation/series", params=asked).json()
    assert len(series["points"]) > 10 and {one["name"] for one in series["references"]} == {"警示", "封闭"}
    drawn = command.http.get("/api/situation/map").json()
    assert len(drawn["districts"]["features"]) == 7 and len(drawn["stations"]) == 83


def test_what_if_recomputes_and_keeps_nothing(command: Installation) -> None:
    before = look(command)["picture_hash"]
    rain = {"kind": "district_rain", "district_code": "990302", "window_min": 60, "value": 120}
    answer = command.http.post("/api/situation/whatif", json={"changes": [rain]})
    assert answer.status_code == 200, answer.text
    assert any(one["to"] == "met" for one in answer.json()["changed"])
    assert look(command)["picture_hash"] == before
    absurd = {**rain, "value": 2000}
    assert command.http.post("/api/situation/whatif", json={"changes": [absurd]}).status_code == 422


def test_a_judgment_is_kept_and_told(command: Installation, judged: Json) -> None:
    assert judged["level"] == 3 and judged["picture"]["plan_hash"]
    assert judged["recommendations"][0]["signer"]
    assert judged["elapsed_ms"] > 0, "real time: the exercise's clock stands"
    listed = command.http.get("/api/judgments").json()["items"]
    assert [one["number"] for one in listed] == list(range(len(listed), 0, -1))
    plan = command.http.get(f"/api/situation/plans/{judged['picture']['plan_hash']}")
    assert "schema_version" in plan.json()["text"]


def test_a_briefing_is_edited_signed_and_taken_away(command: Installation, judged: Json) -> None:
    asked = {"judgment_id": judged["judgment_id"], "form": "report"}
    made = command.http.post("/api/briefings", json=asked)
    assert made.status_code == 201, made.text
    briefing, address = made.json(), f"/api/briefings/{made.json()['briefing_id']}"
    assert command.http.post("/api/briefings", json=asked).json() == briefing, "composed once"
    edits = {"edits": [{"path": "title", "text": "关于启动Ⅰ级响应的研判专报"}], "base_version": 1}
    second = command.http.patch(address, json=edits).json()
    assert second["version"] == 2 and second["warnings"], "against the evidence: kept, marked"
    assert command.http.patch(address, json=edits).status_code == 409
    changed = command.http.get(f"{address}/diff", params={"from": 1, "to": 2}).json()["changes"]
    assert [one["path"] for one in changed] == ["title"]
    wish = {"post": second["signature"]["post"], "version": 2}
    nobody = httpx.post(f"{command.url}{address}/sign", json=wish, timeout=60)
    assert nobody.status_code == 401
    assert command.http.post(f"{address}/sign", json={**wish, "version": 1}).status_code == 409
    signed = command.http.post(f"{address}/sign", json=wish)
    assert signed.json()["signature"]["signed_by"] == "王芳", signed.text
    assert command.http.post(f"{address}/sign", json=wish).status_code == 409
    for kind, begins in (
        ("docx", b"PK"),
        ("pdf", b"%PDF"),
        ("html", b"<!"),
        ("md", b"---"),
        ("cap", b"<?xml"),
    ):
        answer = command.http.get(f"{address}.{kind}")
        assert answer.status_code == 200, (kind, answer.text)
        assert answer.content.startswith(begins), kind
    assert "<status>Exercise</status>" in command.http.get(f"{address}.cap").text


def test_a_decision_needs_a_name_and_the_right_post(command: Installation) -> None:
    wish = {"hazard": "flood", "action": "start", "level": 3, "post": "市水务局局长", "reason": "急"}
    assert httpx.post(f"{command.url}/api/situation/decisions", json=wish, timeout=60).status_code == 401
    refused = command.http.post("/api/situation/decisions", json=wish)
    assert refused.status_code == 422 and "不能签" in refused.json()["error"]["message"]
    right = {**wish, "post": "市防指常务副总指挥（常务副市长）"}
    assert command.http.post("/api/situation/decisions", json=right).status_code == 201
    assert look(command)["signed"]["flood"] == 3
    assert look(command)["advice"]["flood"] == {"action": "keep", "level": 3}
    assert command.http.post("/api/situation/event/close", json={"note": "雨停"}).status_code == 409

    def newest() -> Json:
        listed = command.http.get("/api/judgments").json()["items"]
        return command.http.get(f"/api/judgments/{listed[0]['judgment_id']}").json() if listed else {}

    until(
        lambda: newest().get("signed", {}).get("flood") == 3
    )  # nobody asked: what stood had not known of it


def test_a_call_is_rung_once_over_kill_9(command: Installation, city: str) -> None:
    board = command.http.get("/api/calls").json()["items"]
    contact = board[0]["contact_id"]
    assert command.http.post(f"/api/calls/{contact}", json={"action": "call"}).status_code == 202
    command.kill()
    command.start()
    until(lambda: command.http.get("/api/situation").status_code == 200)

    def rung() -> list[Json]:
        told = httpx.get(f"{city}/_control/calls", timeout=60).json()["calls"]
        return [call for call in told if call["contact_id"] == contact]

    until(lambda: len(rung()) > 0)
    time.sleep(3)  # several turns of the worker
    assert len(rung()) == 1
    assert look(command)["signed"]["flood"] == 3, "what was signed stands"


@pytest.mark.slow
@pytest.mark.parametrize("step", ["gather", "exposure", "place", "narrate", "review"])
def test_a_judgment_goes_on_after_kill_9(command: Installation, step: str) -> None:
    run = command.http.post("/api/judgments", json={}).json()
    for event in command.events(run["run_id"]):
        if event["type"] == "step.started" and event["name"] == step:
            command.kill()
            break
    command.start()
    events = list(command.events(run["run_id"]))
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["type"] == "run.finished"
    listed = command.http.get("/api/judgments").json()["items"]
    assert [one["judgment_id"] for one in listed].count(run["judgment_id"]) == 1


def test_the_audit_chain_holds(command: Installation) -> None:
    verified = command.command("audit", "verify")
    assert verified.returncode == 0, verified.stderr
