import zipfile
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from docx import Document
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

from knowledge.errors import DocumentUnreadable
from knowledge.reading import archive, image, read_document
from knowledge.reading.layout import joined_pages

WORDS = "第一条 物业服务人应当公开收费项目，接受业主监督。\n第二条 本办法自公布之日起施行。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_text_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(WORDS.encode(encoding))
    assert read_document(path).text == WORDS


def test_invisible_characters_go_and_line_ends_are_one_kind(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes("第\u200b一\ufeff条\x07 好\r\n的\u202e。\r".encode())
    assert read_document(path).text == "第一条 好\n的。\n"


def test_docx_keeps_order_headings_and_tables(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("预案", 1)
    document.add_paragraph("先说一句。")
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "江畔站", "25.5"
    document.add_paragraph("后说一句。")
    document.save(str(tmp_path / "a.docx"))
    text = read_document(tmp_path / "a.docx").text
    assert [line for line in text.splitlines() if line] == [
        "## 预案",
        "先说一句。",
        "| 江畔站 | 25.5 |",
        "后说一句。",
    ]


def test_html_drops_scripts_and_marks_headings(tmp_path: Path) -> None:
    page = (
        "<html><head><meta charset=gb2312><style>p{}</style></head><body><nav>首页</nav><h2>第一章 总则</h2>"
    )
    page += "<p>第一条 好。</p><script>alert(1)</script><table><tr><td>甲</td><td>乙</td></tr></table></body></html>"
    (tmp_path / "a.html").write_bytes(page.encode("gbk"))
    lines = [line.strip() for line in read_document(tmp_path / "a.html").text.splitlines() if line.strip()]
    assert lines == ["## 第一章 总则", "第一条 好。", "甲 乙"]


def _pdf(path: Path, password: str | None = None) -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    with path.open("wb") as file:
        writer.write(file)


def test_unreadable_files_say_why_and_what_to_do(tmp_path: Path) -> None:
    _pdf(tmp_path / "locked.pdf", "secret")
    _pdf(tmp_path / "pictures.pdf")
    assert len(PdfReader(tmp_path / "pictures.pdf").pages) == 1
    (tmp_path / "empty.docx").touch()
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing of the kind")
    with zipfile.ZipFile(tmp_path / "other.docx", "w") as archive:
        archive.writestr("a.txt", "no document")
    (tmp_path / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0 old word")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "blank.md").write_text(" \n\u200b\n")
    (tmp_path / "a.xyz").write_text("x")
    expected = {
        "locked.pdf": "加密", "pictures.pdf": "没有文字", "empty.docx": "0 字节", "broken.pdf": "损坏",
        "other.docx": "DOCX", "old.docx": "DOCX", "binary.txt": "编码", "blank.md": "没有文字",
        "a.xyz": "不支持", "absent.md": "不存在",
    }  # fmt: skip
    for name, word in expected.items():
        with pytest.raises(DocumentUnreadable, match=word) as caught:
            read_document(tmp_path / name)
        assert name in str(caught.value) and "请" in caught.value.what_to_do, name


def test_a_scan_says_how_to_get_it_recognised(tmp_path: Path) -> None:
    """A page that is one picture. Where recognition is installed, nothing is on it to be recognised."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    picture = StreamObject()
    picture._data = b"\xff"  # one white dot
    picture.update(
        {NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Image")}
    )
    picture.update({NameObject("/Width"): NumberObject(1), NameObject("/Height"): NumberObject(1)})
    picture.update(
        {
            NameObject("/ColorSpace"): NameObject("/DeviceGray"),
            NameObject("/BitsPerComponent"): NumberObject(8),
        }
    )
    objects = DictionaryObject({NameObject("/Im0"): writer._add_object(picture)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): objects})
    with (tmp_path / "scan.pdf").open("wb") as file:
        writer.write(file)
    with pytest.raises(DocumentUnreadable, match="扫描件") as caught:
        read_document(tmp_path / "scan.pdf")
    assert "ocr" in caught.value.what_to_do or "OCR" in caught.value.what_to_do


def test_printed_lines_are_joined_and_running_heads_dropped() -> None:
    pages = [
        [
            "沄州市防汛预案",
            "第一条 为了做好防汛抗旱工作，保障人民群众生命财产安",
            "全，制定本预案。",
            "— 1 —",
        ],
        [
            "沄州市防汛预案",
            "第二条 本预案自印发之日起施行，有效期五年，期满前由市防",
            "（一）不是接上行；",
            "2",
        ],
        ["沄州市防汛预案", "第三条 完。", "3"],
    ]
    assert joined_pages(pages).splitlines() == [
        "第一条 为了做好防汛抗旱工作，保障人民群众生命财产安全，制定本预案。",
        "第二条 本预案自印发之日起施行，有效期五年，期满前由市防",
        "（一）不是接上行；",
        "第三条 完。",
    ]
    assert joined_pages([["甲"], ["甲"]]).splitlines() == ["甲", "甲"], "two pages have no running head"


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(DocumentUnreadable, match="200 MB，超过上限 32 MB"):
        read_document(tmp_path / "big.txt")


def test_a_file_written_to_while_it_is_read_is_read_again_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("第一条 旧。\n")
    plain = Path.read_bytes
    writes = [1]

    def written_to(self: Path) -> bytes:
        data = plain(self)
        if writes:
            self.write_text("第一条 新，更长。\n" + "第二条 好。\n" * writes.pop())
        return data

    monkeypatch.setattr(Path, "read_bytes", written_to)
    assert read_document(path).text == "第一条 新，更长。\n第二条 好。\n"
    writes.extend([3, 2])
    with pytest.raises(DocumentUnreadable, match="正在被写入"):
        read_document(path)


@pytest.mark.parametrize("limit", ["MOST_UNPACKED", "MOST_XML"])
def test_an_archive_that_unpacks_to_gigabytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(archive, limit, 1024)
    Document().save(str(tmp_path / "a.docx"))
    with pytest.raises(DocumentUnreadable, match="解压后"):
        read_document(tmp_path / "a.docx")


def _recognise(monkeypatch: pytest.MonkeyPatch, *pages: list[str]) -> list[object]:
    """Recognition answers with these pages; returned: the pictures it was shown."""
    shown: list[object] = []

    def recognised(pictures: Iterable[object]) -> Iterator[list[str]]:
        for picture, lines in zip(pictures, pages, strict=True):
            shown.append(picture)
            yield lines

    monkeypatch.setattr(image, "recognised_pictures", recognised)
    return shown


def test_pictures_are_recognised_page_by_page_the_right_way_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = Image.new("RGB", (4, 2), (255, 0, 0)), Image.new("1", (4, 2))
    first.save(tmp_path / "a.tiff", save_all=True, append_images=[second])
    turned = Image.Exif()
    turned[0x0112] = 6  # photographed with the camera on its side
    first.save(tmp_path / "a.jpg", exif=turned)
    shown = _recognise(monkeypatch, ["第一条 甲。", "1"], ["第二条 乙。", "2"])
    read = read_document(tmp_path / "a.tiff")
    assert read.text.splitlines() == ["第一条 甲。", "第二条 乙。"] and "核对" in read.notices[0]
    assert [picture.shape for picture in shown] == [(2, 4, 3)] * 2  # type: ignore[attr-defined]
    assert shown[0][0, 0].tolist() == [0, 0, 255], "blue, green, red"  # type: ignore[index]
    shown = _recognise(monkeypatch, ["第一条 甲。"])
    read_document(tmp_path / "a.jpg")
    assert shown[0].shape == (4, 2, 3)  # type: ignore[attr-defined]


def test_pictures_that_cannot_be_read_say_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("L", (30, 30)).save(tmp_path / "white.png")
    (tmp_path / "broken.png").write_bytes((tmp_path / "white.png").read_bytes()[:40])
    (tmp_path / "other.jpg").write_bytes(b"no picture at all")
    if find_spec("rapidocr") is None:
        with pytest.raises(DocumentUnreadable, match="文字识别") as caught:
            read_document(tmp_path / "white.png")
        assert "pip install --group ocr" in caught.value.what_to_do
    _recognise(monkeypatch, [])
    for name, word in {"white.png": "没有认出文字", "broken.png": "完好", "other.jpg": "完好"}.items():
        with pytest.raises(DocumentUnreadable, match=word):
            read_document(tmp_path / name)
    monkeypatch.setattr(image, "MOST_DOTS", 899)
    with pytest.raises(DocumentUnreadable, match="30×30"):
        read_document(tmp_path / "white.png")
