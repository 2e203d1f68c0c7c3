"""Numbers of clauses in running text (第三十五条第二款, 民法典1254条, 5.4.1) and the document each belongs to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cn2an

from knowledge.finding.titles import Name
from knowledge.structure.items import Address, parse_addresses

_DIGITS = r"[一二三四五六七八九十百千零〇两\d０-９]+"
_ARTICLE = re.compile(
    rf"(?P<ordinal>第)?\s*(?P<number>{_DIGITS})\s*条(?!\s*[件例款约理])(?:\s*之\s*(?P<inserted>[一二三四五六七八九十]+))?"
    rf"(?:\s*第?\s*{_DIGITS}\s*款)?"
)
_MOST = 10_000  # no law has as many articles, and cn2an writes no number of more than 16 digits
_SECTION = re.compile(
    r"(?<![\d.．])(\d{1,2}(?:[.．]\d{1,2}){1,4})(?![\d.．]|\s*(?:%|％|毫米|厘米|米|万|亿|元|级|度|小时|分|公里|℃))"
)


PART_MOST = 16
"""Characters behind an article in which 第（三）项 may stand."""


@dataclass(frozen=True)
class Label:
    """text[start:end] names `article`."""

    start: int
    end: int
    article: str
    ordinal: bool = True


@dataclass(frozen=True)
class Mention:
    """A clause named in a text. documents: empty when the text says no document.

    part: which 款, 项 or 目 of it, None for the whole.
    """

    documents: tuple[str, ...]
    label: Label
    part: Address | None = None


def find_labels(text: str) -> list[Label]:
    """Articles; where there are none, section numbers. 1254条 without 第 has ordinal False: it may be an amount."""
    found = [
        Label(*match.span(), article_label(match["number"], match["inserted"]), match["ordinal"] is not None)
        for match in _ARTICLE.finditer(text)
    ]
    return found or [Label(*match.span(), match[1].replace("．", ".")) for match in _SECTION.finditer(text)]


def mentions(text: str, names: Sequence[Name]) -> list[Mention]:
    """Each label with the document named last before it, or else first after it."""
    found: list[Mention] = []
    for label in find_labels(text):
        before = [name for name in names if name.end <= label.start]
        if not label.ordinal and not (before and before[-1].end >= label.start - 2):
            continue
        owner = before[-1] if before else next((name for name in names if name.start >= label.end), None)
        found.append(Mention(owner.documents if owner else (), label, named_part(text, label)))
    return found


def next_articles(first: str, last: str, most: int) -> list[str]:
    """第二十条, 第二十三条 -> 第二十一条, 第二十二条; nothing when they are no range of at most `most`."""
    low, high = (_value(re.sub(r"第|条.*", "", one)) for one in (first, last))
    if low is None or high is None or high - low > most:
        return []
    return [article_label(str(number)) for number in range(low + 1, high)]


def article_before(article: str) -> str | None:
    """第三十五条 -> 第三十四条; None for the first, an inserted one (之一) or what is no article."""
    match = re.fullmatch(rf"第({_DIGITS})条", article)
    value = _value(match[1]) if match else None
    return article_label(str(value - 1)) if value and value > 1 else None


@lru_cache(4096)
def article_label(number: str, inserted: str | None = None) -> str:
    """35, 三十五, ３５ -> 第三十五条, as clauses are labelled."""
    value = _value(number)
    spoken = cn2an.an2cn(value) if value and value < _MOST else number
    return f"第{spoken}条" + (f"之{inserted}" if inserted else "")


def canonical_article(article: str) -> str:
    """第35条, 第 三十五 条 -> 第三十五条; 5．4．1 -> 5.4.1; anything else as it is, without spaces."""
    labels = find_labels(article)
    return labels[0].article if labels else re.sub(r"\s", "", article)


def named_part(text: str, label: Label) -> Address | None:
    """The 款, 项 or 目 named right behind an article."""
    found = next(iter(parse_addresses(text[label.start : label.end + PART_MOST])), None)
    return found if found and (found.paragraph or found.item or found.sub_item) else None


@lru_cache(4096)
def _value(number: str) -> int | None:
    try:
        return int(cn2an.cn2an(number.replace("〇", "零"), "smart"))
    except (ValueError, KeyError):  # KeyError: cn2an's own slip over numerals like 十十一
        return None
