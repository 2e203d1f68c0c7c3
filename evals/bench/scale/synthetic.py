"""Law that no one wrote, in any amount: text by the bigram statistics of the bundled corpus, vectors in clusters."""

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import cn2an
import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Vectors

ARTICLES = 50
"""Clauses of one synthetic law; national laws have 37 on average."""
SHORTEST, LONGEST = 15, 200
CLUSTERS, NOISES, SPREAD = 2000, 8191, 0.8

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_UNWANTED = re.compile(r"[^\u4e00-\u9fff，；、]")
_LABELS = [f"第{cn2an.an2cn(number)}条" for number in range(1, ARTICLES + 1)]


class Bigrams:
    """Every character is followed by what follows a random occurrence of it in the corpus; so the frequencies of
    characters and pairs, on which a character index lives or dies, are those of real text. A clause is as long as two
    random lines of it: 124 characters on average, as articles of national law are.
    """

    def __init__(self, corpus: Path, seed: int = 0) -> None:
        texts = [_FRONT.sub("", path.read_text(encoding="utf-8")) for path in sorted(corpus.glob("*.md"))]
        lines = [_UNWANTED.sub("", line) for text in texts for line in text.splitlines()]
        lines = [line for line in lines if len(line) >= SHORTEST]
        joined = "".join(lines)
        self._lengths = np.array([min(len(line), LONGEST) for line in lines])
        self._characters, codes = np.unique(np.array(list(joined)), return_inverse=True)
        self._next: NDArray[np.int64] = np.roll(codes, -1)
        self._occurrences: NDArray[np.int64] = np.argsort(codes, kind="stable")
        self._counts: NDArray[np.int64] = np.bincount(codes)
        self._starts: NDArray[np.int64] = np.concatenate([[0], np.cumsum(self._counts)[:-1]])
        self._random = np.random.default_rng(seed)

    def texts(self, count: int) -> list[str]:
        """All grow together, one character a step, and are cut to their lengths."""
        lengths = self._random.choice(self._lengths, (2, count)).sum(axis=0)
        grown = np.empty((count, int(lengths.max())), np.int64)
        grown[:, 0] = self._random.integers(0, len(self._characters), count)
        for step in range(1, grown.shape[1]):
            before = grown[:, step - 1]
            which = (self._random.random(count) * self._counts[before]).astype(np.int64)
            grown[:, step] = self._next[self._occurrences[self._starts[before] + which]]
        rows = self._characters[grown]
        return ["".join(row[:length]) for row, length in zip(rows, lengths, strict=True)]


def write_laws(folder: Path, clauses: int, bigrams: Bigrams) -> list[Path]:
    """One file a law; what is there already is the same, for everything follows from the seed."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for number in range(-(-clauses // ARTICLES)):
        articles = bigrams.texts(min(ARTICLES, clauses - number * ARTICLES))
        paths.append(folder / f"{number:06d}.md")
        paths[-1].write_text(law(number, articles), encoding="utf-8")
    return paths


def law(number: int, articles: Sequence[str]) -> str:
    head = f"---\ntitle: 合成条例第{number:06d}号\nissuer: 合成机关\neffective: 2020-01-01\n---\n"
    return (
        head + "\n\n".join(f"{label} {text}。" for label, text in zip(_LABELS, articles, strict=False)) + "\n"
    )


class ClusteredEmbedder:
    """Unit vectors of a text's hash: one of CLUSTERS centres plus two of NOISES directions. Costs next to nothing.

    Only the words after the last space count, so that a clause's own words find it under its title.
    """

    dimension = 384
    fingerprint = "synthetic-clusters-384"

    def __init__(self) -> None:
        random = np.random.default_rng(0)
        self._centres = _unit(random.standard_normal((CLUSTERS, self.dimension), np.float32))
        self._noises = _unit(random.standard_normal((NOISES, self.dimension), np.float32))

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        drawn = np.array(list(_draws(texts)), np.int64)
        noise = self._noises[drawn[:, 1] % NOISES] + self._noises[drawn[:, 2] % NOISES]
        return _unit((self._centres[drawn[:, 0] % CLUSTERS] + SPREAD * noise).astype(np.float32))

    embed_queries = embed_documents


def _draws(texts: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    for text in texts:
        digest = sha256(text.rsplit(" ", 1)[-1].rstrip("。").encode()).digest()
        yield tuple(int.from_bytes(digest[start : start + 4]) for start in (0, 4, 8))  # pyright: ignore[reportReturnType]


def _unit(rows: Vectors) -> Vectors:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
