"""Runs the contestants one after another, each step in a process of its own, and scores what they found."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress, TaskID

from evals.bench.process import disk_mb
from evals.bench.retrieval.contestants import CONTESTANTS
from evals.bench.retrieval.exchange import Exchange
from evals.bench.retrieval.prepare import Prepared
from evals.measure import Measure, Measured, Tally, pool_all
from evals.report import Json
from evals.retrieval.laws import Question
from evals.retrieval.ranking import ndcg, recall, reciprocal_rank
from evals.settings import ROOT

FORMAT = 2
STEPS = ("build", "serve")
MEASURES = (
    Measure("recall_5", "R@5", "mean"),
    Measure("recall_10", "R@10", "mean"),
    Measure("recall_100", "R@100", "mean"),
    Measure("mrr_10", "MRR@10", "mean"),
    Measure("ndcg_10", "nDCG@10", "mean"),
)
ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "NUMBA_NUM_THREADS",
    ),
    "1",
)
"""Two threads for one query are slower than one on two cores; the shared embedder brings its own two."""


@dataclass(frozen=True)
class Bench:
    """peers: the Python of their environment; None where it was not made. timed: questions whose search is timed."""

    prepared: Prepared
    questions: Sequence[Question]
    peers: Path | None
    timed: int

    @property
    def folder(self) -> Path:
        return self.prepared.exchange.folder.parent


def run(bench: Bench, names: Sequence[str], again: bool, progress: Progress) -> list[Json]:
    """One result a contestant, in the order of the list: of those named a new one (an older one is kept when it is
    of the same corpus, `again` asks for a new one all the same), of the others what an earlier run left."""
    bar = progress.add_task("对比", total=len(names) * len(STEPS))
    results: list[Json] = []
    for name in CONTESTANTS:
        kept = _kept(bench, name)
        if name in names and (again or kept is None):
            kept = _contest(bench, name, progress, bar)
        if kept is not None:
            results.append(kept)
    return results


def _kept(bench: Bench, name: str) -> Json | None:
    path = bench.folder / f"{name}.json"
    if not path.is_file():
        return None
    result: Json = json.loads(path.read_text(encoding="utf-8"))
    same = all(result.get(key) == value for key, value in _stamp(bench).items())
    return result if same else None


def _stamp(bench: Bench) -> Json:
    """What results must share to stand in one table."""
    return {"format": FORMAT, "digest": bench.prepared.exchange.meta.digest, "timed": bench.timed}


def _contest(bench: Bench, name: str, progress: Progress, bar: TaskID) -> Json:
    """Both steps of one contestant. One that can't run is a result too: `failed` says why."""
    entry = CONTESTANTS[name]
    result: Json = {"name": name, "title": entry.title, "seen": entry.seen, "failed": None, **_stamp(bench)}
    python = sys.executable if entry.ours else bench.peers
    home = bench.prepared.base if entry.ours else bench.folder / name
    try:
        if python is None:
            raise WorkerFailed("对手的环境未建立（make bench-retrieval 会建立它）")
        for step in STEPS:
            progress.update(bar, description=f"{entry.title}：{step}")
            result |= _work(bench, python, (name, step), home)
            progress.advance(bar)
        result["disk_mb"] = disk_mb(home)
        result["measures"] = [one.as_json() for one in score(bench, home / "found.jsonl")]
    except WorkerFailed as error:
        return result | {"failed": str(error)}
    (bench.folder / f"{name}.json").write_text(
        json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    return result


class WorkerFailed(Exception):
    """One contestant's process did not end well; the others go on."""


def _work(bench: Bench, python: str | Path, step: tuple[str, str], home: Path) -> Json:
    command = [str(python), "-m", "evals.bench.retrieval.worker", *step]
    command += [str(bench.prepared.exchange.folder), str(home), str(bench.timed)]
    environ = {**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    (bench.folder / f"{'-'.join(step)}.log").write_text(done.stderr, encoding="utf-8")
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or [f"退出码 {done.returncode}"]
        raise WorkerFailed(f"{step[1]}：{last[0]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def score(bench: Bench, found: Path) -> list[Measured]:
    """Quality over all questions; hits count by law and article, as in every evaluation of retrieval."""
    clauses = bench.prepared.exchange.rows("clauses")
    key_of = dict(zip(clauses.ids, clauses.keys, strict=True))
    wanted = {str(question.query_id): question.wanted for question in bench.questions}
    rows: list[dict[str, Tally]] = []
    for line in found.read_text(encoding="utf-8").splitlines():
        answer: Json = json.loads(line)
        if answer["id"] in wanted:  # not the probe, nor what a partial corpus can't answer
            # What is not of the common corpus (a heading) takes its rank and answers nothing.
            hits: list[str] = answer["hits"]
            ranked = list(dict.fromkeys(key_of.get(hit, hit) for hit in hits))
            rows.append(_tallies(ranked, wanted[answer["id"]]))
    return pool_all(MEASURES, rows)


def _tallies(ranked: Sequence[str], wanted: frozenset[str]) -> dict[str, Tally]:
    found = {f"recall_{cut}": recall(ranked, wanted, cut) for cut in (5, 10, 100)}
    found |= {"mrr_10": reciprocal_rank(ranked, wanted, 10), "ndcg_10": ndcg(ranked, wanted, 10)}
    return {key: Tally(value) for key, value in found.items()}


def held(exchange: Exchange, questions: Sequence[Question]) -> list[Question]:
    """The questions that the exchange's clauses can answer."""
    keys = frozenset(exchange.rows("clauses").keys)
    return [question for question in questions if question.wanted & keys]
