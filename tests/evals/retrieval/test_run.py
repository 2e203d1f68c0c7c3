from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.progress import Progress

from evals.errors import DataBroken, DataMissing
from evals.retrieval.laws import Corpus, article_key, load_corpus, load_questions, split_reference
from evals.retrieval.run import build, evaluate
from tests.evals.made import Letters

FULL = "第一条 {}目的。\n\n第二条 {}罚款二百元。\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    laws = tmp_path / "laws"
    for folder, name, words in (
        ("社会法", "监察法(2018-03-20)", "旧监察"),
        ("社会法", "监察法(2024-12-25)", "新监察"),
        ("民法典", "总则", "民事"),
        ("地方法规/北京北京", "北京条例(2020-01-01)", "北京"),
    ):
        (laws / folder).mkdir(parents=True, exist_ok=True)
        title = "中华人民共和国民法典" if folder == "民法典" else name.split("(")[0]
        head = f"# {title}\n\n2020年1月1日 通过\n\n<!-- INFO END -->\n\n"
        (laws / folder / f"{name}.md").write_text(head + FULL.format(words, words), encoding="utf-8")
    (laws / "社会法" / "_index.md").write_text("目录")
    (tmp_path / "stard").mkdir()
    (tmp_path / "stard" / "queries_dev.jsonl").write_text(
        '{"query_id": 1, "query": "民事罚款多少", "relevant": ["《中华人民共和国民法典》第二条"]}\n'
        '{"query_id": 2, "query": "新监察的目的", "relevant": ["监察法第一条"]}\n',
        encoding="utf-8",
    )
    return tmp_path


def test_titles_are_equal_however_they_are_written() -> None:
    reference = "最高人民法院关于适用《中华人民共和国民事诉讼法》的解释第十条之一"
    assert split_reference(reference) == ("最高人民法院关于适用民事诉讼法的解释", "第十条之一")
    assert article_key("《中华人民共和国民法典》", "第二条") == article_key("民法典", "第二条")
    with pytest.raises(ValueError, match="第几条"):
        split_reference("民法典")


def test_the_corpus_is_the_newest_national_version(data: Path) -> None:
    corpus = load_corpus(data / "laws", [])
    assert {path.stem for path in corpus.files} == {"监察法(2024-12-25)", "总则"}
    assert not corpus.partial


def test_a_limited_corpus_takes_laws_with_answers_first(data: Path) -> None:
    questions = load_questions(data / "stard" / "queries_dev.jsonl")
    corpus = load_corpus(data / "laws", [questions[0]], 1)
    assert [path.stem for path in corpus.files] == ["总则"]
    assert corpus.partial


def test_missing_and_broken_data_are_named(data: Path) -> None:
    with pytest.raises(DataMissing, match="nowhere"):
        load_corpus(data / "nowhere", [])
    broken = data / "broken.jsonl"
    broken.write_text('{"query": 1}\n')
    with pytest.raises(DataBroken, match="第 1 行"):
        load_questions(broken)


def test_another_file_of_questions_may_have_a_byte_order_mark_and_blank_lines(data: Path) -> None:
    lines = (data / "stard" / "queries_dev.jsonl").read_text("utf-8").splitlines()
    other = data / "other.jsonl"
    other.write_bytes(b"\xef\xbb\xbf" + "\r\n\r\n".join(lines).encode())
    assert load_questions(other) == load_questions(data / "stard" / "queries_dev.jsonl")


def test_questions_run_through_the_real_base(data: Path, letters: Letters, tmp_path: Path) -> None:
    questions = load_questions(data / "stard" / "queries_dev.jsonl")
    corpus = load_corpus(data / "laws", questions)
    with Progress(disable=True) as progress:
        found = evaluate(corpus, questions, tmp_path / "work", letters, progress)
    values = {one.measure.key: one.value for one in found.measured}
    assert values["fused_recall_5"] == values["lexical_recall_5"] == values["dense_recall_100"] == 1
    assert values["lexical_mrr_10"] == 1
    assert found.head["clauses"] == 4
    assert (found.head["questions"], found.head["answers_held"], found.head["partial"]) == (2, 2, False)


def test_a_partial_corpus_leaves_unanswerable_questions_out(
    data: Path, letters: Letters, tmp_path: Path
) -> None:
    questions = load_questions(data / "stard" / "queries_dev.jsonl")
    corpus = Corpus((data / "laws" / "民法典" / "总则.md",), partial=True)
    with Progress(disable=True) as progress:
        found = evaluate(corpus, questions, tmp_path / "work", letters, progress)
    assert [item.id for item in found.items] == ["1"]
    assert found.head["questions_left_out"] == 1


class Counting(Letters):
    """Counts the texts it was asked for."""

    asked = 0

    def embed_documents(self, texts: Sequence[str]):
        self.asked += len(texts)
        return super().embed_documents(texts)


def test_a_build_goes_on_where_it_stopped(data: Path, tmp_path: Path) -> None:
    corpus = load_corpus(data / "laws", [])
    first, second = Counting(), Counting()
    with Progress(disable=True) as progress:
        build(corpus, tmp_path / "work", first, progress)[0].close()
        # Without its index: what an interrupted build leaves is the vectors.
        (tmp_path / "work" / "laws" / "index" / "CURRENT").unlink()
        build(corpus, tmp_path / "work", second, progress)[0].close()
    assert (first.asked, second.asked) == (4, 0)
