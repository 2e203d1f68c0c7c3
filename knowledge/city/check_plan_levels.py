"""Do the levels of a plan stand one above the other, without gap, overlap or a level that can never be the answer?"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product

from knowledge.city.plan import ArealRain, Condition, Response, ResponsePlan, StationCount, Test
from knowledge.city.plan_tests import implies
from knowledge.city.source import Source
from knowledge.city.weather import Station

MOST_NAMES = 8
"""Tests of one condition up to which all combinations are tried."""


def check_levels(file: str, plan: ResponsePlan, stations: Sequence[Station], source: Source) -> None:
    """Adds a problem for doubled levels, for conditions that a higher level's swallow, and for broken ranges."""
    seen: dict[tuple[str, int], int] = {}
    for index, response in enumerate(plan.responses):
        key = (response.hazard, response.level)
        if key in seen:
            what = f"{response.hazard} 的 {response.level} 级已在 responses[{seen[key]}] 写过"
            source.add(file, f"responses[{index}]", what, "合并为一组")
        seen.setdefault(key, index)
        if not response.conditions:
            what = f"{response.name} 没有启动条件，永远到不了"
            source.add(file, f"responses[{index}].conditions", what, "补上启动条件")
    for hazard in plan.plan.hazards:
        group = [(n, r) for n, r in enumerate(plan.responses) if r.hazard == hazard]
        if not group:
            source.add(file, "plan.hazards", f"{hazard} 没有一级响应", "补上 responses，或删去该灾种")
        _check_swallowed(file, plan, group, stations, source)
        _check_ranges(file, group, source)


def _check_swallowed(
    file: str,
    plan: ResponsePlan,
    group: Sequence[tuple[int, Response]],
    stations: Sequence[Station],
    source: Source,
) -> None:
    colours = plan.semantics.signals.colours
    for index, lower in group:
        swallowed = 0
        for n, condition in enumerate(lower.conditions):
            over = next(
                (
                    (higher, other)
                    for _, higher in group
                    if higher.level < lower.level
                    for other in higher.conditions
                    if _swallows(condition, other, stations, colours)
                ),
                None,
            )
            if over:
                swallowed += 1
                what = f"{condition.id} 成立时更高的 {over[0].level} 级 {over[1].id} 必然成立，两级重叠"
                source.add(file, f"responses[{index}].conditions[{n}]", what, "核对两级的阈值")
        if swallowed and swallowed == len(lower.conditions):
            what = f"{lower.name} 的每一条都被更高级别盖过，永远到不了"
            source.add(file, f"responses[{index}]", what, "核对各级阈值的高低")


def _swallows(
    lower: Condition, higher: Condition, stations: Sequence[Station], colours: Sequence[str]
) -> bool:
    """Is the higher level's condition met whenever the lower one's is?"""
    if lower.requires_human or higher.requires_human or not lower.expr or not higher.expr:
        return False
    if len(lower.tests) > MOST_NAMES or " not " in f" {lower.expr} {higher.expr} ".replace("(", " "):
        return False
    met = [
        {test.t: value for test, value in zip(lower.tests, values, strict=True)}
        for values in product((False, True), repeat=len(lower.tests))
    ]
    implied = {
        (mine.t, other.t)
        for mine in lower.tests
        for other in higher.tests
        if implies(mine, other, stations, colours)
    }
    cases = [values for values in met if _holds(lower.expr, values)]
    return bool(cases) and all(_holds(higher.expr, _following(values, higher, implied)) for values in cases)


def _following(
    values: Mapping[str, bool], higher: Condition, implied: set[tuple[str, str]]
) -> dict[str, bool]:
    """What is certain of the higher condition's tests when the lower one's are as given."""
    return {test.t: any(values[mine] and other == test.t for mine, other in implied) for test in higher.tests}


def _holds(expr: str, values: Mapping[str, bool]) -> bool:
    """The expression has only names, and, or, not and brackets: check_weather refuses any other."""
    return bool(eval(expr, {"__builtins__": {}}, dict(values)))


def _check_ranges(file: str, group: Sequence[tuple[int, Response]], source: Source) -> None:
    """Where tests of one shape say how far their range goes, the next level's must begin exactly there."""
    ladders: dict[tuple[object, ...], list[tuple[int, str, float, float | None]]] = {}
    for index, response in group:
        for path, test in _tests(index, response):
            bounds = _range(test)
            if bounds:
                ladders.setdefault(_shape(test), []).append((response.level, path, *bounds))
    for rungs in ladders.values():
        if all(upto is None for _, _, _, upto in rungs):
            continue
        rungs.sort(reverse=True)
        for (level, path, begin, upto), (above, _, start, _) in pairwise(rungs):
            if upto is None or upto < begin:
                source.add(file, path, f"范围 {begin:g} 起，止于 {upto}，不成其为范围", "补上或改正 upto")
            elif upto < start:
                what = f"{level} 级止于 {upto:g}，{above} 级始于 {start:g}，中间的值不属任何一级"
                source.add(file, path, what, "改正 upto 或上一级的起点，使两级相接")
            elif upto > start:
                what = f"{level} 级止于 {upto:g}，{above} 级始于 {start:g}，中间的值同属两级"
                source.add(file, path, what, "改正 upto 或上一级的起点，使两级相接")


def _tests(index: int, response: Response) -> Iterator[tuple[str, ArealRain | StationCount]]:
    for n, condition in enumerate(response.conditions):
        for k, test in enumerate(condition.tests):
            if isinstance(test, ArealRain | StationCount):
                yield f"responses[{index}].conditions[{n}].tests[{k}].upto", test


def _range(test: ArealRain | StationCount) -> tuple[float, float | None] | None:
    if isinstance(test, StationCount):
        return None if test.threshold is None else (test.threshold, test.upto)
    bounds = (test.min_share, test.min_area_km2, test.over_area_km2)
    return next(((bound, test.upto) for bound in bounds if bound is not None), None)


def _shape(test: Test) -> tuple[object, ...]:
    """What tests must have in common for their ranges to make one ladder."""
    match test:
        case ArealRain():
            unit = "share" if test.min_share is not None else "km2"
            return (test.kind, test.metric, test.window_min, test.threshold, unit)
        case StationCount():
            classes = tuple(sorted(test.station_classes))
            return (test.kind, test.station_kind, test.metric, test.aggregation, test.window_min, classes)
        case _:
            return (test.kind,)
