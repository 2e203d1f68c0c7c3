"""PDF with ruled tables, set by typst with the fonts that come along."""

from pathlib import Path

import pylopdf_fonts_zh_cn
import pytest
import typst

from knowledge.reading import pdf, read_document
from knowledge.structure import split_sections

PAGE = '#set page(width: 300pt, height: 260pt, margin: 20pt)\n#set text(font: "Noto Sans SC", size: 9pt)\n'
BEFORE = "第一条 为了做好防汛抗旱工作，制定本办法，各站的水位见下表。"
AFTER = "第二条 本办法自公布之日起施行。"


def _pdf(path: Path, body: str) -> Path:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[Path(pylopdf_fonts_zh_cn.__file__).parent],
    )
    path.write_bytes(typst.compile((PAGE + body).encode(), font_paths=fonts, ignore_system_fonts=True))
    return path


def _table(columns: int, cells: str) -> str:
    return f"#table(columns: {columns}, {cells})\n\n"


def test_a_ruled_table_is_kept_as_one_with_merged_cells_in_every_row(tmp_path: Path) -> None:
    cells = (
        "table.cell(rowspan: 2)[河流], table.cell(colspan: 2)[水位（米）], [警戒], [保证],"
        "table.cell(rowspan: 2)[湘江], [56.5], [58.5], [], [59|0],"
        "[很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长的河], [49], [50]"
    )
    path = _pdf(tmp_path / "a.pdf", f"{BEFORE}\n\n{_table(3, cells)}{AFTER}")
    assert read_document(path).text.splitlines() == [
        BEFORE,
        "| 河流 | 水位（米） |  |",
        "| 河流 | 警戒 | 保证 |",
        "| --- | --- | --- |",
        "| 湘江 | 56.5 | 58.5 |",
        "| 湘江 |  | 59｜0 |",
        "| 很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长的河 | 49 | 50 |",
        AFTER,
    ]


@pytest.mark.parametrize("header", ["table.header([站名], [水位])", "[站名], [水位]"])
def test_a_table_over_pages_is_one_whether_its_header_is_repeated_or_not(tmp_path: Path, header: str) -> None:
    rows = "".join(f", [站{number}], [{number}.5]" for number in range(40))
    path = _pdf(tmp_path / "a.pdf", f"{BEFORE}\n\n{_table(2, header + rows)}{AFTER}")
    text = read_document(path).text
    assert text.count("| --- |") == 1
    sections = [section for section in split_sections(text) if section.kind == "row"]
    assert [text[section.start : section.end] for section in sections] == [
        f"| 站{number} | {number}.5 |" for number in range(40)
    ]
    assert all("站名、水位" in section.path[-2] for section in sections)


def test_what_stands_outside_tables_is_what_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    boxed = "#rect[加框的一段话，不是表格。]\n\n" + _table(1, "[只有一列], [也不是]")
    path = _pdf(tmp_path / "a.pdf", f"{BEFORE}\n\n{boxed}{_table(2, '[甲], [乙], [丙], [丁]')}{AFTER}")
    lines = read_document(path).text.splitlines()
    assert [line for line in lines if line.startswith("|")] == ["| 甲 | 乙 |", "| --- | --- |", "| 丙 | 丁 |"]
    monkeypatch.setattr(pdf, "has_rules", lambda page: False)
    plain = read_document(path).text.splitlines()
    assert [line for line in lines if not line.startswith("|")] == [
        line for line in plain if line not in ("甲 乙", "丙 丁")
    ]


def test_a_table_whose_characters_no_lines_account_for_stays_as_lines(tmp_path: Path) -> None:
    """A word of it hangs out of its cell, so that nothing may be lost by taking the cells alone."""
    cells = "[甲], [乙], [丙], [丁#place(dx: 60pt)[外]]"
    text = read_document(_pdf(tmp_path / "a.pdf", f"{BEFORE}\n\n{_table(2, cells)}{AFTER}")).text
    assert "|" not in text and "外" in text


def test_a_page_without_rules_is_not_looked_at_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "put_tables", lambda *_: pytest.fail("nothing is drawn on these pages"))
    assert read_document(_pdf(tmp_path / "a.pdf", f"{BEFORE}\n\n{AFTER}")).text.splitlines() == [
        BEFORE,
        AFTER,
    ]
