"""Uploaded files in the data folder: `uploads/<upload>/<number>/<name as sent>`, kept as the originals."""

import errno
import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from serving.errors import StoreFull
from serving.store.tables import Json

PARTS = 4
PART_LENGTH = 100


class Sent(Protocol):
    """The part of an upload that is read here; `fastapi.UploadFile` is one."""

    @property
    def filename(self) -> str | None: ...

    @property
    def file(self) -> BinaryIO: ...


def keep(root: Path, upload_id: str, files: Sequence[Sent]) -> list[Json]:
    """Write the files below `root`; {"file": name as sent, "path": relative to root} of each, in order.

    A folder of its own for each: two of one name don't meet. Raises StoreFull, and leaves nothing then.
    """
    kept: list[Json] = []
    try:
        for number, sent in enumerate(files):
            name = _safe_name(sent.filename or "")
            path = PurePosixPath(upload_id, str(number)) / name
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as target:
                shutil.copyfileobj(sent.file, target, 1 << 20)
            kept.append({"file": name.name, "path": path.as_posix()})
    except OSError as error:
        shutil.rmtree(root / upload_id, ignore_errors=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull("磁盘空间不足，上传的文件没有保存；请清理磁盘后重新上传") from error
        raise
    return kept


def _safe_name(sent: str) -> PurePosixPath:
    """The last folders are kept, because 地方法规/北京北京/… tells level and region; never a way out of ours."""
    parts = sent.replace("\\", "/").replace("\0", "").split("/")
    safe = [_short(part) for part in parts if part not in ("", ".", "..")]
    return PurePosixPath(*(safe[-PARTS:] or ["file"]))


def _short(part: str) -> str:
    """At most 100 characters and 240 bytes, the end kept: it holds the extension."""
    part = part[-PART_LENGTH:]
    while len(part.encode("utf-8", "replace")) > 240:
        part = part[1:]
    return part.encode("utf-8", "replace").decode()
