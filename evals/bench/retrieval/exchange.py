"""What every contestant gets: one corpus, the questions and all vectors, as plain files any environment reads.

    EXCHANGE/meta.json        embedder spec, fingerprint, dimension, digest of everything below
             clauses.jsonl    {"id", "key", "text"} a line; key: law and article, what answers are matched by
             queries.jsonl    {"id", "text"}
             added.jsonl      the clauses of added.md, a document that comes and goes while others search
             *.npy            the unit vectors, float32, row by row beside each .jsonl

Needs nothing but NumPy: it is imported in the peers' environment too.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

PROBE = "星河路灯管护办法规定路灯熄灭多久必须修复"
"""Asks for the added document; the last of the queries, and the only one without an answer."""
PROBE_ID = "probe"
ADDED = """---
title: 沄州市星河路灯管护办法
issuer: 沄州市人民政府
effective: 2025-01-01
---
第一条 为了规范星河路灯的管护，制定本办法。

第二条 星河路灯熄灭的，管护单位应当自发现之时起二十四小时内修复。

第三条 任何单位和个人不得擅自拆除星河路灯。
"""


@dataclass(frozen=True)
class Meta:
    """digest: 12 hex digits over clauses, queries and vectors. spec: as PINGJI_EMBEDDER writes it."""

    spec: str
    fingerprint: str
    dimension: int
    digest: str


@dataclass(frozen=True)
class Rows:
    """Texts with their ids; keys are empty for queries."""

    ids: list[str]
    keys: list[str]
    texts: list[str]


@dataclass(frozen=True)
class Exchange:
    """Reads lazily: a process that only searches never loads the clauses' vectors."""

    folder: Path

    @property
    def meta(self) -> Meta:
        return Meta(**json.loads((self.folder / "meta.json").read_text(encoding="utf-8")))

    @property
    def finished(self) -> bool:
        return (self.folder / "meta.json").is_file()

    @property
    def added_file(self) -> Path:
        return self.folder / "added.md"

    def rows(self, name: str) -> Rows:
        """name: clauses, queries or added."""
        lines = (self.folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        read = [json.loads(line) for line in lines]
        return Rows(
            [row["id"] for row in read], [row.get("key", "") for row in read], [row["text"] for row in read]
        )

    def vectors(self, name: str) -> Vectors:
        """(rows, dimension) of the same order as `rows`."""
        return np.load(self.folder / f"{name}.npy")

    def write(self, name: str, rows: Rows, vectors: Vectors) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [
            json.dumps({"id": one, "key": key, "text": text}, ensure_ascii=False)
            for one, key, text in zip(rows.ids, rows.keys, rows.texts, strict=True)
        ]
        (self.folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        np.save(self.folder / f"{name}.npy", vectors)

    def seal(self, spec: str, fingerprint: str, dimension: int) -> Meta:
        """Write meta.json last: an exchange without it is unfinished."""
        meta = Meta(spec, fingerprint, dimension, _digest(self.folder))
        (self.folder / "meta.json").write_text(json.dumps(asdict(meta)), encoding="utf-8")
        return meta


def _digest(folder: Path) -> str:
    names: Sequence[Path] = sorted([*folder.glob("*.jsonl"), *folder.glob("*.npy")])
    found = sha256()
    for path in names:
        found.update(f"{path.name} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()[:12]
