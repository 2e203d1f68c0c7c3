"""Photographs and scans kept as pictures (PNG, JPEG, TIFF of any number of pages), through recognition."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from knowledge.errors import DocumentUnreadable
from knowledge.reading.layout import joined_pages
from knowledge.reading.scan import ScanUnreadable, recognised_pictures

# A3 at 600 dots an inch is 70 million; unpacked, a dot takes three bytes.
MOST_DOTS = 100_000_000
MOST_PAGES = 500


def read_image(data: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """The recognised text, and that it is recognised. Raises DocumentUnreadable."""
    try:
        with Image.open(BytesIO(data)) as image:
            pages = list(recognised_pictures(_pictures(image, path)))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise DocumentUnreadable(path, "不是完好的图片文件", "请重新扫描或重新下载该文件") from error
    except ScanUnreadable as error:
        raise DocumentUnreadable(path, "图片里的字要经过文字识别", error.what_to_do) from error
    if not any(pages):
        raise DocumentUnreadable(path, "图片里没有认出文字", "请换一份更清楚的扫描件")
    return joined_pages(pages), ("全文由文字识别（OCR）得来，引用前请与原件核对",)


def _pictures(image: Image.Image, path: Path) -> Iterator[Any]:
    """Each page as rows of blue, green, red, turned the way it was photographed. Raises DocumentUnreadable."""
    for number, page in enumerate(ImageSequence.Iterator(image), 1):
        if number > MOST_PAGES or page.width * page.height > MOST_DOTS:
            reason = f"第 {number} 页有 {page.width}×{page.height} 点"
            limit = f"{MOST_DOTS // 10_000} 万点、{MOST_PAGES} 页"
            raise DocumentUnreadable(
                path, f"{reason}，上限为 {limit}", "请以 200–300 DPI 重新扫描，或拆成几个文件"
            )
        yield np.ascontiguousarray(np.asarray(ImageOps.exif_transpose(page).convert("RGB"))[:, :, ::-1])
