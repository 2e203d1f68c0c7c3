"""The HTTP contract, over real connections to the real server."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.serving.installation import Installation, Json

LAMP = "文昌街道梧桐路的路灯坏了三天，晚上太黑，麻烦派人来修。"


def error_of(answer: httpx.Response) -> str:
    body = answer.json()
    assert set(body) == {"error"} and body["error"]["message"]
    return body["error"]["code"]


def waiting(server: Installation, text: str = LAMP, **fields: Any) -> tuple[str, str, Json]:
    """Ticket id, run id and the approval.needed event of a new ticket."""
    sent = server.send(text, **fields)
    needed = server.until(sent["run_id"], "approval.needed")[-1]
    return sent["ticket"]["ticket_id"], sent["run_id"], needed


def test_a_ticket_goes_from_words_to_the_city(server: Installation) -> None:
    ticket_id, run_id, needed = waiting(server)
    detail = server.http.get(f"/api/tickets/{ticket_id}").json()
    assert detail["status"] == "waiting"
    assert detail["approval"]["approval_id"] == needed["approval_id"]
    assert detail["decision"]["demands"][0]["evidence"] in LAMP
    assert server.answer(needed).json()["status"] == "approved"
    events = list(server.events(run_id))
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["type"] == "run.finished"
    done = [event for event in events if event["type"] == "effect.done"]
    assert len(done) == len(needed["action"]["orders"]) == 1
    detail = server.http.get(f"/api/tickets/{ticket_id}").json()
    assert detail["status"] == "dispatched"
    assert detail["dispatch"]["state"] == "sent"
    assert detail["dispatch"]["service_request_id"] == done[0]["service_request_id"]
    run = server.http.get(f"/api/runs/{run_id}").json()
    assert (run["status"], run["events_count"]) == ("finished", len(events))


def test_a_stream_resumes_after_the_last_event_seen(server: Installation) -> None:
    _, run_id, needed = waiting(server)
    server.answer(needed)
    every = list(server.events(run_id))
    assert list(server.events(run_id, after=7)) == every[7:]
    assert list(server.events(run_id, after=len(every))) == []
    with server.http.stream("GET", f"/api/runs/{run_id}/events?after=7") as answer:
        assert sum(line.startswith("data: ") for line in answer.iter_lines()) == len(every) - 7


def test_an_approval_needs_a_name_the_right_hash_and_a_first_answer(server: Installation) -> None:
    _, _, needed = waiting(server)
    place = f"{server.url}/api/approvals/{needed['approval_id']}"
    body = {"decision": "approve", "action_hash": needed["action_hash"]}
    nameless = httpx.post(place, json=body)
    assert (nameless.status_code, error_of(nameless)) == (401, "operator_missing")
    assert server.answer({**needed, "action_hash": "0" * 64}).status_code == 409
    assert server.answer(needed, decision="return").status_code == 422
    pending = server.http.get("/api/approvals?status=pending").json()["items"]
    assert needed["approval_id"] in {item["approval_id"] for item in pending}
    unseen = {"X-Operator": quote("王\x07\u202e 芳")}  # what no document may hold, and no eye sees
    wish = {**body, "decision": "return", "reason": "不属实"}
    returned = httpx.post(place, json=wish, headers=unseen, timeout=60).json()
    assert (returned["status"], returned["decided_by"]) == ("returned", "王 芳")
    assert server.answer(needed).status_code == 409


def test_edits_are_checked_and_change_what_is_sent(server: Installation) -> None:
    ticket_id, run_id, needed = waiting(server)
    before = needed["action"]["decision"]["demands"][0]
    unknown = server.answer(needed, edits={"demands": [{"category_code": "999999"}]})
    assert (unknown.status_code, error_of(unknown)) == (422, "edit_invalid")
    city = server.http.get("/api/city").json()
    other = next(row for row in city["catalogue"] if row["main_dept_id"] != before["main_dept_id"])
    edits = {"urgency": "紧急", "demands": [{"category_code": other["code"]}]}
    assert server.answer(needed, edits=edits).status_code == 200
    assert list(server.events(run_id))[-1]["type"] == "run.finished"
    dispatch = server.http.get(f"/api/tickets/{ticket_id}").json()["dispatch"]
    assert dispatch["service_code"] == other["code"]


def test_lowering_the_urgency_needs_a_reason(server: Installation) -> None:
    _, _, needed = waiting(server, "煤气泄漏了，楼道里全是味道，快来人")
    if needed["action"]["decision"]["urgency"] == "一般":
        pytest.skip("the reader of this test city did not take it for urgent")
    assert server.answer(needed, edits={"urgency": "一般"}).status_code == 422
    assert server.answer(needed, edits={"urgency": "一般"}, reason="误报").status_code == 200


def test_what_the_caller_adds_starts_over_and_withdraws_the_question(server: Installation) -> None:
    ticket_id, run_id, needed = waiting(server)
    said = server.http.post(
        f"/api/tickets/{ticket_id}/messages", json={"role": "caller", "text": "在梧桐路12号门口"}
    )
    assert said.status_code == 202
    again = said.json()["run_id"]
    assert list(server.events(run_id))[-1]["type"] == "run.cancelled"
    assert server.answer(needed).status_code == 409
    server.until(again, "approval.needed")
    note = server.http.post(f"/api/tickets/{ticket_id}/messages", json={"role": "operator", "text": "已回电"})
    assert note.json() == {"run_id": None}
    detail = server.http.get(f"/api/tickets/{ticket_id}").json()
    assert [message["role"] for message in detail["messages"]] == ["caller", "caller", "operator"]
    assert detail["runs"] == [run_id, again]
    assert "梧桐路12号" in detail["text"]


def test_the_queue_pages_counts_and_hides_personal_data(server: Installation) -> None:
    waiting(server, LAMP + "我电话13800001111。", caller={"name": "李雷", "phone": "13800001111"})
    first = server.http.get("/api/tickets?limit=1").json()
    assert len(first["items"]) == 1 and first["next"]
    assert "13800001111" not in json.dumps(first)
    second = server.http.get(f"/api/tickets?limit=1&before={first['next']}").json()
    assert second["items"][0]["ticket_id"] != first["items"][0]["ticket_id"]
    assert first["counts"]["waiting"] >= 1 and "closed" in first["counts"]
    log = (server.data_dir / "logs" / "pingji.log").read_text(encoding="utf-8")
    assert "13800001111" not in log + server.output()


def test_the_same_ticket_twice_is_a_conflict(server: Installation) -> None:
    server.send(LAMP, ticket_id="same")
    again = server.http.post("/api/tickets", json={"text": LAMP, "ticket_id": "same"})
    assert (again.status_code, error_of(again)) == (409, "conflict")


@pytest.mark.parametrize("name", ["2026/17", "..", "长" * 101])
def test_a_ticket_that_no_address_could_name_is_refused(server: Installation, name: str) -> None:
    answer = server.http.post("/api/tickets", json={"text": LAMP, "ticket_id": name})
    assert answer.status_code == 422 and "工单编号" in answer.json()["error"]["message"]


def test_cancelling_ends_the_run(server: Installation) -> None:
    _, run_id, _ = waiting(server)
    assert server.http.post(f"/api/runs/{run_id}/cancel").json() == {"status": "cancelled"}
    assert list(server.events(run_id))[-1]["type"] == "run.cancelled"
    assert server.http.post(f"/api/runs/{run_id}/cancel").status_code == 409


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/nothing", None, 404),
        ("GET", "/api/tickets/nothing", None, 404),
        ("GET", "/api/runs/nothing", None, 404),
        ("GET", "/api/runs/nothing/events", None, 404),
        ("GET", "/api/knowledge/clauses/nothing", None, 404),
        ("GET", "/api/knowledge/documents/nothing", None, 404),
        ("GET", "/api/tickets?status=sleeping", None, 422),
        ("GET", "/api/tickets?before=x", None, 422),
        ("POST", "/api/tickets", {"text": "  "}, 422),
        ("POST", "/api/tickets", {}, 422),
        ("POST", "/api/runs", {"agent": "triage", "input": {}}, 422),
        ("POST", "/api/runs", {"agent": "triage", "input": {"ticket_id": "nothing"}}, 404),
        ("PUT", "/api/tickets", {}, 405),
    ],
)
def test_errors_have_one_shape(
    server: Installation, method: str, path: str, body: Json | None, status: int
) -> None:
    answer = server.http.request(method, path, json=body)
    assert answer.status_code == status
    error_of(answer)


def test_the_knowledge_base_answers_with_clauses_and_their_neighbours(server: Installation) -> None:
    hits = server.http.get("/api/knowledge/search", params={"q": "物业服务费", "top": 5}).json()["items"]
    assert 0 < len(hits) <= 5
    clause = server.http.get(f"/api/knowledge/clauses/{hits[0]['clause_id'].replace('#', '%23')}").json()
    assert clause["text"] == hits[0]["text"]
    document = server.http.get(f"/api/knowledge/documents/{clause['document_id']}").json()
    order = [item["clause_id"] for item in document["clauses"]]
    place = order.index(clause["clause_id"])
    assert [item["clause_id"] for item in clause["after"]] == order[place + 1 : place + 4]
    assert [item["clause_id"] for item in clause["before"]] == order[max(place - 3, 0) : place]


def test_an_upload_is_found_and_a_broken_file_is_listed(server: Installation) -> None:
    text = (
        "沄州市测试海棠管理办法\n\n第一条 为了规范海棠花的修剪，制定本办法。\n\n第二条 海棠花每年修剪两次。\n"
    )
    files = [
        ("files", ("../../沄州市测试海棠管理办法.txt", text.encode())),
        ("files", ("坏.docx", b"not a document")),
    ]
    upload_id = server.http.post("/api/knowledge/upload", files=files).json()["upload_id"]
    *_, finished = server.events(upload_id, of="knowledge/uploads")
    assert (finished["type"], len(finished["added"])) == ("finished", 1)
    assert [bad["file"] for bad in finished["unreadable"]] == ["坏.docx"]
    hits = server.http.get("/api/knowledge/search", params={"q": "海棠花 修剪"}).json()["items"]
    assert "海棠" in hits[0]["text"]


def test_the_page_is_served_with_its_headers(server: Installation) -> None:
    page = server.http.get("/")
    assert page.status_code in (200, 503)  # 503 tells that the page is not built
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert page.headers["cache-control"] in ("no-cache", "no-store")
    packed = server.http.get("/api/city", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"


def test_health_and_metrics_tell_how_it_stands(server: Installation) -> None:
    health = server.http.get("/api/health").json()
    assert health["model"]["state"] == "off"
    assert health["city"] == "沄州市"
    assert server.http.get("/readyz").status_code == 200
    metrics = server.http.get("/metrics").text
    assert 'pingji_runs{agent="triage"' in metrics and "pingji_step_seconds_bucket" in metrics


def test_places_are_found_by_part_of_their_name(server: Installation) -> None:
    items = server.http.get("/api/city/places", params={"q": "路"}).json()["items"]
    assert 0 < len(items) <= 20
    assert set(items[0]) == {"place_id", "name", "kind", "district", "street"}


def test_the_list_of_endpoints_needs_nothing_from_elsewhere(server: Installation) -> None:
    page = server.http.get("/docs").text
    assert "/api/approvals/{approval_id}" in page
    assert "https://" not in page and "<script" not in page


def test_a_question_is_answered_from_clauses(server: Installation) -> None:
    asked = {"agent": "ask", "input": {"question": "物业服务费怎么收？"}}
    run_id = server.http.post("/api/runs", json=asked).json()["run_id"]
    events = list(server.events(run_id))
    assert [event["type"] for event in events][-1] == "run.finished", events[-1]
    answer = events[-1]["result"]["answer"]
    assert answer["citations"]
    for citation in answer["citations"]:
        clause = server.http.get(f"/api/knowledge/clauses/{citation['clause_id'].replace('#', '%23')}").json()
        assert citation["quote"] in clause["text"]
