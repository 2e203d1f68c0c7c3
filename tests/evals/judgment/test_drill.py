"""The drill of 7·20: figures of the report, each with its place, and minutes that follow from them."""

from datetime import datetime

import pytest

from evals.judgment.drill import load_drill, play, report


def test_level_1_is_recommended_when_the_condition_that_the_report_names_is_met() -> None:
    drill = load_drill()
    advice = play(drill)
    told = report(drill, advice)
    assert datetime.fromisoformat(told["recommended_level_1"]) == datetime.fromisoformat(
        "2021-07-20T10:30:00+08:00"
    )
    assert (told["minutes_won"], told["minutes_before_losses"]) == (360, 150)
    first = next(item for item in advice if item.level == 1)
    assert "D1-01" in first.met
    assert drill.sources["D1-01"] == "report"


def test_without_the_finding_the_report_s_own_condition_says_nothing() -> None:
    drill = load_drill()
    events = tuple(event for event in drill.events if event.fact["fact"] != "finding")
    advice = play(drill.model_copy(update={"events": events}))
    (late,) = [item for item in advice if item.level == 1]
    assert (late.met, late.minutes_won) == (("D1-03", "D3-01"), -30)


def test_every_event_says_where_it_stands_and_becomes_a_fact_at_its_time() -> None:
    drill = load_drill()
    assert all(event.where and event.what for event in drill.events)
    wrong = drill.events[0].model_copy(update={"fact": {**drill.events[0].fact, "district_code": "无"}})
    with pytest.raises(ValueError, match="没有区县 无"):
        play(drill.model_copy(update={"events": (wrong,)}))
