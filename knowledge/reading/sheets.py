"""The sheets of one workbook as JSON: stdin to stdout, in a process of its own.

The reader gives a sheet all of its cells at once: two words in opposite corners ask for half a terabyte, and then it
ends the process it runs in. That must not be the server. Run by path with `python -I`; its argument is the most rows.
"""

import json
import resource
import sys
from io import BytesIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

MOST_MEMORY = 2 * 1024**3
MOST_CPU_S = 60


def main(most_rows: int) -> None:
    """Writes {"sheets": [{name, hidden, rows, merged}]}, {"rows": how many, too many} or {"fault": locked | broken}."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        told = _read(sys.stdin.buffer.read(), most_rows)
    except PasswordError:
        told = {"fault": "locked"}
    except CalamineError:
        told = {"fault": "broken"}
    json.dump(told, sys.stdout)


def _read(data: bytes, most_rows: int) -> dict[str, object]:
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    hidden = {
        meta.name: meta.visible != SheetVisibleEnum.Visible
        for meta in book.sheets_metadata
        if meta.typ == SheetTypeEnum.WorkSheet
    }
    sheets = [book.get_sheet_by_name(name) for name in hidden]
    rows = sum(sheet.height for sheet in sheets)
    if rows > most_rows:
        return {"rows": rows}
    return {"sheets": [_sheet(sheet, hidden[sheet.name]) for sheet in sheets]}


def _sheet(sheet: CalamineSheet, hidden: bool) -> dict[str, object]:
    rows = [[_shown(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    return {"name": sheet.name, "hidden": hidden, "rows": rows, "merged": sheet.merged_cell_ranges or []}


def _shown(cell: object) -> str:
    """12.0 as a person wrote it: 12."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


if __name__ == "__main__":
    main(int(sys.argv[1]))
