import time

from evals.bench.process import WARM_UP, latency, peak_mb


def test_single_searches_are_timed_after_a_few_that_do_not_count() -> None:
    asked: list[str] = []
    found = latency(lambda query: (asked.append(query), time.sleep(0.002)), ["甲"] * 20)
    assert len(asked) == 20 + WARM_UP
    assert found["n"] == 20
    assert found["p95"] >= found["p50"] >= 2 > found["cpu"], "waiting is no work"


def test_peak_memory_grows_and_never_shrinks() -> None:
    before = peak_mb()
    held = bytearray(50 * 2**20)
    assert peak_mb() >= before + 40
    del held
    assert peak_mb() >= before + 40
