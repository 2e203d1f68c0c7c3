"""python -m evals bench-situation: how fast the rule engine is. Synthetic stations by seed, the bundled plan.

Three questions: a day of 10-minute data from 120 stations at once; the picture after one changed observation; and
5,000 stations that report every minute for a day, in a process of its own that tells its peak memory.
"""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from agents.judgment.engine.engine import Engine
from evals.bench.process import peak_mb
from evals.context import now
from evals.report import Json, provenance
from evals.settings import ROOT
from knowledge.city import City, load_city
from knowledge.city.weather import Station
from tools.emergency.facts import Observation

START = datetime.fromisoformat("2026-06-01T00:00:00+08:00")
MINUTE = timedelta(minutes=1)
DAY_MIN = 24 * 60
CHANGES = 300
WATCHED_MIN = 60
"""Minutes of the stream that are evaluated one by one, after a day of history."""
HISTORY_STEP_MIN = 5
"""How often the history before is evaluated: what waits for an evaluation takes memory too."""
UP_TO = {"rain_10min": 3.0, "water_depth": 60.0, "displacement_rate": 12.0, "wind_avg": 18.0, "gust": 24.0}

out = Console()


def bench_situation(
    stations: Annotated[int, typer.Option(min=83, help="逐分钟报数的站数")] = 5000,
    seed: Annotated[int, typer.Option(help="合成数据的种子")] = 1,
    json_: Annotated[Path | None, typer.Option("--json", help="JSON 报告写到这里")] = None,
) -> None:
    """规则引擎的速度与内存：一天的数据、一个数变了、五千站逐分钟（合成数据，不用大模型）。"""
    city = load_city(ROOT / "knowledge" / "city" / "yunzhou")
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


def day(city: City, count: int, seed: int) -> Json:
    """24 hours at 10-minute steps, all added first and then evaluated every half hour."""
    stations = synthetic(city, count, 10)
    engine = _engine(city, stations)
    dice = random.Random(seed)
    rows = [row for minute in range(0, DAY_MIN + 1, 10) for row in reports(stations, minute, dice)]
    begun, busy = time.perf_counter(), time.process_time()
    for row in rows:
        engine.add(row)
    engine.evaluate(START + DAY_MIN * MINUTE)
    return {
        "stations": count,
        "observations": len(rows),
        "evaluations": DAY_MIN // 30 + 1,
        "seconds": round(time.perf_counter() - begun, 3),
        "cpu_seconds": round(time.process_time() - busy, 3),
    }


def change(city: City, seed: int) -> Json:
    """Milliseconds from one more observation to the new picture, with the pack's stations after a day."""
    stations = list(city.weather.stations.values())
    engine = _engine(city, stations)
    dice = random.Random(seed)
    for minute in range(0, DAY_MIN + 1, 5):
        due = [station for station in stations if minute % station.reporting_interval_min == 0]
        for row in reports(due, minute, dice):
            engine.add(row)
    at = START + DAY_MIN * MINUTE
    engine.evaluate(at)
    spent: list[tuple[float, float]] = []
    for _ in range(CHANGES):
        at += timedelta(seconds=1)
        row = next(reports([dice.choice(stations)], 0, dice)).model_copy(update={"time": at})
        begun, busy = time.perf_counter(), time.process_time()
        engine.add(row)
        engine.evaluate(at)
        spent.append((time.perf_counter() - begun, time.process_time() - busy))
    return {"stations": len(stations), "changes": CHANGES, **_percentiles(spent, 1000, "ms")}


def stream(city: City, count: int, seed: int) -> Json:
    """A day of minutes, then an hour evaluated minute by minute: seconds of work that one minute of data makes."""
    stations = synthetic(city, count, 1)
    engine = _engine(city, stations)
    dice = random.Random(seed)
    spent: list[tuple[float, float]] = []
    for minute in range(DAY_MIN + WATCHED_MIN):
        rows = list(reports(stations, minute, dice))
        begun, busy = time.perf_counter(), time.process_time()
        for row in rows:
            engine.add(row)
        if minute >= DAY_MIN or minute % HISTORY_STEP_MIN == 0:
            engine.evaluate(START + minute * MINUTE)
        if minute >= DAY_MIN:
            spent.append((time.perf_counter() - begun, time.process_time() - busy))
    per_minute = _percentiles(spent, 1, "s")
    return {"stations": count, "minutes": DAY_MIN + WATCHED_MIN, **per_minute, "peak_mb": round(peak_mb())}


def synthetic(city: City, count: int, interval_min: int) -> list[Station]:
    """The pack's stations, told again until there are `count`, all reporting at one interval."""
    known = list(city.weather.stations.values())
    changes = {"reporting_interval_min": interval_min, "stale_after_min": 3 * interval_min}
    return [
        known[n % len(known)].model_copy(update={**changes, "station_id": f"S{n:05}"}) for n in range(count)
    ]


def reports(stations: Sequence[Station], minute: int, dice: random.Random) -> Iterator[Observation]:
    at = START + minute * MINUTE
    for station in stations:
        for metric in station.metrics:
            value = (
                dice.random() * UP_TO[metric]
                if metric in UP_TO
                else (station.warn_level or 50) + dice.random()
            )
            yield Observation(
                station_id=station.station_id,
                metric=metric,
                time=at,
                value=round(value, 2),
                unit=station.unit,
            )


def _engine(city: City, stations: Sequence[Station]) -> Engine:
    codes = [district.code for district in city.districts.values()]
    by_id = {station.station_id: station for station in stations}
    return Engine(city.weather.plan, by_id, codes, start=START)


def _percentiles(spent: Sequence[tuple[float, float]], scale: float, unit: str) -> Json:
    (p50, cpu), (p95, _) = np.percentile(np.array(spent) * scale, [50, 95], axis=0).tolist()
    return {f"p50_{unit}": round(p50, 3), f"p95_{unit}": round(p95, 3), f"p50_cpu_{unit}": round(cpu, 3)}


def _in_own_process(stations: int, seed: int) -> Json:
    command = [sys.executable, "-m", "evals.bench.situation", str(stations), str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    asked, dice_seed = map(int, sys.argv[1:])
    print(json.dumps(stream(load_city(ROOT / "knowledge" / "city" / "yunzhou"), asked, dice_seed)))
