"""Texts -> tokens as integers, vectorised: single characters and their neighbouring pairs.

They beat word segmentation on lay questions and need no dictionary. A run of Latin letters or of digits is one
token (100毫米 holds 100); each Chinese character and each Roman numeral sign (Ⅳ) is its own. A pair is of neighbouring
tokens, whatever stands between them.
"""

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint64]

_WORDS = r"[a-z]+|[0-9]+(?:\.[0-9]+)*"
_WORD = re.compile(_WORDS.encode())
# Chinese characters (with 〇 and the rare ones beyond the first plane) and Roman numeral signs stand alone.
_ALONE = ((0x3400, 0x9FFF), (0x3007, 0x3007), (0x2160, 0x217F), (0x20000, 0x323AF))
_SINGLE = re.compile(f"{_WORDS}|[{''.join(f'{chr(first)}-{chr(last)}' for first, last in _ALONE)}]")
# Full-width forms made half, capitals small; lengths stay.
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_CAPITALS = (*range(0x41, 0x5B), *range(0xFF21, 0xFF3B))
_PLAIN = _HALF | {code: _HALF.get(code, code) + 32 for code in _CAPITALS}
# Words are named by a checksum above all code points, so that no dictionary has to be kept.
_WORD_BIT = 1 << 31
_PAIR_SHIFT = np.uint64(32)


def codes(texts: Sequence[str]) -> tuple[Codes, NDArray[np.int64]]:
    """Code of every token of every text, and the position of the text it belongs to; in no particular order."""
    single, owners = _singles(texts)
    neighbours = owners[1:] == owners[:-1]
    pairs = ((single[:-1] << _PAIR_SHIFT) | single[1:])[neighbours]
    return np.concatenate([single, pairs]), np.concatenate([owners, owners[:-1][neighbours]])


def tokens(text: str) -> list[str]:
    """The tokens of one text as strings, singles first: what a weighted query is made of."""
    single = _split(text)
    return single + [one + other for one, other in pairwise(single)]


@lru_cache(1 << 16)
def token_code(token: str) -> int | None:
    """The code of one token as `tokens` gives it, a pair included; None for what is no token."""
    single = [_code(part) for part in _split(token)]
    if len(single) == 2:
        return single[0] << int(_PAIR_SHIFT) | single[1]
    return single[0] if len(single) == 1 else None


def has_tokens(text: str) -> bool:
    """Whether there is anything in it to look for."""
    return _SINGLE.search(text.translate(_PLAIN)) is not None


def _split(text: str) -> list[str]:
    # Of one short text: by hand it takes a twentieth of what the arrays below do.
    return _SINGLE.findall(text.translate(_PLAIN))


def _code(single: str) -> int:
    return ord(single) if ord(single[0]) >= 128 else _WORD_BIT | zlib.crc32(single.encode())


def _singles(texts: Sequence[str]) -> tuple[Codes, NDArray[np.int64]]:
    """Codes and owners of single tokens, in reading order."""
    chars = _normal(texts)
    alone = np.flatnonzero(_stands_alone(chars))
    plain = np.where(chars < 128, chars, ord(" ")).astype(np.uint8).tobytes()
    words = [(match.start(), _WORD_BIT | zlib.crc32(match[0])) for match in _WORD.finditer(plain)]
    found = np.array(words, np.int64).reshape(-1, 2)
    starts = np.concatenate([alone, found[:, 0]])
    order = np.argsort(starts, kind="stable")
    named = np.concatenate([chars[alone].astype(np.int64), found[:, 1]])[order].astype(np.uint64)
    begins = np.cumsum([0, *(len(text) + 1 for text in texts[:-1])])
    owners = np.searchsorted(begins, starts[order], side="right") - 1
    return named, owners


def _normal(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Code points of the texts joined by line ends, changed as _PLAIN says."""
    chars = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).copy()
    chars[(chars >= 0xFF01) & (chars < 0xFF5F)] -= 0xFEE0
    chars[(chars >= ord("A")) & (chars <= ord("Z"))] += 32
    return chars


def _stands_alone(chars: NDArray[np.uint32]) -> NDArray[np.bool_]:
    return np.logical_or.reduce([(chars >= first) & (chars <= last) for first, last in _ALONE])
