import subprocess
import sys
import time

from evals.bench.process import WARM_UP, latency
from evals.settings import ROOT


def test_single_searches_are_timed_after_a_few_that_do_not_count() -> None:
    asked: list[str] = []
    found = latency(lambda query: (asked.append(query), time.sleep(0.002)), ["甲"] * 20)
    assert len(asked) == 20 + WARM_UP
    assert found["n"] == 20
    assert found["p95"] >= found["p50"] >= 2 > found["cpu"], "waiting is no work"


GROW = """
from evals.bench.process import peak_mb
before = peak_mb()
held = b"x" * (50 * 2**20)
grown = peak_mb()
del held
print(before, grown, peak_mb())
"""


def test_peak_memory_grows_and_never_shrinks() -> None:
    # In a process of its own: this one's peak may lie far above what it holds now.
    told = subprocess.run([sys.executable, "-c", GROW], check=True, capture_output=True, text=True, cwd=ROOT)
    before, grown, after = map(float, told.stdout.split())
    assert grown >= before + 40
    assert after > grown - 1, "the kernel counts in batches"
