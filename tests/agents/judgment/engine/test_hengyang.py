"""The engine under a plan of another shape: km², levels that are not set, ends by any condition, its own classes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agents.judgment.engine import picture
from agents.judgment.engine.engine import Engine
from knowledge.city import PlanPack, load_response_plan
from tools.emergency.facts import DistrictReport, Fact, Forecast, Observation, WeatherAlert

START = datetime.fromisoformat("2026-06-01T08:00:00+08:00")


@pytest.fixture(scope="module")
def pack() -> PlanPack:
    return load_response_plan(Path("knowledge/city/hengyang"))


@pytest.fixture
def engine(pack: PlanPack) -> Engine:
    return Engine(pack.plan, pack.stations, pack.districts, start=START)


def after(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def feed(engine: Engine, facts: Sequence[Fact]) -> None:
    assert all(engine.add(fact) for fact in facts), engine.ignored.latest


def rain(pack: PlanPack, names: Sequence[str], amount: float, hours: tuple[float, float]) -> list[Fact]:
    """`amount` mm every ten minutes in the districts named, nothing elsewhere; never six equal values in a row."""
    facts: list[Fact] = []
    slots = range(1, round((hours[1] - hours[0]) * 6) + 1)
    for station in pack.stations.values():
        if station.kind == "rain":
            for n in slots:
                value = amount + 0.1 * (n % 2) if station.district in names else 0.0
                time = after(hours[0]) + timedelta(minutes=10 * n)
                facts.append(_reading(station.station_id, "rain_10min", time, value, "mm"))
    return facts


def level(station: str, hours: float, value: float) -> Observation:
    return _reading(station, "water_level", after(hours), value, "m")


def river_forecast(station: str, value: float) -> Forecast:
    return Forecast(
        issued_at=START,
        valid_from=START,
        valid_to=after(24),
        metric="river_level_max_24h",
        value=value,
        unit="m",
        station_id=station,
    )


def rain_forecast(pack: PlanPack, hours: float, value: float) -> list[Fact]:
    return [
        Forecast(
            issued_at=after(hours),
            valid_from=after(hours),
            valid_to=after(hours + 6),
            metric="rain_6h",
            value=value,
            unit="mm",
            district_code=district,
        )
        for district in pack.districts
    ]


def state(seen: picture.Picture, name: str) -> str:
    return next(item.state for item in seen.hazards[0].conditions if item.id == name)


def _reading(station: str, metric: str, time: datetime, value: float, unit: str) -> Observation:
    return Observation(station_id=station, metric=metric, time=time, value=round(value, 2), unit=unit)


@pytest.mark.parametrize(
    ("names", "level_reached"),
    [
        (["衡山", "珠晖", "雁峰"], None),  # 930 + 240 + 90 = 1260 km²
        (["衡东", "南岳"], 3),  # 1920 + 180 = 2100 km²: more than 2000 is Ⅲ
        (["衡南", "衡东"], 2),  # 2600 + 1920 = 4520 km²
        (["衡南", "衡阳县", "耒阳"], 1),  # 2600 + 2550 + 2650 = 7800 km²
    ],
)
def test_area_in_square_kilometres(
    names: list[str], level_reached: int | None, pack: PlanPack, engine: Engine
) -> None:
    feed(engine, [*rain(pack, names, 1.5, (0, 6)), *rain_forecast(pack, 3, 20.0)])
    assert engine.evaluate(after(6)).level == level_reached


def test_an_area_of_exactly_the_bound_belongs_to_the_lower_level(pack: PlanPack) -> None:
    bigger = {
        name: station.model_copy(update={"area_km2": 2000.0}) if station.district == "衡东" else station
        for name, station in pack.stations.items()
    }
    engine = Engine(pack.plan, bigger, pack.districts, start=START)
    feed(
        engine,
        [*rain(pack, [], 0.0, (-24, 0)), *rain(pack, ["衡东"], 1.5, (0, 6)), *rain_forecast(pack, 3, 20.0)],
    )
    seen = engine.evaluate(after(6))
    assert (state(seen, "H4-02"), state(seen, "H3-01"), seen.level) == ("met", "not_met", 4)


def test_rain_without_a_forecast_is_unknown_not_calm(pack: PlanPack, engine: Engine) -> None:
    feed(engine, rain(pack, ["衡南", "衡东"], 1.5, (0, 6)))
    seen = engine.evaluate(after(6))
    assert (state(seen, "H2-01"), seen.level, seen.possible) == ("unknown", None, 1)


def test_rivers_whose_guarantee_is_not_set_stay_out(engine: Engine) -> None:
    feed(
        engine,
        [level("HY", 0, 57.6), river_forecast("HY", 57.5), level("HS", 0, 48.0), river_forecast("HS", 48.5)],
    )
    feed(engine, [level(name, 0, value) for name, value in (("GY", 47.9), ("LY", 70.0), ("HD", 45.0))])
    seen = engine.evaluate(after(0))
    assert (state(seen, "H3-02"), state(seen, "H4-03")) == ("met", "met")
    assert state(seen, "H2-02") == "unknown"
    test = next(item for item in seen.hazards[0].conditions if item.id == "H3-02").tests[0]
    assert [(one.subject, one.value, one.threshold) for one in test.readings if one.verdict] == [
        ("HY", 57.6, 56.5)
    ]


def test_a_station_may_have_a_number_of_its_own(engine: Engine) -> None:
    feed(engine, [level("GY", 0, 48.0)])
    assert state(engine.evaluate(after(0)), "H3-02") == "met"
    feed(engine, [level("GY", 0.5, 49.5)])
    assert state(engine.evaluate(after(0.5)), "H2-02") == "met"


def test_signals_or_districts_start_and_any_end_condition_ends(pack: PlanPack, engine: Engine) -> None:
    feed(engine, [level(name, 5, 46.0) for name in ("GY", "HY", "HS")])
    red = WeatherAlert(
        alert_id="W1",
        event="issue",
        type="暴雨",
        colour="红",
        districts=pack.districts[:3],
        issued_at=after(1),
        effective_from=after(1),
        expires_at=after(4),
        issuer="市气象台",
    )
    feed(
        engine,
        [red, *rain(pack, [], 0.0, (-24, 6)), *rain_forecast(pack, 0, 0.0), *rain_forecast(pack, 3, 0.0)],
    )
    rivers = [level(name, hour, value) for hour in (0, 1, 2, 3, 4, 5) for name, value in CALM.items()]
    feed(engine, [*rivers, *(river_forecast(name, value) for name, value in CALM.items())])
    feed(
        engine,
        [_reading(f"P{n}", "water_depth", after(h / 2), 0.0, "cm") for n in range(1, 6) for h in range(11)],
    )
    track = {hour: engine.evaluate(after(hour)).hazards[0] for hour in (0, 1, 2, 4)}
    assert [(track[hour].action, track[hour].in_force) for hour in track] == [
        ("none", None),
        ("start", 4),
        ("keep", 4),
        ("end", None),
    ]
    assert {item.id: item.state for item in track[2].end_conditions}["EH4-2"] == "met"


def test_a_district_s_response_counts(pack: PlanPack, engine: Engine) -> None:
    reports = [
        DistrictReport(report_id=code, time=START, district_code=code, hazard="flood", level=4, event="start")
        for code in pack.districts[:3]
    ]
    feed(engine, reports)
    assert state(engine.evaluate(after(0)), "H4-01") == "met"


CALM = {"LY": 70.0, "HD": 45.0, "SS": 92.0, "OY": 80.0, "GY": 44.0, "HY": 50.0, "HS": 45.0}
