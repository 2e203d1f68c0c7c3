"""The HTTP contract of /api/knowledge: what is read, what is changed, and work that survives a crash."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from threading import Event

import httpx
import pytest
from sqlalchemy import select

from serving.api import bounded
from serving.api.knowledge_uploads import UPLOAD_FILES
from serving.store import audit
from serving.store.tables import AuditRow, UploadEventRow, UploadRow
from tests.serving.knowledge_app import KnowledgeApp, knowledge_app
from tests.serving.small_graph import Clock

OLD = """---
title: 沄州市风筝管理办法
level: 地方性法规
issuer: 沄州市人民政府
region: 沄州市
effective: 2019-05-01
---
第一条 放风筝须远离高压线。

第二条 风筝线不得含金属丝。

第三条 夜间不得放风筝。
"""
NEW = OLD.replace("2019-05-01", "2024-07-01").replace("夜间不得", "晚十时后不得")
LAMPS = "沄州市路灯管理规定\n\n第一条 路灯损坏应当在二十四小时内修复。\n\n第二条 盗窃路灯的，依法处理。\n"


@pytest.fixture
async def app(tmp_path: Path, clock: Clock) -> AsyncGenerator[KnowledgeApp]:
    async with knowledge_app(tmp_path, clock) as opened:
        yield opened


def refused(answer: httpx.Response, status: int) -> str:
    """The message."""
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] and error["message"]
    return error["message"]


async def audited(app: KnowledgeApp) -> list[tuple[str, str]]:
    async with app.database.read() as session:
        assert (await audit.verify(session))[1] == []
        rows = await session.scalars(select(AuditRow).order_by(AuditRow.seq))
        return [(row.action, row.actor) for row in rows]


async def test_every_file_of_an_upload_is_in_one_list_with_its_reason(app: KnowledgeApp) -> None:
    await app.events(await app.upload(先来=LAMPS))
    files = {
        "风筝.md": NEW,
        "风筝（另一份）.md": NEW + "\n第四条 附则。\n",
        "再来一次.txt": LAMPS,
        "空.txt": b"",
        "表.xyz": b"1",
        "坏.docx": b"not a document",
    }
    upload_id = await app.send(files)
    events = await app.events(upload_id)
    finished = events[-1]
    assert finished["type"] == "finished"
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    listed = {
        name: [one["file"] for one in finished[name]]
        for name in ("added", "unchanged", "skipped", "unreadable")
    }
    assert sorted(name for names in listed.values() for name in names) == sorted(files)
    assert listed["unchanged"] == ["再来一次.txt"]
    assert set(listed["unreadable"]) == {"空.txt", "表.xyz", "坏.docx"}
    for one in (*finished["skipped"], *finished["unreadable"]):
        assert one["reason"] and str(app.uploads.folder) not in one["reason"]
    read = {event["file"] for event in events if event["type"] == "file.read"}
    failed = {event["file"] for event in events if event["type"] == "file.failed"}
    assert (read | failed, read & failed) == (set(files), set())
    assert (await app.get(f"/uploads/{upload_id}"))["result"]["added"] == finished["added"]


async def test_an_upload_is_found_and_its_progress_can_be_read_again(app: KnowledgeApp) -> None:
    upload_id = await app.upload(路灯=LAMPS)
    events = await app.events(upload_id)
    assert events[-2] == {**events[-2], "type": "publish.progress", "done": 2, "total": 2}
    assert await app.events(upload_id, after=2) == events[2:]
    assert await app.events(upload_id, after=len(events)) == []
    hits = (await app.get("/search", q="路灯 修复"))["items"]
    assert "二十四小时" in hits[0]["text"]
    assert hits[0]["document_id"] == events[-1]["added"][0]["document_id"]
    assert (await app.get("/uploads"))["items"][0]["upload_id"] == upload_id
    assert await audited(app) == [("knowledge.upload", "王芳"), ("knowledge.publish", "王芳")]


async def test_a_second_upload_queues_and_search_answers_meanwhile(tmp_path: Path, clock: Clock) -> None:
    leave = Event()
    async with knowledge_app(tmp_path, clock, gate=lambda: leave.wait() and None) as app:
        first = await app.upload(风筝=NEW)
        while (await app.get(f"/uploads/{first}"))["stage"] != "indexing":
            await asyncio.sleep(0.02)
        second = await app.upload(路灯=LAMPS)
        status = await app.get("/status")
        assert (status["running"], status["queued"]) == (first, 1)
        assert (await app.get(f"/uploads/{second}"))["stage"] == "queued"
        leave.set()
        await app.events(second)
        assert (await app.get(f"/uploads/{first}"))["stage"] == "finished"


async def test_what_a_crash_interrupts_goes_on_at_the_next_start(tmp_path: Path, clock: Clock) -> None:
    leave = Event()
    async with knowledge_app(tmp_path, clock, gate=lambda: leave.wait() and None) as app:
        running = await app.upload(风筝=NEW)
        waiting = await app.upload(路灯=LAMPS)
        while (await app.get(f"/uploads/{running}"))["stage"] != "indexing":
            await asyncio.sleep(0.02)
        before = await app.uploads.events.read(running, 0)
    leave.set()
    async with knowledge_app(tmp_path, clock) as app:
        events = await app.events(running)
        assert events[: len(before)] == before
        assert sum(event["type"] == "file.read" for event in events) == 1
        assert events[-1]["type"] == "finished" and events[-1]["added"][0]["title"] == "沄州市风筝管理办法"
        assert (await app.events(waiting))[-1]["type"] == "finished"
        assert (await app.get("/status"))["stale"] is False


async def test_what_was_never_published_is_published_at_the_next_start(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "路灯.txt").write_text(LAMPS, encoding="utf-8")
    async with knowledge_app(tmp_path, clock) as app:
        app.base.add([tmp_path / "路灯.txt"])
    async with knowledge_app(tmp_path, clock) as app:
        while not (items := (await app.get("/uploads"))["items"]):
            await asyncio.sleep(0.02)
        assert (await app.events(items[0]["upload_id"]))[-1]["indexed"] == 2
        assert items[0]["operator"] == "start"


async def test_a_file_read_before_the_crash_still_counts_as_added(tmp_path: Path, clock: Clock) -> None:
    async with knowledge_app(tmp_path, clock) as app:
        upload_id = await app.upload(风筝=NEW)
        await app.events(upload_id)
        async with app.database.begin() as session:
            row = await session.get_one(UploadRow, upload_id)
            row.stage, row.result = "reading", None
            for event in await session.scalars(select(UploadEventRow)):
                await session.delete(event)
    async with knowledge_app(tmp_path, clock) as app:
        finished = (await app.events(upload_id))[-1]
        assert [one["file"] for one in finished["added"]] == ["风筝.txt"]


async def test_a_failing_embedder_ends_the_upload_with_what_it_said(tmp_path: Path, clock: Clock) -> None:
    def broken() -> None:
        raise RuntimeError("secret")

    async with knowledge_app(tmp_path, clock, gate=broken) as app:
        last = (await app.events(await app.upload(路灯=LAMPS)))[-1]
        assert last["type"] == "failed" and "secret" not in last["error"]
        app.embedder.gate = lambda: None
        published = (await app.http.post("/api/knowledge/publish")).json()["upload_id"]
        assert (await app.events(published))[-1]["indexed"] == 2


async def test_removing_needs_a_name_and_works_at_once(app: KnowledgeApp) -> None:
    await app.events(await app.upload(路灯=LAMPS))
    mine = (await app.get("/documents"))["items"][0]["document_id"]
    nameless = await app.http.delete(f"/api/knowledge/documents/{mine}", headers={"X-Operator": ""})
    refused(nameless, 401)
    assert (await app.http.delete(f"/api/knowledge/documents/{mine}")).status_code == 200
    assert (await app.get("/search", q="路灯"))["items"] == []
    refused(await app.http.delete(f"/api/knowledge/documents/{mine}"), 404)
    assert ("knowledge.remove", "王芳") in await audited(app)


async def test_documents_and_facets(app: KnowledgeApp) -> None:
    await app.events(await app.send({"旧.md": OLD, "新.md": NEW}))
    states = {one["valid_from"]: one["state"] for one in (await app.get("/documents"))["items"]}
    assert states == {"2019-05-01": "ended", "2024-07-01": "in_force"}
    facets = await app.get("/facets")
    assert facets["levels"] == [{"value": "地方性法规", "count": 2}]
    assert set(facets) == {"levels", "issuers", "regions", "hazards"}


async def test_versions_and_what_changed_between_two_days(app: KnowledgeApp) -> None:
    await app.events(await app.send({"旧.md": OLD, "新.md": NEW}))
    older, newer = (await app.get("/documents"))["items"]
    detail = await app.get(f"/documents/{newer['document_id']}")
    assert [one["document_id"] for one in detail["versions"]] == [older["document_id"], newer["document_id"]]
    assert (await app.get(f"/documents/{older['document_id']}/versions"))["items"] == detail["versions"]
    days = {"from": "2020-01-01", "to": "2025-01-01"}
    diff = await app.get(f"/documents/{newer['document_id']}/diff", **days)
    assert (diff["older"]["document_id"], diff["newer"]["document_id"]) == (
        older["document_id"],
        newer["document_id"],
    )
    changed = [change for change in diff["changes"] if change["kind"] != "same"]
    assert [change["article"] for change in changed] == ["第三条"]
    pieces = changed[0]["spans"]
    assert "".join(span["text"] for span in pieces if span["kind"] != "added") == changed[0]["old"]
    assert "".join(span["text"] for span in pieces if span["kind"] != "removed") == changed[0]["new"]
    before = await app.get(
        f"/documents/{newer['document_id']}/diff", **{"from": "2000-01-01", "to": "2025-01-01"}
    )
    assert before["older"] is None and {change["kind"] for change in before["changes"]} == {"added"}


async def test_a_correction_changes_validity_and_is_audited(app: KnowledgeApp) -> None:
    await app.events(await app.upload(路灯=LAMPS))
    mine = (await app.get("/documents"))["items"][0]["document_id"]
    place = f"/api/knowledge/documents/{mine}"
    refused(await app.http.patch(place, json={"level": "规章"}, headers={"X-Operator": ""}), 401)
    for wrong in ({}, {"colour": "red"}, {"level": "圣旨"}, {"repealed": "2025-02-30"}, {"title": 5}, []):
        refused(await app.http.patch(place, json=wrong), 422)
    put_right = {"level": "规章", "effective": "2020-01-01", "repealed": "2021-01-01", "hazards": ["暴雨"]}
    shown = (await app.http.patch(place, json=put_right)).json()
    assert (shown["level"], shown["valid_to"], shown["state"]) == ("规章", "2021-01-01", "ended")
    assert (await app.get("/search", q="路灯 修复"))["items"] == []
    assert (await app.get("/search", q="路灯 修复", as_of="2020-06-01", hazard="暴雨"))["items"]
    assert (await app.http.patch(place, json={"repealed": None})).json()["state"] == "in_force"
    told = await app.get(f"/documents/{mine}")
    assert told["corrected"] == ["level", "effective", "hazards"]
    assert [(one["field"], one["by"]) for one in told["corrections"]] == [
        (field, "王芳") for field in told["corrected"]
    ]
    assert all(one["at"] for one in told["corrections"])
    await asyncio.to_thread(app.base.correct, mine, {"issuer": "沄州市人民政府"})  # past the log
    last = (await app.get(f"/documents/{mine}"))["corrections"][-1]
    assert last == {"field": "issuer", "by": None, "at": None}
    lines = [line for line in await audited(app) if line[0] == "knowledge.correct"]
    assert lines == [("knowledge.correct", "王芳")] * 2


async def test_a_clause_comes_with_the_original_around_it(app: KnowledgeApp) -> None:
    await app.events(await app.upload(路灯=LAMPS))
    hit = (await app.get("/search", q="路灯 修复", top=1))["items"][0]
    told = await app.get(f"/clauses/{hit['clause_id'].replace('#', '%23')}")
    around = told["surrounding"]
    assert around["text"] == told["text"] == hit["text"]
    assert LAMPS.startswith(around["before"] + around["text"]) and "盗窃路灯" in around["after"]


async def test_search_takes_filters_and_tells_what_does_not_stand(app: KnowledgeApp) -> None:
    await app.events(await app.send({"旧.md": OLD, "新.md": NEW, "路灯.txt": LAMPS}))
    found = (await app.get("/search", q="夜间 放风筝", level=["规章", "地方性法规"]))["items"]
    assert {hit["valid_from"] for hit in found} == {"2024-07-01"}
    assert (await app.get("/search", q="夜间 放风筝", region="全国"))["items"] == []
    ever = (await app.get("/search", q="夜间 放风筝", document="沄州市风筝管理办法", any_time=True))["items"]
    assert {hit["valid_from"] for hit in ever} == {"2019-05-01", "2024-07-01"}


async def test_an_earlier_generation_answers_after_a_rollback(app: KnowledgeApp) -> None:
    await app.events(await app.upload(路灯=LAMPS))
    await app.events(await app.upload(风筝=NEW))
    kept = (await app.get("/generations"))["items"]
    assert [one["current"] for one in kept][-1] is True
    body = {"generation": kept[0]["generation"]}
    refused(await app.http.post("/api/knowledge/rollback", json=body, headers={"X-Operator": ""}), 401)
    refused(await app.http.post("/api/knowledge/rollback", json={"generation": 999}), 404)
    refused(await app.http.post("/api/knowledge/rollback", json={"generation": "x"}), 422)
    assert (await app.http.post("/api/knowledge/rollback", json=body)).json() == body
    assert (await app.get("/status"))["generation"] == kept[0]["generation"]
    assert ("knowledge.rollback", "王芳") in await audited(app)
    assert (await app.get("/check"))["problems"] == []


async def test_words_are_found_while_vectors_are_still_made(tmp_path: Path, clock: Clock) -> None:
    leave = Event()
    async with knowledge_app(tmp_path, clock, gate=lambda: leave.wait() and None) as app:
        upload_id = await app.upload(路灯=LAMPS)
        while not (await app.get("/status"))["pending"]:
            await asyncio.sleep(0.02)
        hits = (await app.get("/search", q="路灯 修复"))["items"]
        assert "二十四小时" in hits[0]["text"] and "dense" not in hits[0]["legs"]
        leave.set()
        await app.events(upload_id)
        assert (await app.get("/status"))["pending"] == 0
        assert "dense" in (await app.get("/search", q="路灯 修复"))["items"][0]["legs"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/clauses/nothing", 404),
        ("GET", "/documents/nothing", 404),
        ("DELETE", "/documents/nothing", 404),
        ("PATCH", "/documents/nothing", 422),
        ("GET", "/documents/nothing/versions", 404),
        ("GET", "/documents/nothing/diff?from=2020-01-01&to=2021-01-01", 404),
        ("GET", "/documents/nothing/diff?from=2021-01-02&to=2021-01-01", 422),
        ("GET", "/documents/nothing/diff?from=2021-02-30&to=2021-03-01", 422),
        ("GET", "/documents/nothing/diff?from=2021-01-01", 422),
        ("GET", "/uploads/nothing", 404),
        ("GET", "/uploads/nothing/events", 404),
        ("GET", "/search", 422),
        ("GET", f"/search?q={'x' * 10_000}", 422),
        ("GET", "/search?q=x&as_of=2025-02-30", 422),
        ("GET", "/search?q=x&as_of=yesterday", 422),
        ("POST", "/upload", 422),
    ],
)
async def test_bad_requests_are_told_what_is_wrong(
    app: KnowledgeApp, method: str, path: str, status: int
) -> None:
    refused(await app.http.request(method, f"/api/knowledge{path}"), status)


async def test_too_much_at_once_is_refused_with_advice(
    app: KnowledgeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b"-" * 1000
    length = {
        "Content-Length": str(bounded.UPLOAD_MAX + 1),
        "Content-Type": "multipart/form-data; boundary=x",
    }
    big = await app.http.post("/api/knowledge/upload", content=body, headers=length)
    assert "kb add" in refused(big, 413)
    monkeypatch.setattr(bounded, "UPLOAD_MAX", 10_000)
    monkeypatch.setattr(bounded, "BODY_MAX", 1_000)

    async def parts() -> AsyncGenerator[bytes]:  # without an announced length
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
        for _ in range(10):
            yield b"y" * 5000

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    chunked = await app.http.post("/api/knowledge/upload", content=parts(), headers=kind)
    assert "kb add" in refused(chunked, 413)
    said = "{" + " " * 1_000 + "}"
    assert "减少" in refused(await app.http.post("/api/tickets", content=said), 413)
    monkeypatch.undo()
    many = [("files", (f"{number}.txt", b"x")) for number in range(UPLOAD_FILES + 1)]
    assert "kb add" in refused(await app.http.post("/api/knowledge/upload", files=many), 422)
    assert list(app.uploads.folder.glob("*")) == []


async def test_names_lead_nowhere_else(app: KnowledgeApp) -> None:
    await app.events(
        await app.send(
            {"../../../etc/地方法规/北京北京/灯\0.txt": LAMPS, "..": b"x", "长" * 300 + ".txt": LAMPS}
        )
    )
    kept = [path.relative_to(app.uploads.folder) for path in app.uploads.folder.rglob("*") if path.is_file()]
    assert len(kept) == 3 and all(".." not in path.parts for path in kept)
