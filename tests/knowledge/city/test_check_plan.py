"""Plans that can't be judged, can't come true or contradict themselves are refused, each with place and remedy."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from knowledge.city import City
from knowledge.city.check_plan import check_plan, check_references
from knowledge.city.plan import ResponsePlan
from knowledge.city.source import Source
from knowledge.city.weather import Station
from knowledge.errors import Problem

Change = Callable[[dict[str, Any]], None]


def refused(city: City, change: Change, stations: Sequence[Station] | None = None) -> list[Problem]:
    """What the checker says of the bundled plan after a change."""
    raw = city.weather.plan.model_dump(by_alias=True)
    change(raw)
    source = Source(Path())
    known = tuple(city.weather.stations.values()) if stations is None else stations
    check_plan("plan.toml", ResponsePlan.model_validate(raw), known, len(city.districts), source)
    return source.problems


def condition(raw: dict[str, Any], name: str) -> dict[str, Any]:
    every = (c for r in raw["responses"] for k in ("conditions", "end_conditions") for c in r[k])
    return next(item for item in every if item["id"] == name)


def setting(name: str, **values: object) -> Change:
    """Changes the first test of a condition."""

    def change(raw: dict[str, Any]) -> None:
        tests = [dict(test) for test in condition(raw, name)["tests"]]
        tests[0] |= values
        condition(raw, name)["tests"] = tests

    return change


def test_the_bundled_plan_is_sound(city: City) -> None:
    assert refused(city, lambda raw: None) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (setting("F4-02", metric="hail"), "没有 [semantics.metrics.hail]"),
        (setting("F4-02", min_count=41), "只有 40 个，达不到 41 个"),
        (setting("F4-02", threshold=361.0), "60 分钟内不可能达到 361"),
        (setting("F4-02", window_min=5), "短于各站的报数间隔"),
        (setting("F4-05", **{"class": ["canal"]}), "没有类别为 canal 的 river 站"),
        (setting("F4-05", ref="check_level"), "只有 0 个"),
        (setting("F4-05", forecast={"metric": "flow_24h", "ref": "warn_level"}), "flow_24h 的 max_age_h"),
        (setting("F3-08", min_districts=9), "达不到 9 个"),
        (setting("F4-03", min_count=8), "全市只有 7 个区县"),
        (setting("F4-03", min_colour="白"), "白 不在"),
        (setting("F4-03", signal_type="寒潮"), "寒潮 不在"),
        (setting("F4-04", hazard="quake"), "quake 不在 plan.hazards"),
        (setting("F4-10", min_places=31), "不可能来自 31 处"),
        (setting("EF4-3", metric="rain_48h"), "rain_48h 的 max_age_h"),
        (setting("EF4-1", level=5), "没有 5 级"),
        (setting("EF4-2", min_area_km2=10.0), "须恰有一个"),
        (setting("EF4-2", min_share=None, min_area_km2=1e6), "平方公里，达不到"),
    ],
)
def test_what_cannot_be_judged_or_reached_is_refused(change: Change, says: str, city: City) -> None:
    found = refused(city, change)
    assert any(says in str(problem) for problem in found), found


def test_a_lower_level_that_implies_a_higher_one_is_refused(city: City) -> None:
    (found,) = refused(city, setting("F4-02", threshold=100.0))
    assert "F4-02 成立时更高的 3 级 F3-02 必然成立" in str(found)
    assert refused(city, setting("F4-02", threshold=69.9)) == []


def test_a_level_that_nothing_reaches_is_refused(city: City) -> None:
    def swallow(raw: dict[str, Any]) -> None:
        response = next(r for r in raw["responses"] if (r["hazard"], r["level"]) == ("flood", 4))
        response["conditions"] = [condition(raw, "F4-02")]
        setting("F4-02", threshold=120.0)(raw)

    def empty(raw: dict[str, Any]) -> None:
        raw["responses"][0]["conditions"] = ()

    assert any("永远到不了" in str(problem) for problem in refused(city, swallow))
    assert any("没有启动条件" in str(problem) for problem in refused(city, empty))


def test_a_level_told_twice_and_one_without_end_are_refused(city: City) -> None:
    def twice(raw: dict[str, Any]) -> None:
        raw["responses"][1]["level"] = raw["responses"][0]["level"]

    def endless(raw: dict[str, Any]) -> None:
        raw["responses"][0]["end_conditions"] = [
            c for c in raw["responses"][0]["end_conditions"] if c["requires_human"]
        ]

    assert any("已在 responses[0] 写过" in str(problem) for problem in refused(city, twice))
    assert any("没有一条能由数据判定" in str(problem) for problem in refused(city, endless))


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ((70.0, 200.0), None),
        ((60.0, 200.0), "不属任何一级"),
        ((80.0, 200.0), "同属两级"),
        ((40.0, 200.0), "不成其为范围"),
    ],
)
def test_ranges_of_levels_must_join(ends: tuple[float, float], says: str | None, city: City) -> None:
    def change(raw: dict[str, Any]) -> None:
        setting("F4-02", upto=ends[0])(raw)
        setting("F3-02", upto=100.0)(raw)
        setting("F1-02", upto=ends[1])(raw)

    found = refused(city, change)
    assert (found == []) if says is None else any(says in str(problem) for problem in found)


def test_reference_levels_must_rise(city: City) -> None:
    source = Source(Path())
    station = city.weather.stations["RV01"]
    check_references("stations.csv", [(2, station)], source)
    assert source.problems == []
    check_references("stations.csv", [(2, station.model_copy(update={"guarantee_level": 1.0}))], source)
    assert "RV01 的 guarantee_level（1）低于 warn_level" in str(source.problems[0])
