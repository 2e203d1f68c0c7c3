"""Ticket files as a stream: .jsonl, .csv and .xlsx, one result a row, bad rows reported and passed over.

JSON lines and CSV are read in constant memory. Excel sheets are held whole, as the format demands, and read in a
process of their own (knowledge/reading/sheets.py).
"""

import codecs
import csv
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TextIO, cast

from knowledge.errors import DocumentUnreadable
from knowledge.reading.xlsx import Sheet, read_sheets
from tools.errors import TicketFileUnreadable, TicketInvalid
from tools.ticket import FIELD_NAMES, Ticket, clean_text, id_of, parse_ticket

LINE_MAX: Final = 1_000_000  # characters of one physical line
ROWS_MAX: Final = 200_000  # of a workbook; what is longer is better told as .csv
HEADER_ROWS: Final = 20  # a sheet may open with titles: its header is looked for in this many rows

_TEXT_NAMES: Final = FIELD_NAMES["text"]
_UNDECODED: Final = re.compile("[\udc80-\udcff]")  # what errors="surrogateescape" makes of a wrong byte


@dataclass(frozen=True)
class BadLine:
    """A row that is no ticket. `reason` is Chinese: what is wrong and what to do. `ticket_id`: as far as read."""

    reason: str
    ticket_id: str | None = None


Row = tuple[int, Mapping[str, object] | BadLine]


def read_tickets(
    path: Path, *, clock: Callable[[], datetime], new_id: Callable[[], str]
) -> Iterator[tuple[int, Ticket | BadLine]]:
    """Yield (line or sheet row, counted from 1; Ticket or BadLine) in file order. Blank rows are left out.

    CSV may be UTF-8 (with or without mark), UTF-16 with mark, GBK or GB18030, separated by comma, tab or
    semicolon. Raises TicketFileUnreadable when the file as a whole is none of this.
    """
    readers: Mapping[str, Callable[[Path], Iterator[Row]]] = {
        ".jsonl": _json_rows,
        ".csv": _csv_rows,
        ".xlsx": _sheet_rows,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise TicketFileUnreadable(str(path), "不认识的文件类型", "请用 .jsonl、.csv 或 .xlsx 文件")
    try:
        for number, row in reader(path):
            yield number, row if isinstance(row, BadLine) else _parsed(row, clock, new_id)
    except OSError as error:
        raise TicketFileUnreadable(
            str(path), f"读不到（{error.strerror}）", "请检查路径和读取权限"
        ) from error


def _parsed(
    row: Mapping[str, object], clock: Callable[[], datetime], new_id: Callable[[], str]
) -> Ticket | BadLine:
    try:
        return parse_ticket(row, clock=clock, new_id=new_id)
    except TicketInvalid as error:
        return BadLine(str(error), id_of(row))


# --- text files ---------------------------------------------------------------------------------------------


def _encoding(path: Path) -> str:
    """The encoding fewest lines object to, in one pass. A newline byte is a newline in both candidates."""
    with path.open("rb") as handle:
        if handle.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8-sig", "gb18030")}
        failures = dict.fromkeys(decoders, 0)
        while line := handle.readline(LINE_MAX):
            for name, decoder in decoders.items():
                try:
                    decoder.decode(line, final=line.endswith(b"\n"))
                except UnicodeDecodeError:
                    failures[name] += 1
                    decoder.reset()
    return min(failures, key=lambda name: failures[name])


def _open(path: Path) -> TextIO:
    return path.open(encoding=_encoding(path), errors="surrogateescape", newline="")


def _json_rows(path: Path) -> Iterator[Row]:
    with _open(path) as handle:
        for number in itertools.count(1):
            line = handle.readline(LINE_MAX + 1)
            if not line:
                return
            if len(line) > LINE_MAX:
                _skip_line(handle, line)
                yield number, BadLine(f"一行超过 {LINE_MAX} 字；请检查是否缺少换行")
            elif line.strip():
                yield number, _json_object(line)


def _skip_line(handle: TextIO, line: str) -> None:
    while line and not line.endswith(("\n", "\r")):
        line = handle.readline(LINE_MAX)


def _json_object(line: str) -> Mapping[str, object] | BadLine:
    if _UNDECODED.search(line):
        return BadLine("有无法辨认的字节；请另存为 UTF-8 编码")
    try:
        data: object = json.loads(line)
    except (ValueError, RecursionError) as error:
        return BadLine(f"不是合法的 JSON（{str(error)[:100]}）；请每行写一个 JSON 对象")
    if not isinstance(data, dict):
        return BadLine("不是 JSON 对象；请写成 {…}")
    return cast("dict[str, object]", data)


def _csv_rows(path: Path) -> Iterator[Row]:
    with _open(path) as handle:
        lines = _bounded(handle, path)
        first = next(lines, "")
        header, delimiter = _csv_header(first, path)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            number = reader.line_num + 2  # the header is line 1, and a quoted cell may span lines
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield number, BadLine(f"不是合法的 CSV（{error}）；请检查引号是否成对")
                continue
            if any(cell.strip() for cell in cells):
                yield number, _csv_object(header, cells)


def _bounded(handle: TextIO, path: Path) -> Iterator[str]:
    for number in itertools.count(1):
        line = handle.readline(LINE_MAX + 1)
        if len(line) > LINE_MAX:
            raise TicketFileUnreadable(
                f"{path} 第 {number} 行", f"超过 {LINE_MAX} 字，不像 CSV", "请检查换行"
            )
        if not line:
            return
        yield line


def _csv_header(line: str, path: Path) -> tuple[list[str], str]:
    for delimiter in ",\t;":
        header = [_name(cell) for cell in next(csv.reader([line], delimiter=delimiter), [])]
        if _is_header(header):
            return header, delimiter
    raise _no_text_column(path, line.strip()[:200])


def _csv_object(header: Sequence[str], cells: Sequence[str]) -> Mapping[str, object] | BadLine:
    if any(cell.strip() for cell in cells[len(header) :]):
        return BadLine(f"有 {len(cells)} 列，多于表头的 {len(header)} 列；请把含逗号的内容用双引号括起")
    if any(_UNDECODED.search(cell) for cell in cells):
        return BadLine("有无法辨认的字节；请另存为 UTF-8 编码")
    return _named(header, cells)


# --- spreadsheets -------------------------------------------------------------------------------------------


def _sheet_rows(path: Path) -> Iterator[Row]:
    sheet = _first_sheet(path)
    rows = enumerate(sheet.rows)
    seen: list[str] = []
    for row_index, cells in itertools.islice(rows, HEADER_ROWS):
        header = [_name(cell) for cell in cells]
        if _is_header(header):
            text_column = next(i for i, name in enumerate(header) if name in _TEXT_NAMES)
            yield from _sheet_body(sheet, rows, header, text_column)
            return
        seen.append("、".join(filter(None, header)) or f"（第 {row_index + 1} 行为空）")
    raise _no_text_column(path, "；".join(seen)[:200])


def _first_sheet(path: Path) -> Sheet:
    """The first visible sheet."""
    try:
        sheets = read_sheets(path.read_bytes(), path, ROWS_MAX)
    except DocumentUnreadable as error:
        raise TicketFileUnreadable(str(path), error.reason, error.what_to_do) from error
    visible = next((sheet for sheet in sheets if not sheet.hidden), None)
    if visible is None:
        raise TicketFileUnreadable(str(path), "工作簿里没有可见的表", "请取消隐藏后重新保存")
    return visible


def _sheet_body(
    sheet: Sheet, rows: Iterable[tuple[int, Sequence[str]]], header: Sequence[str], text_column: int
) -> Iterator[Row]:
    """Rows below the header. A merged cell's value holds for every row it covers; rows that share one merged
    text cell are one ticket, told by the first of them."""
    last_row = {(r0, c0): r1 for (r0, c0), (r1, _) in sheet.merged if r1 > r0}
    running: dict[int, tuple[int, str]] = {}
    for index, row in rows:
        cells = list(row)
        for column, (until, value) in list(running.items()):
            if index > until:
                del running[column]
            elif column < len(cells):
                cells[column] = value
        if text_column not in running and any(cell.strip() for cell in row):
            yield index + 1, _named(header, cells)
        for column, cell in enumerate(cells):
            if (index, column) in last_row:
                running[column] = (last_row[index, column], cell)


# --- columns ------------------------------------------------------------------------------------------------


def _name(cell: str) -> str:
    return clean_text(cell)[0].strip()


def _is_header(names: Sequence[str]) -> bool:
    return any(name in _TEXT_NAMES for name in names)


def _named(header: Sequence[str], cells: Sequence[object]) -> Mapping[str, object]:
    return {name: cell for name, cell in zip(header, cells, strict=False) if name and cell != ""}


def _no_text_column(path: Path, seen: str) -> TicketFileUnreadable:
    return TicketFileUnreadable(
        str(path), f"表头里没有内容列（看到：{seen}）", "请把内容列命名为 内容 或 text"
    )
