import json
import tracemalloc
import zipfile
from datetime import datetime

import pytest

from tools.errors import TicketFileUnreadable
from tools.ticket import Ticket
from tools.ticket_files import LINE_MAX, BadLine, read_tickets


@pytest.fixture
def read(clock):
    def run(path):
        ids = iter(range(10**9))
        return list(read_tickets(path, clock=clock, new_id=lambda: f"N{next(ids)}"))

    return run


def texts(rows):
    return [(number, row.text if isinstance(row, Ticket) else None) for number, row in rows]


def test_json_lines_go_on_after_bad_ones(tmp_path, read):
    path = tmp_path / "t.jsonl"
    lines = ['{"text": "路灯"}', "", "{oops", "[1]", '{"text": ""}', "[" * 100_000, '{"text": "井盖"}']
    path.write_text("\n".join(lines), encoding="utf-8")
    rows = read(path)
    assert texts(rows) == [(1, "路灯"), (3, None), (4, None), (5, None), (6, None), (7, "井盖")]
    assert all(row.reason for _, row in rows if isinstance(row, BadLine))


def test_a_bad_row_keeps_the_id_it_gave_itself(tmp_path, read):
    path = tmp_path / "t.jsonl"
    path.write_text('{"ticket_id": "A7", "text": ""}\n{"ticket_id": 8, "text": 1}\n{"text": " "}\n', "utf-8")
    assert [row.ticket_id for _, row in read(path)] == ["A7", "8", None]


def test_one_endless_line_is_one_bad_line(tmp_path, read):
    path = tmp_path / "t.jsonl"
    path.write_text(f'{{"text": "{"路" * (2 * LINE_MAX)}"}}\n{{"text": "井盖"}}\n', encoding="utf-8")
    assert texts(read(path)) == [(1, None), (2, "井盖")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_encodings_and_separators(tmp_path, read, encoding, delimiter):
    path = tmp_path / "t.csv"
    rows = [
        ["工单编号", "时间", "姓名", "内容"],
        ["A1", "2026/5/17 14:30", "王某", '"路灯\n不亮，三天了"'],
        ["A2", "", "", "井盖"],
    ]
    path.write_text("\r\n".join(delimiter.join(row) for row in rows), encoding=encoding)
    found = read(path)
    assert texts(found) == [(2, "路灯\n不亮，三天了"), (4, "井盖")]
    assert found[0][1].caller.name == "王某"


def test_one_wrong_byte_spoils_one_csv_row_only(tmp_path, read):
    path = tmp_path / "t.csv"
    path.write_bytes("内容\n路灯\n".encode() + b"\xff\xfe\xff,\n" + "井盖\n".encode())
    assert texts(read(path)) == [(2, "路灯"), (3, None), (4, "井盖")]


def test_csv_rows_with_too_many_cells_or_an_open_quote_are_bad(tmp_path, read):
    path = tmp_path / "t.csv"
    path.write_text('内容,渠道\n路灯,电话,多,了\n井盖,电话\n"没有结尾' + "路" * 200_000, encoding="utf-8")
    assert texts(read(path)) == [(2, None), (3, "井盖"), (4, None)]


def test_excel_titles_merged_cells_and_typed_values(write_xlsx, read):
    path = write_xlsx(
        [
            ["12345 工单汇总"],
            ["工单编号", "渠道", "电话", "时间", "内容", "备注"],
            [1001, "电话", 13000000000, "2026-05-17 14:30", "路灯不亮", "甲"],
            [None, None, None, None, None, "乙"],
            [1002, None, None, "不是时间", "井盖松动", ""],
            [1003, None, None, None, "垃圾没人收"],
        ],
        merged=("A1:F1", "A3:A4", "B3:B5", "E3:E4"),
    )
    rows = read(path)
    assert texts(rows) == [(3, "路灯不亮"), (5, None), (6, "垃圾没人收")]
    first, last = rows[0][1], rows[2][1]
    assert (first.ticket_id, first.channel, first.caller.phone) == ("1001", "电话", "13000000000")
    assert (last.ticket_id, last.channel) == ("1003", None)


def test_a_merged_channel_holds_for_its_rows(write_xlsx, read):
    path = write_xlsx([["渠道", "内容"], ["网站", "路灯"], [None, "井盖"], [None, "垃圾"]], merged=("A2:A3",))
    assert [row.channel for _, row in read(path)] == ["网站", "网站", None]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.txt", b"x", ".jsonl"),
        ("t.csv", "标题,渠道\n路灯,电话\n".encode(), "标题"),
        ("t.csv", b"", "内容"),
        ("t.csv", "内容\n".encode() + b"a" * (LINE_MAX + 2), "CSV"),
        ("t.xlsx", b"not a zip", "Excel"),
    ],
)
def test_files_that_are_no_ticket_files(tmp_path, read, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(TicketFileUnreadable, match=said):
        read(path)


def test_a_missing_file_is_named(tmp_path, read):
    with pytest.raises(TicketFileUnreadable, match="nowhere"):
        read(tmp_path / "nowhere.csv")


def test_a_workbook_whose_cells_lie_worlds_apart_is_refused(write_xlsx, read):
    path = write_xlsx([["内容"], ["路灯"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace("</sheetData>", far))
    with pytest.raises(TicketFileUnreadable, match="最后的格子"):
        read(path)


def test_excel_without_a_text_column(write_xlsx, read):
    with pytest.raises(TicketFileUnreadable, match="标题"):
        read(write_xlsx([["标题"], ["路灯"]]))


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
def test_long_files_are_read_in_constant_memory(tmp_path, clock, suffix):
    path = tmp_path / f"t{suffix}"
    with path.open("w", encoding="utf-8") as handle:
        handle.write("内容\n" if suffix == ".csv" else "")
        for n in range(20_000):
            text = f"第{n}盏路灯不亮"
            handle.write(text + "\n" if suffix == ".csv" else json.dumps({"text": text}) + "\n")
    tracemalloc.start()
    try:
        count = sum(isinstance(row, Ticket) for _, row in read_tickets(path, clock=clock, new_id=lambda: "N"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak < 2_000_000


def test_times_without_zone_take_the_clock_s_zone(tmp_path, read):
    path = tmp_path / "t.csv"
    path.write_text("时间,内容\n2026-05-17 14:30,路灯\n", encoding="utf-8")
    assert read(path)[0][1].created_at == datetime.fromisoformat("2026-05-17T14:30:00+08:00")
