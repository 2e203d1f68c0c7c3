"""Chinese and Arabic ordinals of headings as numbers."""

from functools import lru_cache

import cn2an

_CIRCLED = {chr(0x2460 + number): number + 1 for number in range(20)}


@lru_cache(maxsize=4096)
def number_of(numeral: str) -> int | None:
    """一百零五, 一〇五, 105, ⑤ -> the number; None when it is no sound numeral."""
    bare = numeral.translate(_ROUND)
    if bare in _CIRCLED:
        return _CIRCLED[bare]
    if bare.isdecimal():
        return int(bare)
    try:
        return int(cn2an.cn2an(bare, "smart"))
    except (ValueError, KeyError):  # KeyError: cn2an's own slip over numerals like 十十一
        return None


_ROUND = str.maketrans("○Ｏ", "〇〇")
