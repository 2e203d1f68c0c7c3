"""Sections as they are stored: long ones parted at line ends, tables row by row."""

import re
from dataclasses import dataclass
from itertools import groupby

from knowledge.structure.lines import RULE, Line

# Longer sections are cut at paragraphs: past this a vector says little about any one sentence.
LONG = 1500
# Where there are neither lines nor cells, as in text out of a broken converter, sentences part what is longer.
_ENDLESS = 4 * LONG
_HEADER = 160
_LABEL = 10
# What fills a cell: words, or the mark that says a column holds.
_WORD = re.compile(r"[\u3400-\u9fffA-Za-z0-9√✓☑×○●■]")
_CELL_END = re.compile(r"\|\s*|[。；]\s*")
_LINE_END = re.compile(r"\n\s*(?=\S)")
_SENTENCE = re.compile(rf"[^。；！？]{{0,{LONG - 1}}}+[。；！？]|.{{{LONG}}}", re.S)


@dataclass(frozen=True, slots=True)
class Section:
    """article: 第三十五条, 5.4.1, 一（二）, 附件1, 附件2 表1第3行. path: headings down to this one. text[start:end].

    kind: article | section | paragraph | annex | row (of a table) | heading (a numbered heading, nothing below it).
    """

    article: str
    path: tuple[str, ...]
    start: int
    end: int
    kind: str = "section"


@dataclass(frozen=True, slots=True)
class Part:
    """A section before it is cut: its lines, the heading's first."""

    article: str
    path: tuple[str, ...]
    lines: list[Line]
    kind: str


def pieces(text: str, part: Part) -> list[Section]:
    """The part in pieces of about LONG characters, 5.4.1(2) the second, and each row of its tables on its own.

    A short part keeps its tables. A long one is cut around them; the words before a table then keep its header,
    so that the table is found as a whole too.
    """
    start, end = part.lines[0].start, part.lines[-1].end
    spans: list[tuple[int, int]] = []
    rows: list[Section] = []
    tables = 0
    for is_row, group in groupby(part.lines, key=lambda line: line.row):
        lines = list(group)
        header, body = _header(lines) if is_row and len(lines) > 1 else ([], [])
        if body:
            tables += 1
            spans[-1:] = [(spans[-1][0], header[-1].end)] if header and spans else spans[-1:]
            rows += _rows(text, part, tables, header, body)
        else:
            spans += _cut(text, lines[0].start, lines[-1].end, _LINE_END)
    if end - start <= LONG or not rows:
        spans = _cut(text, start, end, _LINE_END)
    return sorted([*_numbered(part, spans), *rows], key=lambda section: (section.start, -section.end))


def _header(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The rows above the rule |---|, else the first, when there is any row below; and the rows with words."""
    rule = next((number for number, line in enumerate(lines) if RULE.match(line.text)), None)
    top = 1 if rule is None else rule
    header = lines[:top] if len(lines) > top else []
    titles = {tuple(cells(line.text)) for line in header}  # repeated where the table goes on over the page
    body = [line for line in lines[len(header) :] if _tells(line) and tuple(cells(line.text)) not in titles]
    return header, body


def _tells(line: Line) -> bool:
    """Not the rule, and more than a label: an empty form has 组长 and blanks beside it."""
    filled = [cell for cell in cells(line.text) if _WORD.search(cell)]
    return not RULE.match(line.text) and (len(filled) > 1 or len("".join(filled)) > _LABEL)


def _rows(text: str, part: Part, table: int, header: list[Line], body: list[Line]) -> list[Section]:
    """The heading above a row names the table's columns: they are found, and shown, together."""
    columns = "、".join(dict.fromkeys(cell for line in header for cell in cells(line.text) if cell))
    above = f"{part.path[-1]}：{columns[:_HEADER]}" if columns else part.path[-1]
    sections: list[Section] = []
    for number, line in enumerate(body, 1):
        label = f"{part.article} 表{table}第{number}行"
        row = Part(label, (*part.path[:-1], above, f"表{table}第{number}行"), [line], "row")
        sections += _numbered(row, _cut(text, line.start, line.end, _CELL_END))
    return sections


def cells(row: str) -> list[str]:
    """The cells of | a | b |."""
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def _cut(text: str, start: int, end: int, breaks: re.Pattern[str]) -> list[tuple[int, int]]:
    """Spans of about LONG characters that end where `breaks` matches; endless ones at sentences, or anywhere."""
    if end - start <= LONG:
        return [(start, end)]
    return [
        part
        for begin, stop in _parted(text, start, end, breaks)
        for part in ([(begin, stop)] if stop - begin <= _ENDLESS else _parted(text, begin, stop, _SENTENCE))
    ]


def _parted(text: str, start: int, end: int, breaks: re.Pattern[str]) -> list[tuple[int, int]]:
    starts = [start]
    for match in breaks.finditer(text, start, end):
        if match.end() - starts[-1] >= LONG * 2 // 3 and match.end() < end:
            starts.append(match.end())
    return [
        (begin, begin + len(text[begin:stop].rstrip()))
        for begin, stop in zip(starts, [*starts[1:], end], strict=True)
    ]


def _numbered(part: Part, spans: list[tuple[int, int]]) -> list[Section]:
    return [
        Section(
            part.article if number == 1 else f"{part.article}({number})", part.path, start, end, part.kind
        )
        for number, (start, end) in enumerate(spans, 1)
    ]
