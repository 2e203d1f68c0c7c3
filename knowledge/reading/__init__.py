"""Files in, plain text out: one module a format, one table of them.

Headings come out as Markdown headings (`# …`) where the format knows them, tables as rows of cells.
"""

import re
from collections.abc import Callable
from pathlib import Path

from knowledge.errors import DocumentUnreadable
from knowledge.reading.docx import read_docx
from knowledge.reading.html import read_html
from knowledge.reading.pdf import read_pdf
from knowledge.reading.plain import read_plain

READERS: dict[str, Callable[[Path], str]] = {
    ".md": read_plain,
    ".markdown": read_plain,
    ".txt": read_plain,
    ".html": read_html,
    ".htm": read_html,
    ".docx": read_docx,
    ".pdf": read_pdf,
}

# Control characters, zero-width characters and text-direction marks: invisible, so never part of a quote.
_INVISIBLE = re.compile(
    "[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff]"
)


def read_document(path: Path) -> str:
    """The text of a file: `\\n` line ends, nothing invisible. Raises DocumentUnreadable."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = "、".join(READERS)
        raise DocumentUnreadable(
            path, f"不支持 {path.suffix or '没有扩展名的'} 文件", f"请转成其中一种：{known}"
        )
    try:
        if path.stat().st_size == 0:
            raise DocumentUnreadable(path, "文件是空的（0 字节）", "请重新导出或重新下载该文件")
        text = reader(path)
    except FileNotFoundError as error:
        raise DocumentUnreadable(path, "文件不存在", "请检查路径") from error
    except OSError as error:
        raise DocumentUnreadable(
            path, f"读不到（{error.strerror or error}）", "请检查文件权限和磁盘"
        ) from error
    text = _INVISIBLE.sub("", re.sub("\r\n?|\x0b|\x0c|\u2028|\u2029", "\n", text))
    if not text.strip():
        raise DocumentUnreadable(path, "文件里没有文字", "若是扫描件，请先做文字识别（OCR）")
    return text
