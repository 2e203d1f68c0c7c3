"""OFD (GB/T 33190), the government's own page format: a zip of XML whose text objects say where they stand.

No kept library reads it without drawing it, so this takes the words alone, line by line.
"""

import re
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree
from zipfile import ZipFile

from knowledge.errors import DocumentUnreadable
from knowledge.reading.archive import open_archive
from knowledge.reading.layout import joined_pages

_ADVICE = "请用 OFD 阅读器另存为 PDF 或 Word 后导入"
# Words whose baselines are nearer than this many millimetres stand on one line.
_LINE = 2.0


def read_ofd(data: bytes, path: Path) -> str:
    """The text of all pages. Raises DocumentUnreadable."""
    with open_archive(data, path, "OFD", _ADVICE) as archive:
        try:
            pages = [_page(_parsed(archive, page)) for page in _pages(archive)]
        except (KeyError, ValueError, ElementTree.ParseError) as error:
            raise DocumentUnreadable(path, "OFD 文件已损坏或已加密", _ADVICE) from error
    if not any(pages):
        raise DocumentUnreadable(path, "OFD 里只有图片，没有文字", _ADVICE)
    return joined_pages(pages)


def _pages(archive: ZipFile) -> list[str]:
    """Names of the page files, in order: OFD.xml names the document, the document its pages."""
    pages: list[str] = []
    for root in _parsed(archive, "OFD.xml").findall(".//{*}DocRoot"):
        document = (root.text or "").strip().lstrip("/")
        folder = PurePosixPath(document).parent
        for page in _parsed(archive, document).findall("{*}Pages/{*}Page"):
            place = page.attrib["BaseLoc"]
            pages.append(place.lstrip("/") if place.startswith("/") else str(folder / place))
    return pages


def _parsed(archive: ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read(name))


def _page(page: ElementTree.Element) -> list[str]:
    """The page's lines from top to bottom; a text object's Boundary is `x y width height` in millimetres."""
    found: list[tuple[float, float, str]] = []
    for item in page.findall(".//{*}TextObject"):
        numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", item.get("Boundary", ""))]
        words = "".join(code.text or "" for code in item.findall("{*}TextCode"))
        if len(numbers) == 4 and words.strip():
            found.append((numbers[1] + numbers[3], numbers[0], words))
    lines: list[list[tuple[float, float, str]]] = []
    for piece in sorted(found):
        if lines and piece[0] - lines[-1][0][0] < _LINE:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return ["".join(words for _, _, words in sorted(line, key=lambda piece: piece[1])) for line in lines]
