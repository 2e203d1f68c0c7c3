"""python -m evals bench-scale: sizes one after another, each step in a process of its own; table, JSON and plot."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from evals.bench.drawing import draw
from evals.bench.shown import RESULTS, show
from evals.context import now
from evals.report import Json, provenance
from evals.settings import ROOT, EvalSettings

STEPS = ("build", "serve")
COLUMNS = (
    ("条款数", "clauses", "{:,}"),
    ("解析入库 秒", "add_s", "{:.1f}"),
    ("CPU", "add_cpu_s", "{:.1f}"),
    ("首次建库 秒", "build_s", "{:.1f}"),
    ("CPU", "build_cpu_s", "{:.1f}"),
    ("打开至首答 秒", "open_s", "{:.2f}"),
    ("检索 p50 毫秒", "p50_ms", "{:.1f}"),
    ("p95", "p95_ms", "{:.1f}"),
    ("CPU p50", "cpu_ms", "{:.1f}"),
    ("改一部文件 秒", "change_s", "{:.2f}"),
    ("CPU", "change_cpu_s", "{:.2f}"),
    ("删一部 秒", "remove_s", "{:.2f}"),
    ("CPU", "remove_cpu_s", "{:.2f}"),
    ("服务峰值 MB", "serve_peak_mb", "{:.0f}"),
    ("建库峰值 MB", "build_peak_mb", "{:.0f}"),
    ("磁盘 MB", "disk_mb", "{:.0f}"),
)

out, err = Console(), Console(stderr=True)


def bench_scale(
    sizes: Annotated[str, typer.Option(help="条款数，用逗号隔开")] = "10000,30000,100000,300000,1000000",
    memory_gb: Annotated[float, typer.Option(min=1, help="每个进程的地址空间上限")] = 16.0,
    again: Annotated[bool, typer.Option("--again", help="已有结果的也重跑")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="保留各规模的知识库")] = False,
    peers: Annotated[Path | None, typer.Option(help="有 matplotlib 的 python，用来画图")] = None,
    results: Annotated[Path, typer.Option(help="表、图与 JSON 写到这里")] = RESULTS,
) -> None:
    """规模：合成条款由一万到一百万，时间与内存如何增长。"""
    work = EvalSettings().work_dir / "bench" / "scale"
    steps = [_size(work, size, memory_gb, again, keep) for size in _sizes(sizes)]
    head: Json = {"evaluation": "bench-scale", **provenance(now()), "synthetic": True, "memory_gb": memory_gb}
    results.mkdir(parents=True, exist_ok=True)
    source = results / "scale.json"
    source.write_text(
        json.dumps({**head, "steps": steps}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    table = markdown(steps, head)
    (results / "scale.md").write_text(table, encoding="utf-8")
    out.print(table, soft_wrap=True, markup=False, highlight=False)
    show("scale", table, results)
    if problem := draw(peers, "scale", source):
        err.print(f"[yellow]{problem}[/yellow]")
    if any(step.get("failed") for step in steps):
        raise typer.Exit(1)


def _sizes(text: str) -> list[int]:
    try:
        return sorted(int(part) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise typer.BadParameter(f"不是用逗号隔开的条款数：{text}", param_hint="--sizes") from error


def _size(work: Path, clauses: int, memory_gb: float, again: bool, keep: bool) -> Json:
    """One row: an earlier run's, or measured now. A size that does not fit is a row too: `failed` says why."""
    kept = work / f"{clauses}.json"
    if kept.is_file() and not again:
        return json.loads(kept.read_text(encoding="utf-8"))
    folder = work / str(clauses)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    row: Json = {"clauses": clauses, "commit": provenance(now())["commit"]}
    for step in STEPS:
        err.print(f"{clauses:,} 条：{step}", style="dim")
        row |= _run(step, folder, clauses, memory_gb)
        if row.get("failed"):
            break
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    if not row.get("failed"):
        kept.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    return row


def _run(step: str, folder: Path, clauses: int, memory_gb: float) -> Json:
    command = [
        sys.executable,
        "-m",
        "evals.bench.scale.step",
        step,
        str(folder),
        str(clauses),
        str(memory_gb),
    ]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or [f"退出码 {done.returncode}"]
        return {"failed": f"{step}：{last[0]}"}
    return json.loads(done.stdout.strip().splitlines()[-1])


def markdown(steps: list[Json], head: Json) -> str:
    there = [step for step in steps if not step.get("failed")]
    rows = [[form.format(step[key]) for _, key, form in COLUMNS] for step in there]
    titles = [title for title, _, _ in COLUMNS]
    table = [f"| {' | '.join(row)} |" for row in (titles, ["---:"] * len(titles), *rows)]
    machine = f"{head['machine']['cores']} 核，每个进程 BLAS 与 OpenMP 各 1 线程"
    lines = [
        "# 规模：由一万条到一百万条合成条款",
        "",
        f"文字按随附语料的字对频率随机生成，向量为带簇结构的随机单位向量（384 维）。{machine}。{head['date'][:10]}。",
        "",
        *table,
        "",
        *(f"- {step['clauses']:,} 条未能完成：{step['failed']}" for step in steps if step.get("failed")),
        "检索不含查询向量的计算；“改一部文件”为解析、发布至检索可见；内存为驻留峰值；CPU 列机器忙时也可比。",
        "",
    ]
    return "\n".join(lines)
