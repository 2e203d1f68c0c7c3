"""What was observed for a condition, in a cell: what each test counts, against what, which stations make it true."""

from collections.abc import Callable, Iterator

from agents.briefing import wording
from agents.judgment.condition_words import COUNTED
from agents.judgment.decision import LEVEL_NAMES
from agents.judgment.engine.picture import ConditionState, Reading, TestState
from agents.judgment.naming import UNITS, areal, hours, plain

SHOWN = 4
"""Readings named in one cell; the page has all."""

COUNTED_OF = {
    "forecast_districts": "预报",
    "signal_districts": "信号",
    "district_response": "响应",
    "ticket_count": "诉求",
}
"""What is counted, where it isn't readings of stations."""

Named = Callable[[str], str]
"""Station id or district code -> its name."""


def observed(state: ConditionState, named: Named | None, bound: str = "须") -> str:
    """近1小时≥50毫米：10个站，须3个站（鼓楼雨量站68.6毫米、…）; without `named` the stations are left out. bound: 须,
    or 界限 where an end condition may ask to stay below."""
    told = [text for test in state.tests if (text := _test(test, named, bound))]
    return "；".join(told) or state.why or "由人认定，没有数值"


def figures(state: ConditionState) -> Iterator[tuple[float, str]]:
    """Every number that `observed` may say, with its unit."""
    for test in state.tests:
        for value in (test.observed, test.upper, test.required):
            if value is not None:
                yield _figure(test, value)
        if test.window_min:
            yield test.window_min, "分钟"
            yield test.window_min / 60, "小时"
        if isinstance(test.threshold, (int, float)):
            yield test.threshold, test.unit
        elif test.kind == "ticket_count" and test.threshold:
            yield float(test.threshold.removesuffix("处")), "处"
        shown = [one for one in test.readings if one.verdict]
        yield len(shown), "个"
        for one in shown:
            if isinstance(one.value, (int, float)):
                yield one.value, test.unit


def _test(test: TestState, named: Named | None, bound: str) -> str:
    if test.kind == "start_conditions_clear":
        return "无法判断" if test.value is None else "满足" if test.value else "不满足"
    if test.observed is None:
        return test.why
    unsure = test.upper is not None and test.upper != test.observed
    area = "面积占" if test.kind == "areal_rain" else ""
    said = f"{_what(test)}{area}{_count(test, test.observed)}，{bound}{_count(test, test.required)}"
    said += f"、{test.threshold}" if test.kind == "ticket_count" and test.threshold else ""
    said += f"，未知的全算上为{_count(test, test.upper)}" if unsure and test.upper is not None else ""
    readings = _readings(test, named) if named else ""
    return f"{said}（{readings}）" if readings else said


def _what(test: TestState) -> str:
    """近6小时≥50毫米、预报≥25毫米、信号、特征值（水位等各站自己的阈值）."""
    said = f"近{hours(test.window_min)}" if test.window_min else ""
    said += COUNTED_OF.get(test.kind, "")
    if isinstance(test.threshold, (int, float)) and test.unit in UNITS:
        said += f"≥{plain(test.threshold)}{UNITS[test.unit]}"
    return f"{said or '特征值'}："


def _count(test: TestState, value: float) -> str:
    """A share as the plan writes it, or to the tenth: 15%, 30.2%."""
    figure, unit = _figure(test, value)
    return f"{plain(figure)}{unit}"


def _figure(test: TestState, value: float) -> tuple[float, str]:
    return areal(value, test.required) if test.kind == "areal_rain" else (value, COUNTED.get(test.kind, ""))


def _readings(test: TestState, named: Named) -> str:
    """What makes it true, highest first; of an areal share, the share says enough."""
    if test.kind == "areal_rain":
        return ""
    shown = [one for one in test.readings if one.verdict]
    shown.sort(key=lambda one: -one.value if isinstance(one.value, (int, float)) else 0)
    told = "、".join(_reading(one, test, named) for one in shown[:SHOWN])
    return told + (f"等{len(shown)}个" if len(shown) > SHOWN else "")


def _reading(reading: Reading, test: TestState, named: Named) -> str:
    name, value = named(reading.subject), reading.value
    if test.kind == "district_response":
        return f"{name}{LEVEL_NAMES[int(value)]}级" if isinstance(value, (int, float)) else name
    if isinstance(value, (int, float)):
        return f"{name}{wording.measured(value, test.unit)}"
    return f"{name}{value}色" if value else name
