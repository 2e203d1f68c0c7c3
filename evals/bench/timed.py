"""Seconds of a running server: percentiles, their table, and the report as JSON."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from evals.report import Json

out = Console()


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    p50, p95 = np.percentile(np.array(seconds), [50, 95]).tolist()
    return {"p50": round(p50, 3), "p95": round(p95, 3), "max": round(max(seconds), 3)}


def tell(report: Json, titles: Mapping[str, str], heading: str, path: Path | None) -> None:
    """Print the percentiles that the report has under each key of titles; write the report where it is wanted."""
    table = Table("项目", "p50", "p95", "最大", title=f"{heading}，秒（负载 {report['load']:.1f}）")
    for what, title in titles.items():
        table.add_row(title, *(f"{report[what][key]:.2f}" for key in ("p50", "p95", "max")))
    out.print(table)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
