"""`pingji kb …` in this process: exit codes, one clear line for what is wrong, tables for people, JSON for machines."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from serving.cli.kb_search import AT_ONCE, QUERY_MAX
from serving.cli.main import run
from tests.serving.knowledge_app import QuickEmbedder
from tests.serving.test_knowledge_api import LAMPS, NEW, OLD

TITLE = "沄州市风筝管理办法"


@dataclass
class Told:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Kb = Callable[..., Told]


@pytest.fixture
def kb(
    tmp_path: Path, small_pack: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Kb:
    """Runs one command in a folder of its own, with an embedder that costs nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PINGJI_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("PINGJI_CITY", str(small_pack))
    monkeypatch.setattr("serving.library.open_embedder", lambda *_, **__: QuickEmbedder(lambda: None))

    def command(*arguments: str) -> Told:
        code = run(["kb", *arguments])
        told = capsys.readouterr()
        return Told(code, told.out, told.err)

    return command


@pytest.fixture
def filled(kb: Kb, tmp_path: Path) -> Kb:
    """Two versions of one law and another, published."""
    for name, text in (("旧.md", OLD), ("新.md", NEW), ("路灯.txt", LAMPS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert kb("add", "旧.md", "新.md", "路灯.txt").code == 0
    assert kb("publish").code == 0
    return kb


def ids(kb: Kb) -> dict[str, str]:
    """valid_from (or title) -> document id."""
    return {one["valid_from"] or one["title"]: one["document_id"] for one in kb("list", "--json").lines}


def test_every_file_given_is_accounted_for(kb: Kb, tmp_path: Path) -> None:
    (tmp_path / "路灯.txt").write_text(LAMPS, encoding="utf-8")
    (tmp_path / "又一份.txt").write_text(LAMPS, encoding="utf-8")
    (tmp_path / "坏.pdf").write_bytes(b"nothing")
    told = kb("add", "路灯.txt", "又一份.txt", "坏.pdf", "--json")
    assert told.code == 1
    assert [one["outcome"] for one in told.lines] == ["added", "unchanged", "unreadable"]
    assert told.lines[2]["reason"]
    again = kb("add", "路灯.txt", "坏.pdf")
    assert "未变 1 份" in again.out and "坏.pdf" in again.err


def test_a_document_is_named_by_id_title_or_number(filled: Kb) -> None:
    of = ids(filled)
    assert filled("show", f"《{TITLE}》").out.startswith(of["2024-07-01"]), (
        "the version in force stands for the work"
    )
    assert filled("show", of["2019-05-01"]).out.startswith(of["2019-05-01"])
    assert filled("show", "路灯").code == 0
    several = filled("remove", TITLE)
    assert several.code == 2 and of["2019-05-01"] in several.err and of["2024-07-01"] in several.err
    assert filled("show", "没有的法").code == 2
    assert filled("remove", of["2019-05-01"]).code == 0
    assert filled("remove", TITLE).code == 0, "one is left"


def test_show_prints_the_structure_or_the_whole_or_the_clause(filled: Kb) -> None:
    outline = filled("show", "路灯")
    assert "第一条" in outline.out and "二十四小时" in outline.out
    clause_id = filled("show", "路灯", "--json").lines[0]["clause_id"]
    assert "盗窃路灯" in filled("show", "路灯", "--full").out
    shown = filled("show", clause_id)
    before, clause, after = shown.out.split("─" * 20)
    assert "二十四小时" in clause and "沄州市路灯管理规定" in before and "盗窃路灯" in after
    assert filled("show", "D-00000000#第一条").code == 2


def test_search_prints_ranks_and_validity(filled: Kb) -> None:
    told = filled("search", "路灯 修复")
    first = next(line for line in told.out.splitlines() if "路灯管理规定" in line)
    assert first.split()[0] == "1" and "第一条" in first
    assert {"字面", "语义", "时效"} <= set(told.out.splitlines()[0].split())
    old = filled("search", "夜间放风筝", "--as-of", "2020-01-01", "--json", "--top", "1").lines[0]
    assert (old["valid_from"], old["article"]) == ("2019-05-01", "第三条")


def test_search_is_restricted_and_shows_what_no_longer_stands(filled: Kb) -> None:
    only = filled("search", "放风筝", "--level", "地方性法规", "--region", "沄州市", "--json").lines
    assert {hit["document"] for hit in only} == {TITLE}
    assert filled("search", "放风筝", "--level", "法律", "--json").lines == []
    assert {hit["valid_from"] for hit in only} == {"2024-07-01"}
    ever = filled("search", "放风筝", "--document", TITLE, "--any-time")
    assert "已失效" in ever.out and "现行" in ever.out


def test_versions_and_what_changed_between_two_days(filled: Kb) -> None:
    of = ids(filled)
    listed = filled("versions", TITLE, "--json").lines
    assert [one["document_id"] for one in listed] == [of["2019-05-01"], of["2024-07-01"]]
    days = ("--from", "2020-01-01", "--to", "2025-01-01")
    told = filled("diff", TITLE, *days)
    assert told.code == 0 and "[-夜间-]{+晚十时后+}不得" in told.out
    changed = filled("diff", of["2019-05-01"], *days, "--json").lines
    assert [(change["article"], change["kind"]) for change in changed] == [("第三条", "changed")]
    assert filled("diff", TITLE, "--from", "2025-01-01", "--to", "2020-01-01").code == 2
    assert filled("diff", TITLE, "--from", "2025-13-01", "--to", "2026-01-01").code == 2


def test_what_a_person_puts_right_stays(filled: Kb) -> None:
    told = filled("correct", "路灯", "level=规章", "hazards=暴雨；台风", "effective=2020-01-01", "--json")
    assert told.code == 0, told.err
    assert (told.lines[0]["level"], told.lines[0]["hazards"]) == ("规章", ["暴雨", "台风"])
    assert told.lines[0]["corrected"] == ["level", "hazards", "effective"]
    assert filled("search", "路灯", "--level", "规章", "--hazard", "台风", "--json").lines
    listed = {line["title"]: line["corrected"] for line in filled("list", "--json").lines}
    assert listed == {TITLE: [], "沄州市路灯管理规定": ["level", "hazards", "effective"]}
    shown = filled("show", "路灯").out
    assert "手工更正：hazards=暴雨；台风，shell" in shown and "手工更正：effective=2020-01-01，shell" in shown
    assert {tuple(line["corrected"]) for line in filled("show", "路灯", "--json").lines} == {
        ("level", "hazards", "effective")
    }
    assert filled("correct", "路灯", "level=").code == 0
    assert filled("search", "路灯", "--level", "规章", "--json").lines == []
    for wrong, word in (("level", "level"), ("colour=red", "colour"), ("effective=2025-02-30", "2025-02-30")):
        refused = filled("correct", "路灯", wrong)
        assert refused.code == 2 and word in refused.err
    assert filled("correct", TITLE, "level=规章").code == 2, "two versions: which?"


def test_generations_are_listed_checked_and_rolled_back(filled: Kb) -> None:
    assert filled("remove", "路灯").code == 0
    assert filled("add", "路灯.txt").code == 0
    assert filled("publish").code == 0
    kept = filled("generations", "--json").lines
    assert [one["current"] for one in kept] == [False] * (len(kept) - 1) + [True] and len(kept) > 1
    first = str(kept[0]["generation"])
    assert filled("rollback", first).code == 0
    assert [one["generation"] for one in filled("generations", "--json").lines if one["current"]] == [
        int(first)
    ]
    assert filled("rollback", "999").code == 2
    assert filled("check").code == 0


def test_a_damaged_index_is_told(filled: Kb, tmp_path: Path) -> None:
    damaged = max(
        (tmp_path / "var" / "knowledge" / "index").rglob("*.npy"), key=lambda file: file.stat().st_size
    )
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"\xff")
    told = filled("check", "--json")
    assert told.code == 1 and told.lines[0]["problems"]


def test_a_file_of_queries_is_answered_line_for_line(filled: Kb, tmp_path: Path) -> None:
    asked = [{"query_id": number, "query": f"路灯 {number}"} for number in range(AT_ONCE + 3)]
    lines = [json.dumps(one, ensure_ascii=False) for one in asked]
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert filled("search", "--queries", "in.jsonl", "--out", "out.jsonl", "--top", "2").code == 0
    told = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [one["query_id"] for one in told] == list(range(AT_ONCE + 3))
    alone = filled("search", "路灯 1", "--json", "--top", "2").lines
    assert told[1]["hits"] == alone, "a batch finds what a single query finds"


def test_a_query_that_cannot_be_asked_keeps_its_place(filled: Kb, tmp_path: Path) -> None:
    strange = ["？！。，", "'; DROP TABLE clauses; --", "😀😀", " "]
    lines = [json.dumps({"query_id": number, "query": query}) for number, query in enumerate(strange)]
    lines += ["not json", json.dumps({"query_id": "long", "query": "长" * 10_000})]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    told = filled("search", "--queries", "in.jsonl", "--out", "out.jsonl")
    assert told.code == 1 and "第 5 行" in told.err and "第 6 行" in told.err
    answers = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [one["query_id"] for one in answers] == [0, 1, 2, 3, None, "long"]
    assert [("error" in one) for one in answers] == [False] * 4 + [True] * 2
    assert filled("list").out.count("\n") == 3


def test_a_file_of_queries_may_come_from_any_program(filled: Kb, tmp_path: Path) -> None:
    """A byte order mark, CRLF, blank lines, an id twice; what is no UTF-8 or lacks a part is told line by line."""
    good = b'{"query_id": "\\ud83d", "query": "\xe8\xb7\xaf\xe7\x81\xaf"}'
    lines = [
        good,
        b"",
        good,
        b'{"query": "x"}',
        b'{"query_id": 3, "query": null}',
        "路灯".encode("gbk"),
        b"[]",
    ]
    (tmp_path / "in.jsonl").write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    told = filled("search", "--queries", "in.jsonl", "--out", "out.jsonl")
    assert told.code == 1 and "第 6 行：不是 UTF-8" in told.err
    answers = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [one["query_id"] for one in answers] == ["\ud83d", "\ud83d", None, 3, None, None]
    assert [bool(one["hits"]) for one in answers] == [True, True, False, False, False, False]
    assert [next((word for word in ("query_id，", "query（", "UTF-8", "不是 {") if word in one.get("error", "")), "")
            for one in answers] == ["", "", "query_id，", "query（", "UTF-8", "不是 {"]  # fmt: skip


def test_what_is_done_at_the_shell_is_in_the_audit_log(filled: Kb, tmp_path: Path) -> None:
    assert filled("remove", "路灯").code == 0
    with sqlite3.connect(tmp_path / "var" / "pingji.db") as log:
        lines = log.execute("SELECT action, actor FROM audit ORDER BY seq").fetchall()
    log.close()
    assert [action for action, _ in lines] == ["knowledge.add", "knowledge.publish", "knowledge.remove"]
    assert all(actor.startswith("shell") for _, actor in lines)
    assert run(["audit", "verify"]) == 0


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["search"], "--queries"),
        (["search", "x", "--as-of", "2025-02-30"], "2025-02-30"),
        (["search", "长" * (QUERY_MAX + 1)], str(QUERY_MAX)),
        (["search", "--queries", "nowhere.jsonl", "--out", "o.jsonl"], "nowhere.jsonl"),
        (["search", "--queries", __file__, "--out", __file__], "覆盖"),
        (["search", "--queries", __file__, "--out", "no/such/folder/o.jsonl"], "no/such/folder"),
        (["add", "nowhere"], "nowhere"),
        (["show", "nothing"], "nothing"),
        (["remove", "nothing"], "nothing"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(kb: Kb, arguments: list[str], word: str) -> None:
    told = kb(*arguments)
    assert told.code == 2, told.err
    assert word in told.err and len(told.err.strip().splitlines()) == 1
    assert told.out == ""
