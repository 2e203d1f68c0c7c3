"""Word files through python-docx: paragraphs, with the numbers Word only computes, and tables, in order."""

from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml.etree import XMLSyntaxError

from knowledge.errors import DocumentUnreadable
from knowledge.reading.archive import open_archive
from knowledge.reading.grid import table_lines
from knowledge.reading.word_numbers import WordNumbers

_ADVICE = "请用 Word 或 WPS 打开后另存为不加密的 .docx"


def read_docx(data: bytes, path: Path) -> str:
    """One line a paragraph, `#` before headings. Raises DocumentUnreadable for what is no sound DOCX."""
    open_archive(data, path, "DOCX", _ADVICE).close()
    try:
        document = Document(BytesIO(data))
        numbers = WordNumbers(document)
        return "\n\n".join(_text(block, numbers) for block in document.iter_inner_content())
    except (PackageNotFoundError, BadZipFile, XMLSyntaxError, KeyError, ValueError, AttributeError) as error:
        raise DocumentUnreadable(path, "不是完好的 DOCX 文件（可能在传输中损坏）", _ADVICE) from error


def _text(block: Paragraph | Table, numbers: WordNumbers) -> str:
    if isinstance(block, Table):
        return table_lines([_cells(row.cells) for row in block.rows])
    words = numbers.before(block) + block.text
    style = block.style.name if block.style is not None else None
    if style and style.lower().startswith(("toc ", "目录")):
        return ""  # the contents page: its entries are no headings
    if style == "Title":
        return "# " + words
    if style and style.startswith("Heading ") and style[8:].isdigit():
        return "#" * min(int(style[8:]) + 1, 6) + " " + words
    return words


def _cells(cells: tuple[object, ...]) -> list[str]:
    """A merged cell comes once for each column it spans: its words stand in the first."""
    seen: set[int] = set()
    texts: list[str] = []
    for cell in cells:
        texts.append("" if id(cell) in seen else str(getattr(cell, "text", "")))
        seen.add(id(cell))
    return texts
