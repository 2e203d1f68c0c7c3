"""The command line as processes: exit codes, one clear line for what is wrong, --json, and a batch for real."""

import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from tests.serving.installation import Installation

LAMP = "盐仓街道幸福里小区门口的路灯坏了三天，晚上太黑，麻烦派人来修。"


@pytest.fixture(scope="module")
def shell(
    server: Installation,
    tmp_path_factory: pytest.TempPathFactory,
    small_pack: Path,
    embedder_url: str,
    city_url: str,
) -> Iterator[Installation]:
    """A data folder with prepared knowledge and no server on it."""
    folder = tmp_path_factory.mktemp("shell")
    copytree(server.data_dir / "knowledge", folder / "knowledge")
    made = Installation(folder, small_pack, embedder_url, city_url)
    made.environment["PINGJI_PORT"] = str(made.port)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["fly"], "fly"),
        (["triage", "nowhere.jsonl", "--out", "o.jsonl"], "nowhere.jsonl"),
        (["triage"], "用法见"),
        (["up", "--llm", "maybe"], "--llm maybe"),
        (["kb", "add", "nowhere"], "nowhere"),
        (["kb", "show", "nothing"], "nothing"),
        (["kb", "search"], "--queries"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(shell: Installation, arguments: list[str], word: str) -> None:
    told = shell.command(*arguments)
    assert told.returncode == 2, told.stderr
    assert word in told.stderr and len(told.stderr.strip().splitlines()) == 1
    assert told.stdout == ""


def test_status_masks_secrets_and_names_what_it_does_not_know(shell: Installation) -> None:
    shell.environment["PINGJI_PROT"] = "1"
    shell.environment["PINGJI_LLM_API_KEY"] = "very-secret"
    shell.environment["PINGJI_ALERTS_URL"] = "https://city:very-secret@alerts.example/v7?key=very-secret"
    told = shell.command("status", "--json")
    for name in ("PINGJI_PROT", "PINGJI_LLM_API_KEY", "PINGJI_ALERTS_URL"):
        del shell.environment[name]
    assert told.returncode == 3, "nothing runs here"
    status = json.loads(told.stdout)
    assert status["unknown_settings"] == ["PINGJI_PROT"]
    assert status["settings"]["PINGJI_CITY"].endswith("yunzhou")
    assert status["settings"]["PINGJI_ALERTS_URL"] == "https://***@alerts.example/v7?***"
    assert "very-secret" not in told.stdout and "test-key" not in told.stdout


def test_status_of_a_running_server(shell: Installation, server: Installation) -> None:
    shell.environment["PINGJI_PORT"] = str(server.port)
    told = shell.command("status")
    shell.environment["PINGJI_PORT"] = str(shell.port)
    assert told.returncode == 0
    assert "运行中，沄州市" in told.stdout and "知识库：ready" in told.stdout


def test_a_file_is_triaged_in_order_with_its_failures_listed(shell: Installation) -> None:
    lines = [{"ticket_id": f"F{number}", "text": LAMP} for number in range(4)]
    written = [json.dumps(line, ensure_ascii=False) for line in lines]
    written.insert(2, "not json")
    written.append('{"ticket_id": "EMPTY", "text": " "}')
    source = shell.data_dir / "tickets.jsonl"
    source.write_text("\n".join(written) + "\n", encoding="utf-8")
    told = shell.command("triage", "tickets.jsonl", "--out", "decided.jsonl", "--llm", "off")
    assert told.returncode == 1, told.stderr
    decided = [
        json.loads(line) for line in (shell.data_dir / "decided.jsonl").read_text("utf-8").splitlines()
    ]
    assert [line["ticket_id"] for line in decided] == ["F0", "F1", "F2", "F3"]
    assert all(line["demands"][0]["evidence"] in LAMP for line in decided)
    assert decided[3]["duplicate_of"] is not None, "the history of the file is searched"
    failed = [
        json.loads(line)
        for line in (shell.data_dir / "decided.jsonl.failed.jsonl").read_text("utf-8").splitlines()
    ]
    assert [(line["line"], line["ticket_id"]) for line in failed] == [(3, None), (6, "EMPTY")]
    assert "\r" not in told.stderr, "progress is for terminals"


def test_what_is_no_ticket_file_leaves_older_results_alone(shell: Installation) -> None:
    older = shell.data_dir / "older.jsonl"
    older.write_text('{"ticket_id": "F0"}\n', encoding="utf-8")
    wrong = shell.data_dir / "wrong.csv"
    wrong.write_text("a,b\n1,2\n", encoding="utf-8")
    told = shell.command("triage", wrong.name, "--out", older.name)
    assert told.returncode == 2 and "内容" in told.stderr
    assert older.read_text("utf-8") == '{"ticket_id": "F0"}\n'
    told = shell.command("triage", older.name, "--out", older.name)
    assert told.returncode == 2 and "工单文件本身" in told.stderr
    assert older.read_text("utf-8") == '{"ticket_id": "F0"}\n'


def test_the_knowledge_base_from_the_shell(shell: Installation) -> None:
    paper = shell.data_dir / "沄州市测试风筝管理办法.txt"
    paper.write_text(
        "沄州市测试风筝管理办法\n\n第一条 放风筝须远离高压线。\n\n第二条 风筝线不得含金属丝。\n", "utf-8"
    )
    broken = shell.data_dir / "坏.pdf"
    broken.write_bytes(b"nothing")
    added = shell.command("kb", "add", paper.name, broken.name)
    assert added.returncode == 1 and "坏.pdf" in added.stderr and "新增 1" in added.stdout
    assert json.loads(shell.command("kb", "status", "--json").stdout)["stale"] is True
    assert shell.command("kb", "publish").returncode == 0
    hit = json.loads(shell.command("kb", "search", "风筝 高压线", "--json", "--top", "1").stdout)
    assert "风筝" in hit["text"]
    queries = shell.data_dir / "queries.jsonl"
    queries.write_text('{"query_id": 1, "query": "风筝线"}\n{"query_id": 2, "query": "物业费"}\n', "utf-8")
    assert shell.command("kb", "search", "--queries", "queries.jsonl", "--out", "hits.jsonl").returncode == 0
    found = [json.loads(line) for line in (shell.data_dir / "hits.jsonl").read_text("utf-8").splitlines()]
    assert [line["query_id"] for line in found] == [1, 2]
    assert "风筝" in found[0]["hits"][0]["text"]
    listed = [json.loads(line) for line in shell.command("kb", "list", "--json").stdout.splitlines()]
    mine = next(item["document_id"] for item in listed if "风筝" in item["title"])
    assert "高压线" in shell.command("kb", "show", mine).stdout
    assert shell.command("kb", "remove", mine).returncode == 0
    assert shell.command("kb", "show", mine).returncode == 2


def test_publishing_when_nothing_changed_loads_nothing(shell: Installation) -> None:
    """An embedder that does not exist proves it: the answer comes from the stamp alone."""
    stamp = shell.data_dir / "knowledge" / "prepared.json"
    embedder = shell.environment["PINGJI_EMBEDDER"]
    stamp.write_text(stamp.read_text("utf-8").replace(embedder, "http://127.0.0.1:1"), "utf-8")
    shell.environment["PINGJI_EMBEDDER"] = "http://127.0.0.1:1"
    told = shell.command("kb", "publish", "--if-needed")
    shell.environment["PINGJI_EMBEDDER"] = embedder
    assert (told.returncode, told.stdout.strip()) == (0, "知识库与离线分类器已就绪"), told.stderr


def test_an_untouched_audit_log_is_whole(shell: Installation) -> None:
    told = shell.command("audit", "verify")
    assert told.returncode == 0 and "完整" in told.stdout


def test_settings_are_checked_before_anything_starts(shell: Installation, tmp_path: Path) -> None:
    shell.environment["PINGJI_PORT"] = "eighty"
    told = shell.command("up")
    shell.environment["PINGJI_PORT"] = str(shell.port)
    assert told.returncode == 2 and "PINGJI_PORT" in told.stderr
    city = shell.environment["PINGJI_CITY"]
    shell.environment["PINGJI_CITY"] = "atlantis"
    told = shell.command("up")
    shell.environment["PINGJI_CITY"] = city
    assert told.returncode == 2 and "atlantis" in told.stderr
