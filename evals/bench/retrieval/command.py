"""python -m evals bench-retrieval: the command, which make bench-retrieval calls with the peers' environment."""

import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from evals.bench.drawing import draw
from evals.bench.retrieval import report
from evals.bench.retrieval.contestants import CONTESTANTS
from evals.bench.retrieval.prepare import bench_folder, prepare
from evals.bench.retrieval.run import Bench, held, run
from evals.bench.shown import RESULTS, show
from evals.context import now
from evals.report import Json, provenance
from evals.retrieval.laws import Corpus, Question, load_corpus, load_questions
from evals.settings import ROOT, EvalSettings
from knowledge.embedding import open_embedder

EXTERNAL = ROOT.parent / "shared" / "data"

out, err = Console(), Console(stderr=True)


def bench_retrieval(
    laws: Annotated[int | None, typer.Option(min=1, help="只用 N 部法规，快速看一眼")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="只用前 N 问")] = None,
    timed: Annotated[int, typer.Option(min=1, help="其中多少问计时")] = 100,
    only: Annotated[str, typer.Option(help="只跑这几家，用逗号隔开；其余沿用上次结果")] = "",
    again: Annotated[bool, typer.Option("--again", help="已有结果的也重跑")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="语料重新解析，全部重跑")] = False,
    peers: Annotated[Path | None, typer.Option(help="对手环境的 python")] = None,
    data: Annotated[Path, typer.Option(help="数据目录，其下有 stard/ 与 laws/")] = EXTERNAL,
    results: Annotated[Path, typer.Option(help="表、图与 JSON 写到这里")] = RESULTS,
) -> None:
    """检索并排对比：同一语料、问题与向量，各家一个进程，依次运行。"""
    names = _names(only)
    settings = EvalSettings()
    questions = load_questions(data / "stard" / "queries_dev.jsonl", limit)
    corpus = load_corpus(data / "laws", questions, laws)
    if fresh:
        shutil.rmtree(bench_folder(corpus, settings.work_dir), ignore_errors=True)
    embedder = open_embedder(settings.embedder, threads=settings.embedder_threads)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        prepared = prepare(corpus, questions, settings.work_dir, settings.embedder, embedder, progress)
        asked = held(prepared.exchange, questions) if corpus.partial else questions
        bench = Bench(prepared, asked, peers, timed)
        contestants = run(bench, names, again or fresh, progress)
    written = report.write(contestants, _head(bench, corpus, asked), results)
    table = written.read_text(encoding="utf-8")
    out.print(table, soft_wrap=True, markup=False, highlight=False)
    if not corpus.partial and not limit:
        show(report.NAME, table, results)
    if problem := draw(peers, report.NAME, results / f"{report.NAME}.json"):
        err.print(f"[yellow]{problem}[/yellow]")
    err.print(f"表、图与 JSON：{results}")
    if any(one["failed"] for one in contestants):
        raise typer.Exit(1)


def _names(only: str) -> list[str]:
    names = [name.strip() for name in only.split(",") if name.strip()] or list(CONTESTANTS)
    if unknown := set(names) - set(CONTESTANTS):
        wanted = f"不认识 {'、'.join(sorted(unknown))}；可写 {'、'.join(CONTESTANTS)}"
        raise typer.BadParameter(wanted, param_hint="--only")
    return names


def _head(bench: Bench, corpus: Corpus, asked: list[Question]) -> Json:
    exchange = bench.prepared.exchange
    return {
        "evaluation": "bench-retrieval",
        **provenance(now()),
        "partial": corpus.partial,
        "laws": len(corpus.files),
        "clauses": len(exchange.rows("clauses").ids),
        "questions": len(asked),
        "timed": min(bench.timed, len(exchange.rows("queries").ids)),
        "embedder": exchange.meta.fingerprint,
        "parse_s": bench.prepared.parse_s,
    }
