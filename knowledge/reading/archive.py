"""What DOCX, XLSX and OFD have in common: a zip file that may be damaged, locked, or a bomb."""

from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from knowledge.errors import DocumentUnreadable

# Unpacked. A thousand pages of text are a few megabytes.
MOST_UNPACKED = 512 * 1024 * 1024
# The head of the container in which Office keeps old formats and locked files alike.
_OLD_CONTAINER = b"\xd0\xcf\x11\xe0"


def open_archive(data: bytes, path: Path, kind: str, advice: str) -> ZipFile:
    """The file as an archive. Raises DocumentUnreadable."""
    if data.startswith(_OLD_CONTAINER):
        raise DocumentUnreadable(path, f"不是 {kind} 文件：是旧版格式，或设了密码", advice)
    try:
        archive = ZipFile(BytesIO(data))
        size = sum(entry.file_size for entry in archive.infolist())
    except (BadZipFile, ValueError, NotImplementedError) as error:
        raise DocumentUnreadable(path, f"不是完好的 {kind} 文件（可能在传输中损坏）", advice) from error
    if size > MOST_UNPACKED:
        raise DocumentUnreadable(
            path, f"解压后有 {size >> 20} MB，超过上限 {MOST_UNPACKED >> 20} MB", "请拆成几个文件"
        )
    return archive
