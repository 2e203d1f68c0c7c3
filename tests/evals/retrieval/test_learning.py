from pathlib import Path

import numpy as np
import pytest
from rich.progress import Progress

from evals.retrieval import fit
from evals.retrieval.ablation import gain
from evals.retrieval.fit import Pool, fit_adapter, fit_ranker
from evals.retrieval.folds import FOLDS, grouped_folds, random_folds
from evals.retrieval.laws import Corpus, Question, load_corpus, load_questions
from evals.retrieval.material import Lesson
from evals.retrieval.run import ablate
from evals.retrieval.train import write
from knowledge.finding.features import NAMES
from knowledge.finding.learned import Adapter, load_learned
from tests.evals.made import Letters


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_an_adapter_learns_a_rotation_that_holds_for_new_questions() -> None:
    generator = np.random.default_rng(1)
    clauses = unit(generator.standard_normal((300, 8)))
    turn, _ = np.linalg.qr(generator.standard_normal((8, 8)))
    questions = unit(clauses[:200] @ turn.T)
    shift = fit_adapter(questions[:150], Pool(clauses, [np.array([n]) for n in range(150)]), steps=1500)
    held_out = questions[150:]

    def found(asked: np.ndarray) -> float:
        return float(np.mean((asked @ clauses.T).argmax(axis=1) == np.arange(150, 200)))

    assert found(Adapter(shift).apply(held_out)) > found(held_out) + 0.2


def test_without_steps_the_adapter_is_the_identity() -> None:
    questions = unit(np.random.default_rng(2).standard_normal((4, 8)))
    shift = fit_adapter(questions, Pool(questions, [np.array([0])] * 4), steps=0)
    assert np.allclose(Adapter(shift).apply(questions), questions)


def test_a_ranker_weighs_what_tells_right_from_wrong() -> None:
    generator = np.random.default_rng(3)
    lists = [generator.standard_normal((20, 3)) for _ in range(60)]
    right = [features[:, 1] > np.sort(features[:, 1])[-3] for features in lists]
    lists[0], right[0] = lists[0], np.zeros(20, bool)  # nothing found: teaches nothing, breaks nothing
    weights = fit_ranker(lists, right)
    assert weights[1] > 5 * max(abs(weights[0]), abs(weights[2]))


def questions(*relevant: str) -> list[Question]:
    return [Question(query_id=n, query="问", relevant=tuple(one.split())) for n, one in enumerate(relevant)]


def test_questions_that_share_an_article_stay_together() -> None:
    asked = questions(
        "甲法第一条 甲法第二条", "甲法第二条 甲法第三条", "甲法第三条", "乙法第一条", "丙法第一条"
    )
    folds = grouped_folds(asked).tolist()
    assert folds[0] == folds[1] == folds[2]
    assert len({folds[0], folds[3], folds[4]}) == 3
    assert sorted(np.bincount(random_folds(12), minlength=FOLDS)) == [2, 2, 2, 3, 3]


def test_a_gain_is_of_the_same_questions() -> None:
    old = np.array([0.2, 0.4, 0.6] * 30)
    told, low, high = gain(old * 1.5, old)
    assert told == pytest.approx(0.5) and low == pytest.approx(0.5) and high == pytest.approx(0.5)


@pytest.fixture
def laws(tmp_path: Path) -> tuple[Corpus, list[Question]]:
    folder = tmp_path / "laws" / "社会法"
    folder.mkdir(parents=True)
    words = ("停车", "噪声", "物业", "供水", "消防", "绿化", "养犬", "租房", "劳动", "婚姻")
    for word in words:
        articles = "\n\n".join(f"第{n}条 {word}{n}事项。" for n in "一二三四五")
        (folder / f"{word}法(2020-01-01).md").write_text(
            f"# {word}法\n\n2020年1月1日 通过\n\n<!-- INFO END -->\n\n{articles}\n", encoding="utf-8"
        )
    asked = "\n".join(
        f'{{"query_id": {n}, "query": "{word}怎么办", "relevant": ["{word}法第一条"]}}'
        for n, word in enumerate(words)
    )
    (tmp_path / "stard").mkdir()
    (tmp_path / "stard" / "queries_dev.jsonl").write_text(asked + "\n", encoding="utf-8")
    found = load_questions(tmp_path / "stard" / "queries_dev.jsonl")
    return load_corpus(tmp_path / "laws", found), found


def test_the_ablation_judges_every_way_on_all_questions(
    laws: tuple[Corpus, list[Question]], letters: Letters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit, "STEPS", 3)
    with Progress(disable=True) as progress:
        head, rows = ablate(*laws, tmp_path / "work", letters, progress)
    assert (head["clauses"], head["questions"]) == (50, 10)
    labels = [(row.way.leg, row.way.label) for row in rows]
    assert len(set(labels)) == len(labels) and ("fused", "全部") in labels and ("grouped", "全部") in labels
    values = {row.way.label: row.measured[0].value for row in rows if row.way.leg == "fused"}
    assert values["标准分之和"] == 1
    assert all(row.measured[0].items == 10 for row in rows)


def test_what_was_learned_fits_one_embedder_only(tmp_path: Path) -> None:
    lesson = Lesson(Adapter(np.full((4, 4), 0.25, np.float32)), {"民法典": 2.0, "刑法": 1.0})
    write(lesson, [0.5] * (len(NAMES) + 1), "bag-1", 700, tmp_path)
    assert load_learned("bag-2", tmp_path) is None
    learned = load_learned("bag-1", tmp_path)
    assert learned is not None and learned.ranker.local == 2.0
    assert np.allclose(learned.adapter.shift, 0.25)
    (tmp_path / "adapter.npz").unlink()
    assert load_learned("bag-1", tmp_path) is None
