"""Files in, plain text out: one module a format, one table of them.

Headings come out as Markdown headings (`# …`) where the format knows them, tables as `| rows | of | cells |`.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import DocumentUnreadable
from knowledge.reading.docx import read_docx
from knowledge.reading.html import read_html
from knowledge.reading.image import read_image
from knowledge.reading.ofd import read_ofd
from knowledge.reading.pdf import read_pdf
from knowledge.reading.plain import read_plain
from knowledge.reading.xlsx import read_csv, read_xlsx

_Reader = Callable[[bytes, Path], tuple[str, tuple[str, ...]]]


def _whole(reader: Callable[[bytes, Path], str]) -> _Reader:
    """A reader that never has anything odd to tell."""
    return lambda data, path: (reader(data, path), ())


READERS: dict[str, _Reader] = {
    ".md": _whole(read_plain),
    ".markdown": _whole(read_plain),
    ".txt": _whole(read_plain),
    ".html": _whole(read_html),
    ".htm": _whole(read_html),
    ".docx": _whole(read_docx),
    ".pdf": read_pdf,
    ".xlsx": _whole(read_xlsx),
    ".xls": _whole(read_xlsx),
    ".csv": _whole(read_csv),
    ".ofd": _whole(read_ofd),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff"), read_image),
}
# The longest code of law is under one megabyte of text; memory is several times the file.
MOST_TEXT = 32 * 1024 * 1024
MOST_BYTES = 300 * 1024 * 1024
_TEXT = (".md", ".markdown", ".txt", ".html", ".htm", ".csv")
_TRIES = 2

# Control characters, zero-width characters and text-direction marks: invisible, so never part of a quote.
_INVISIBLE = re.compile(
    "[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff]"
)


@dataclass(frozen=True)
class Reading:
    """text: `\\n` line ends, nothing invisible. notices: what a reader of it should know, in Chinese."""

    text: str
    notices: tuple[str, ...]


def read_document(path: Path) -> Reading:
    """What a file says. Raises DocumentUnreadable."""
    reader = READERS.get(path.suffix.lower())
    if path.is_dir():
        raise DocumentUnreadable(path, "文件夹打不开", "请检查文件夹的权限")
    if reader is None:
        known = "、".join(READERS)
        raise DocumentUnreadable(
            path, f"不支持 {path.suffix or '没有扩展名的'} 文件", f"请转成其中一种：{known}"
        )
    try:
        text, notices = reader(_content(path), path)
    except FileNotFoundError as error:
        raise DocumentUnreadable(path, "文件不存在", "请检查路径") from error
    except OSError as error:
        reason = f"读不到（{error.strerror or error}）"
        raise DocumentUnreadable(path, reason, "请检查文件权限和磁盘") from error
    text = _INVISIBLE.sub("", re.sub("\r\n?|\x0b|\x0c|\u2028|\u2029", "\n", text))
    if not text.strip():
        raise DocumentUnreadable(path, "文件里没有文字", "若是扫描件，请先做文字识别（OCR）")
    return Reading(text, notices)


def _content(path: Path) -> bytes:
    """All of the file as it stood at one moment; read again when it was written to meanwhile."""
    for _ in range(_TRIES):
        before = path.stat()
        _check_size(path, before.st_size)
        data = path.read_bytes()
        if _same(before, path.stat()) and len(data) == before.st_size:
            return data
    raise DocumentUnreadable(path, "文件正在被写入", "请等它写完后再导入")


def _check_size(path: Path, size: int) -> None:
    most = MOST_TEXT if path.suffix.lower() in _TEXT else MOST_BYTES
    if size == 0:
        raise DocumentUnreadable(path, "文件是空的（0 字节）", "请重新导出或重新下载该文件")
    if size > most:
        reason = f"文件有 {size >> 20} MB，超过上限 {most >> 20} MB"
        raise DocumentUnreadable(path, reason, "请拆成几个文件，每个文件一部法规或一份预案")


def _same(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
