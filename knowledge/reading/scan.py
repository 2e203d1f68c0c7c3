"""Pictures of pages, through RapidOCR (dependency group `ocr`; its models come with the package)."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pypdfium2

# Dots an inch: print of 9 points is then 25 dots high, which is what the models were made for.
DPI = 200
# A line the recogniser is less sure of than this is a stain or a stamp.
_SURE = 0.5
_INSTALL = "请安装依赖组 ocr（pip install --group ocr）后重试，或先做文字识别再导入"


class ScanUnreadable(Exception):
    """Recognition is not installed; what_to_do is Chinese."""

    what_to_do = _INSTALL


def recognised_pages(data: bytes, pages: Sequence[int]) -> Iterator[list[str]]:
    """The lines of the given pages (from 0) of a PDF, top to bottom. Raises ScanUnreadable."""
    engine = _engine()
    document = pypdfium2.PdfDocument(data)
    try:
        for page in pages:
            picture = document[page].render(scale=DPI / 72)  # pyright: ignore[reportArgumentType]
            yield _lines(engine(picture.to_numpy()))
    finally:
        document.close()


def recognised_pictures(pictures: Iterable[Any]) -> Iterator[list[str]]:
    """The lines of each picture (height x width x 3 bytes: blue, green, red). Raises ScanUnreadable."""
    engine = _engine()
    for picture in pictures:
        yield _lines(engine(picture))


def _engine() -> Any:
    try:
        # An optional group of 300 MB: only a scanned page may load it.
        from rapidocr import RapidOCR  # noqa: PLC0415  # pyright: ignore
    except ImportError as error:
        raise ScanUnreadable from error
    engine: Any = RapidOCR(params={"Global.log_level": "warning"})
    logging.getLogger("RapidOCR").setLevel(logging.WARNING)
    return engine


def _lines(found: Any) -> list[str]:
    """Pieces side by side make one line: their middles are nearer than half their height."""
    if found.txts is None:
        return []
    pieces: list[tuple[float, float, float, str]] = []  # middle, height, left, words
    for words, score, box in zip(found.txts, found.scores, found.boxes, strict=True):
        top, bottom = min(point[1] for point in box), max(point[1] for point in box)
        if score >= _SURE:
            pieces.append(((top + bottom) / 2, bottom - top, min(point[0] for point in box), words))
    lines: list[list[tuple[float, float, float, str]]] = []
    for piece in sorted(pieces):
        if lines and piece[0] - lines[-1][0][0] < min(piece[1], lines[-1][0][1]) / 2:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [" ".join(words for *_, words in sorted(line, key=lambda piece: piece[2])) for line in lines]
