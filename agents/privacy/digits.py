"""Numbers as people type and speak them: full-width, Chinese digits (幺), pauses between groups, 三个八."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 22  # digits of the longest number looked for, with a country code

_SPOKEN: Final = dict(
    zip("零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "000123456789" + "1123456789", strict=True)
)
_TOKEN: Final = re.compile(r"([2-9])[个個](\d)|双(\d)|\d+?(?=[2-9][个個]\d)|\d+X?(?![A-WYZa-z])|\d+")
_QUIET_GAP: Final = re.compile(r"[ \t\-－—–_.．·・~～/()（）]{0,4}")
_PAUSE_GAP: Final = re.compile(r"[\s\-－—–_、，,.。．·・…~～/()（）嗯啊呃额哦]{0,6}")
_FIRST_GROUP: Final = 3  # digits a phone number is begun with when it is read in groups


@dataclass(frozen=True)
class Number:
    """Digits (a last X allowed) read off `text[start:end]`. `paused`: commas or words stood between groups."""

    digits: str
    start: int
    end: int
    grouped: bool = False
    paused: bool = False


@dataclass(frozen=True)
class _Group:
    digits: str
    start: int
    end: int
    spoken: bool


def as_digits(text: str) -> str:
    """The same length; every digit, in whatever script, as 0-9; X for the check letter of an ID card."""
    return "".join(_digit(c) for c in text)


def _digit(c: str) -> str:
    if c < "\x80":
        return "X" if c == "x" else c
    if c in _SPOKEN:
        return _SPOKEN[c]
    if c in "Ｘｘ×叉":
        return "X"
    value = unicodedata.digit(c, None)
    return c if value is None else str(value)


def numbers(text: str) -> Iterator[Number]:
    """Every way to read one number out of neighbouring groups of digits, up to LONGEST digits."""
    view = as_digits(text)
    groups = [_group(text, match) for match in _TOKEN.finditer(view)]
    for first, group in enumerate(groups):
        digits, paused = group.digits, False
        yield Number(digits, group.start, group.end)
        for last in range(first + 1, len(groups)):
            gap = text[groups[last - 1].end : groups[last].start]
            digits += groups[last].digits
            if len(digits) > LONGEST or not _PAUSE_GAP.fullmatch(gap):
                break
            paused = paused or not _QUIET_GAP.fullmatch(gap)
            if paused and not _read_aloud(groups[first : last + 1]):
                continue
            yield Number(digits, group.start, groups[last].end, True, paused)


def _read_aloud(groups: list[_Group]) -> bool:
    """A list of prices has pauses too; a number read aloud is in Chinese digits, or begun with a short group."""
    return (
        any(group.spoken for group in groups)
        or len(groups[0].digits) <= _FIRST_GROUP
        or all(len(group.digits) == len(groups[0].digits) for group in groups[:-1])
    )


def _group(text: str, match: re.Match[str]) -> _Group:
    times, repeated, doubled = match.groups()
    start, end = match.span()
    if repeated:
        return _Group(repeated * int(times), start, end, True)
    if doubled:
        return _Group(doubled * 2, start, end, True)
    return _Group(match.group(), start, end, not text[start].isascii())
