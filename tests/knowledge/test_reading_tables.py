import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from knowledge.errors import DocumentUnreadable
from knowledge.reading import read_document
from knowledge.structure import split_sections


def _lines(path: Path) -> list[str]:
    return [line for line in read_document(path).text.splitlines() if line.strip()]


def test_merged_cells_of_html_stand_in_every_row_they_span(tmp_path: Path) -> None:
    table = (
        "<html><body><table><tr><td></td><td></td><td></td></tr>"
        "<tr><td rowspan=2>河流</td><td colspan=2>水位</td></tr><tr><td>警戒</td><td>保证</td></tr>"
        "<tr><td rowspan=2>湘江</td><td>56.5</td><td>58.5</td></tr><tr><td>57|1</td><td>59\n0</td></tr>"
        "</table></body></html>"
    )
    (tmp_path / "a.md").write_text(f"# 附件2 水位表\n\n{table}\n\n说明。\n")
    assert _lines(tmp_path / "a.md")[1:] == [
        "| 河流 | 水位 |  |",
        "| 河流 | 警戒 | 保证 |",
        "| --- | --- | --- |",
        "| 湘江 | 56.5 | 58.5 |",
        "| 湘江 | 57｜1 | 59 0 |",
        "说明。",
    ]


def test_tables_of_a_page_become_rows_and_its_layout_does_not(tmp_path: Path) -> None:
    data = "<table><tr><th>单位</th><th>电话</th></tr><tr><td>市防办</td><td>12345</td></tr></table>"
    page = f"<body><table><tr><td><p>左栏。</p></td><td><p>右栏。</p></td></tr><tr><td>{data}</td></tr></table></body>"
    (tmp_path / "a.html").write_text(f"<meta charset=utf-8>{page}")
    assert _lines(tmp_path / "a.html")[-3:] == ["| 单位 | 电话 |", "| --- | --- |", "| 市防办 | 12345 |"]
    assert not any(line.startswith("|") for line in _lines(tmp_path / "a.html")[:-3])


def _numbering(document: object, *levels: tuple[str, str]) -> None:
    """Add one automatic list to a document: (numFmt, lvlText) a level; its numId is 77."""
    root = document.part.numbering_part.element  # type: ignore[attr-defined]
    inner = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (kind, text) in enumerate(levels)
    )
    ns = nsdecls("w")
    root.insert(0, parse_xml(f'<w:abstractNum {ns} w:abstractNumId="77">{inner}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {ns} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def test_numbers_that_word_only_computes_are_read(tmp_path: Path) -> None:
    document = Document()
    _numbering(
        document, ("chineseCountingThousand", "第%1条"), ("chineseCounting", "（%2）"), ("decimal", "%3.")
    )
    for depth, words in [
        (0, "甲。"),
        (1, "乙；"),
        (1, "丙："),
        (2, "丁。"),
        (0, "戊。"),
        (1, "己。"),
        *[(0, "庚。")] * 10,
    ]:
        paragraph = document.add_paragraph(words)
        number = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(number))
    document.add_paragraph("没有编号。")
    document.save(str(tmp_path / "a.docx"))
    lines = _lines(tmp_path / "a.docx")
    assert lines[:6] == ["第一条 甲。", "（一）乙；", "（二）丙：", "1. 丁。", "第二条 戊。", "（一）己。"]
    assert lines[-2:] == ["第十二条 庚。", "没有编号。"]


def test_docx_merged_cells(tmp_path: Path) -> None:
    document = Document()
    table = document.add_table(3, 3)
    for row, words in enumerate(("站|警戒|保证", "甲|1|2", "乙|3|4")):
        for cell, word in zip(table.rows[row].cells, words.split("|"), strict=True):
            cell.text = word
    table.cell(0, 1).merge(table.cell(0, 2)).text = "水位"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "江畔站"
    document.save(str(tmp_path / "a.docx"))
    assert _lines(tmp_path / "a.docx") == [
        "| 站 | 水位 |  |",
        "| --- | --- | --- |",
        "| 江畔站 | 1 | 2 |",
        "| 江畔站 | 3 | 4 |",
    ]


SHEET = """<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData>
<mergeCells>{merged}</mergeCells></worksheet>"""
BOOK = {
    "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="水位" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/'
    '2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def workbook(path: Path, rows: list[list[str | float]], merged: str = "") -> None:
    def cell(column: int, row: int, value: str | float) -> str:
        place = f"{chr(ord('A') + column)}{row}"
        if isinstance(value, str):
            return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>' if value else ""
        return f'<c r="{place}"><v>{value}</v></c>'

    written = "".join(
        f'<row r="{number}">{"".join(cell(column, number, value) for column, value in enumerate(row))}</row>'
        for number, row in enumerate(rows, 1)
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in BOOK.items():
            archive.writestr(name, content)
        ranges = "".join(f'<mergeCell ref="{each}"/>' for each in merged.split())
        archive.writestr("xl/worksheets/sheet1.xml", SHEET.format(rows=written, merged=ranges))


def test_xlsx_rows_are_found_with_their_header(tmp_path: Path) -> None:
    path = tmp_path / "水位.xlsx"
    rows: list[list[str | float]] = [
        ["水位特征表", "", ""],
        ["河流", "站名", "警戒水位"],
        ["湘江", "江畔", 56.5],
        ["", "衡山", 49.0],
    ]
    workbook(path, rows, "A1:C1 A3:A4")
    assert _lines(path) == [
        "# 水位",
        "水位特征表",
        "| 河流 | 站名 | 警戒水位 |",
        "| --- | --- | --- |",
        "| 湘江 | 江畔 | 56.5 |",
        "| 湘江 | 衡山 | 49 |",
    ]
    text = read_document(path).text
    found = {section.kind: section for section in split_sections(text) if section.kind == "row"}
    last = found["row"]
    assert text[last.start : last.end] == "| 湘江 | 衡山 | 49 |"
    assert "河流、站名、警戒水位" in last.path[-2]


def test_csv_is_one_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes('单位,电话\n"市防办,值班室",12345\n'.encode("gbk"))
    assert _lines(tmp_path / "a.csv") == ["| 单位 | 电话 |", "| --- | --- |", "| 市防办,值班室 | 12345 |"]


def test_the_contents_page_of_a_word_file_is_left_out(tmp_path: Path) -> None:
    document = Document()
    style = document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("第一章 总则\t1", style)
    document.add_paragraph("第一条 甲。")
    document.save(str(tmp_path / "a.docx"))
    assert _lines(tmp_path / "a.docx") == ["第一条 甲。"]


def test_a_workbook_that_is_a_database_or_no_workbook_is_refused(tmp_path: Path) -> None:
    workbook(tmp_path / "big.xlsx", [["格"]] * 20_001)
    (tmp_path / "not.xlsx").write_bytes(b"PK\x03\x04 nothing of the kind")
    (tmp_path / "old.ofd").write_bytes(b"\xd0\xcf\x11\xe0")
    for name, word in {"big.xlsx": "20001 行", "not.xlsx": "Excel", "old.ofd": "OFD"}.items():
        with pytest.raises(DocumentUnreadable, match=word):
            read_document(tmp_path / name)


def test_a_workbook_whose_cells_lie_worlds_apart_ends_no_server(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in BOOK.items():
            archive.writestr(name, content)
        archive.writestr("xl/worksheets/sheet1.xml", SHEET.format(rows=far, merged=""))
    with pytest.raises(DocumentUnreadable, match="最后的格子"):
        read_document(path)


def _ofd(path: Path, page: str) -> None:
    ns = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    with zipfile.ZipFile(path, "w") as archive:
        root = f"<ofd:OFD {ns}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
        archive.writestr("OFD.xml", root)
        pages = '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>'
        archive.writestr("Doc_0/Document.xml", f"<ofd:Document {ns}>{pages}</ofd:Document>")
        archive.writestr(
            "Doc_0/Pages/Page_0/Content.xml",
            f"<ofd:Page {ns}><ofd:Content><ofd:Layer>{page}</ofd:Layer></ofd:Content></ofd:Page>",
        )


def test_ofd_words_come_line_by_line(tmp_path: Path) -> None:
    pieces = [
        (20, 40, "第二条 本办法自公布之日起施行。"),
        (60, 20.5, "物业管理，制定本办法。"),
        (20, 20, "第一条 为了规范"),
    ]
    objects = "".join(
        f'<ofd:TextObject Boundary="{left} {top} 90 5">'
        f'<ofd:TextCode X="0" Y="4">{words}</ofd:TextCode></ofd:TextObject>'
        for left, top, words in pieces
    )
    _ofd(tmp_path / "a.ofd", objects)
    assert _lines(tmp_path / "a.ofd") == [
        "第一条 为了规范物业管理，制定本办法。",
        "第二条 本办法自公布之日起施行。",
    ]
    _ofd(tmp_path / "empty.ofd", "")
    (tmp_path / "broken.ofd").write_bytes(_without(tmp_path / "a.ofd", "Doc_0/Document.xml"))
    for name, word in {"empty.ofd": "只有图片", "broken.ofd": "损坏"}.items():
        with pytest.raises(DocumentUnreadable, match=word):
            read_document(tmp_path / name)


def _without(path: Path, name: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(kept, "w") as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
    return kept.getvalue()
