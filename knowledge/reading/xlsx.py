"""Excel tables through python-calamine: one section a sheet, merged cells filled down and along; and CSV."""

import csv
from io import BytesIO, StringIO
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from knowledge.errors import DocumentUnreadable
from knowledge.reading.grid import table_lines
from knowledge.reading.plain import decode

# An export of a database is no document; a row is a clause.
MOST_ROWS = 20_000


def read_xlsx(data: bytes, path: Path) -> str:
    """`# sheet` and its rows. Raises DocumentUnreadable."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        names = [meta.name for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        sheets = [book.get_sheet_by_name(name) for name in names]
        _check_rows(sum(sheet.height for sheet in sheets), path)
        texts = [f"# {sheet.name}\n\n{_sheet(sheet)}" for sheet in sheets]
    except PasswordError as error:
        raise DocumentUnreadable(path, "表格设了密码", "请打开后另存为不加密的 .xlsx") from error
    except CalamineError as error:
        raise DocumentUnreadable(
            path, "不是完好的 Excel 文件", "请用 Excel 或 WPS 打开后另存为 .xlsx"
        ) from error
    return "\n\n".join(texts)


def read_csv(data: bytes, path: Path) -> str:
    """One table, its first row the header. Raises DocumentUnreadable."""
    try:
        rows = list(csv.reader(StringIO(decode(data, path))))
    except csv.Error as error:
        raise DocumentUnreadable(path, f"不是完好的 CSV 文件（{error}）", "请另存为 .xlsx") from error
    _check_rows(len(rows), path)
    return table_lines(rows)


def _check_rows(rows: int, path: Path) -> None:
    if rows > MOST_ROWS:
        reason = f"有 {rows} 行，超过上限 {MOST_ROWS} 行"
        raise DocumentUnreadable(path, reason, "请拆成几个文件，或只留要引用的表")


def _sheet(sheet: CalamineSheet) -> str:
    rows = [[_shown(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    header = 1
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
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


def _shown(cell: object) -> str:
    """12.0 as a person wrote it: 12."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
