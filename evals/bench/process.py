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
    """p50 and p95 in milliseconds of single searches, one after another, after a few that don't count.

    cpu: p50 of the processor time, which neighbours on the machine hardly change.
    """
    for query in queries[:WARM_UP]:
        search(query)
    gc.collect()
    spent: list[tuple[float, float]] = []
    for query in queries:
        begun, busy = time.perf_counter(), time.process_time()
        search(query)
        spent.append((time.perf_counter() - begun, time.process_time() - busy))
    (p50, cpu), (p95, _) = np.percentile(np.array(spent) * 1000, [50, 95], axis=0).tolist()
    return {"p50": p50, "p95": p95, "cpu": cpu, "n": len(spent)}
