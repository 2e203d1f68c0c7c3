"""python -m evals.bench.index: the index of the real laws, as the program uses it; one JSON object.

Needs what `python -m evals retrieval --build-only` leaves under the work folder, and changes only a copy of it.
Each figure comes from a process of its own. CPU times stand beside wall times: the machine may be busy.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from subprocess import PIPE

import numpy as np

from evals.bench.process import peak_mb
from evals.retrieval.laws import load_questions
from evals.settings import ROOT, EvalSettings
from knowledge.base import KnowledgeBase
from knowledge.embedding import Embedder, Vectors, open_embedder

DATA = ROOT.parent / "shared" / "data"
QUESTIONS = 200
CHANGES = 10
LAW = "---\ntitle: {word}办法\neffective: 2020-01-01\n---\n"


def now() -> datetime:
    return datetime.now().astimezone()


class Remembered:
    """Query vectors made once, so that a second round costs no embedding."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self._kept: dict[str, Vectors] = {}
        self.fingerprint, self.dimension = inner.fingerprint, inner.dimension

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._inner.embed_documents(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        for text in texts:
            if text not in self._kept:
                self._kept[text] = self._inner.embed_queries([text])[0]
        return np.stack([self._kept[text] for text in texts])


def spent(act: Callable[[str], object], queries: Sequence[str]) -> dict[str, float]:
    """Milliseconds of single calls."""
    wall: list[float] = []
    cpu: list[float] = []
    for query in queries:
        begun, used = time.perf_counter(), time.thread_time()
        act(query)
        wall.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.thread_time() - used) * 1000)
    names = {"p50": (wall, 50), "p95": (wall, 95), "cpu_p50": (cpu, 50), "cpu_p95": (cpu, 95)}
    return {name: round(float(np.percentile(values, at)), 2) for name, (values, at) in names.items()}


def start(folder: Path) -> dict[str, float]:
    """Of this process since it began: CPU seconds to the first answer by words, then to a whole search."""
    base = KnowledgeBase.open(folder, _embedder(), now)
    base.look()[0].lexical("拖欠工资", 10)
    words = time.process_time()
    base.search("拖欠工资怎么办")
    return {"cpu_s_to_words": round(words, 2), "cpu_s_to_search": round(time.process_time(), 2)}


def searches(folder: Path) -> dict[str, object]:
    """Every question twice: the second time its vector is at hand."""
    queries = [one.query for one in load_questions(DATA / "stard" / "queries_dev.jsonl", QUESTIONS)]
    remembered = Remembered(_embedder())
    base = KnowledgeBase.open(folder, remembered, now)
    base.search("拖欠工资怎么办")
    view, _ = base.look()
    return {
        "clauses": base.status().clauses,
        "with_embedding_ms": spent(base.search, queries),
        "without_embedding_ms": spent(base.search, queries),
        "words_ms": spent(lambda query: view.lexical(query, 100), queries),
        "vectors_ms": spent(lambda query: view.dense(remembered.embed_queries([query]), 100), queries),
        "peak_mb": round(peak_mb()),
    }


def changes(folder: Path) -> dict[str, float]:
    """Seconds from handing in one law of 50 articles until another process finds it, and misses it when removed."""
    base = KnowledgeBase.open(folder, _embedder(), now)
    other = subprocess.Popen(_command("watch", folder), stdin=PIPE, stdout=PIPE, text=True, cwd=ROOT)
    assert other.stdin and other.stdout and other.stdout.readline() == "ready\n"

    def until(word: str, wanted: str, act: Callable[[], object]) -> float:
        assert other.stdin and other.stdout
        other.stdin.write(f"{word} {wanted}\n")
        other.stdin.flush()
        begun = time.time()
        act()
        return float(other.stdout.readline()) - begun

    found: list[float] = []
    gone: list[float] = []
    for number in range(CHANGES):
        word = f"test{number}"
        law = folder / f"{word}.md"
        law.write_text(
            LAW.format(word=word) + "\n".join(f"第{n}条 {word} 应当遵守本办法第{n}项。" for n in range(1, 51))
        )
        found.append(until(word, "there", lambda law=law: (base.add([law]), base.publish(embed=False))))
        document = next(one.id for one in base.documents() if word in one.source)
        gone.append(until(word, "gone", lambda document=document: base.remove(document)))
    other.stdin.close()
    other.wait()
    return {"found_s_p50": _median(found), "found_s_max": round(max(found), 2), "gone_s_p50": _median(gone)}


def watch(folder: Path) -> None:
    """Answer each line `word there|gone` with the time at which that became true."""
    base = KnowledgeBase.open(folder, _embedder(), now)
    base.look()
    print("ready", flush=True)
    for line in sys.stdin:
        word, wanted = line.split()
        while (len(base.look()[0].lexical({word: 1.0}, 1)) > 0) != (wanted == "there"):
            time.sleep(0.005)
        print(time.time(), flush=True)


def main() -> None:
    source = EvalSettings().work_dir / "laws"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(source, folder, dirs_exist_ok=True)
        told: dict[str, object] = {"load": os.getloadavg()[0]}
        for step in ("start", "searches", "changes"):
            begun = time.perf_counter()
            answer = subprocess.run(
                _command(step, folder), stdout=PIPE, check=True, text=True, cwd=ROOT
            ).stdout
            told |= json.loads(answer.splitlines()[-1])
            if step == "start":
                told["wall_s_to_search"] = round(time.perf_counter() - begun, 2)
    print(json.dumps(told, indent=1))


def _command(step: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "evals.bench.index", step, str(folder)]


def _embedder() -> Embedder:
    return open_embedder(EvalSettings().embedder)


def _median(values: Sequence[float]) -> float:
    return round(float(np.median(values)), 3)


STEPS = {"start": start, "searches": searches, "changes": changes, "watch": watch}

if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]))))
