"""Text -> sections that can be cited: 编/章/节/条, numbered plans (1, 1.1, 5.4.1), 一、（一）, annexes.

A document is cut in one of four ways, decided by what it mostly holds: articles, dotted numbers, Chinese
outline numbers, or nothing at all (then by paragraphs). Contents pages vanish: dot leaders are dropped, and a
heading with no text of its own becomes part of the path, not a section.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_NUMERAL = "[一二三四五六七八九十百千零〇○两]+|[0-9]+"
_DOT = r"\s*(?:[.．·]|\?\?)\s*"  # ?? is how one converter spells the dot
_HASHES = re.compile(r"^\s*(#{1,6})?[\s\u3000*]*")
_LEADERS = re.compile(r"(?:[.．…·]\s*){2,}[\d\s]*$|(?<=[^\d\s])\s*[.．]\s+\d{1,3}$")
_CONTENTS = re.compile(r"^目\s*[录次]$")
_PART = re.compile(rf"^第(?:{_NUMERAL})(?:分编|[编章节])(?=\s|$|[^\s的规所、，和至])")
_ARTICLE = re.compile(rf"^(第(?:{_NUMERAL})条(?:之(?:{_NUMERAL}))?)(\s|[:：]|$)?")
_NUMBERED = re.compile(
    rf"^(\d{{1,2}}(?:{_DOT}\d{{1,2}}){{0,4}})(?:[.．、]|\s|(?=[^\d\s.．%％年月日时分：:~～-]))\s*(\S.*)?$"
)
_OUTLINE = re.compile(r"^([一二三四五六七八九十]{1,3})、\s*(\S.*)$")
_OUTLINE_INNER = re.compile(r"^[（(]([一二三四五六七八九十]{1,3})[）)]\s*(\S.*)$")
_ANNEX = re.compile(r"^(附\s*[件录表]\s*[一二三四五六七八九十\d]*)(?!\s*[\d）)])(?:[\s:：.、-]|$)")
_SENTENCE = ("。", "；", "，", "：", "、", ";", ",", ":")
_HEADING_LENGTH = 40
# Longer sections are cut at paragraphs: past this a vector says little about any one sentence.
LONG = 1500
PARAGRAPHS = 400
ARTICLE_DEPTH = 9


@dataclass(frozen=True)
class Section:
    """article: 第三十五条, 5.4.1, 一（二）, 附件1. path: headings down to this one. text[start:end]."""

    article: str
    path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True)
class _Line:
    text: str
    start: int
    end: int
    marked: bool  # a Markdown heading

    @property
    def short(self) -> bool:
        return len(self.text) <= _HEADING_LENGTH and not self.text.endswith(_SENTENCE)


@dataclass(frozen=True)
class _Heading:
    """depth orders headings of one kind of document; label is set where a section may start."""

    depth: int
    label: str
    title: str


_Detector = Callable[[_Line], _Heading | None]


def split_sections(text: str, body: int = 0) -> list[Section]:
    """Sections of text[body:] in reading order. Empty when there is no text but headings."""
    lines = _lines(text, body)
    detect = _detector(lines)
    sections = _paragraph_sections(lines) if detect is None else _heading_sections(lines, detect)
    return [piece for section in sections for piece in _pieces(text, section)]


def _lines(text: str, body: int) -> list[_Line]:
    lines: list[_Line] = []
    start = body
    for raw in text[body:].splitlines(keepends=True):
        lead = _HASHES.match(raw)
        offset = lead.end() if lead else 0
        words = raw[offset:].rstrip().rstrip("*")
        if words and not _LEADERS.search(words) and not _CONTENTS.match(words):
            lines.append(_Line(words, start + offset, start + offset + len(words), bool(lead and lead[1])))
        start += len(raw)
    return lines


def _detector(lines: list[_Line]) -> _Detector | None:
    """The numbering with most headings; outline numbers only when there is no other, for all have some."""
    articles = sum(bool(heading and heading.depth == ARTICLE_DEPTH) for heading in map(_articles, lines))
    numbers = sum(bool(heading and "." in heading.label) for heading in map(_numbers, lines))
    if articles >= 2 and articles >= numbers:
        return _articles
    if numbers >= 3:
        return _numbers
    outline = sum(bool(heading and heading.depth > 3) for heading in map(_outline, lines))
    return _outline if outline >= 2 else None


def _division(line: _Line) -> _Heading | None:
    """编, 分编, 章, 节: path only."""
    match = _PART.match(line.text)
    if match is None or not (line.marked or line.short):
        return None
    depth = {"编": 0, "章": 2, "节": 3}[match[0][-1]] + match[0].endswith("分编")
    return _Heading(depth, "", re.sub(r"\s+", " ", line.text))


def _annex(line: _Line) -> _Heading | None:
    match = _ANNEX.match(line.text)
    if match is None or not line.short or "。" in line.text:
        return None
    return _Heading(-1, re.sub(r"\s", "", match[1]), line.text)


def _articles(line: _Line) -> _Heading | None:
    match = _ARTICLE.match(line.text)
    if match is None:
        return _division(line) or _annex(line)
    follows = line.text[match.end(1) :]
    # 第三条规定的…, 第三条第二款…: a reference at the start of a line, not an article.
    if match[2] is None and re.match(r"[第、，。；和或至到的所规中及与]|之[^一-十]", follows):
        return None
    return _Heading(ARTICLE_DEPTH, match[1], match[1])


def _numbers(line: _Line) -> _Heading | None:
    match = _NUMBERED.match(line.text)
    if match is None or not match[2]:
        return _division(line) or _annex(line)
    label = re.sub(r"\s+", "", re.sub(_DOT, ".", match[1]))
    dotted = label.count(".")
    if not line.marked and (not line.short or (not dotted and len(line.text) > _HEADING_LENGTH // 2)):
        # 5.4.1 followed by a whole sentence is still a numbered clause; 1. … is a list item.
        return _Heading(4 + dotted, label, label) if dotted >= 2 else None
    return _Heading(4 + dotted, label, f"{label} {match[2]}")


def _outline(line: _Line) -> _Heading | None:
    for depth, pattern, form in ((4, _OUTLINE, "{}"), (5, _OUTLINE_INNER, "（{}）")):
        match = pattern.match(line.text)
        if match:
            label = form.format(match[1])
            return _Heading(depth, label, line.text if line.marked or line.short else label)
    return _division(line) or _annex(line)


def _heading_sections(lines: list[_Line], detect: _Detector) -> list[Section]:
    sections: list[Section] = []
    stack: list[_Heading] = []
    opened: _Line | None = None
    last: _Line | None = None

    def close() -> None:
        # A section is a labelled heading plus words of its own; an article's words are on its own line.
        if (
            opened
            and last
            and stack
            and stack[-1].label
            and (last is not opened or _has_words(opened, stack[-1]))
        ):
            sections.append(Section(_label(stack), tuple(h.title for h in stack), opened.start, last.end))
        elif opened and last and last is not opened and stack and not stack[-1].label:
            sections.append(Section(stack[-1].title, tuple(h.title for h in stack), opened.start, last.end))

    preamble = next((number for number, line in enumerate(lines) if detect(line)), len(lines))
    sections += _preamble(lines[:preamble])
    for line in lines[preamble:]:
        heading = detect(line)
        if heading is None:
            last = line
            continue
        close()
        while stack and stack[-1].depth >= heading.depth:
            stack.pop()
        stack.append(heading)
        opened = last = line
    close()
    return _unique(sections)


def _has_words(line: _Line, heading: _Heading) -> bool:
    return heading.title == heading.label and len(line.text) > len(heading.label) + 2


def _label(stack: list[_Heading]) -> str:
    annex = stack[0].label if stack[0].depth < 0 else ""
    own = stack[-1].label
    if own.startswith("（") and len(stack) > 1:
        own = stack[-2].label + own
    return f"{annex} {own}" if annex and own != annex else own


def _preamble(lines: list[_Line]) -> list[Section]:
    """What stands before the first heading, if it is prose: 为了…，制定本解释。"""
    prose = [line for line in lines if not line.marked and len(line.text) > _HEADING_LENGTH // 2]
    return [Section("序言", ("序言",), prose[0].start, prose[-1].end)] if prose else []


def _unique(sections: list[Section]) -> list[Section]:
    """A contents page that slipped through repeats a label: the longest text under a path keeps it."""
    longest: dict[tuple[str, tuple[str, ...]], Section] = {}
    for section in sections:
        key = (section.article, section.path[:-1])
        kept = longest.get(key)
        if kept is None or section.end - section.start > kept.end - kept.start:
            longest[key] = section
    return sorted(longest.values(), key=lambda section: section.start)


def _paragraph_sections(lines: list[_Line]) -> list[Section]:
    """No numbering at all: neighbouring paragraphs up to PARAGRAPHS characters, numbered in order."""
    groups: list[list[_Line]] = []
    for line in lines:
        if groups and not line.marked and line.end - groups[-1][0].start <= PARAGRAPHS:
            groups[-1].append(line)
        else:
            groups.append([line])
    prose = [group for group in groups if len(group) > 1 or not group[0].marked]
    return [
        Section(f"第{number}段", (f"第{number}段",), group[0].start, group[-1].end)
        for number, group in enumerate(prose, 1)
    ]


def _pieces(text: str, section: Section) -> list[Section]:
    """The section, or its parts of about LONG characters, cut at line ends: 5.4.1(2) is the second."""
    if section.end - section.start <= LONG:
        return [section]
    starts = [section.start]
    for line in re.finditer(r"\n\s*(?=\S)", text[section.start : section.end]):
        if section.start + line.end() - starts[-1] >= LONG * 2 // 3:
            starts.append(section.start + line.end())
    ends = [*starts[1:], section.end]
    return [
        Section(
            section.article if number == 1 else f"{section.article}({number})",
            section.path,
            start,
            start + len(text[start:end].rstrip()),
        )
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    ]
