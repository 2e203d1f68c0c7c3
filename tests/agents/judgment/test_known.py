"""What a judgment takes as known is what the engine goes by: signals, forecasts, sums, and why something is not."""

from datetime import timedelta
from typing import Any

import pytest

from agents.judgment import gaps, rules, threats
from agents.judgment.engine.engine import Engine
from agents.judgment.engine.picture import HazardPicture, Picture
from agents.judgment.evidence import of_value
from agents.judgment.gather import unknown_picture
from agents.judgment.known import Known, in_force, newest, rain_windows, readings
from agents.judgment.situation import Now, Signed, Standing
from knowledge.city import City
from tests.agents.judgment.played import at
from tools.emergency.facts import FeedState, Forecast, Observation, WeatherAlert

NOON = at("12:00")
GRACE = timedelta(minutes=5)


def alert(key: str, event: str = "issue", hour: str = "08:00", **more: Any) -> WeatherAlert:
    fields = {"type": "暴雨", "colour": "红", "districts": ("990302",), "issuer": "市气象台"}
    times = {"issued_at": at(hour), "effective_from": at(hour)}
    return WeatherAlert.model_validate({"alert_id": key, "event": event} | fields | times | more)


def forecast(value: float, issued: str, begins: str = "08:00", ends: str = "18:00") -> Forecast:
    times = {"issued_at": at(issued), "valid_from": at(begins), "valid_to": at(ends)}
    figure = {"metric": "rain_6h", "value": value, "unit": "mm", "district_code": "990302"}
    return Forecast.model_validate(figure | times)


def rain(hour: str, value: float) -> Observation:
    return Observation(station_id="RG01", metric="rain_10min", time=at(hour), value=value, unit="mm")


def known(city: City, picture: Picture | None = None, **more: Any) -> Known:
    seen = picture or unknown_picture(city, NOON, {})
    fields: dict[str, Any] = {"standing": Standing(event_id="E")}
    return Known(at=NOON, picture=seen, **(fields | more))


def test_signals_end_as_they_do_for_the_engine() -> None:
    told = [
        alert("own"), alert("own", "cancel", "09:00"),
        alert("old"), alert("new", "update", "09:00", supersedes=("old",)),
        alert("over", expires_at=NOON),
        alert("told twice"), alert("told twice"),
        alert("later", hour="12:30"),
    ]  # fmt: skip
    assert [one.alert_id for one in in_force(told, NOON)] == ["new", "told twice"]


@pytest.mark.parametrize(
    ("issues", "value"),
    [
        ([forecast(30, "08:00")], 30),
        ([forecast(30, "08:00"), forecast(20, "10:00")], 20),
        ([forecast(30, "07:59")], None),
        ([forecast(30, "10:00", ends="12:00")], None),
        ([forecast(30, "10:00", ends="12:30"), forecast(9, "10:00", "12:30")], 30),
        ([forecast(30, "10:00"), forecast(40, "10:00"), forecast(90, "12:01")], 40),
    ],
    ids=["four hours old", "a newer one", "a minute too old", "over", "two periods", "two figures"],
)
def test_forecasts_are_the_engines(city: City, issues: list[Forecast], value: float | None) -> None:
    found = newest(city.weather.plan, issues, NOON)
    assert [one.value for one in found] == ([] if value is None else [value])


def test_a_row_on_its_way_is_missing_from_no_sum(city: City) -> None:
    rows = [rain(f"{11 if minute else 12}:{minute:02}", 9.0 + minute / 10) for minute in range(0, 60, 10)]
    codes = [district.code for district in city.districts.values()]
    engine = Engine(city.weather.plan, city.weather.stations, codes, start=at("11:00"), grace=GRACE)
    for row in rows:
        engine.add(row)
    late = at("12:12")
    picture = engine.evaluate(late)
    reading = next(
        reading
        for hazard in picture.hazards
        for one in hazard.conditions
        if one.id == "F4-02"
        for reading in one.tests[0].readings
        if reading.subject == "RG01"
    )
    said = next(one for one in readings(city, rows, late, picture.grace) if one.station_id == "RG01")
    assert picture.grace == GRACE
    assert said.sums[60] == reading.value == 69.0
    assert readings(city, rows, late)[0].sums[60] < 69.0, "without grace the row of 12:10 is missing"


def test_rain_is_summed_over_the_plans_own_windows(city: City) -> None:
    assert rain_windows(city.weather.plan) == (60, 180, 360, 720, 1440)


def test_two_metrics_of_a_gauge_are_two_evidences(city: City) -> None:
    told = [
        Now(station_id="WD01", metric=metric, value=9.0, at=NOON, state="good")
        for metric in ("wind_avg", "gust")
    ]
    ids = [said.id for one in told if (said := of_value(city, one, NOON))]
    assert ids == ["O:WD01@12:00", "O:WD01.gust@12:00"]


@pytest.mark.parametrize(("type_", "severity"), [("暴雨", ["now"]), ("台风", ["now"]), ("高温", [])])
def test_a_house_is_cleared_for_signals_that_the_plan_looks_at(
    city: City, type_: str, severity: list[str]
) -> None:
    house = city.weather.risk_points["RP46"]
    told = known(city, alerts=(alert("W", type=type_, districts=(house.district_code,)),))
    assert [one.severity for one in threats.threats(city, told, house)] == severity


@pytest.mark.parametrize(("level", "severity"), [(1, ["watch"]), (2, ["watch"]), (3, [])])
def test_a_site_is_watched_under_the_response_that_its_words_name(
    city: City, level: int, severity: list[str]
) -> None:
    fields = {"hazard": "flood", "level": level, "post": "总指挥", "by": "甲", "signed_at": NOON}
    standing = Standing(event_id="E", signed=(Signed.model_validate(fields),))
    told = known(city, standing=standing)
    found = threats.threats(city, told, city.weather.risk_points["RP51"])
    assert [one.severity for one in found] == severity


def evaluated(city: City, *facts: Any) -> Picture:
    codes = [district.code for district in city.districts.values()]
    engine = Engine(city.weather.plan, city.weather.stations, codes, start=NOON)
    for fact in facts:
        engine.add(fact)
    return engine.evaluate(NOON)


def test_a_feed_that_is_down_is_one_gap_with_all_that_hangs_on_it(city: City) -> None:
    down = FeedState(feed="alerts", time=NOON, state="down", why="连不上")
    found = gaps.gaps(city, known(city, evaluated(city, down), feeds=(down,)))
    about = [one for one in found if "预警信号" in one.what or "连不上" in one.why]
    assert [one.what for one in about] == ["预警信号中断"]
    assert {"F4-03", "T3-01"} <= set(about[0].affects)


def test_what_is_missing_is_called_by_its_name(city: City) -> None:
    found = gaps.gaps(city, known(city, evaluated(city)))
    assert any(one.what.endswith("的预报无法采用") and "预报单位" in one.remedy for one in found)
    assert any(one.what.endswith("的读数无法采用") and "补测" in one.remedy for one in found)


def test_a_gap_begins_with_silence_not_with_the_last_reading(city: City) -> None:
    seldom = [rain(f"11:{minute}", 1.0 + minute / 100) for minute in (10, 20, 30, 40, 50)]
    silent = [one.model_copy(update={"station_id": "RG02"}) for one in seldom[:2]]
    seen = evaluated(city, *seldom, *silent)
    found = {one.what: one.since for one in gaps.gaps(city, known(city, seen))}
    about = {
        name: since for what, since in found.items() for name in ("江畔", "鼓楼") if what.startswith(name)
    }
    assert about == {"江畔": None, "鼓楼": at("11:20")}


def hazard(level: int | None, conditions: str = "", ends: str = "") -> HazardPicture:
    """Conditions as level and state, comma-separated."""

    def states(told: str, prefix: str) -> list[dict[str, Any]]:
        pairs = [one.split() for one in told.split(",") if one]
        fields = {"hazard": "flood", "text": "", "review": False, "since": NOON, "first_met_at": None}
        return [
            fields | {"id": f"{prefix}{n}", "clause": f"5.1({n})", "level": int(level), "state": state}
            for n, (level, state) in enumerate(pairs)
        ]

    own = {"hazard": "flood", "name": "防汛", "level": level, "possible": level, "in_force": level}
    track = {"action": "none", "target": None}
    return HazardPicture.model_validate(
        own | track | {"conditions": states(conditions, "C"), "end_conditions": states(ends, "E")}
    )


@pytest.mark.parametrize(
    ("picture", "signed", "reasons"),
    [
        (hazard(3, "3 met,4 met"), None, ["C:C0"]),
        (hazard(3, "3 met,4 met"), 3, ["C:C0"]),
        (hazard(4, "3 not_met,4 met", "3 met,3 not_met,3 unknown,3 human"), 3, ["C:E1", "C:E2"]),
        (hazard(4, "4 met", "2 met,2 human,3 met,4 not_met"), 2, ["C:E0", "C:E1", "C:E2"]),
        (hazard(None, "", "3 met,4 met,4 human"), 3, ["C:E0", "C:E1", "C:E2"]),
    ],
    ids=["start", "keep: met", "keep: not over yet", "down over two levels", "end"],
)
def test_advice_names_what_it_rests_on(
    city: City, picture: HazardPicture, signed: int | None, reasons: list[str]
) -> None:
    seen = unknown_picture(city, NOON, {}).model_copy(update={"hazards": (picture,)})
    fields = {"hazard": "flood", "level": signed, "post": "p", "by": "b", "signed_at": NOON}
    stands = (Signed.model_validate(fields),) if signed else ()
    told = known(city, seen, standing=Standing(event_id="E", signed=stands))
    assert [list(one.reasons) for one in rules.recommend(city, told)] == [reasons]


def test_clauses_are_found_by_the_headings_of_the_plan(city: City) -> None:
    assert [city.weather.section(about) for about in ("叫应", "诉求", "数据规则", "没有这一节")] == [
        "3.4",
        "3.6",
        "5.3.3",
        "",
    ]
