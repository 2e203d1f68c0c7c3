"""How commands speak: results on stdout, progress on stderr when it is a terminal, one line for what is wrong."""

import errno
import json
import os
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn

import typer

_WHY: Final = {
    errno.ENOENT: "没有这个文件或目录",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许",
    errno.EISDIR: "是目录",
    errno.ENOTDIR: "上级不是目录",
    errno.EEXIST: "上级不是目录",
    errno.ENAMETOOLONG: "名字太长",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "只读",
}

DONE, SOME_FAILED, BAD_INPUT, NOT_REACHABLE = 0, 1, 2, 3


def stop(message: object, code: int = BAD_INPUT) -> NoReturn:
    """End the command with a line on stderr: what, where, what to do."""
    typer.echo(f"pingji: {message}", err=True)
    raise typer.Exit(code)


def stop_unwritable(error: OSError) -> NoReturn:
    """A file that can't be read or written ends the command."""
    why = _WHY.get(error.errno or 0) or error.strerror or type(error).__name__
    stop(f"不能读写 {error.filename2 or error.filename or '文件'}（{why}）；请检查路径、权限和磁盘空间")


@contextmanager
def whole_file(path: Path) -> Generator[BinaryIO]:
    """A file that is there whole at the end, or as it was before: nobody opens half a briefing.

    Raises OSError at once where it can't be written, before the work for it is done.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object, one line."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def progress(text: str) -> None:
    """A line that overwrites the one before; nothing where no person looks."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()


def progress_end() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\n")
