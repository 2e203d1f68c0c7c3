"""PINGJI_VECTORS: where vectors are searched, and what is said when that can't be."""

import sys
from datetime import datetime
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.city import load_city
from knowledge.embedding import HttpEmbedder
from knowledge.errors import VectorServerProblem
from serving.library import open_base
from serving.settings import Settings, effective


def _open(tmp_path: Path, embedder_url: str, **given: object) -> KnowledgeBase:
    settings = Settings.model_validate({"data_dir": tmp_path / "data", **given})
    city = load_city(settings.pack_dir)
    return open_base(settings, city, lambda: datetime.now().astimezone(), HttpEmbedder(embedder_url))


@pytest.mark.parametrize("spec", ["milvus", "milvus:", "qdrant:http://127.0.0.1:9"])
def test_a_wrong_setting_names_itself_and_the_right_ones(
    tmp_path: Path, embedder_url: str, spec: str
) -> None:
    with pytest.raises(VectorServerProblem, match=rf"{spec}.*PINGJI_VECTORS.*embedded"):
        _open(tmp_path, embedder_url, vectors=spec)


def test_without_pymilvus_the_group_to_install_is_named(
    tmp_path: Path, embedder_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)  # so that importing it fails
    monkeypatch.delitem(sys.modules, "knowledge.index.milvus", raising=False)
    with pytest.raises(VectorServerProblem, match="--group milvus"):
        _open(tmp_path, embedder_url, vectors="milvus:http://127.0.0.1:9")


def test_a_server_that_is_not_there_is_named(tmp_path: Path, embedder_url: str) -> None:
    pytest.importorskip("pymilvus", reason="needs the dependency group milvus")
    with pytest.raises(VectorServerProblem, match=r"http://127\.0\.0\.1:9.*PINGJI_VECTORS"):
        _open(tmp_path, embedder_url, vectors="milvus:http://127.0.0.1:9")


def test_vectors_are_searched_by_the_server(tmp_path: Path, embedder_url: str) -> None:
    pytest.importorskip("milvus_lite", reason="needs the dependency group milvus")
    base = _open(tmp_path, embedder_url, vectors=f"milvus:{tmp_path / 'vectors.db'}")
    (tmp_path / "law.md").write_text(
        "---\ntitle: 井盖办法\n---\n第一条 井盖破损应当修复。\n", encoding="utf-8"
    )
    base.add([tmp_path / "law.md"])
    base.publish()
    assert "dense" in base.search("井盖破损")[0].legs
    base.close()


def test_status_shows_the_setting_and_hides_the_token() -> None:
    shown = effective(Settings(vectors="milvus:http://db:19530", vectors_token="secret"))  # pyright: ignore[reportArgumentType]
    assert shown["PINGJI_VECTORS"] == "milvus:http://db:19530"
    assert "secret" not in shown["PINGJI_VECTORS_TOKEN"]
