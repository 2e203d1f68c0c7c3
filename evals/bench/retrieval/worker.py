"""One contestant in a process of its own: python -m evals.bench.retrieval.worker NAME STEP EXCHANGE FOLDER TIMED.

build   index and save; then what serving will need is made ready, untimed
serve   open; answer every question; time a share of them without and with the model; add and remove a document
watch   a second process that looks for the added document (serve starts it)

The result is one JSON object, the last line of stdout. Runs in the peers' environment: only NumPy, the contestant's
own packages and knowledge.embedding are there.
"""

import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from evals.bench.process import latency, peak_mb
from evals.bench.retrieval.contestants import CONTESTANTS, Contestant
from evals.bench.retrieval.exchange import PROBE, Exchange
from evals.bench.retrieval.vault import Vault

DEEP = 100
TOP = 10
PATIENCE_S = 600.0
POLL_S = 0.01

Result = dict[str, object]


@dataclass(frozen=True)
class Task:
    name: str
    exchange: Exchange
    folder: Path
    timed: int

    def start(self) -> tuple[Contestant, Vault]:
        entry = CONTESTANTS[self.name]
        vault = Vault(self.exchange)
        stack = getattr(importlib.import_module(entry.module), entry.stack)
        return stack(self.exchange, self.folder, vault), vault


def build(task: Task) -> Result:
    """build_s: from given clauses and vectors to a saved index, imports left out. *_mb: peak resident size."""
    contestant, vault = task.start()
    begun = time.perf_counter()
    contestant.build()
    found: Result = {"build_s": time.perf_counter() - begun, "build_peak_mb": peak_mb()}
    found["versions"] = {package: version(package) for package in CONTESTANTS[task.name].packages}
    if CONTESTANTS[task.name].ours:
        # It may ask for vectors of expanded queries: none must be made while it is measured.
        for query in task.exchange.rows("queries").texts:
            contestant.search(query, TOP)
        vault.keep()
    return found


def serve(task: Task) -> Result:
    """open_s: until the first answer. found: ids of the best hits of every question, beside it on disk."""
    begun = time.perf_counter()
    contestant, vault = task.start()
    contestant.open()
    contestant.search(PROBE, TOP)
    result: Result = {"open_s": time.perf_counter() - begun}
    queries = task.exchange.rows("queries")
    with (task.folder / "found.jsonl").open("w", encoding="utf-8") as out:
        for one, text in zip(queries.ids, queries.texts, strict=True):
            out.write(
                json.dumps({"id": one, "hits": contestant.search(text, DEEP)}, ensure_ascii=False) + "\n"
            )
    asked = queries.texts[: task.timed]
    result["ms"] = latency(lambda query: contestant.search(query, TOP), asked)
    result["serve_peak_mb"] = peak_mb()
    vault.live = True
    result["ms_embedding"] = latency(lambda query: contestant.search(query, TOP), asked)
    vault.live = False
    result["with_model_peak_mb"] = peak_mb()
    return result | _changes(task, contestant)


def watch(task: Task) -> Result:
    """Answers each line of stdin (present, absent) with the moment when the probe's hits were so."""
    contestant, _ = task.start()
    contestant.open()
    contestant.search(PROBE, TOP)
    print("ready", flush=True)
    added = frozenset(task.exchange.rows("added").ids)
    for line in sys.stdin:
        wanted = line.strip() == "present"
        if not contestant.follows:
            contestant.open()
        _until(lambda wanted=wanted: _sees(contestant, added) == wanted)
        print(time.monotonic(), flush=True)
    return {}


def _changes(task: Task, contestant: Contestant) -> Result:
    """Seconds from asking for a change to finding it, in this process and in another one."""
    command = [
        sys.executable,
        "-m",
        __spec__.name,
        task.name,
        "watch",
        *map(str, (task.exchange.folder, task.folder)),
    ]
    result: Result = {"reopens": not contestant.follows}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        _read_line(other, "ready")
        for name, change, wanted in (
            ("added", contestant.add, "present"),
            ("removed", contestant.remove, "absent"),
        ):
            result[f"{name}_s"], result[f"{name}_elsewhere_s"] = _change(
                task, contestant, change, other, wanted
            )
        assert other.stdin is not None
        other.stdin.close()
        other.wait(PATIENCE_S)
    return result


def _change(
    task: Task, contestant: Contestant, change: Callable[[], None], other: subprocess.Popen[str], wanted: str
) -> tuple[float, float]:
    added = frozenset(task.exchange.rows("added").ids)
    begun = time.monotonic()
    if contestant.follows:
        _write_line(other, wanted)
    change()
    _until(lambda: _sees(contestant, added) == (wanted == "present"))
    here = time.monotonic() - begun
    contestant.save()
    if not contestant.follows:
        _write_line(other, wanted)
    return here, float(_read_line(other)) - begun


def _sees(contestant: Contestant, added: frozenset[str]) -> bool:
    return not added.isdisjoint(contestant.search(PROBE, TOP))


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"the change was not seen within {PATIENCE_S:.0f} s")
        time.sleep(POLL_S)


def _write_line(other: subprocess.Popen[str], line: str) -> None:
    assert other.stdin is not None
    other.stdin.write(line + "\n")
    other.stdin.flush()


def _read_line(other: subprocess.Popen[str], wanted: str | None = None) -> str:
    """Skips what libraries print on their own."""
    assert other.stdout is not None
    for line in other.stdout:
        text = line.strip()
        if text == wanted or (wanted is None and text.replace(".", "", 1).isdigit()):
            return text
    raise RuntimeError("the watching process ended early")


def main(arguments: list[str]) -> None:
    name, step, exchange, folder, *more = arguments
    task = Task(name, Exchange(Path(exchange)), Path(folder), timed=int(more[0]) if more else 0)
    task.folder.mkdir(parents=True, exist_ok=True)
    print(json.dumps({"build": build, "serve": serve, "watch": watch}[step](task)))


if __name__ == "__main__":
    main(sys.argv[1:])
