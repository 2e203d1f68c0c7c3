"""Tables as lines: | cell | cell |, a rule below the header. Every format's tables come out this way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

# What more rows than this call their header is no header.
_HEADER_ROWS = 3
_WIDEST = 200
_MARKUP = re.compile(r"(?:<html>\s*<body>\s*)?<table\b.*?</table>(?:\s*</body>\s*</html>)?", re.S | re.I)


def table_lines(rows: Sequence[Sequence[str]], header: int = 1) -> str:
    """The rows as lines, a rule after `header` of them; blank rows dropped. Empty when no cell has words.

    A bar within a cell becomes full-width, a line break a blank: neither matters to a citation.
    """
    texts = [[_cell(cell) for cell in row] for row in rows]
    kept = [row for row in texts if any(row)]
    lines = ["| " + " | ".join(row) + " |" for row in kept]
    if len(lines) > header > 0:
        lines.insert(header, "|" + " --- |" * max(len(row) for row in kept[:header]))
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Cell:
    """down, along: how many rows and columns it spans."""

    words: str
    down: int = 1
    along: int = 1


def spanned_lines(rows: Sequence[Sequence[Cell]]) -> str:
    """Rows of merged cells, each in its first row only, as lines.

    The words of a merged cell stand in each row it spans, in the first of its columns.
    """
    texts: list[list[str]] = []
    carried: dict[int, tuple[int, str]] = {}
    for row in rows:
        cells: list[str] = []
        waiting = list(row)
        while (waiting or len(cells) in carried) and len(cells) < _WIDEST:
            column = len(cells)
            if column in carried:
                down, words = carried.pop(column)
                cells.append(words)
                if down > 1:
                    carried[column] = (down - 1, words)
                continue
            cell = waiting.pop(0)
            for offset in range(cell.along):
                cells.append(cell.words if offset == 0 else "")
                if cell.down > 1:
                    carried[column + offset] = (cell.down - 1, cells[-1])
        texts.append(cells)
    start = next((number for number, row in enumerate(texts) if any(_cell(words) for words in row)), 0)
    return table_lines(texts[start:], _header([[cell.down for cell in row] for row in rows[start:]]))


def html_table(table: LexborNode) -> str:
    """A table element as lines."""
    nodes = [[node for node in row.iter() if node.tag in ("td", "th")] for row in table.css("tr")]
    return spanned_lines(
        [
            [Cell(node.text(separator=" "), _span(node, "rowspan"), _span(node, "colspan")) for node in row]
            for row in nodes
        ]
    )


def replace_markup_tables(text: str) -> str:
    """Markdown with tables left as HTML, as converters of PDF write them: the tables become lines."""
    return _MARKUP.sub(lambda match: _from_markup(match[0]), text) if "<table" in text.lower() else text


def _from_markup(markup: str) -> str:
    node = LexborHTMLParser(markup).css_first("table")
    return f"\n{html_table(node)}\n" if node is not None else markup


def _header(spans: list[list[int]]) -> int:
    """One row, or as far as its merged cells reach; a single cell across the table is a caption, and one more."""
    rows = 1
    while rows < min(_HEADER_ROWS, len(spans) - 1):
        above = spans[:rows]
        deep = any(number + down > rows for number, row in enumerate(above) for down in row)
        if not deep and len(above[-1]) > 1:
            break
        rows += 1
    return rows


def _cell(words: str) -> str:
    return re.sub(r"\s+", " ", words.replace("|", "｜")).strip()


def _span(node: LexborNode, name: str) -> int:
    stated = str(node.attributes.get(name) or "1")
    return min(max(int(stated), 1), _WIDEST) if stated.isdecimal() else 1
