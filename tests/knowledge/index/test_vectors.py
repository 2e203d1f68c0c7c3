from pathlib import Path

import numpy as np
import pytest

from knowledge.index import dense, merging
from knowledge.index.dense import SPARE, DenseSegment, read_dense, write_dense
from knowledge.index.merging import dense_segment
from knowledge.index.training import RECALL


def vectors(count: int, seed: int = 1) -> np.ndarray:
    centres = np.random.default_rng(7).standard_normal((40, 24))
    generator = np.random.default_rng(seed)
    rows = centres[generator.integers(0, 40, count)] + 0.6 * generator.standard_normal((count, 24))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def made(count: int) -> tuple[DenseSegment, float]:
    rows = np.random.default_rng(2).permutation(count).astype(np.int64) * 2
    return dense_segment(rows, np.zeros(count, np.uint32), vectors(count))


@pytest.mark.parametrize("share", [1.0, 0.5, 0.01])
def test_exact_search_is_exact_under_any_mask(share: float) -> None:
    segment, recall = made(500)
    allowed = np.random.default_rng(3).random(500) < share
    query = vectors(1, seed=9)[0].astype(np.float32)
    scores = np.where(allowed, segment.halves.astype(np.float32) @ query, -9)
    wanted = segment.rows[np.argsort(-scores)][: min(10, int(allowed.sum()))]
    found = segment.search(query, 10, allowed)
    assert (found.rows.tolist(), recall, segment.packed) == (wanted.tolist(), 1.0, None)
    assert np.all(np.diff(segment.rows) > 0), "rows ascend"
    assert len(segment.search(query, 10, np.zeros(500, bool))) == 0


def test_what_bytes_cannot_tell_apart_is_looked_at_exactly() -> None:
    """One large component stretches the range of a byte so far that the others vanish in it."""
    count = 6 * SPARE
    halves = np.zeros((count, 24), np.float16)
    halves[:, 0] = 1
    halves[:, 1] = np.random.default_rng(4).permutation(count) / (200 * count)
    segment = DenseSegment(np.arange(count, dtype=np.int64), np.zeros(count, np.uint32), halves)
    query = np.eye(24, dtype=np.float32)[1]
    found = segment.search(query, 10, np.ones(count, bool))
    assert found.scores.tolist() == sorted(halves[:, 1].tolist(), reverse=True)[:10]


def test_equal_vectors_stand_in_the_order_of_their_rows() -> None:
    rows = np.arange(5 * SPARE, dtype=np.int64)
    segment = DenseSegment(rows, np.zeros(len(rows), np.uint32), np.repeat(vectors(1), len(rows), axis=0))
    found = segment.search(vectors(1)[0].astype(np.float32), 10, np.ones(len(rows), bool))
    assert found.rows.tolist() == list(range(10))


def test_beyond_a_count_the_index_is_trained_and_its_recall_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "EXACT_MOST", 2000)
    monkeypatch.setattr(dense, "FEW", 100)
    segment, recall = made(4000)
    assert segment.packed is not None and RECALL <= recall <= 1
    write_dense(tmp_path, segment)
    opened = read_dense(tmp_path)
    allowed = np.ones(4000, bool)
    allowed[::3] = False
    hit = []
    for query in vectors(50, seed=5).astype(np.float32):
        scores = np.where(allowed, opened.halves.astype(np.float32) @ query, -9)
        wanted = opened.rows[np.argsort(-scores)][:10]
        found = opened.search(query, 10, allowed).rows
        assert np.all(allowed[np.searchsorted(opened.rows, found)])
        hit.append(len(np.intersect1d(found, wanted)) / 10)
    assert np.mean(hit) >= RECALL - 0.05
    one = np.arange(4000) == 17
    assert opened.search(vectors(1)[0].astype(np.float32), 10, one).rows.tolist() == [34], (
        "what is alone allowed is found, however far"
    )
