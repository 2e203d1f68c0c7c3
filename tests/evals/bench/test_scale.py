"""The scale bench: synthetic law is like law in what an index feels, and a size that fails is a row too."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from evals.bench.scale.command import COLUMNS, markdown
from evals.bench.scale.synthetic import ARTICLES, Bigrams, ClusteredEmbedder, law, write_laws

ROOT = Path(__file__).parents[3]
CORPUS = ROOT / "knowledge" / "corpus" / "yunzhou"


def test_texts_follow_the_corpus_and_the_seed() -> None:
    texts = Bigrams(CORPUS).texts(20)
    assert texts == Bigrams(CORPUS).texts(20)
    assert texts != Bigrams(CORPUS, seed=1).texts(20)
    corpus = "".join(path.read_text(encoding="utf-8") for path in CORPUS.glob("*.md"))
    pairs = [one + other for text in texts for one, other in pairwise(text)]
    # The corpus is read without digits and marks, so a few pairs stand at their seams.
    assert sum(pair in corpus for pair in pairs) / len(pairs) > 0.9
    assert 100 < np.mean([len(text) for text in Bigrams(CORPUS).texts(2000)]) < 150


def test_laws_have_as_many_articles_as_asked(tmp_path: Path) -> None:
    paths = write_laws(tmp_path, ARTICLES + 3, Bigrams(CORPUS))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    assert [text.count("\n\n") + 1 for text in texts] == [ARTICLES, 3]
    assert "第五十条 " in texts[0]
    assert "title: 合成条例第000001号" in texts[1]


def test_vectors_are_unit_clustered_and_those_of_a_clauses_own_words() -> None:
    embedder = ClusteredEmbedder()
    texts = Bigrams(CORPUS).texts(3000)
    vectors = embedder.embed_documents(texts)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    nearest = np.sort(vectors[:200] @ vectors.T, axis=1)[:, -2]
    assert np.median(nearest) > 0.35  # random directions of 384 dimensions: about 0.17
    title, words = "合成条例第000000号", law(0, ["路灯熄灭"]).split("\n")[-2]
    assert np.array_equal(
        embedder.embed_documents([f"{title} {words}"]), embedder.embed_queries(["路灯熄灭"])
    )


def test_a_size_that_fails_is_told() -> None:
    done = {key: 1 for _, key, _ in COLUMNS}
    head = {"machine": {"cores": 2}, "date": "2026-07-01"}
    text = markdown([done, {"clauses": 1000000, "failed": "build：MemoryError"}], head)
    assert "| 1 | 1.0 |" in text
    assert "1,000,000 条未能完成：build：MemoryError" in text


@pytest.mark.slow
def test_two_hundred_clauses_from_the_command_line(tmp_path: Path) -> None:
    environ = {"PATH": "/usr/bin:/bin", "COLUMNS": "200", "LANG": "C.UTF-8", "PINGJI_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "evals", "bench-scale", "--sizes", "200", "--results", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    (step,) = json.loads((tmp_path / "scale.json").read_text(encoding="utf-8"))["steps"]
    assert (step["clauses"], step["indexed"]) == (200, 200)
    assert step["change_s"] > 0
