"""Names of documents as people say them: titles, short titles, aliases, document numbers.

A short title is worked out from the title (without issuer, region, 中华人民共和国, 案件适用法律若干问题的 …) and names
a document only when no other document has it. aliases.csv holds what can't be worked out: 民诉法, 消法.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from knowledge.clause import HALF_WIDTH, TITLE_MARKS, number_key, title_key

ALIASES = Path(__file__).with_name("aliases.csv")
LEAST = 2
LONGEST = 48
SHORT_LEAST = 4
"""Characters of a short title; 规定 and 办法 alone name nothing."""

_KINDS = "法|条例|办法|规定|细则|规则|解释|预案|规范|规程|标准|意见|通知|方案|决定|批复"
_REGION = re.compile(
    r"^[\u4e00-\u9fff]{2,9}?(?:自治区|自治州|特别行政区|省|市(?!场)|自治县|县|区(?!划|域|分))(?=[\u4e00-\u9fff\d]{4,}$)"
)
_SUFFIX = re.compile(r"\((?:试行|暂行|[一二三四五六七八九十]+|\d{4}年?(?:修订|修正)?)\)$")
_COURT = re.compile(r"^最高人民(?:法院|检察院)(?:、?最高人民检察院)?(?:印发|发布)?关于")
_FORMULA = re.compile(
    r"审理|办理|在处理|正确|(?:纠纷)?案件(?:具体)?(?=适用|应用)|(?:具体)?(?:适用|应用)法律(?:若干)?问题的|有关问题的|若干问题的|适用|有关"
)
# 刑法 is no title in 刑法学, nor 劳动法 in 劳动法律.
_WITHIN = "律学院治制规定"
_NUMBER = re.compile(r"[〔\[(（]\s*(?:19|20)\d{2}\s*[〕\])）]\s*第?\s*\d{1,5}\s*号")
# 沪府发〔2025〕1306号 is not 发改数据〔2025〕1306号.
_OFFICE_ENDS = tuple("发函办字令告规文电通")
_NUMBER_HEAD = re.compile(r"[\u4e00-\u9fffA-Za-z]{0,12}$")


@dataclass(frozen=True)
class Titled:
    """One document: its id, and the keys of its title and number (knowledge.clause)."""

    identity: str
    title: str
    number: str


@dataclass(frozen=True)
class Name:
    """A place in a text, text[start:end], that names documents: all versions and parts of one title."""

    start: int
    end: int
    documents: tuple[str, ...]


class Titles:
    """All names of all documents. Immutable, safe from several threads."""

    def __init__(self, documents: Iterable[Titled]) -> None:
        held = list(documents)
        self._names = _names(held)
        self._starting: Mapping[str, Sequence[str]] = _by_start(self._names)
        numbers: defaultdict[str, list[str]] = defaultdict(list)
        for one in held:
            if one.number:
                numbers[one.number].append(one.identity)
        self._numbers: Mapping[str, Sequence[str]] = numbers

    def find(self, text: str) -> list[Name]:
        """Every document named, in reading order; of names within names the longest."""
        bare, places = _bare(text)
        spans = [
            (at, at + len(key), self._names[key])
            for at in range(len(bare) - 1)
            for key in self._starting.get(bare[at : at + LEAST], ())
            if bare.startswith(key, at) and bare[at + len(key) : at + len(key) + 1] not in _within(key)
        ]
        spans.sort(key=lambda span: (span[0] - span[1], span[0]))
        kept: list[tuple[int, int, tuple[str, ...]]] = []
        for start, end, documents in spans:
            if all(end <= other or start >= other_end for other, other_end, _ in kept):
                kept.append((start, end, documents))
        titled = [Name(places[start], places[end - 1] + 1, documents) for start, end, documents in kept]
        return sorted([*titled, *self._numbered(text)], key=lambda name: name.start)

    def named(self, title: str) -> tuple[str, ...]:
        """Ids of the documents that go by exactly this title, short title or alias; none when nothing does."""
        return self._names.get(title_key(title), ())

    def before(self, text: str, end: int) -> tuple[str, ...]:
        """Ids of the documents whose name text[:end] ends with; of several the longest. None: ()."""
        bare, _ = _bare(text[max(0, end - LONGEST) : end])
        return next(
            (found for at in range(len(bare) - 1) if (found := self._names.get(_unled(bare[at:])))), ()
        )

    def _numbered(self, text: str) -> list[Name]:
        """发改数据〔2025〕1306号, or its end 〔2025〕1306号 where only one kind of number ends so."""
        names: list[Name] = []
        for match in _NUMBER.finditer(text):
            head = _NUMBER_HEAD.search(text, max(0, match.start() - 12), match.start())
            before = head[0] if head else ""
            tail = number_key(match[0])
            ending = [key for key in self._numbers if key.endswith(tail)]
            full = [
                key for key in ending if number_key(before).endswith(key.removesuffix(tail)) and key != tail
            ]
            told = before.endswith(_OFFICE_ENDS)
            for key in full or (ending if len(ending) == 1 and not told else []):
                names.append(Name(match.start(), match.end(), tuple(self._numbers[key])))
        return names


@lru_cache(1 << 16)
def short_titles(title: str) -> frozenset[str]:
    """What people may call a document of this title (a key), the title itself left out."""
    plain = title.replace("中华人民共和国", "").replace("、", "")
    bare = _SUFFIX.sub("", plain)
    short = {plain, bare, _REGION.sub("", bare)}
    court = _COURT.sub("", bare)
    if court != bare:
        core = _FORMULA.sub("", court)
        short |= {court, core, re.sub(r"的(?=(?:解释|规定)$)", "", core)}
        called = set(short) - {bare}
        short |= {re.sub(r"(?:解释|规定)$", word, name) for name in called for word in ("司法解释", "解释")}
    long = (name for name in short if len(name) >= SHORT_LEAST and not re.fullmatch(_KINDS, name))
    return frozenset(long) - {title}


@lru_cache(1 << 16)
def subject_of(title: str) -> str:
    """What a title (a key) is about: 物业管理 of 沄州市物业管理条例."""
    bare = _SUFFIX.sub("", title.replace("中华人民共和国", ""))
    core = _FORMULA.sub("", _COURT.sub("", _REGION.sub("", bare)))
    return re.sub(rf"(?:实施)?的?(?:{_KINDS})$", "", core)


@cache
def aliases() -> Mapping[str, str]:
    """Alias -> title key, of aliases.csv."""
    with ALIASES.open(encoding="utf-8", newline="") as file:
        return {row["alias"]: _plain(title_key(row["title"])) for row in csv.DictReader(file)}


def _names(documents: Sequence[Titled]) -> dict[str, tuple[str, ...]]:
    titles: defaultdict[str, list[str]] = defaultdict(list)
    for one in documents:
        if len(one.title) >= LEAST:
            titles[one.title].append(one.identity)
    claimed: defaultdict[str, set[str]] = defaultdict(set)
    for title in titles:
        for short in short_titles(title):
            claimed[short].add(title)
    names = {title: tuple(ids) for title, ids in titles.items()}
    for short, owners in claimed.items():
        if len(owners) == 1 and short not in names:
            names[short] = tuple(titles[next(iter(owners))])
    plain = {_plain(title): ids for title, ids in names.items()}
    for alias, title in aliases().items():
        if title in plain and alias not in names:
            names[alias] = plain[title]
    return names


def _unled(key: str) -> str:
    return key.removeprefix("中华人民共和国") or key


def _plain(key: str) -> str:
    return key.replace("中华人民共和国", "")


def _bare(text: str) -> tuple[str, list[int]]:
    """The text as title_key would write it, and where each of its characters stood."""
    half = text.translate(HALF_WIDTH)
    dropped = {match.start() for match in TITLE_MARKS.finditer(half)}
    places = [place for place in range(len(half)) if place not in dropped]
    return TITLE_MARKS.sub("", half), places


def _by_start(names: Iterable[str]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        found[name[:LEAST]].append(name)
    return found


def _within(key: str) -> tuple[str, ...]:
    return tuple(_WITHIN) if key.endswith("法") else ()
