"""Texts -> tokens as integers, vectorised: single characters and their neighbouring pairs.

They beat word segmentation on lay questions and need no dictionary. A run of Latin letters or of digits is one
token (100毫米 holds 100); each Chinese character and each Roman numeral sign (Ⅳ) is its own. A pair is of neighbouring
tokens, whatever stands between them.
"""

import re
import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint64]

_WORD = re.compile(rb"[a-z]+|[0-9]+(?:\.[0-9]+)*")
# Words are named by a checksum above all code points, so that no dictionary has to be kept.
_WORD_BIT = 1 << 31
_PAIR_SHIFT = np.uint64(32)


def codes(texts: Sequence[str]) -> tuple[Codes, NDArray[np.int64]]:
    """Code of every token of every text, and the position of the text it belongs to; in no particular order."""
    single, owners, _ = _singles(texts)
    neighbours = owners[1:] == owners[:-1]
    pairs = ((single[:-1] << _PAIR_SHIFT) | single[1:])[neighbours]
    return np.concatenate([single, pairs]), np.concatenate([owners, owners[:-1][neighbours]])


def tokens(text: str) -> list[str]:
    """The tokens of one text as strings, singles first: what a weighted query is made of."""
    normal = _normal([text])
    _, _, spans = _singles([text])
    single = ["".join(map(chr, normal[start:end])) for start, end in spans.tolist()]
    return single + [one + other for one, other in pairwise(single)]


def token_code(token: str) -> int | None:
    """The code of one token as `tokens` gives it, a pair included; None for what is no token."""
    if 1 <= len(token) <= 2 and all("\u4e00" <= char <= "\u9fff" for char in token):
        # Nearly every token of a query: by hand it takes a hundredth of the time.
        first, *second = map(ord, token)
        return first << int(_PAIR_SHIFT) | second[0] if second else first
    found, _ = codes([token])
    return int(found[-1]) if len(found) in (1, 3) else None


def _singles(texts: Sequence[str]) -> tuple[Codes, NDArray[np.int64], NDArray[np.int64]]:
    """Codes, owners and spans (start, end in the texts joined by line ends) of single tokens, in reading order."""
    chars = _normal(texts)
    alone = np.flatnonzero(_stands_alone(chars))
    plain = np.where(chars < 128, chars, ord(" ")).astype(np.uint8).tobytes()
    words = [(*match.span(), _WORD_BIT | zlib.crc32(match[0])) for match in _WORD.finditer(plain)]
    found = np.array(words, np.int64).reshape(-1, 3)
    starts = np.concatenate([alone, found[:, 0]])
    ends = np.concatenate([alone + 1, found[:, 1]])
    order = np.argsort(starts, kind="stable")
    named = np.concatenate([chars[alone].astype(np.int64), found[:, 2]])[order].astype(np.uint64)
    begins = np.cumsum([0, *(len(text) + 1 for text in texts[:-1])])
    owners = np.searchsorted(begins, starts[order], side="right") - 1
    return named, owners, np.stack([starts, ends], axis=1)[order]


def _normal(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Code points of the texts joined by line ends; full-width forms made half, capitals small; lengths stay."""
    chars = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).copy()
    chars[(chars >= 0xFF01) & (chars < 0xFF5F)] -= 0xFEE0
    chars[(chars >= ord("A")) & (chars <= ord("Z"))] += 32
    return chars


def _stands_alone(chars: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Chinese characters (with 〇 and the rare ones beyond the first plane) and Roman numeral signs."""
    common = (chars >= 0x3400) & (chars <= 0x9FFF)
    rare = (chars >= 0x20000) & (chars <= 0x323AF)
    return common | rare | (chars == 0x3007) | ((chars >= 0x2160) & (chars <= 0x217F))
