"""Excel tables through python-calamine: one section a sheet, merged cells filled down and along; and CSV."""

import csv
import json
import subprocess
import sys
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from knowledge.errors import DocumentUnreadable
from knowledge.reading.grid import table_lines
from knowledge.reading.plain import decode

# An export of a database is no document; a row is a clause.
MOST_ROWS = 20_000
_READER = str(Path(__file__).with_name("sheets.py"))


@dataclass(frozen=True)
class Sheet:
    """Cells as text from row 0, column 0 on. merged: the first and the last cell of each range, as (row, column)."""

    name: str
    hidden: bool
    rows: list[list[str]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]]


def read_xlsx(data: bytes, path: Path) -> str:
    """`# sheet` and its rows. Raises DocumentUnreadable."""
    sheets = read_sheets(data, path, MOST_ROWS)
    return "\n\n".join(f"# {sheet.name}\n\n{_text(sheet)}" for sheet in sheets)


def read_sheets(data: bytes, path: Path, most_rows: int) -> list[Sheet]:
    """The workbook's sheets, whatever it was made for; a process of its own reads it, so that none ends ours.

    Raises DocumentUnreadable, also for more than `most_rows` rows in all.
    """
    told = _told(data, path, most_rows)
    if "rows" in told:
        _check_rows(told["rows"], path, most_rows)
    if told.get("fault") == "locked":
        raise DocumentUnreadable(path, "表格设了密码", "请打开后另存为不加密的 .xlsx")
    if "fault" in told:
        raise DocumentUnreadable(path, "不是完好的 Excel 文件", "请用 Excel 或 WPS 打开后另存为 .xlsx")
    return [Sheet(**one) for one in told["sheets"]]


def _told(data: bytes, path: Path, most_rows: int) -> dict[str, Any]:
    """What the reader in a process of its own says; it ends early where the workbook asks for too much."""
    command = [sys.executable, "-I", _READER, str(most_rows)]
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    if done.returncode != 0:
        reason = "表格大得读不了（可能最后的格子离其余的极远，或被人做了手脚）"
        raise DocumentUnreadable(path, reason, "请只留要用的表，另存为新的 .xlsx")
    return json.loads(done.stdout)


def read_csv(data: bytes, path: Path) -> str:
    """One table, its first row the header. Raises DocumentUnreadable."""
    try:
        rows = list(csv.reader(StringIO(decode(data, path))))
    except csv.Error as error:
        raise DocumentUnreadable(path, f"不是完好的 CSV 文件（{error}）", "请另存为 .xlsx") from error
    _check_rows(len(rows), path, MOST_ROWS)
    return table_lines(rows)


def _check_rows(rows: int, path: Path, most: int) -> None:
    if rows > most:
        reason = f"有 {rows} 行，超过上限 {most} 行"
        raise DocumentUnreadable(path, reason, "请拆成几个文件，或只留要用的表")


def _text(sheet: Sheet) -> str:
    rows = sheet.rows
    header = 1
    for (top, left), (bottom, right) in sheet.merged:
        if top >= len(rows):
            continue
        words = rows[top][left] if left < len(rows[top]) else ""
        for row in range(top + 1, min(bottom + 1, len(rows))):
            rows[row][left] = words
        if top < header and right - left + 1 < len(rows[top]):
            header = max(header, min(bottom, 2) + 1)
    blank = next((number for number, row in enumerate(rows) if any(row)), 0)
    captions = 0
    while captions < 3 and blank + captions < len(rows) - 1 and sum(map(bool, rows[blank + captions])) == 1:
        captions += 1
    caption = "".join("".join(row) + "\n\n" for row in rows[blank : blank + captions])
    return caption + table_lines(rows[blank + captions :], max(header - blank - captions, 1))
