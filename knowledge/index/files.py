"""Files of the index: arrays written and synced, folders that appear whole, sums that tell damage."""

import os
import shutil
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 1 << 20
# What is read of a file at the start of a process: all of it up to this many blocks, then evenly spread ones.
QUICK_BLOCKS = 64
BUILDING = "building-"
"""Begins the name of a folder that is not whole yet."""


@dataclass(frozen=True)
class FileSum:
    """Size in bytes; CRC-32 of the blocks looked at each start, and of everything."""

    size: int
    quick: int
    full: int


def write_array(path: Path, array: NDArray[Any]) -> None:
    """A .npy file, synced. Through Python's own writer: NumPy's hides what the system said of a full disk."""
    whole = np.ascontiguousarray(array)
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(whole))
        file.write(whole.tobytes() if whole.size == 0 else whole.reshape(-1).view(np.uint8).data)
        file.flush()
        os.fsync(file.fileno())


def map_array(path: Path) -> NDArray[Any]:
    """Memory-mapped, read-only: pages are shared by all processes and stay readable after the file is deleted."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def write_text(path: Path, text: str) -> None:
    """Replace the file as a whole, or leave it as it was."""
    waiting = path.with_name(path.name + ".new")
    with waiting.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(path)
    sync(path.parent)


def write_folder(final: Path, fill: Callable[[Path], None]) -> Mapping[str, FileSum]:
    """Build a folder aside, then rename it; `fill` writes and syncs the files. Returns the sum of each."""
    building = final.with_name(BUILDING + final.name)
    shutil.rmtree(building, ignore_errors=True)
    try:
        building.mkdir(parents=True)
        fill(building)
        sums = {file.name: _sum(file) for file in sorted(building.iterdir())}
        sync(building)
        building.rename(final)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    sync(final.parent)
    return sums


def quick_fault(folder: Path, sums: Mapping[str, FileSum]) -> str | None:
    """The first file that is missing, cut or damaged where the quick sum looks."""
    return _fault(folder, sums, lambda path, told: _quick(path, told.size) == told.quick)


def full_fault(folder: Path, sums: Mapping[str, FileSum]) -> str | None:
    """The first file that differs in any byte."""
    return _fault(folder, sums, lambda path, told: _sum(path) == told)


def sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fault(folder: Path, sums: Mapping[str, FileSum], sound: Callable[[Path, FileSum], bool]) -> str | None:
    for name, told in sums.items():
        path = folder / name
        if not path.is_file():
            return f"{folder.name}/{name} 不存在"
        if path.stat().st_size != told.size or not sound(path, told):
            return f"{folder.name}/{name} 的校验和不符"
    return None


def _sum(path: Path) -> FileSum:
    size = path.stat().st_size
    quick = _quick(path, size)
    return FileSum(
        size, quick, quick if size <= QUICK_BLOCKS * BLOCK else _checksum(path, range(0, size, BLOCK))
    )


def _quick(path: Path, size: int) -> int:
    blocks = max(-(-size // BLOCK), 1)
    step = -(-blocks // QUICK_BLOCKS)
    return _checksum(path, [min(n * step, blocks - 1) * BLOCK for n in range(-(-blocks // step))])


def _checksum(path: Path, offsets: range | list[int]) -> int:
    found = 0
    with path.open("rb") as file:
        for offset in offsets:
            file.seek(offset)
            found = zlib.crc32(file.read(BLOCK), found)
    return found
