"""What the benches measure of a process: its peak memory, and how long single searches take. Needs NumPy only."""

import gc
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

WARM_UP = 5


def peak_mb() -> float:
    """High-water mark of this process's resident size. ru_maxrss would include what started it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status tells no VmHWM: the bench needs Linux")


def disk_mb(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20


def latency(search: Callable[[str], object], queries: Sequence[str]) -> dict[str, float]:
    """p50 and p95 in milliseconds of single searches, one after another, after a few that don't count."""
    for query in queries[:WARM_UP]:
        search(query)
    gc.collect()
    spent: list[float] = []
    for query in queries:
        begun = time.perf_counter()
        search(query)
        spent.append((time.perf_counter() - begun) * 1000)
    return {"p50": float(np.percentile(spent, 50)), "p95": float(np.percentile(spent, 95)), "n": len(spent)}
