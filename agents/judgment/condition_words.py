"""A condition in words: its state, the plan's wording, and what each test that makes it so counts."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from agents.judgment.decision import LEVEL_NAMES, Evidence
from agents.judgment.engine.picture import ConditionState, HazardPicture, TestState
from agents.judgment.naming import STATES, UNITS, areal, clock, hours, plain


def of_condition(hazard: HazardPicture, one: ConditionState, at: datetime) -> Evidence:
    """The state first, then the plan's wording, then what each test says."""
    text = f"{hazard.name}{LEVEL_NAMES[one.level]}级{one.clause}{STATES[one.state]}（{one.text}）"
    ending = any(one.id == end.id for end in hazard.end_conditions)
    if ending and one.state == "met":
        text += f"，自{clock(one.since, at)}起"
    elif one.first_met_at and not ending:
        text += f"，{'' if one.state == 'met' else '曾于'}{clock(one.first_met_at, at)}首次成立"
    bound = "界限" if ending else "要求"
    told = dict.fromkeys(test_said(test, bound) for test in _telling(one))
    text += "".join(f"；{said}" for said in told if said)
    if one.why and one.state in ("unknown", "human"):
        text += f"；原因是{one.why}" if one.state == "unknown" else f"；提示为{one.why}"
    if one.review:
        text += "；现待研判"
    return Evidence(
        id=f"C:{one.id}",
        kind="condition",
        text=text,
        figures=tuple(_figures(one)),
        at=one.observed_at or one.since,
        subject=one.id,
        clause=one.clause,
        source="规则引擎",
    )


def _telling(one: ConditionState) -> Sequence[TestState]:
    """The tests that make it so: the true ones of a met condition, the open ones of an unknown one, those that ask
    for a person, else all."""
    wanted = {"met": True, "unknown": None, "human": True}
    if one.state not in wanted:
        return one.tests
    found = [test for test in one.tests if test.value is wanted[one.state]]
    return found if found or one.state == "human" else one.tests


COUNTED = {
    "station_count": "个站",
    "forecast_districts": "个区县",
    "signal_districts": "个区县",
    "district_response": "个区县",
    "ticket_count": "件",
}


SAID = {
    "station_count": "有{}达到",
    "forecast_districts": "预报有{}达到",
    "signal_districts": "有{}处于信号之中",
    "district_response": "有{}启动了本级响应",
    "ticket_count": "有诉求{}",
}
"""What is said of the count of each kind of test."""


def test_said(test: TestState, bound: str) -> str:
    """近3小时有4个站达到，要求3个站. Empty when a test has no figure of its own. bound: 要求, or 界限 where an end
    condition may ask to stay below."""
    if test.observed is None or (test.kind != "areal_rain" and test.kind not in SAID):
        return ""
    window = f"近{hours(test.window_min)}" if test.window_min else ""
    if test.kind == "areal_rain":
        figures = (areal(value, test.required) for value in (test.observed, test.required))
        now, wanted = (f"{plain(figure)}{unit}" for figure, unit in figures)
        return f"{window}达到的面积占{now}，{bound}{wanted}"
    unit = COUNTED[test.kind]
    said = SAID[test.kind].format(f"{plain(test.observed)}{unit}")
    places = f"、{test.threshold}" if test.kind == "ticket_count" and test.threshold else ""
    return f"{window}{said}，{bound}{plain(test.required)}{unit}{places}"


def _figures(one: ConditionState) -> Iterator[tuple[float, str]]:
    for test in one.tests:
        if test.observed is not None:
            for value in (test.observed, test.required):
                areal_ = test.kind == "areal_rain"
                yield areal(value, test.required) if areal_ else (value, COUNTED.get(test.kind, ""))
        if isinstance(test.threshold, float | int):
            yield float(test.threshold), UNITS.get(test.unit, test.unit)
