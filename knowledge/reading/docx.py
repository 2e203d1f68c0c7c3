"""Word files through python-docx: paragraphs and tables in the order they stand."""

from pathlib import Path
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from knowledge.errors import DocumentUnreadable


def read_docx(path: Path) -> str:
    """One line a paragraph, `#` before headings. Raises DocumentUnreadable for what is no sound DOCX."""
    try:
        document = Document(str(path))
        return "\n\n".join(_text(block) for block in document.iter_inner_content())
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        reason = "不是完好的 DOCX 文件（可能是旧版 .doc、加密或传输中损坏）"
        raise DocumentUnreadable(path, reason, "请用 Word 或 WPS 打开后另存为 .docx") from error


def _text(block: Paragraph | Table) -> str:
    if isinstance(block, Table):
        return "\n".join(" | ".join(_cells(row.cells)) for row in block.rows)
    style = block.style.name if block.style is not None else None
    if style == "Title":
        return "# " + block.text
    if style and style.startswith("Heading ") and style[8:].isdigit():
        return "#" * min(int(style[8:]) + 1, 6) + " " + block.text
    return block.text


def _cells(cells: tuple[object, ...]) -> list[str]:
    """Merged cells come once for each column they span: keep the first."""
    texts = [str(getattr(cell, "text", "")).replace("\n", " ").strip() for cell in dict.fromkeys(cells)]
    return texts
