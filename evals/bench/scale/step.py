"""One size in processes of its own: python -m evals.bench.scale.step build|serve FOLDER CLAUSES MEMORY_GB.

build   write synthetic laws, take them in, publish
serve   open what was published, search, change one document, remove one

The result is one JSON object, the last line of stdout.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from evals.bench.process import disk_mb, latency, peak_mb
from evals.bench.scale.synthetic import Bigrams, ClusteredEmbedder, law, write_laws
from evals.settings import ROOT
from knowledge.base import KnowledgeBase

CORPUS = ROOT / "knowledge" / "corpus" / "yunzhou"
QUERIES = 200
NEW = "星河路灯熄灭的，管护单位应当自发现之时起二十四小时内修复"
PATIENCE_S = 60.0

Result = dict[str, object]


def build(folder: Path, clauses: int) -> Result:
    """add: parse and store. build: first publish, vectors costing nothing but their way through the cache."""
    files = write_laws(folder / "laws", clauses, Bigrams(CORPUS))
    base = _open(folder)
    result = _timed("add", lambda: base.add(files)) | _timed("build", base.publish)
    indexed = base.status().indexed
    base.close()
    sizes = {"build_peak_mb": peak_mb(), "disk_mb": disk_mb(folder / "base")}
    return {"clauses": clauses, "indexed": indexed, **result, **sizes}


def serve(folder: Path, clauses: int) -> Result:
    """open_s: until the first answer. change, remove: from asking for it to a search that shows it."""
    queries = [text[:20] for text in Bigrams(CORPUS, seed=1).texts(QUERIES)]
    begun = time.perf_counter()
    base = _open(folder)
    base.search(queries[0])
    result: Result = {"open_s": time.perf_counter() - begun}
    times = latency(base.search, queries)
    result |= {
        "p50_ms": times["p50"],
        "p95_ms": times["p95"],
        "cpu_ms": times["cpu"],
        "serve_peak_mb": peak_mb(),
    }
    changed = folder / "laws" / "000000.md"
    changed.write_text(law(0, [NEW]), encoding="utf-8")
    result |= _timed("change", lambda: _change(base, changed))
    result["change_peak_mb"] = peak_mb()
    hit = base.search(NEW)[0]
    document = hit.clause_id.partition("#")[0]
    result |= _timed("remove", lambda: _remove(base, document))
    base.close()
    return result


def _open(folder: Path) -> KnowledgeBase:
    return KnowledgeBase.open(folder / "base", ClusteredEmbedder(), lambda: datetime.now().astimezone())


def _change(base: KnowledgeBase, file: Path) -> None:
    base.add([file])
    base.publish()
    _until(lambda: _found(base))


def _remove(base: KnowledgeBase, document: str) -> None:
    base.remove(document)
    _until(lambda: not _found(base))


def _found(base: KnowledgeBase) -> bool:
    return any(NEW in hit.text for hit in base.search(NEW, as_of=date(2026, 1, 1)))


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"the change was not seen within {PATIENCE_S:.0f} s")


def _timed(name: str, work: Callable[[], object]) -> Result:
    """Seconds, and seconds of processor time, which neighbours on the machine change less."""
    begun, busy = time.perf_counter(), time.process_time()
    work()
    return {f"{name}_s": time.perf_counter() - begun, f"{name}_cpu_s": time.process_time() - busy}


def main(step: str, folder: str, clauses: str, memory_gb: str) -> None:
    limit = int(float(memory_gb) * 2**30)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))  # its own MemoryError, not the neighbours' end
    print(json.dumps({"build": build, "serve": serve}[step](Path(folder), int(clauses))))


if __name__ == "__main__":
    main(*sys.argv[1:])
