"""Lines of printed pages -> paragraphs: page numbers and running heads dropped, broken lines joined."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

_PAGE_NUMBER = re.compile(r"^[—–\-·\s]*\d{1,4}[—–\-·\s]*$|^第\s*\d+\s*页.*$")
# A line starting like this opens a new paragraph even when the one before it did not end.
_OPENS = re.compile(
    r"^(第[一二三四五六七八九十百千零〇\d]+[编章节条]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]"
    r"|\d+([.．]\d+)*[.．、\s]|[①-⑳]|附\s*[件录表]|\|)"
)
_FULL_LINE = 18
_EDGE = 2
_SHARE = 0.6


def joined_pages(pages: Sequence[Sequence[str]]) -> str:
    """One line a paragraph. A page's lines in reading order."""
    heads = _running_heads(pages)
    return "\n".join(_joined([line for page in pages for line in page if line.strip() not in heads]))


def _running_heads(pages: Sequence[Sequence[str]]) -> set[str]:
    """Lines that stand at the edge of most pages."""
    if len(pages) < 3:
        return set()
    edges: Counter[str] = Counter()
    for page in pages:
        # A table's header stands at the edge of each page that the table covers.
        lines = [line.strip() for line in page if line.strip() and not line.startswith("|")]
        edges.update({*lines[:_EDGE], *lines[-_EDGE:]})
    return {line for line, count in edges.items() if count >= _SHARE * len(pages)}


def _joined(lines: list[str]) -> list[str]:
    paragraphs: list[str] = []
    open_ended = False
    for raw in lines:
        line = raw.strip()
        if not line or _PAGE_NUMBER.match(line) or (line.startswith("| ---") and _is_ruled(paragraphs, line)):
            continue
        if open_ended and not _OPENS.match(line):
            paragraphs[-1] += line
        else:
            paragraphs.append(line)
        open_ended = len(line) >= _FULL_LINE and not line.endswith(
            ("。", "；", "：", "！", "？", ":", ";", "|")
        )
    return paragraphs


def _is_ruled(paragraphs: list[str], rule: str) -> bool:
    """Whether the rows above this rule already have one: the table goes on from the page before."""
    rows = takewhile(lambda paragraph: paragraph.startswith("|"), reversed(paragraphs))
    return any(row == rule for row in rows)
