"""PDF: text through pypdf, ruled tables through pdfplumber, pictures through recognition where it is installed."""

import logging
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from knowledge.errors import DocumentUnreadable
from knowledge.reading.layout import joined_pages
from knowledge.reading.pdf_tables import has_rules, put_tables
from knowledge.reading.scan import ScanUnreadable, recognised_pages


def read_pdf(data: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """Text of all pages, and notices. Raises DocumentUnreadable: encrypted, damaged, or pictures nobody can read."""
    logging.getLogger("pypdf").setLevel(
        logging.CRITICAL
    )  # what it grumbles about comes as an error, or doesn't matter
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentUnreadable(path, "PDF 已加密", "请用密码打开后另存为不加密的 PDF")
        pages = [page.extract_text().splitlines() for page in reader.pages]
        pictures = [
            number
            for number, page in enumerate(reader.pages)
            if not any(line.strip() for line in pages[number]) and _has_picture(page)
        ]
        ruled = [number for number, page in enumerate(reader.pages) if pages[number] and has_rules(page)]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        # pypdf lets all of these escape on damaged files.
        raise DocumentUnreadable(path, "PDF 已损坏", "请重新导出或重新下载该文件") from error
    if ruled:
        put_tables(data, pages, ruled)
    notices = _recognise(data, path, pages, pictures) if pictures else ()
    if not any(line.strip() for page in pages for line in page):
        raise DocumentUnreadable(path, "PDF 里没有文字", "若是扫描件，请先做文字识别（OCR）再导入")
    return joined_pages(pages), notices


def _recognise(data: bytes, path: Path, pages: list[list[str]], pictures: list[int]) -> tuple[str, ...]:
    """Fill in the pages that are pictures; say so, for recognition errs."""
    named = "、".join(str(number + 1) for number in pictures[:5]) + ("等" if len(pictures) > 5 else "")
    try:
        for number, lines in zip(pictures, recognised_pages(data, pictures), strict=True):
            pages[number] = lines
    except ScanUnreadable as error:
        if len(pictures) == len(pages):
            raise DocumentUnreadable(path, "PDF 是扫描件，没有文字", error.what_to_do) from error
        return (f"第{named}页是图片，没有识别（未安装文字识别）",)
    return (f"第{named}页由文字识别（OCR）得来，引用前请与原件核对",)


def _has_picture(page: PageObject) -> bool:
    resources: Any = page.get("/Resources")
    objects: Any = resources.get_object().get("/XObject") if resources is not None else None
    drawn: Any = objects.get_object() if objects is not None else {}
    return any(drawn[name].get_object().get("/Subtype") == "/Image" for name in drawn)
