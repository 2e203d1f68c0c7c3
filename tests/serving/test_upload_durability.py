"""kill -9 of the real server while it embeds an upload: nothing lost, nothing told twice, tickets read meanwhile."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import httpx
import pytest

from knowledge.embedding_cache import SLICE
from tests.serving.installation import Installation

pytestmark = pytest.mark.slow

ARTICLES = 2000


@pytest.fixture
def slow_server(
    server: Installation, tmp_path: Path, small_pack: Path, slow_embedder_url: str, city_url: str
) -> Iterator[Installation]:
    """With the knowledge of the shared server, so that only the upload is left to embed."""
    copytree(server.data_dir / "knowledge", tmp_path / "data" / "knowledge")
    made = Installation(tmp_path / "data", small_pack, slow_embedder_url, city_url)
    yield made
    made.close()


def law() -> bytes:
    articles = (
        f"第{number}条 第{number}号仓库应当每{number}小时巡查一次。\n\n" for number in range(1, ARTICLES + 1)
    )
    return ("沄州市仓库巡查办法\n\n" + "".join(articles) + "第九千条 翡翠须另室存放。\n").encode()


def test_a_killed_server_goes_on_embedding_where_it_was(
    slow_server: Installation, slow_embedder_url: str
) -> None:
    slow_server.start()
    slow_server.wait_ready()
    answer = slow_server.http.post("/api/knowledge/upload", files=[("files", ("仓库.txt", law()))])
    upload_id = answer.json()["upload_id"]
    seen = []
    for event in slow_server.events(upload_id, of="knowledge/uploads"):
        seen.append(event)
        if event["type"] == "publish.progress" and 0 < event["done"] < event["total"]:
            break
    asked = {"q": "翡翠另室存放", "document": "沄州市仓库巡查办法"}
    found = slow_server.http.get("/api/knowledge/search", params=asked).json()["items"]
    assert any("翡翠" in hit["text"] for hit in found), "words are searched while vectors are made"
    ticket = slow_server.send("文昌街道梧桐路的路灯坏了三天，晚上太黑，麻烦派人来修。")
    slow_server.until(ticket["run_id"], "approval.needed")
    upload = slow_server.http.get(f"/api/knowledge/uploads/{upload_id}").json()
    assert upload["stage"] == "indexing", "the ticket was read while the upload was embedded"
    slow_server.kill()
    slow_server.start()
    slow_server.wait_ready()
    events = list(slow_server.events(upload_id, of="knowledge/uploads"))
    assert events[: len(seen)] == seen
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [event["type"] for event in events].count("file.read") == 1
    assert events[-1]["type"] == "finished" and len(events[-1]["added"]) == 1
    status = slow_server.http.get("/api/knowledge/status").json()
    assert (status["pending"], status["stale"], status["running"]) == (0, False, None)
    embedded = httpx.get(f"{slow_embedder_url}/v1/models").json()["slow"]
    assert ARTICLES < embedded <= ARTICLES + 1 + SLICE, "only the slice in work is embedded again"
    assert slow_server.command("audit", "verify").returncode == 0
