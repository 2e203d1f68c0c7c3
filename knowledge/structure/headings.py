"""What a line is: 编, 章, 节, 条; 5.4.1; 一、（一）1.; an annex; or no heading at all.

A document, and each of its annexes, follows one scheme. A scheme looks at the lines in order and remembers
where it is, because a number alone does not tell a heading from a list item or a broken line.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from knowledge.structure.healing import closed_up
from knowledge.structure.lines import HEADING_LENGTH, Line
from knowledge.structure.numerals import number_of

NUMERAL = r"[一二三四五六七八九十百千零〇○两\d]"
ANNEX_DEPTH, _OUTLINE_DEPTH, ARTICLE_DEPTH = -1, 4, 9
_PART = re.compile(rf"^第{NUMERAL}+(?:(?:分编|[编章节])(?=\s|$|[^\s的规所、，和至])|(?:部分|篇)(?=\s|$))")
_NAMED_PART = re.compile(r"^[总分附]\s*则$")
_ARTICLE = re.compile(
    rf"^(第\s*{NUMERAL}(?:\s*{NUMERAL})*\s*条(?:\s*之\s*[一二三四五六七八九十]+)?)(\s|[:：]|$)?"
)
# 第三条规定的…, 第三条第二款…: a reference at the start of a line, not an article.
_REFERENCE = re.compile(r"[第、，。；和或至到的所规中及与]|之[^一-十]")
_DOT = r"\s*(?:[.．·]|\?\?)\s*"  # ?? is how one converter spells the dot
_NUMBERED = re.compile(
    rf"^(\d{{1,2}}(?:{_DOT}(?:\d{{1,2}}|[lIO](?!\w))){{0,4}})"
    r"(?:[.．、]|\s|(?=[^\d\s.．%％年月日时分：:~～-]))\s*(\S.*)?$"
)
_DIGITS = str.maketrans("lIO", "110")
_OUTLINE = re.compile(r"^([一二三四五六七八九十]{1,3})、\s*(\S.*)$")
_INNER = re.compile(r"^[（(]([一二三四五六七八九十]{1,3})[）)]\s*(\S.*)$")
_ITEM = re.compile(r"^(\d{1,3})\s*[.．、]\s*(?=[^\d\s])(.+)$")
_ANNEX = re.compile(
    r"^(附\s*[件录表]\s*[一二三四五六七八九十\d]*)(?!\s*[\d）)])(?:[\s:：.、-]|$)|^(附)\s*[:：]$"
)
# A title longer than this, with a single number and no mark of a heading, is a list item.
_TITLE = 30
_LIST_ITEM = HEADING_LENGTH // 2


@dataclass(frozen=True, slots=True)
class Heading:
    """depth orders the headings of one scheme; label is set where a section may start.

    joined: how the label continues that of the heading above, None where it stands alone.
    """

    depth: int
    label: str
    title: str
    joined: str | None = None


Scheme = Callable[[list[Line]], list[Heading | None]]


def annex(line: Line) -> Heading | None:
    """附件 2, 附表：…, 附: and the like on a line of its own."""
    if line.even[0] != "附":
        return None
    match = _ANNEX.match(line.even)
    if match is None:
        return None
    label = re.sub(r"\s", "", match[1] or match[2])
    bare = line.even.rstrip(":").rstrip() == match[0].rstrip(" :")
    return Heading(ANNEX_DEPTH, label, label if bare else line.text) if bare or line.short else None


def division(line: Line) -> Heading | None:
    """编, 分编, 章, 节: path only."""
    match = _PART.match(line.even)
    if match is not None and (line.marked or line.short):
        depth = {"章": 2, "节": 3}.get(match[0][-1], 0) + match[0].endswith("分编")
        return Heading(depth, "", re.sub(r"\s+", " ", line.text))
    return None


def articles(lines: list[Line]) -> list[Heading | None]:
    """第三十五条, with the 编, 章 and 节 above it."""
    return [_article(line) or division(line) or _group(line) for line in lines]


def _article(line: Line) -> Heading | None:
    match = _ARTICLE.match(line.even)
    if match is None:
        return None
    if match[2] is None and _REFERENCE.match(line.even, match.end(1)):
        return None
    label = re.sub(r"\s", "", match[1])
    return Heading(ARTICLE_DEPTH, label, label)


def _group(line: Line) -> Heading | None:
    """附则 without a number; ## 三、诉讼参加人, as judicial interpretations head their groups of articles."""
    if _NAMED_PART.match(line.even):
        return Heading(2, "", line.text)
    if not line.marked or line.text.endswith(("。", "；")):
        return None
    depth = 2 if _OUTLINE.match(line.even) else 3 if _INNER.match(line.even) else None
    return None if depth is None else Heading(depth, "", line.text)


def numbered_label(line: Line) -> tuple[str, str] | None:
    """(5.4.1, its title) of a line that starts with a number."""
    match = _NUMBERED.match(line.even)
    if match is None or not match[2]:
        return None
    label = re.sub(r"\s+", "", re.sub(_DOT, ".", match[1])).translate(_DIGITS)
    return label, line.text[match.start(2) :]


def numbers(lines: list[Line]) -> list[Heading | None]:
    """1, 1.1, 5.4.1."""
    position = _Position()
    return [position.heading(line) for line in lines]


class _Position:
    """Where in a numbered document we are. A heading that is not marked has to follow from the one before."""

    def __init__(self) -> None:
        self._at: list[int] = []

    def heading(self, line: Line) -> Heading | None:
        found = numbered_label(line)
        if found is None:
            return division(line)
        label, title = found
        parts = [int(part) for part in label.split(".")]
        if not line.marked and not self._expected(parts, line):
            return None
        self._at = parts
        named = line.marked or line.short
        return Heading(3 + len(parts), label, f"{label} {closed_up(title)}" if named else label)

    def _expected(self, parts: list[int], line: Line) -> bool:
        if len(parts) > 2:
            return True  # 5.4.1 followed by a whole sentence is still a numbered clause
        if len(parts) == 1:
            titled = line.short and len(line.text) <= _TITLE and not re.search("[,;。]", line.even)
            return titled and self._follows(parts, gap=1)
        return self._follows(parts, gap=3 if line.short else 1)

    def _follows(self, parts: list[int], gap: int) -> bool:
        """Whether the number is the next of its kind, or the first below where we are."""
        if not self._at:
            return parts[-1] <= gap
        *above, own = parts
        depth = len(above)
        if self._at[:depth] == above:
            before = self._at[depth] if len(self._at) > depth else 0
            return before < own <= before + gap
        # The heading above may have been lost: 5.1 after 4.9.
        return depth == 1 and own == 1 and above[0] == self._at[0] + 1


def outline(lines: list[Line]) -> list[Heading | None]:
    """一、（一） and, where it heads text of its own, 1.; what stands in an open quotation is quoted, no heading."""
    found: list[Heading | None] = []
    quoted = item = 0
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        inside, quoted = quoted > 0, quoted + line.text.count("“") - line.text.count("”")
        heading = None if inside and not line.marked and not _OUTLINE.match(line.even) else _outlined(line)
        if heading is not None:
            item = 0
            quoted = 0 if heading.depth <= _OUTLINE_DEPTH else quoted
        elif not inside and following is not None and _is_titled_item(line, following, item + 1):
            item += 1
            heading = Heading(_OUTLINE_DEPTH + 2, str(item), line.text, ".")
        found.append(heading)
    return _with_subtitles(lines, found)


def _with_subtitles(lines: list[Line], headings: list[Heading | None]) -> list[Heading | None]:
    """A second document below the first starts at 一 again: the marked line above it is its title."""
    tops = [number for number, heading in enumerate(headings) if heading and heading.depth == _OUTLINE_DEPTH]
    for before, top in pairwise(tops):
        again = headings[top]
        if again is None or again.label != "一":
            continue
        titles = [
            number for number in range(before, top) if lines[number].marked and headings[number] is None
        ]
        if titles:
            headings[titles[-1]] = Heading(0, "", lines[titles[-1]].text)
    return headings


def _outlined(line: Line) -> Heading | None:
    named = line.marked or line.short
    if match := _OUTLINE.match(line.even):
        return Heading(_OUTLINE_DEPTH, match[1], line.text if named else match[1])
    if match := _INNER.match(line.even):
        label = f"（{match[1]}）"
        return Heading(_OUTLINE_DEPTH + 1, label, line.text if named else label, "")
    return division(line)


def _is_titled_item(line: Line, following: Line, expected: int) -> bool:
    """1. with a title over text of its own, not a list item: short, in order, at most a full stop after it."""
    match = _ITEM.match(line.even)
    if match is None or int(match[1]) != expected or len(line.text) > _LIST_ITEM:
        return False
    if re.search("[，；。、]", line.even.rstrip("。：:")):
        return False
    return not (_ITEM.match(following.even) or _outlined(following))


def items(lines: list[Line]) -> list[Heading | None]:
    """1. 2. 3. in order: long lists without any other numbering."""
    found: list[Heading | None] = []
    item = 0
    for line in lines:
        match = _ITEM.match(line.even)
        if match is None or int(match[1]) != item + 1:
            found.append(None)
            continue
        item += 1
        found.append(Heading(_OUTLINE_DEPTH, match[1], line.text if line.marked else match[1]))
    return found


def scheme_of(lines: list[Line], long: bool) -> Scheme | None:
    """The numbering with most headings; outline numbers only when there is no other, for all have some."""
    found = sum(_article(line) is not None for line in lines)
    dotted = sum(bool((label := numbered_label(line)) and "." in label[0]) for line in lines)
    if found >= 2 and found >= dotted:
        return articles
    if dotted >= 3:
        return numbers
    if sum(bool(_OUTLINE.match(line.even) or _INNER.match(line.even)) for line in lines) >= 2:
        return outline
    listed = [line for line, heading in zip(lines, items(lines), strict=True) if heading]
    return items if sum(line.marked for line in listed) >= 2 or (long and len(listed) >= 3) else None


def ordinal(label: str) -> tuple[str, int, int] | None:
    """(whose children, which, inserted after it) of a label: 5.4.1 -> ("5.4", 1, 0); 第十条之一 -> ("条", 10, 1)."""
    article = re.fullmatch(rf"第({NUMERAL}+)条(?:之([一二三四五六七八九十]+))?", label)
    if article:
        number, inserted = number_of(article[1]), number_of(article[2]) if article[2] else 0
        return ("条", number, inserted or 0) if number is not None else None
    dotted = re.fullmatch(r"(?:(.+)\.)?(\d+)", label)
    if dotted:
        return dotted[1] or "", int(dotted[2]), 0
    outline = re.fullmatch(r"(.*?)（?([一二三四五六七八九十]{1,3})）?", label)
    number = number_of(outline[2]) if outline else None
    return (outline[1], number, 0) if outline and number is not None else None
