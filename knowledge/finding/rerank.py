"""A CrossEncoder over the first hits, where one is given and has proved itself.

st:PATH names a sentence-transformers CrossEncoder in a folder. It reads query and clause together, which costs far more
than vectors do. A small one can do harm, so it works only past a gate: gate.json beside the model says with which
embedder it was measured and that it gained. `python -m evals.retrieval.gate st:PATH` measures and writes it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import RerankerProblem

GATE = "gate.json"
FIRST = 20
"""Hits it may reorder."""
LEAST_GAIN = 0.01
"""Relative gain on R@10 and on MRR@10 below which a reranker isn't worth its time."""


class Reranker(Protocol):
    """Safe to call from several threads."""

    @property
    def fingerprint(self) -> str: ...

    def scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts),): higher answers better; comparable within one query."""
        ...


@dataclass(frozen=True)
class Gate:
    """What a reranker was worth. low: lower ends of the 95 % intervals of the relative gains."""

    reranker: str
    embedder: str
    questions: int
    recall_10: float
    recall_10_low: float
    mrr_10: float
    mrr_10_low: float

    @property
    def passed(self) -> bool:
        """Better by LEAST_GAIN on both, and surely not worse on either."""
        gained = min(self.recall_10, self.mrr_10) >= LEAST_GAIN
        return gained and min(self.recall_10_low, self.mrr_10_low) > 0


class CrossEncoderReranker:
    """Raises RerankerProblem when it can't be opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._model = _load(path)
        self.fingerprint = f"st-{path.name}-{_folder_hash(path)}"

    def scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.empty(0, np.float32)
        found = self._model.predict([(query, text) for text in texts], show_progress_bar=False)
        return np.asarray(found, np.float32).reshape(len(texts), -1)[:, 0]


def open_reranker(spec: str, embedder: str) -> Reranker | None:
    """The reranker a PINGJI_RERANKER value names, if its gate is passed with this embedder; else None.

    Raises RerankerProblem.
    """
    path = reranker_path(spec)
    gate = read_gate(path)
    if gate is None or not gate.passed or gate.embedder != embedder:
        return None
    reranker = CrossEncoderReranker(path)
    return reranker if reranker.fingerprint == gate.reranker else None


def reranker_path(spec: str) -> Path:
    """st:PATH -> PATH. Raises RerankerProblem."""
    kind, _, rest = spec.partition(":")
    if kind != "st" or not rest:
        raise RerankerProblem(spec, "写法不认识", "可用的写法：st:目录")
    path = Path(rest)
    if not path.is_dir():
        raise RerankerProblem(spec, "模型目录不存在", "请检查 PINGJI_RERANKER 中的路径")
    return path


def read_gate(folder: Path) -> Gate | None:
    """None where nothing was measured, or the file doesn't parse."""
    try:
        return Gate(**json.loads((folder / GATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_gate(folder: Path, gate: Gate) -> None:
    told = json.dumps({**asdict(gate), "passed": gate.passed}, ensure_ascii=False, indent=1)
    (folder / GATE).write_text(told + "\n", encoding="utf-8")


def _load(path: Path) -> Any:
    try:
        # torch weighs gigabytes and is optional: only a reranker that is asked for may load it.
        from sentence_transformers import CrossEncoder  # noqa: PLC0415  # pyright: ignore
    except ImportError as error:
        fix = "请安装依赖组 models，或不设 PINGJI_RERANKER"
        raise RerankerProblem(f"st:{path}", "没有安装 sentence-transformers", fix) from error
    try:
        return CrossEncoder(str(path), device="cpu")
    except (OSError, ValueError) as error:
        raise RerankerProblem(f"st:{path}", f"模型打不开（{error}）", "请检查模型文件是否完整") from error


def _folder_hash(path: Path) -> str:
    """Names and sizes, without the gate's own file."""
    files = sorted(file for file in path.rglob("*") if file.is_file() and file.name != GATE)
    listing = "\n".join(f"{file.relative_to(path)} {file.stat().st_size}" for file in files)
    return sha256(listing.encode()).hexdigest()[:12]
