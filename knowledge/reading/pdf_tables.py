"""Ruled tables of PDF pages, found by pdfplumber, in the place of the lines that pypdf made of them.

A table takes the place of neighbouring lines that hold exactly its characters, and of nothing else: what stands
outside tables comes out as it always did, and a table that no lines account for stays as its lines.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import accumulate

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page
from pdfplumber.table import Table
from pdfplumber.utils.exceptions import PdfminerException
from pypdf import PageObject

from knowledge.reading.grid import Cell, spanned_lines

# The smallest table, two rows of two, is drawn with so many lines or boxes; a map or a drawing has many thousand.
_FEWEST, _MOST = 4, 6000
_DRAWN = re.compile(rb"[\d.]\s+(?:l|re)(?=\s)")
# Two tables of which one goes on where the other ends have their columns within so many points of each other.
_NEAR = 3.0
_WRAP = re.compile(r"(?<=[^\x00-\x7f])\n(?=[^\x00-\x7f])")
# What pdfminer lets escape on pages that pypdf could read.
_FAULTS = (
    PdfminerException, PDFException, PSException, ValueError, KeyError, TypeError, AttributeError, IndexError,
)  # fmt: skip


def has_rules(page: PageObject) -> bool:
    """Whether so much is drawn on the page that a table may be. Costs little: most pages have none."""
    content = page.get_contents()
    drawn = len(_DRAWN.findall(content.get_data())) if content is not None else 0
    return _FEWEST <= drawn <= _MOST


def put_tables(data: bytes, pages: list[list[str]], ruled: Sequence[int]) -> None:
    """Replace lines of the given pages (from 0) by the tables they come from."""
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(BytesIO(data), pages=[number + 1 for number in ruled]) as document:
            columns: tuple[float, ...] = ()
            for number, page in zip(ruled, document.pages, strict=True):
                columns = _put(pages[number], page, columns)
                page.close()
    except _FAULTS:
        return


def _put(lines: list[str], page: Page, above: tuple[float, ...]) -> tuple[float, ...]:
    """The columns of the page's last table. above: those of the table before it, which may go on here."""
    for table in page.find_tables():
        columns = tuple(column.bbox[0] for column in table.columns)
        rows = _rows(table)
        goes_on = len(columns) == len(above) and all(
            abs(old - new) < _NEAR for old, new in zip(above, columns, strict=True)
        )
        if len(columns) < 2 or (len(rows) < 2 and not goes_on):
            continue
        place = _place(lines, "".join(cell.words for row in rows for cell in row))
        if place is not None:
            lines[place] = spanned_lines(rows).split("\n")
            above = columns
    return above


def _rows(table: Table) -> list[list[Cell]]:
    """Each cell in its first row; where the table's outline leaves a gap, an empty one."""
    rows = table.rows
    tops = [row.bbox[1] for row in rows]
    lefts = [column.bbox[0] for column in table.columns]
    found: list[list[Cell]] = []
    for row, words in zip(rows, table.extract(), strict=True):
        cells: list[Cell] = []
        for box, said, left in zip(row.cells, words, lefts, strict=True):
            if box is not None:
                down = sum(box[1] <= top < box[3] for top in tops)
                cells.append(Cell(_WRAP.sub("", said or ""), down, sum(box[0] <= x < box[2] for x in lefts)))
            elif not any(x0 <= left < x1 and y0 <= row.bbox[1] < y1 for x0, y0, x1, y1 in table.cells):
                cells.append(Cell(""))
        found.append(cells)
    return found


def _place(lines: list[str], words: str) -> slice | None:
    """The neighbouring lines that hold these characters, in whatever order, and no others."""
    wanted = Counter(_characters(words))
    size = wanted.total()
    ends = [0, *accumulate(len(_characters(line)) for line in lines)]
    for start, end in _spans(ends, size) if size else ():
        if Counter(_characters("".join(lines[start:end]))) == wanted:
            return slice(start, end)
    return None


def _spans(ends: list[int], size: int) -> Iterator[tuple[int, int]]:
    """Ranges of lines with so many characters. ends[n]: characters before line n."""
    first = {count: number for number, count in reversed(list(enumerate(ends)))}
    for start, count in enumerate(ends[:-1]):
        if ends[start + 1] > count and (end := first.get(count + size)) is not None:
            yield start, end


def _characters(words: str) -> str:
    return "".join(words.split())
