"""What the engine promises besides the reference's semantics: any order, any moment, no exception, no trace."""

import math
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agents.judgment.engine import picture
from agents.judgment.engine.engine import Engine
from knowledge.city import City, load_city
from tools.emergency.facts import (
    CitizenSignal,
    DistrictReport,
    Fact,
    FeedState,
    Finding,
    Forecast,
    Observation,
    Signature,
    WeatherAlert,
)
from tools.emergency.scenario import load_scenario

START = datetime.fromisoformat("2026-06-01T08:00:00+08:00")
RAIN = ("RG01", "RG02", "RG03")


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(Path("knowledge/city/yunzhou"))


@pytest.fixture
def engine(city: City) -> Engine:
    return new_engine(city)


def new_engine(city: City) -> Engine:
    codes = [district.code for district in city.districts.values()]
    return Engine(city.weather.plan, city.weather.stations, codes, start=START)


def minute(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def rain(station: str, minutes: float, value: float | None, quality: str = "good") -> Observation:
    return Observation.model_validate(
        {
            "station_id": station,
            "metric": "rain_10min",
            "time": minute(minutes),
            "value": value,
            "unit": "mm",
            "quality": quality,
        }
    )


def downpour(until: float, amounts: Sequence[float] = (8.1, 8.2, 8.3, 8.4, 8.5, 8.6)) -> list[Observation]:
    """50.1 mm within the hour up to `until`, at three stations: F4-02 asks for 50 at three."""
    times = [until - 10 * (len(amounts) - 1 - n) for n in range(len(amounts))]
    return [rain(s, t, a) for s in RAIN for t, a in zip(times, amounts, strict=True)]


def condition(seen: picture.Picture, name: str) -> picture.ConditionState:
    every = (item for hazard in seen.hazards for item in (*hazard.conditions, *hazard.end_conditions))
    return next(item for item in every if item.id == name)


def state(seen: picture.Picture, name: str) -> str:
    return condition(seen, name).state


def test_a_condition_met_between_grid_points_is_met_when_it_was_first_seen(engine: Engine) -> None:
    for fact in downpour(67):
        engine.add(fact)
    assert state(engine.evaluate(minute(66)), "F4-02") == "unknown"
    seen = engine.evaluate(minute(67))
    assert state(seen, "F4-02") == "met"
    assert condition(seen, "F4-02").first_met_at == minute(67)
    assert condition(seen, "F4-02").station_ids == RAIN
    assert condition(seen, "F4-02").observed_at == minute(67)
    later = engine.evaluate(minute(150))
    assert state(later, "F4-02") == "unknown"
    assert condition(later, "F4-02").first_met_at == minute(67)
    assert "没有可用的数据" in condition(later, "F4-02").why


def test_grid_points_nobody_asked_for_are_evaluated_all_the_same(city: City) -> None:
    often, seldom = new_engine(city), new_engine(city)
    for fact in downpour(60):
        often.add(fact)
        seldom.add(fact)
    last = [often.evaluate(minute(grid)) for grid in range(0, 241, 30)][-1]
    assert seldom.evaluate(minute(240)) == last
    assert condition(last, "F4-02").first_met_at == minute(60)
    assert last.in_force == 4


def test_looking_twice_at_a_moment_says_the_same(engine: Engine) -> None:
    for fact in downpour(60):
        engine.add(fact)
    engine.evaluate(minute(30))
    first = engine.evaluate(minute(60))
    assert (first.hazards[0].action, first.hazards[0].target) == ("start", 4)
    assert engine.evaluate(minute(60)) == first


def test_time_does_not_go_back(engine: Engine) -> None:
    engine.evaluate(minute(30))
    with pytest.raises(ValueError, match="went back"):
        engine.evaluate(minute(29))


def test_facts_count_from_their_stamp_and_late_ones_from_their_arrival(engine: Engine) -> None:
    for fact in downpour(60):
        if fact.station_id != RAIN[2]:
            engine.add(fact)
    assert state(engine.evaluate(minute(60)), "F4-02") == "unknown"
    for fact in downpour(60):
        if fact.station_id == RAIN[2]:
            engine.add(fact)
    seen = engine.evaluate(minute(61))
    assert state(seen, "F4-02") == "met"
    assert condition(seen, "F4-02").first_met_at == minute(61)


def test_order_of_arrival_does_not_matter(city: City) -> None:
    scenario = load_scenario(Path("tools/simulator/scenarios/storm_may"))
    facts = list(scenario.facts)
    codes = [district.code for district in city.districts.values()]
    pictures: list[picture.Picture] = []
    for _ in range(2):
        engine = Engine(city.weather.plan, city.weather.stations, codes, start=scenario.start)
        for fact in facts:
            engine.add(fact)
        pictures.append(engine.evaluate(scenario.start + timedelta(hours=10)))
        random.Random(3).shuffle(facts)
    assert pictures[0].model_dump_json() == pictures[1].model_dump_json()


def test_a_stuck_gauge_known_late_takes_back_what_it_made_met(engine: Engine) -> None:
    same = downpour(50, (10.0, 10.0, 10.0, 10.0, 10.0))
    for fact in same:
        engine.add(fact)
    assert state(engine.evaluate(minute(50)), "F4-02") == "met"
    for station in RAIN:
        engine.add(rain(station, 60, 10.0))
    seen = engine.evaluate(minute(60))
    assert state(seen, "F4-02") == "unknown"
    assert (
        "没有可用的数据" in condition(seen, "F4-02").why or "数值长时间不变" in condition(seen, "F4-02").why
    )


def test_suspect_rows_never_make_a_condition_met_and_show_in_what_is_possible(engine: Engine) -> None:
    for fact in downpour(60):
        engine.add(fact.model_copy(update={"quality": "suspect"}))
    seen = engine.evaluate(minute(60))
    assert state(seen, "F4-02") == "unknown"
    assert seen.level is None
    assert seen.possible is not None


def test_absurd_facts_are_turned_away_with_a_reason(engine: Engine) -> None:
    good = rain("RG01", 10, 1.0)
    gust = {"issued_at": START, "valid_from": START, "valid_to": minute(600), "metric": "gust_24h"}
    forecast = Forecast(**gust, value=20.0, unit="m/s", district_code="990302")  # type: ignore[arg-type]
    alert = WeatherAlert(
        alert_id="W1",
        event="issue",
        type="暴雨",
        colour="红",
        districts=("1",),
        issued_at=START,
        effective_from=START,
        issuer="台",
    )
    report = DistrictReport(
        report_id="R", time=START, district_code="x", hazard="flood", level=4, event="start"
    )
    finding = Finding(report_id="R", time=START, condition_id="F9-99", object="堤", event="reported")
    absurd: list[tuple[Fact, str]] = [
        (good.model_copy(update={"station_id": "RG99"}), "没有测站 RG99"),
        (good.model_copy(update={"metric": "gust"}), "不报 gust"),
        (good.model_copy(update={"unit": "cm"}), "单位是 mm"),
        (good.model_copy(update={"value": math.nan}), "不是有限的数"),
        (good.model_copy(update={"value": math.inf}), "不是有限的数"),
        (good.model_copy(update={"value": -1.0}), "超出有效范围"),
        (good.model_copy(update={"value": 61.0}), "超出有效范围"),
        (good.model_copy(update={"time": datetime(2026, 6, 1)}), "没有时区"),
        (forecast.model_copy(update={"value": math.nan}), "不成立"),
        (forecast.model_copy(update={"valid_to": START}), "不成立"),
        (forecast.model_copy(update={"metric": "hail"}), "hail"),
        (forecast.model_copy(update={"unit": "km/h"}), "单位应为 m/s"),
        (forecast.model_copy(update={"district_code": "1"}), "没有区县 1"),
        (forecast.model_copy(update={"district_code": None}), "之一"),
        (forecast.model_copy(update={"district_code": None, "station_id": "X"}), "没有测站 X"),
        (alert, "不涉及本市区县"),
        (report, "没有区县 x"),
        (report.model_copy(update={"district_code": "990302", "hazard": "quake"}), "没有灾种 quake"),
        (finding, "没有条件 F9-99"),
        (FeedState(feed="radio", time=START, state="down"), "没有来源 radio"),
    ]
    for count, (fact, why) in enumerate(absurd, start=1):
        assert not engine.add(fact)
        assert why in engine.ignored.latest[-1].why
        assert len(engine.ignored) == count
    assert engine.evaluate(minute(30)).facts == {}


@pytest.mark.parametrize(
    ("feed", "touched"), [("alerts", {"F4-03", "T3-01"}), ("reports", {"F4-04"}), ("tickets", set[str]())]
)
def test_what_rests_on_a_feed_that_is_down_is_unknown(feed: str, touched: set[str], engine: Engine) -> None:
    watched = ("F4-03", "T3-01", "F4-04", "F4-10")
    before = {name: state(engine.evaluate(minute(0)), name) for name in watched}
    engine.add(FeedState(feed=feed, time=minute(10), state="down", why="连接被拒"))
    engine.add(FeedState(feed=feed, time=minute(50), state="ok"))
    down = engine.evaluate(minute(30))
    for name in watched:
        assert state(down, name) == ("unknown" if name in touched else before[name])
        assert ("连接被拒" in condition(down, name).why) == (name in touched)
    up = engine.evaluate(minute(60))
    assert {name: state(up, name) for name in watched} == before


def test_calls_ask_for_a_person_even_while_their_feed_is_down(engine: Engine) -> None:
    for n in range(5):
        call = CitizenSignal(signal_id=str(n), time=minute(n), kind="人员被困", place_id=f"PL{n}")
        engine.add(call)
        engine.add(call)
    engine.add(FeedState(feed="tickets", time=minute(5), state="down"))
    seen = engine.evaluate(minute(10))
    assert (state(seen, "F3-11"), condition(seen, "F3-11").review) == ("human", True)
    assert condition(seen, "F3-11").tests[0].observed == 5


def test_what_if_leaves_no_trace(engine: Engine) -> None:
    for fact in downpour(60, (1.0, 1.1, 1.2, 1.3, 1.4, 1.5)):
        engine.add(fact)
    before = engine.evaluate(minute(60))
    level = Observation(station_id="RV01", metric="water_level", time=minute(60), value=90.0, unit="m")
    seen = engine.what_if(minute(60), [*downpour(60, (10.0,) * 6), level])
    assert state(seen, "F4-02") == "met"
    assert state(seen, "F1-04") == "met"
    assert {reading.value for reading in condition(seen, "F4-02").tests[0].readings if reading.verdict} == {
        60.0
    }
    assert engine.evaluate(minute(60)) == before


def test_what_if_takes_what_is_waiting_and_what_comes_later(engine: Engine) -> None:
    engine.evaluate(minute(0))
    for fact in downpour(60):
        engine.add(fact)
    alert = WeatherAlert(
        alert_id="W1",
        event="issue",
        type="暴雨",
        colour="红",
        districts=("990302", "990303", "990304"),
        issued_at=minute(60),
        effective_from=minute(60),
        issuer="台",
    )
    seen = engine.what_if(minute(60), [alert])
    assert (state(seen, "F4-02"), state(seen, "F3-03")) == ("met", "met")
    again = engine.evaluate(minute(60))
    assert (state(again, "F4-02"), state(again, "F3-03")) == ("met", "not_met")


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"station_id": "X"}, "没有测站"), ({"unit": "cm"}, "单位"), ({"time": minute(61)}, "晚于")],
)
def test_what_if_refuses_what_it_can_not_place(changes: dict[str, object], why: str, engine: Engine) -> None:
    with pytest.raises(ValueError, match=why):
        engine.what_if(minute(60), [rain("RG01", 60, 5.0).model_copy(update=changes)])


def test_a_level_signed_above_the_track_has_its_end_conditions(city: City, engine: Engine) -> None:
    """And signing changes nothing of what the rules reach or what would be in force by them."""

    def signed(minutes: float, level: int | None) -> Signature:
        told = {"decision_id": "D", "time": minute(minutes), "hazard": "flood", "level": level}
        return Signature.model_validate(told)

    engine.add(signed(1, 2))
    engine.add(signed(31, None))
    untouched = new_engine(city)
    (before, _), (after, typhoon) = engine.evaluate(minute(0)).hazards, engine.evaluate(minute(1)).hazards
    assert before.end_conditions == typhoon.end_conditions == ()
    assert [item.id for item in after.end_conditions if item.level == 2][:3] == ["EF2-1", "EF2-2", "EF2-3"]
    assert {item.level for item in after.end_conditions} == {2, 3, 4}
    assert (after.in_force, after.action) == (None, "none")
    assert engine.evaluate(minute(31)) == untouched.evaluate(minute(31)).model_copy(
        update={"facts": {"signature": 2}}
    )


def test_a_level_signed_above_a_response_that_runs_is_looked_at_too(engine: Engine) -> None:
    for fact in downpour(60):
        engine.add(fact)
    engine.add(Signature(decision_id="D", time=minute(61), hazard="flood", level=2))
    engine.evaluate(minute(60))
    seen = engine.evaluate(minute(90)).hazards[0]
    assert (seen.in_force, seen.action) == (4, "keep")
    levels = [item.level for item in seen.end_conditions]
    assert levels == sorted(levels) and set(levels) == {2, 3, 4}
