"""One suite for everything that searches vectors: our own segments, and Milvus behind the same protocol."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from knowledge.base import KnowledgeBase
from knowledge.errors import VectorServerProblem
from knowledge.index import dense, merging
from knowledge.index.dense import DenseSegment
from knowledge.index.lexical import weigh
from knowledge.index.manifest import Manifest
from knowledge.index.merging import dense_segment
from knowledge.index.postings import count_postings
from knowledge.index.snapshot import Snapshot
from knowledge.index.standing import DocumentTable
from knowledge.index.view import View
from tests.knowledge.index.churn import Letters, clock

COUNT, DIMENSION = 600, 32

Serve = Callable[[DenseSegment], DenseSegment]


def unit(count: int, seed: int) -> np.ndarray:
    centres = np.random.default_rng(7).standard_normal((20, DIMENSION))
    generator = np.random.default_rng(seed)
    rows = centres[generator.integers(0, 20, count)] + 0.6 * generator.standard_normal((count, DIMENSION))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def made(count: int = COUNT, first: int = 0, seed: int = 1) -> DenseSegment:
    rows = first + 2 * np.arange(count, dtype=np.int64)
    return dense_segment(rows, np.zeros(count, np.uint32), unit(count, seed).astype(np.float16))[0]


def wanted(segment: DenseSegment, query: np.ndarray, allowed: np.ndarray, count: int) -> list[int]:
    scores = np.where(allowed, segment.halves.astype(np.float32) @ query, -9)
    return segment.rows[np.argsort(-scores, kind="stable")][: min(count, int(allowed.sum()))].tolist()


@pytest.fixture(scope="module")
def milvus_module() -> Any:
    pytest.importorskip("pymilvus", reason="没有安装依赖组 milvus（pip install --group milvus）")
    pytest.importorskip("milvus_lite", reason="没有安装依赖组 milvus（pip install --group milvus）")
    from knowledge.index import milvus  # noqa: PLC0415  optional: only where the group is installed

    return milvus


@pytest.fixture
def server(milvus_module: Any, tmp_path: Path) -> Iterator[Any]:
    vectors = milvus_module.MilvusVectors(str(tmp_path / "vectors.db"))
    yield vectors
    vectors.close()


@pytest.fixture(params=["own", "milvus"])
def serve(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """A segment as the backend searches it. FEW is lowered, else small segments would never reach the server."""
    monkeypatch.setattr(dense, "FEW", 5)
    if request.param == "own":
        return lambda segment: segment
    server = request.getfixturevalue("server")
    names = iter(range(1000))
    return lambda segment: server.serve(f"dense-{next(names)}", segment)


@pytest.mark.parametrize("share", [1.0, 0.5, 0.02])
def test_the_nearest_in_order_under_any_mask(serve: Serve, share: float) -> None:
    plain = made()
    segment = serve(plain)
    allowed = np.random.default_rng(3).random(COUNT) < share
    for query in unit(5, seed=9):
        found = segment.search(query, 10, allowed)
        assert found.rows.tolist() == wanted(plain, query, allowed, 10)
        assert np.all(np.diff(found.scores) <= 0)


def test_more_than_there_is_and_nothing_at_all(serve: Serve) -> None:
    plain = made(40)
    segment = serve(plain)
    query, everything = unit(1, seed=4)[0], np.ones(40, bool)
    assert segment.search(query, 1000, everything).rows.tolist() == wanted(plain, query, everything, 1000)
    assert len(segment.search(query, 10, np.zeros(40, bool))) == 0
    assert len(segment.search(query, 0, everything)) == 0


def test_the_one_allowed_row_is_found_however_far(serve: Serve) -> None:
    plain = made()
    alone = np.arange(COUNT) == 17
    assert serve(plain).search(-plain.halves[17].astype(np.float32), 10, alone).rows.tolist() == [34]


def test_of_a_row_in_two_segments_the_newest_vector_counts(serve: Serve) -> None:
    older, newer = made(100, seed=1), made(3, seed=2)
    manifest = Manifest(1, 0, "letters", DIMENSION, 100, 1.0, "2026-07-01")
    words = weigh(older.rows, older.stamps, count_postings(["甲"] * 100), 1.0)
    snapshot = Snapshot(manifest, [words], [serve(older), serve(newer)])
    view = View(snapshot, np.ones(100, bool), cast(DocumentTable, None))
    found = view.dense(newer.halves[1].astype(np.float32), 100)
    assert found.rows[0] == 2
    assert sorted(found.rows.tolist()) == older.rows.tolist(), "each row once"
    scores = dict(zip(found.rows.tolist(), found.scores.tolist(), strict=True))
    assert scores[0] == pytest.approx(float(newer.halves[0].astype(np.float32) @ newer.halves[1]), abs=1e-3)


def test_several_threads_get_the_same_answers(serve: Serve) -> None:
    plain = made()
    segment, everything = serve(plain), np.ones(COUNT, bool)
    queries = list(unit(16, seed=11))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda query: segment.search(query, 5, everything).rows.tolist(), queries))
    assert found == [wanted(plain, query, everything, 5) for query in queries]


def test_beyond_a_count_search_is_approximate_and_good(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (dense, merging):
        monkeypatch.setattr(module, "EXACT_MOST", 500)
    plain = made(1500)
    segment = serve(plain)
    allowed = np.arange(1500) % 3 > 0
    share = []
    for query in unit(20, seed=5):
        found = segment.search(query, 10, allowed).rows
        assert np.all(allowed[found // 2])
        share.append(len(np.intersect1d(found, wanted(plain, query, allowed, 10))) / 10)
    assert np.mean(share) >= 0.9


def test_a_collection_is_filled_once_and_dropped_with_its_segment(server: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(dense, "FEW", 0)
    segment = made(50)
    server.serve("dense-a", segment)
    server.serve("dense-b", made(50, seed=2))
    monkeypatch.setattr(server, "_create", None)  # filling again would call it
    again = server.serve("dense-a", segment)
    query = segment.halves[7].astype(np.float32)
    assert again.search(query, 1, np.ones(50, bool)).rows.tolist() == [14]
    server.keep_only({"dense-a"})
    assert server._client.list_collections() == ["pingji_dense_a"]


def test_a_half_filled_collection_is_filled_anew(server: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(dense, "FEW", 0)
    server.serve("dense-a", made(20))
    segment = made(50)
    found = server.serve("dense-a", segment).search(
        segment.halves[40].astype(np.float32), 1, np.ones(50, bool)
    )
    assert found.rows.tolist() == [80]


def test_a_server_that_is_not_there_is_named(milvus_module: Any) -> None:
    with pytest.raises(VectorServerProblem, match=r"127\.0\.0\.1:9"):
        milvus_module.MilvusVectors("http://127.0.0.1:9")


def law(name: str, word: str = "规定") -> str:
    body = "\n\n".join(f"第{number}条 {name}第{number}项{word}。" for number in "一二三")
    return f"---\ntitle: {name}\neffective: 2020-01-01\n---\n{body}\n"


@pytest.fixture(params=["own", "milvus"])
def bases(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Opens the same folder again and again, as processes do."""
    monkeypatch.setattr(dense, "FEW", 0)
    server = request.getfixturevalue("server") if request.param == "milvus" else None
    opened: list[KnowledgeBase] = []

    def another() -> KnowledgeBase:
        opened.append(KnowledgeBase.open(tmp_path / "var", Letters(), clock, server=server))
        return opened[-1]

    yield another
    for base in opened:
        base.close()


def test_a_base_adds_changes_and_removes_and_others_follow(bases: Any, tmp_path: Path) -> None:
    base, other = bases(), bases()
    for name in ("甲办法", "乙办法"):
        (tmp_path / f"{name}.md").write_text(law(name), encoding="utf-8")
    base.add([tmp_path / "甲办法.md"])
    base.publish()

    def found(asked: KnowledgeBase, query: str) -> set[str]:
        return {hit.document for hit in asked.search(query) if "dense" in hit.legs}

    assert found(base, "办法规定") == found(other, "办法规定") == {"甲办法"}
    base.add([tmp_path / "乙办法.md"])
    base.publish()
    assert found(base, "办法规定") == found(other, "办法规定") == {"甲办法", "乙办法"}
    (gone,) = [document.id for document in base.documents() if document.metadata.title == "甲办法"]
    other.remove(gone)
    assert found(base, "办法规定") == {"乙办法"}
    (tmp_path / "乙办法.md").write_text(law("乙办法", word="规程"), encoding="utf-8")
    base.add([tmp_path / "乙办法.md"])
    base.publish()
    assert all("规程" in hit.text for hit in other.search("办法规程"))
    assert bases().check() == []
