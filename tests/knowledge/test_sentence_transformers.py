"""PINGJI_EMBEDDER=st:PATH with a real sentence-transformers model: tiny, untrained, made on the spot.

Runs where the dependency group `models` is installed (pip install --group models), else it is skipped.
"""

from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import numpy as np
import pytest

from knowledge.base import KnowledgeBase
from knowledge.embedding import SentenceTransformerEmbedder, open_embedder
from knowledge.errors import EmbedderProblem

st: Any = pytest.importorskip("sentence_transformers", reason="the dependency group models is not installed")
modules: Any = pytest.importorskip("sentence_transformers.models")
transformers: Any = pytest.importorskip("transformers")

WIDTH = 32
WORDS = "沄州市测试风筝管理办法第一二三条放须远离高压线不得含金属丝路灯坏了物业费怎么交检索"
QUERY = "检索："


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as sentence-transformers saves it: two layers of BERT with random weights, mean pooling, a prompt."""
    transformers.set_seed(7)
    folder = tmp_path_factory.mktemp("model")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(WORDS + QUERY))]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    transformers.BertModel(config).save_pretrained(folder / "bert")
    transformers.BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    body = modules.Transformer(str(folder / "bert"), max_seq_length=64)
    pooled = modules.Pooling(WIDTH)
    made = st.SentenceTransformer(modules=[body, pooled], prompts={"query": QUERY}, device="cpu")
    made.save(str(folder / "made"))
    return folder / "made"


def test_vectors_have_length_one_and_queries_their_prompt(model: Path) -> None:
    embedder = open_embedder(f"st:{model}")
    assert isinstance(embedder, SentenceTransformerEmbedder)
    assert embedder.dimension == WIDTH
    texts = ["风筝须远离高压线", "路灯坏了", "字" * 5000]
    documents, queries = embedder.embed_documents(texts), embedder.embed_queries(texts)
    for rows in (documents, queries):
        assert rows.shape == (3, WIDTH) and rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-5)
    assert not np.allclose(documents, queries), "the model's own query prompt is put before queries"
    np.testing.assert_allclose(
        embedder.embed_queries(texts[:1]), embedder.embed_documents([QUERY + texts[0]]), atol=1e-5
    )
    assert embedder.embed_documents([]).shape == (0, WIDTH)


def test_the_fingerprint_names_the_model_by_its_files(model: Path, tmp_path: Path) -> None:
    first = open_embedder(f"st:{model}").fingerprint
    assert first == open_embedder(f"st:{model}").fingerprint
    assert first.startswith("st-made-")


def test_a_folder_without_a_whole_model_is_told(model: Path, tmp_path: Path) -> None:
    with pytest.raises(EmbedderProblem, match="没有完整的模型"):
        open_embedder(f"st:{tmp_path}")
    half = copytree(model, tmp_path / "half")
    for file in half.rglob("*.safetensors"):
        file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(EmbedderProblem, match="没有完整的模型"):
        open_embedder(f"st:{half}")
    with pytest.raises(EmbedderProblem, match="模型目录不存在"):
        open_embedder(f"st:{tmp_path / 'nowhere'}")


def test_a_base_is_published_and_searched_with_it(model: Path, tmp_path: Path) -> None:
    paper = tmp_path / "沄州市测试风筝管理办法.txt"
    paper.write_text(
        "沄州市测试风筝管理办法\n\n第一条 放风筝须远离高压线。\n\n第二条 风筝线不得含金属丝。\n", "utf-8"
    )
    base = KnowledgeBase.open(tmp_path / "base", open_embedder(f"st:{model}"), lambda: datetime.now(UTC))
    try:
        base.add([paper])
        manifest = base.publish()
        assert manifest is not None and manifest.embedder.startswith("st-made-")
        assert "高压线" in base.search("放风筝 高压线", top=1)[0].text
    finally:
        base.close()
