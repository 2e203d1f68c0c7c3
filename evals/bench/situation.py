"""python -m evals bench-situation: how fast the rule engine is. Synthetic stations by seed, the bundled plan.

Three questions: a day of 10-minute data from 120 stations at once; the picture after one changed observation; and
5,000 stations that report every minute for a day, in a process of its own that tells its peak memory.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from evals.bench.load import PACK, change, day
from evals.context import now
from evals.report import Json, provenance
from evals.settings import ROOT
from knowledge.city import load_city

out = Console()


def bench_situation(
    stations: Annotated[int, typer.Option(min=83, help="逐分钟报数的站数")] = 5000,
    seed: Annotated[int, typer.Option(help="合成数据的种子")] = 1,
    json_: Annotated[Path | None, typer.Option("--json", help="JSON 报告写到这里")] = None,
) -> None:
    """规则引擎的速度与内存：一天的数据、一个数变了、五千站逐分钟（合成数据，不用大模型）。"""
    city = load_city(PACK)
    report: Json = {
        "evaluation": "bench-situation",
        **provenance(now()),
        "synthetic": True,
        "seed": seed,
        "day": day(city, 120, seed),
        "change": change(city, seed),
        "stream": _in_own_process(stations, seed),
    }
    table = Table("项目", "指标", "数值", title="规则引擎（合成数据）")
    for part in ("day", "change", "stream"):
        for key, value in report[part].items():
            table.add_row(part, key, f"{value:,}")
    out.print(table)
    if json_:
        json_.parent.mkdir(parents=True, exist_ok=True)
        json_.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _in_own_process(stations: int, seed: int) -> Json:
    command = [sys.executable, "-m", "evals.bench.load", str(stations), str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
