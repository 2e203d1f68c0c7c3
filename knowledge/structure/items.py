"""Paragraphs (款), items (项) and sub-items (目) within a clause: 第三十五条第二款第（三）项 as offsets.

A paragraph is a line of its own; one that a page broke goes on in the next. （一） opens an item of the paragraph
above it, 1. or （1） a sub-item of the item; in a plan, which has no （一）, （1） and 1. are the items.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.structure.headings import NUMERAL
from knowledge.structure.healing import breaks_off
from knowledge.structure.numerals import number_of

_N = rf"[（(]?\s*({NUMERAL}+)\s*[）)]?"
# 5.4.1, but not 2.5毫米.
_DOTTED = (
    r"(?<![\d.．])\d{1,2}(?:[.．]\d{1,2})+(?![\d.．]|\s*(?:%|％|毫米|厘米|米|万|亿|元|级|度|小时|分|公里|℃))"
)
_ADDRESS = re.compile(
    rf"(第\s*{NUMERAL}+\s*条(?:之[一二三四五六七八九十]+)?|{_DOTTED})"
    rf"\s*(?:第\s*{_N}\s*款)?\s*(?:第?\s*{_N}\s*项|[（(]\s*({NUMERAL}+)\s*[）)])?\s*(?:第\s*{_N}\s*目)?"
)
# What stands before the first paragraph: 第三十五条, or 5.4.1 and a title on the same line.
_LABEL = re.compile(
    r"\s*(?:第\s*\S{1,12}\s*条(?:之[一二三四五六七八九十]+)?[\s:：]*"
    r"|\d{1,2}(?:\s*[.．]\s*\d{1,2})+\s*(?:[^\n。；：:]{0,40}\n\s*)?)"
)
# An item may follow another on the same line, where a converter lost the break.
_OPENS = re.compile(
    r"(?:(?<=^)|(?<=\n)|(?<=[。；：:;\n]))[ \t\u3000#]*"
    r"(?:[（(]([一二三四五六七八九十]{1,3})[）)]|[（(](\d{1,2})[）)]|(\d{1,2})[.．、](?!\d)|([①-⑳]))"
)


@dataclass(frozen=True, slots=True)
class Address:
    """article as written, without blanks; the rest counts from 1, None where it is not named."""

    article: str
    paragraph: int | None = None
    item: int | None = None
    sub_item: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """text[start:end] of the clause. kind: 款 | 项 | 目. Items lie within the paragraph before them."""

    kind: str
    number: int
    start: int
    end: int


def parse_addresses(text: str) -> list[Address]:
    """Every 第…条 or 5.4.1 that the text names, with the 款, 项 and 目 behind it."""
    found: list[Address] = []
    for match in _ADDRESS.finditer(text):
        paragraph, item, bare_item, sub_item = (
            number_of(each) if each else None for each in match.groups()[1:]
        )
        found.append(Address(re.sub(r"\s", "", match[1]), paragraph, item or bare_item, sub_item))
    return found


def locate(text: str, address: Address) -> tuple[int, int] | None:
    """Where the addressed part stands in the clause's text; all of it when only the article is named.

    None when there is no such part. An item without a paragraph is the first of its number.
    """
    span = (0, len(text))
    items = items_of(text)
    for kind, number in (("款", address.paragraph), ("项", address.item), ("目", address.sub_item)):
        if number is None:
            continue
        inside = (
            item for item in items if item.kind == kind and span[0] <= item.start and item.end <= span[1]
        )
        chosen = next((item for item in inside if item.number == number), None)
        if chosen is None:
            return None
        span = (chosen.start, chosen.end)
    return span


def items_of(text: str) -> list[Item]:
    """All paragraphs, items and sub-items of a clause, in the order they start."""
    marks = _marks(text)
    paragraphs = _paragraphs(text, [start for start, _, _ in marks])
    found: list[Item] = []
    for number, (start, end) in enumerate(paragraphs, 1):
        found.append(Item("款", number, start, end))
        inside = [mark for mark in marks if start <= mark[0] < end]
        found += _nested(text, inside, end)
    return found


def _marks(text: str) -> list[tuple[int, int, int]]:
    """(start, level, number) of every （一）, （1）, 1. and ①; levels from 1, the outermost that occurs."""
    raw: list[tuple[int, int, int]] = []
    for match in _OPENS.finditer(text):
        form = next(index for index, group in enumerate(match.groups()) if group)
        number = number_of(match[form + 1])
        if number is not None:
            start = match.start() + len(match[0]) - len(match[0].lstrip(" \t\u3000#"))
            raw.append((start, form, number))
    order = list(dict.fromkeys(form for _, form, _ in raw))
    if 0 in order:  # （一） stands above whatever else there is
        order = [0, *(form for form in order if form)]
    return [(start, order.index(form) + 1, number) for start, form, number in raw]


def _nested(text: str, marks: Sequence[tuple[int, int, int]], end: int) -> list[Item]:
    found: list[Item] = []
    for index, (start, level, number) in enumerate(marks):
        if level > 2:
            continue
        stop = next((later for later, other, _ in marks[index + 1 :] if other <= level), end)
        found.append(
            Item("项" if level == 1 else "目", number, start, start + len(text[start:stop].rstrip()))
        )
    return found


def _paragraphs(text: str, opened: Sequence[int]) -> list[tuple[int, int]]:
    """The clause's paragraphs, its label left out; lines that open an item belong to the paragraph above."""
    label = _LABEL.match(text)
    starts: list[int] = []
    before = ""
    position = 0
    items = set(opened)
    for line in text.splitlines(keepends=True):
        start = position + len(line) - len(line.lstrip(" \t\u3000#"))
        position += len(line)
        if not line.strip():
            continue
        if not starts:
            starts.append(label.end() if label and label.end() < len(text) else start)
        elif starts[-1] < start and start not in items and not breaks_off(before):
            starts.append(start)
        before = line
    ends = [*starts[1:], len(text)]
    return [(start, start + len(text[start:end].rstrip())) for start, end in zip(starts, ends, strict=True)]
