"""What the rule engine is put through to be measured. Imports little: the peak memory told is the engine's own."""

import json
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from agents.judgment.engine.engine import Engine
from agents.judgment.known import looked_back
from evals.bench.process import peak_mb
from evals.report import Json
from evals.settings import ROOT
from knowledge.city import City, load_city
from knowledge.city.weather import Station
from tools.emergency.facts import Observation

PACK = ROOT / "knowledge" / "city" / "yunzhou"
START = datetime.fromisoformat("2026-06-01T00:00:00+08:00")
MINUTE = timedelta(minutes=1)
DAY_MIN = 24 * 60
CHANGES = 300
WATCHED_MIN = 60
"""Minutes of the stream that are evaluated one by one, after a day of history."""
HISTORY_STEP_MIN = 5
"""How often the history before is evaluated: what waits for an evaluation takes memory too."""
JUDGED_MIN = 10
UP_TO = {"rain_10min": 3.0, "water_depth": 60.0, "displacement_rate": 12.0, "wind_avg": 18.0, "gust": 24.0}


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
    """A day of minutes, then an hour evaluated minute by minute: seconds of work that one minute of data makes.

    As in a server: rows are kept as long as a judgment tells of them, and every ten minutes one asks a copy, which
    it holds for a minute.
    """
    stations = synthetic(city, count, 1)
    engine = _engine(city, stations, looked_back(city.weather.plan))
    dice = random.Random(seed)
    spent: list[tuple[float, float]] = []
    held: Engine | None = None
    for minute in range(DAY_MIN + WATCHED_MIN):
        rows = list(reports(stations, minute, dice))
        begun, busy = time.perf_counter(), time.process_time()
        for row in rows:
            engine.add(row)
        if minute >= DAY_MIN or minute % HISTORY_STEP_MIN == 0:
            engine.evaluate(START + minute * MINUTE)
        if minute >= DAY_MIN:
            spent.append((time.perf_counter() - begun, time.process_time() - busy))
            held = engine.copy() if minute % JUDGED_MIN == 0 else None
        if held is not None:
            held.what_if(START + minute * MINUTE, [])
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


def _engine(city: City, stations: Sequence[Station], keep: Mapping[str, timedelta] | None = None) -> Engine:
    codes = [district.code for district in city.districts.values()]
    by_id = {station.station_id: station for station in stations}
    return Engine(city.weather.plan, by_id, codes, start=START, keep=keep)


def _percentiles(spent: Sequence[tuple[float, float]], scale: float, unit: str) -> Json:
    (p50, cpu), (p95, _) = np.percentile(np.array(spent) * scale, [50, 95], axis=0).tolist()
    return {f"p50_{unit}": round(p50, 3), f"p95_{unit}": round(p95, 3), f"p50_cpu_{unit}": round(cpu, 3)}


if __name__ == "__main__":
    asked, dice_seed = map(int, sys.argv[1:])
    print(json.dumps(stream(load_city(PACK), asked, dice_seed)))
