"""PDF text through pypdf; lines that a page's width broke are joined again."""

import re
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from knowledge.errors import DocumentUnreadable

_PAGE_NUMBER = re.compile(r"^[—–\-\s]*\d{1,4}[—–\-\s]*$|^第\s*\d+\s*页.*$")
# A line starting like this opens a new paragraph even when the one before it did not end.
_OPENS = re.compile(
    r"^(第[一二三四五六七八九十百千零〇\d]+[编章节条]|[一二三四五六七八九十]+、|（[一二三四五六七八九十\d]+）|\d+(\.\d+)*[.、\s]|附件)"
)
_FULL_LINE = 18


def read_pdf(path: Path) -> str:
    """Text of all pages. Raises DocumentUnreadable: encrypted, damaged, or pictures only."""
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentUnreadable(path, "PDF 已加密", "请用密码打开后另存为不加密的 PDF")
        pages = [page.extract_text() for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        # pypdf lets all of these escape on damaged files.
        raise DocumentUnreadable(path, "PDF 已损坏", "请重新导出或重新下载该文件") from error
    if not any(page.strip() for page in pages):
        raise DocumentUnreadable(path, "PDF 里只有图片，没有文字", "请先做文字识别（OCR）再导入")
    return "\n".join(_joined("\n".join(pages).splitlines()))


def _joined(lines: list[str]) -> list[str]:
    paragraphs: list[str] = []
    open_ended = False
    for raw in lines:
        line = raw.strip()
        if not line or _PAGE_NUMBER.match(line):
            continue
        if open_ended and not _OPENS.match(line):
            paragraphs[-1] += line
        else:
            paragraphs.append(line)
        open_ended = len(line) >= _FULL_LINE and not line.endswith(("。", "；", "：", "！", "？", ":", ";"))
    return paragraphs
