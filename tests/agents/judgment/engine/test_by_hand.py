"""Conditions of the bundled plan worked out with pencil and paper from the semantics' words alone.

Each case names the rule it tries; numbers are chosen on its edge. `T` is 120 minutes after the start.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from agents.judgment.engine.engine import Engine
from agents.judgment.engine.picture import ConditionState, HazardPicture, Picture
from knowledge.city import City, load_city
from tools.emergency.facts import (
    CitizenSignal,
    DistrictReport,
    Fact,
    Finding,
    Forecast,
    Observation,
    WeatherAlert,
)

START = datetime.fromisoformat("2026-12-31T22:00:00+08:00")
"""Two hours before midnight and the end of the year: T is the first moment of 2027."""
T = 120
DISTRICTS = ("990302", "990303", "990304", "990305", "990321", "990322", "990371")
RAIN = tuple(f"RG{n:02}" for n in range(1, 41))
PONDS = tuple(f"PD{n:02}" for n in range(1, 19))
WINDS = tuple(f"WD{n:02}" for n in range(1, 9))
HOUR = (8.2, 8.3, 8.4, 8.3, 8.4, 8.4)
"""50.0 mm in six different rows, so that none is stuck."""


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(Path("knowledge/city/yunzhou"))


def minute(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def row(station: str, at: float, value: float | None, quality: str = "good", metric: str = "") -> Fact:
    metric, unit = {
        "RG": ("rain_10min", "mm"), "RV": ("water_level", "m"), "RS": ("water_level", "m"),
        "PD": ("water_depth", "cm"), "LS": ("displacement_rate", "mm/h"), "WD": (metric or "gust", "m/s"),
    }[station[:2]]  # fmt: skip
    fields = {"station_id": station, "metric": metric, "time": minute(at), "value": value, "unit": unit}
    return Observation.model_validate(fields | {"quality": quality})


def rain(stations: Iterable[str], amounts: Iterable[float] = HOUR, until: float = T) -> list[Fact]:
    """One row every ten minutes, the last stamped `until`."""
    amounts = list(amounts)
    times = [until - 10 * (len(amounts) - 1 - n) for n in range(len(amounts))]
    return [row(one, at, amount) for one in stations for at, amount in zip(times, amounts, strict=True)]


def calm(*wet: str, rows: int = 6, until: float = T) -> list[Fact]:
    """No rain at all gauges but `wet`."""
    return rain([one for one in RAIN if one not in wet], [0.0] * rows, until)


def depth(stations: Iterable[str], value: float, times: Iterable[float]) -> list[Fact]:
    times = list(times)
    return [row(one, at, value) for one in stations for at in times]


def gusts(stations: Iterable[str], value: float, quality: str = "good") -> list[Fact]:
    """One strong row within the hour, the others between 3 and 4 m/s."""
    mild = [row(one, at, 3 + at / 1000) for one in stations for at in range(T - 50, T, 10)]
    return [*mild, *(row(one, T, value, quality) for one in stations)]


def forecast(
    places: Iterable[str], metric: str, value: float, issued: float = 0, until: float = 600
) -> list[Fact]:
    """Valid from its issue on."""
    unit = {"rain_6h": "mm", "rain_24h": "mm", "gust_24h": "m/s"}.get(metric, "m")
    times = {"issued_at": minute(issued), "valid_from": minute(issued), "valid_to": minute(until)}
    return [
        Forecast.model_validate(
            times
            | {"metric": metric, "value": value, "unit": unit}
            | {"station_id" if one.startswith("RV") else "district_code": one}
        )
        for one in places
    ]


def signal(key: str, districts: Iterable[str], type_: str, colour: str, **more: Any) -> Fact:
    fields = {"issued_at": minute(0), "effective_from": minute(0), "issuer": "市气象台", "event": "issue"}
    named = {"alert_id": key, "districts": tuple(districts), "type": type_, "colour": colour}
    return WeatherAlert.model_validate(fields | named | more)


def report(district: str, at: float, event: str, level: int = 4) -> Fact:
    fields = {
        "district_code": district,
        "time": minute(at),
        "event": event,
        "level": level,
        "hazard": "flood",
    }
    return DistrictReport.model_validate(fields | {"report_id": f"{district}-{at}"})


def finding(event: str, at: float, what: str = "东堤") -> Fact:
    fields = {"report_id": f"{what}-{at}", "condition_id": "F1-07", "object": what}
    return Finding.model_validate(fields | {"event": event, "time": minute(at)})


def calls(count: int, at: float, kind: str = "积水") -> list[Fact]:
    one = partial(CitizenSignal, time=minute(at), kind=kind, place_id="P1")
    return [one(signal_id=f"{kind}{at}-{n}") for n in range(count)]


def picture(city: City, facts: Iterable[Fact], at: float = T) -> Picture:
    engine = Engine(city.weather.plan, city.weather.stations, DISTRICTS, start=START)
    for fact in facts:
        engine.add(fact)
    return engine.evaluate(minute(at))


def condition(seen: Picture, key: str) -> ConditionState:
    every = (one for hazard in seen.hazards for one in (*hazard.conditions, *hazard.end_conditions))
    return next(one for one in every if one.id == key)


def three(*last: float | None, quality: str = "good") -> list[Fact]:
    """RG01 and RG02 with 50.0 mm in the hour; RG03 with five rows of 9 mm or so and these at T; no rain elsewhere."""
    five = rain(["RG03"], (8.8, 8.9, 9.0, 9.1, 9.2), T - 10)
    at_t = [row("RG03", T, value, quality) for value in last]
    return [*rain(("RG01", "RG02")), *five, *at_t, *calm("RG01", "RG02", "RG03")]


AREA = rain(("RG29", "RG30", "RG31"), (17.0, 16.5, 16.5, *HOUR[:3]))
"""306 of 1997 km² (15.3 %) with 74.9 mm in an hour, so in six too."""
SOON = forecast(DISTRICTS[:2], "rain_6h", 25.0)
LONG = partial(calm, rows=36)
RIVERS = [*(row(one, T, 30.0) for one in ("RV01", "RV02", "RV03")), row("RV05", T, 80.0)]
LOW = forecast(("RV01", "RV02", "RV03"), "river_level_max_24h", 30.0)
STREETS = depth(PONDS, 0.0, range(T - 20, T + 1, 5))


def others(*named: str) -> list[Fact]:
    return [fact for fact in STREETS if isinstance(fact, Observation) and fact.station_id not in named]


CASES: dict[str, tuple[list[Fact], str, str]] = {
    # 3: 以上 is inclusive, sums are rounded
    "50.0 is 50": ([*rain(RAIN[:3])], "F4-02", "met"),
    "49.9 is not 50": (three(4.9), "F4-02", "not_met"),
    # 3: the window is (T-60, T]
    "the row of T-60 is outside": (
        [*rain(RAIN[:3], (*HOUR, 0.0)), *calm(*RAIN[:3])], "F4-02", "not_met",
    ),
    # 3: rain only adds up; 5 of 6 rows are less than 0.9
    "enough rain in too few rows": ([*rain(RAIN[:3], (10.0, 10.1, 9.9, 10.2, 9.8))], "F4-02", "met"),
    "too little rain in too few rows": (three(), "F4-02", "unknown"),
    # 2a: missing, empty and out of range are no rows
    "missing": (three(9.0, quality="missing"), "F4-02", "unknown"),
    "beyond the range": (three(60.1), "F4-02", "unknown"),
    "at the end of the range": (three(60.0), "F4-02", "met"),
    # 2b: told twice
    "twice the same is once": (three(4.9, 4.9), "F4-02", "not_met"),
    "twice otherwise is the larger, suspect": (three(4.9, 5.0), "F4-02", "unknown"),
    # 3: suspect rows make nothing true and do not count towards coverage
    "suspect and reaching": (three(5.0, quality="suspect"), "F4-02", "unknown"),
    "suspect and dry": (three(0.0, quality="suspect"), "F4-02", "unknown"),
    # 2d: six equal rows are stuck; below 1 mm, or at full scale, they are not
    "stuck": ([*rain(RAIN[:2]), *rain(["RG03"], [9.0] * 6), *calm(*RAIN[:3])], "F4-02", "unknown"),
    "five are not stuck": ([*rain(RAIN[:2]), *rain(["RG03"], [8.0, *[10.0] * 5])], "F4-02", "met"),
    "zeros are not stuck": ([*rain(RAIN[:2]), *calm(*RAIN[:2])], "F4-02", "not_met"),
    "saturated": ([*rain(RAIN[:2]), *rain(["RG03"], [60.0] * 6)], "F4-02", "met"),
    # 5: shares of 1997 km²; 25 mm in exactly two districts
    "15.3 % of the area": ([*AREA, *LONG(*RAIN[28:31]), *SOON], "F4-01", "met"),
    "14.7 % of the area": (
        [*rain(("RG13", "RG14", "RG29", "RG30"), (60.0, 10.0)), *LONG("RG13", "RG14", "RG29", "RG30"), *SOON],
        "F4-01", "unknown",
    ),
    "no rain, newest row 30 minutes old": ([*calm(rows=141, until=T - 30), *SOON], "F2-01", "not_met"),
    "no rain, newest row 40 minutes old": ([*calm(rows=141, until=T - 40), *SOON], "F2-01", "unknown"),
    # 6: older than four hours, or not covering T
    "a forecast of four hours ago": ([*AREA, *forecast(DISTRICTS, "rain_6h", 25.0, T - 240)], "F4-01", "met"),
    "a minute older": ([*AREA, *forecast(DISTRICTS, "rain_6h", 25.0, T - 241)], "F4-01", "unknown"),
    "over at T": ([*AREA, *forecast(DISTRICTS, "rain_6h", 25.0, 0, T)], "F4-01", "unknown"),
    "a newer one says less": (
        [*AREA, *SOON, *forecast(DISTRICTS, "rain_6h", 24.9, 60)], "F4-01", "not_met",
    ),
    # 3 latest, 4 counts; tributaries and the lake: 48.50, 86.00, 29.50
    "two rivers at their level": (
        [*RIVERS, *LOW, row("RV04", T, 48.5), row("RV06", T, 29.5)], "F4-05", "met",
    ),
    "a reading of exactly its age still counts": (
        [*RIVERS, *LOW, row("RV04", T - 90, 48.5), row("RV06", T, 29.5)], "F4-05", "met",
    ),
    "a minute older, it does not": (
        [*RIVERS, *LOW, row("RV04", T - 91, 48.5), row("RV06", T, 29.5)], "F4-05", "unknown",
    ),
    # 2c: a step of more than 3.0 m from a row at most 90 minutes old
    "a step of 3.0 m": (
        [*RIVERS, *LOW, row("RV04", T - 30, 45.5), row("RV04", T, 48.5), row("RV06", T, 29.5)], "F4-05", "met",
    ),
    "a step of 3.1 m": (
        [*RIVERS, *LOW, row("RV04", T - 30, 45.4), row("RV04", T, 48.5), row("RV06", T, 29.5)],
        "F4-05", "unknown",
    ),
    "a step of 3.1 m after 91 minutes": (
        [*RIVERS, *LOW, row("RV04", T - 91, 45.4), row("RV04", T, 48.5), row("RV06", T, 29.5)], "F4-05", "met",
    ),
    "a jump and back": (
        [*RIVERS, *LOW, row("RV04", T - 60, 45.0), row("RV04", T - 30, 49.0), row("RV04", T, 45.1),
         row("RV06", T, 29.5)],
        "F4-05", "not_met",
    ),
    # 3: a level that is not set (竹溪 has no guarantee level) stays out, it is not unknown
    "of three rivers one has no such level": ([row("RV04", T, 50.0), row("RV06", T, 30.99)], "F2-05", "not_met"),
    # 4, 6: the forecast of the same station
    "0.50 m below and forecast to reach it": (
        [row("RV02", T, 32.0), *forecast(["RV02"], "river_level_max_24h", 32.5)], "F4-05", "met",
    ),
    "over its level, another river's forecast": (
        [*RIVERS[1:], row("RV01", T, 34.0), *LOW[:1], *forecast(["RV02", "RV03"], "river_level_max_24h", 40.0),
         row("RV04", T, 40.0), row("RV06", T, 20.0)],
        "F4-05", "not_met",
    ),
    "forecast no higher than now": (
        [*RIVERS[:1], *RIVERS[2:], row("RV02", T, 34.5), *forecast(["RV02"], "river_level_max_24h", 34.5)],
        "F2-04", "not_met",
    ),
    "forecast a centimetre higher": (
        [row("RV02", T, 34.5), *forecast(["RV02"], "river_level_max_24h", 34.51)], "F2-04", "met",
    ),
    # 3 sustained: [T-20, T], 5 rows of 5 minutes, 4 are enough; values are rounded to 0.1
    "three underpasses for twenty minutes": (depth(PONDS[:3], 29.96, range(T - 20, T + 1, 5)), "F4-07", "met"),
    "the row of T-20 counts": (
        [*depth(PONDS[:3], 30.0, range(T - 15, T + 1, 5)), row("PD01", T - 20, 29.9), *others(*PONDS[:3])],
        "F4-07", "not_met",
    ),
    "four rows are enough": (depth(PONDS[:3], 30.0, range(T - 15, T + 1, 5)), "F4-07", "met"),
    "three are not": (
        [*depth(PONDS[:3], 30.0, range(T - 10, T + 1, 5)), *others(*PONDS[:3])], "F4-07", "unknown",
    ),
    # 4: districts besides stations
    "five in one district": (
        [*depth((*PONDS[:3], "PD11", "PD12"), 50.0, range(T - 20, T + 1, 5)), *others(*PONDS[:3], "PD11", "PD12")],
        "F3-08", "not_met",
    ),
    "five in two": (depth(PONDS[:5], 50.0, range(T - 20, T + 1, 5)), "F3-08", "met"),
    # 3 max; 9: false and unknown is false
    "a gust at two gauges": ([*gusts(WINDS[:2], 17.2), signal("W1", DISTRICTS[:1], "台风", "蓝")], "T4-02", "met"),
    "a suspect gust": (
        [*gusts(WINDS[:1], 17.2), *gusts(WINDS[1:2], 17.2, "suspect"), *gusts(WINDS[2:], 3.5),
         signal("W1", DISTRICTS[:1], "台风", "蓝")],
        "T4-02", "unknown",
    ),
    "no signal, no wind told": ([], "T4-02", "not_met"),
    # 7: from the issue until the end, which is excluded; an update ends what it supersedes
    "issued at T": ([signal("W1", DISTRICTS[:3], "暴雨", "橙", issued_at=minute(T))], "F4-03", "met"),
    "expires at T": ([signal("W1", DISTRICTS[:3], "暴雨", "红", expires_at=minute(T))], "F4-03", "not_met"),
    "graver than asked, in two signals": (
        [signal("W1", DISTRICTS[:2], "暴雨", "红"), signal("W2", DISTRICTS[1:3], "暴雨", "橙")], "F4-03", "met",
    ),
    "updated to fewer": (
        [signal("W1", DISTRICTS, "暴雨", "橙"),
         signal("W2", DISTRICTS[:2], "暴雨", "橙", event="update", supersedes=("W1",), issued_at=minute(T))],
        "F4-03", "not_met",
    ),
    # 8: the newest event of each district counts
    "three districts, one at a higher level": (
        [report(DISTRICTS[0], 0, "start", 2), report(DISTRICTS[1], 0, "start"), report(DISTRICTS[2], T, "start")],
        "F4-04", "met",
    ),
    "one has ended its own": (
        [*(report(one, 0, "start") for one in DISTRICTS[:3]), report(DISTRICTS[0], 60, "end")], "F4-04", "not_met",
    ),
    # 8: people
    "reported": ([finding("reported", 0)], "F1-07", "human"),
    "confirmed": ([finding("reported", 0), finding("confirmed", T)], "F1-07", "met"),
    "over again": ([finding("confirmed", 0), finding("resolved", 60)], "F1-07", "human"),
    "one is over, another stands": (
        [finding("confirmed", 0), finding("resolved", 60), finding("confirmed", 30, "西堤")], "F1-07", "met",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_as_worked_out(city: City, name: str) -> None:
    facts, key, state = CASES[name]
    assert condition(picture(city, facts), key).state == state


REVIEWS: dict[str, tuple[list[Fact], str, bool]] = {
    "thirty calls ask for a person": (calls(30, T), "F4-10", True),
    "the one of T-60 is too old": ([*calls(29, T), *calls(1, T - 60)], "F4-10", False),
    "of another kind": ([*calls(29, T), *calls(9, T, "树倒")], "F4-10", False),
    "an open report asks": ([finding("reported", 0)], "F1-07", True),
    "a rejected one does not": ([finding("reported", 0), finding("rejected", 30)], "F1-07", False),
}


@pytest.mark.parametrize("name", REVIEWS)
def test_review(city: City, name: str) -> None:
    facts, key, asks = REVIEWS[name]
    seen = condition(picture(city, facts), key)
    assert (seen.state, seen.review) == ("human", asks)


def test_levels_and_the_track(city: City) -> None:
    """10, 11: over levels at once; an end wants two hours of points on which nothing was met."""
    engine = Engine(city.weather.plan, city.weather.stations, DISTRICTS, start=START)
    for fact in [signal("W1", DISTRICTS, "台风", "红", expires_at=minute(T + 1)), *gusts(WINDS, 3.5)]:
        engine.add(fact)
    first, last = (typhoon(engine.evaluate(minute(at))) for at in (0, T + 30))
    assert (first.level, first.action, first.target) == (1, "start", 1)
    assert (last.level, last.action, last.target) == (None, "keep", 1)


def typhoon(seen: Picture) -> HazardPicture:
    return next(one for one in seen.hazards if one.hazard == "typhoon")
