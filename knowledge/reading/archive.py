"""What DOCX and OFD have in common: a zip file that may be damaged, locked, or a bomb."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from knowledge.errors import DocumentUnreadable

# Unpacked, pictures and all.
MOST_UNPACKED = 512 * 1024 * 1024
# A thousand pages are some ten megabytes of XML. The tree made of it takes ten times as much, and a second a megabyte.
MOST_XML = 32 * 1024 * 1024
# XML shrinks to a tenth, pictures hardly. Names say nothing: any part may call itself a picture.
_SHRINKS = 3
# The head of the container in which Office keeps old formats and locked files alike.
_OLD_CONTAINER = b"\xd0\xcf\x11\xe0"


def open_archive(data: bytes, path: Path, kind: str, advice: str) -> ZipFile:
    """The file as an archive. Raises DocumentUnreadable."""
    if data.startswith(_OLD_CONTAINER):
        raise DocumentUnreadable(path, f"不是 {kind} 文件：是旧版格式，或设了密码", advice)
    try:
        archive = ZipFile(BytesIO(data))
        entries = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError) as error:
        raise DocumentUnreadable(path, f"不是完好的 {kind} 文件（可能在传输中损坏）", advice) from error
    _check_size(entries, MOST_UNPACKED, "", path)
    written = [entry for entry in entries if entry.file_size > _SHRINKS * entry.compress_size]
    _check_size(written, MOST_XML, "文字部分", path)
    return archive


def _check_size(entries: Sequence[ZipInfo], most: int, what: str, path: Path) -> None:
    size = sum(entry.file_size for entry in entries)
    if size > most:
        reason = f"{what}解压后有 {size >> 20} MB，超过上限 {most >> 20} MB"
        raise DocumentUnreadable(path, reason, "请拆成几个文件")
