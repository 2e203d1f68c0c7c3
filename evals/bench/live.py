"""python -m evals bench-live: from a changed observation to the updated table, on a `pingji up` that plays a storm.

The simulated city jumps ten minutes, so that every station reports at once; then the time runs until the event stream
tells of the change, and until the picture fetched for it (as the commander's page does) holds the new readings.
"""

import asyncio
import json
import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import httpx
import typer

from evals.bench.timed import out, percentiles, tell
from evals.context import now
from evals.errors import AppMissing
from evals.report import Json, provenance

STEP = timedelta(minutes=10)
FRESH = timedelta(minutes=5)
"""Every picture of a jump holds a reading at least this near to it: the quickest gauges report every five minutes."""
REST_S = 1.3
"""Between jumps: no multiple of a poll's interval, so that the jumps meet the polls at every phase."""
PATIENCE_S = 60.0
TITLES = {"event": "到事件", "page": "到页面"}


@dataclass(frozen=True)
class Jump:
    """Seconds from the jump to the event that tells of it, and to the whole picture on the client."""

    event: float
    page: float
    size: int


def bench_live(
    app: Annotated[str, typer.Option(help="运行中的平急")] = "http://127.0.0.1:8000",
    city: Annotated[str, typer.Option(help="它的模拟城市")] = "http://127.0.0.1:8311",
    jumps: Annotated[int, typer.Option(min=2, help="跳多少次，每次十分钟")] = 60,
    pid: Annotated[int | None, typer.Option(help="平急的进程号，用来报告每次更新的 CPU")] = None,
    json_: Annotated[Path | None, typer.Option("--json", help="JSON 报告写到这里")] = None,
) -> None:
    """观测变化到指挥页面更新要多久：先用 pingji up --scenario storm_may 启动（合成数据）。"""
    begun, busy = time.monotonic(), cpu_s(pid)
    try:
        found = asyncio.run(_measured(app, city, jumps))
    except (httpx.HTTPError, TimeoutError) as error:
        raise AppMissing(app, city, type(error).__name__) from error
    report: Json = {
        "evaluation": "bench-live",
        **provenance(now()),
        "synthetic": True,
        "jumps": jumps,
        "load": os.getloadavg()[0],
        "event": percentiles([one.event for one in found]),
        "page": percentiles([one.page for one in found]),
        "answer_kb": round(found[-1].size / 1000),
        "cpu_s_per_jump": None if pid is None else round((cpu_s(pid) - busy) / jumps, 3),
        "seconds": round(time.monotonic() - begun),
    }
    tell(report, TITLES, f"{jumps} 次跳变", json_)
    out.print(f"一次应答 {report['answer_kb']} kB；每次跳变服务器 CPU {report['cpu_s_per_jump']} 秒")


async def _measured(app: str, city: str, jumps: int) -> list[Jump]:
    async with httpx.AsyncClient(timeout=PATIENCE_S) as http:
        return await measure(http, app, city, jumps)


async def measure(
    http: httpx.AsyncClient, app: str, city: str, jumps: int, rest_s: float = REST_S
) -> list[Jump]:
    """Raises httpx.HTTPError, and TimeoutError where a jump is never told."""
    told: asyncio.Queue[datetime] = asyncio.Queue()
    listening = asyncio.create_task(_listen(http, app, told))
    try:
        at = datetime.fromisoformat((await _get(http, f"{city}/_control/scenario"))["now"])
        found: list[Jump] = []
        for _ in range(jumps):
            at += STEP
            found.append(await asyncio.wait_for(_jump(http, app, city, at, told), PATIENCE_S))
            await asyncio.sleep(rest_s)
        return found
    finally:
        listening.cancel()


async def _jump(
    http: httpx.AsyncClient, app: str, city: str, at: datetime, told: "asyncio.Queue[datetime]"
) -> Jump:
    begun, event = time.perf_counter(), 0.0
    (await http.patch(f"{city}/_control/scenario", json={"at": at.isoformat()})).raise_for_status()
    while True:
        if await told.get() < at:
            continue
        event = event or time.perf_counter() - begun
        answer = (await http.get(f"{app}/api/situation")).raise_for_status()
        times = [one["time"] for one in answer.json()["stations"] if one["time"]]
        if times and datetime.fromisoformat(max(times)) >= at - FRESH:
            return Jump(event, time.perf_counter() - begun, len(answer.content))


async def _listen(http: httpx.AsyncClient, app: str, told: "asyncio.Queue[datetime]") -> None:
    """The moments of `situation` events, as they come."""
    async with http.stream("GET", f"{app}/api/situation/events", timeout=None) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data:") and (event := json.loads(line[5:]))["type"] == "situation":
                told.put_nowait(datetime.fromisoformat(event["at"]))


async def _get(http: httpx.AsyncClient, url: str) -> Json:
    return (await http.get(url)).raise_for_status().json()


def cpu_s(pid: int | None) -> float:
    """Processor time of a process so far, in seconds; of none: 0."""
    if pid is None:
        return 0.0
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
