"""python -m evals bench-papers: how long a judgment, a report and its files take, on a `pingji up` that plays a storm.

A judgment is asked for and waited for until it can be read; the report composed of it is taken away as DOCX and PDF.
Then every source of the simulated city hangs, and judgments are asked for again.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import httpx
import typer

from evals.bench.live import PATIENCE_S
from evals.bench.timed import percentiles, tell
from evals.context import now
from evals.errors import AppMissing
from evals.report import Json, provenance

OPERATOR = {"X-Operator": quote("评测")}
HUNG = ("/cap/", "/sta/", "/plan/forecasts", "/reports", "/citizens")
HANGS_S = 60.0
LOOK_S = 0.02
SETTLES_S = 3.0
"""Until every poll hangs."""
TITLES = {
    "judgment": "研判",
    "report": "研判专报成稿",
    "docx": "DOCX",
    "pdf": "PDF",
    "hung": "五路数据源停滞时的研判",
}


def bench_papers(
    app: Annotated[str, typer.Option(help="运行中的平急")] = "http://127.0.0.1:8000",
    city: Annotated[str, typer.Option(help="它的模拟城市")] = "http://127.0.0.1:8311",
    times: Annotated[int, typer.Option(min=2, help="每项做多少次")] = 20,
    json_: Annotated[Path | None, typer.Option("--json", help="JSON 报告写到这里")] = None,
) -> None:
    """研判、成稿、导出文件各要多久：先用 pingji up --scenario storm_may 启动并播到有条件成立（合成数据）。"""
    try:
        found = asyncio.run(_measured(app, city, times))
    except (httpx.HTTPError, TimeoutError) as error:
        raise AppMissing(app, city, type(error).__name__) from error
    report: Json = {
        "evaluation": "bench-papers",
        **provenance(now()),
        "synthetic": True,
        "times": times,
        "load": os.getloadavg()[0],
        **{what: percentiles(seconds) for what, seconds in found.items()},
    }
    tell(report, TITLES, f"各 {times} 次", json_)


async def _measured(app: str, city: str, times: int) -> dict[str, list[float]]:
    async with httpx.AsyncClient(base_url=app, timeout=PATIENCE_S, headers=OPERATOR) as http:
        return await measure(http, city, times)


async def measure(
    http: httpx.AsyncClient, city: str, times: int, settles_s: float = SETTLES_S
) -> dict[str, list[float]]:
    """Seconds by what was done. Raises httpx.HTTPError, and TimeoutError for a judgment that never comes."""
    found: dict[str, list[float]] = {what: [] for what in TITLES}
    for _ in range(times):
        judgment = await _timed(found["judgment"], lambda: _judged(http))
        briefing = await _timed(found["report"], lambda id_=judgment: _composed(http, id_))
        for kind in ("docx", "pdf"):
            await _timed(found[kind], lambda path=f"/api/briefings/{briefing}.{kind}": _get(http, path))
    for path in HUNG:
        fault = {"kind": "timeout", "path": path, "count": 100_000, "seconds": HANGS_S}
        (await http.post(f"{city}/_control/faults", json=fault)).raise_for_status()
    try:
        await asyncio.sleep(settles_s)
        for _ in range(times):
            await _timed(found["hung"], lambda: _judged(http))
    finally:
        await http.delete(f"{city}/_control/faults")
    return found


async def _timed(seconds: list[float], work: Callable[[], Awaitable[str]]) -> str:
    begun = time.perf_counter()
    result = await work()
    seconds.append(time.perf_counter() - begun)
    return result


async def _judged(http: httpx.AsyncClient) -> str:
    """A judgment that can be read; gives its id."""
    asked = (await http.post("/api/judgments", json={})).raise_for_status().json()
    async with asyncio.timeout(PATIENCE_S):
        while (await http.get(f"/api/judgments/{asked['judgment_id']}")).status_code != 200:
            await asyncio.sleep(LOOK_S)
    return asked["judgment_id"]


async def _composed(http: httpx.AsyncClient, judgment_id: str) -> str:
    wish = {"judgment_id": judgment_id, "form": "report"}
    return (await http.post("/api/briefings", json=wish)).raise_for_status().json()["briefing_id"]


async def _get(http: httpx.AsyncClient, path: str) -> str:
    return (await http.get(path)).raise_for_status().headers["content-type"]
