"""Can each test of the plan be judged and ever come true: names, numbers and counts within reach of the pack?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.city.check_plan_levels import check_levels
from knowledge.city.plan import (
    ArealRain,
    DistrictResponse,
    ForecastDistricts,
    ResponsePlan,
    SignalDistricts,
    StartConditionsClear,
    StationCount,
    Test,
    TicketCount,
)
from knowledge.city.plan_tests import counted
from knowledge.city.source import Source
from knowledge.city.weather import Station

COLUMNS_UPWARDS = (
    ("warn_level", "guarantee_level", "record_level"),
    ("flood_limit_level", "design_level", "check_level", "dam_crest_level"),
    ("depth_warn_cm", "depth_close_cm"),
    ("rate_orange_mm_h", "rate_red_mm_h"),
)
"""Reference levels of one station, each at least as high as the one before it."""


@dataclass(frozen=True)
class Ground:
    """What the plan stands on. `file` is where its problems are reported."""

    file: str
    plan: ResponsePlan
    stations: Sequence[Station]
    districts: int
    source: Source

    def add(self, where: str, what: str, fix: str) -> None:
        self.source.add(self.file, where, what, fix)


def check_plan(
    file: str, plan: ResponsePlan, stations: Sequence[Station], districts: int, source: Source
) -> None:
    """Adds a problem for whatever can't be judged, can't come true, or makes one level swallow another."""
    ground, before = Ground(file, plan, stations, districts, source), len(source.problems)
    for path, test in tests(plan):
        for what, fix in _faults(ground, test):
            ground.add(path, what, fix)
    for index, response in enumerate(plan.responses):
        if all(condition.requires_human for condition in response.end_conditions):
            what = "结束条件没有一条能由数据判定"
            ground.add(f"responses[{index}].end_conditions", what, "至少补一条带 tests 的结束条件")
    if len(source.problems) == before:
        check_levels(file, plan, stations, source)


def check_references(file: str, stations: Sequence[tuple[int, Station]], source: Source) -> None:
    """A station's reference levels must rise in their order; `stations` with their lines."""
    for line, station in stations:
        for columns in COLUMNS_UPWARDS:
            known = [(name, getattr(station, name)) for name in columns if getattr(station, name) is not None]
            for (lower, low), (upper, high) in pairwise(known):
                if low > high:
                    what = f"{station.station_id} 的 {upper}（{high:g}）低于 {lower}（{low:g}）"
                    source.add(file, f"第 {line} 行，{upper} 列", what, "核对两个特征值")


def tests(plan: ResponsePlan) -> Iterator[tuple[str, Test]]:
    """Every test with its place in the file."""
    for index, response in enumerate(plan.responses):
        for key in ("conditions", "end_conditions"):
            for n, condition in enumerate(getattr(response, key)):
                for k, test in enumerate(condition.tests):
                    yield f"responses[{index}].{key}[{n}].tests[{k}]", test


Fault = tuple[str, str]
"""(what is wrong, what to do)"""


def _faults(ground: Ground, test: Test) -> Iterator[Fault]:
    match test:
        case ArealRain():
            yield from _metric(ground, test)
            yield from _area(ground, test)
        case StationCount():
            yield from _metric(ground, test)
            yield from _stations(ground, test)
        case ForecastDistricts():
            yield from _forecast(ground, test.metric)
            yield from _districts(ground, test.min_count)
        case SignalDistricts():
            yield from _signal(ground, test)
            yield from _districts(ground, test.min_count)
        case DistrictResponse():
            yield from _response(ground, test.hazard, test.level)
            yield from _districts(ground, test.min_count)
        case StartConditionsClear():
            yield from _response(ground, test.hazard, test.level)
        case TicketCount():
            if (test.min_places or 0) > test.min_count:
                yield (
                    f"{test.min_count} 件诉求不可能来自 {test.min_places} 处",
                    "改正 min_places 或 min_count",
                )


def _response(ground: Ground, hazard: str, level: int) -> Iterator[Fault]:
    if hazard not in ground.plan.plan.hazards:
        yield f"{hazard} 不在 plan.hazards 里", "改为已有的灾种"
    if level not in ground.plan.plan.level_names:
        yield f"没有 {level} 级", "改为 plan.level_names 里的级别"


def _metric(ground: Ground, test: ArealRain | StationCount) -> Iterator[Fault]:
    semantics = ground.plan.semantics
    if test.metric not in semantics.metrics:
        yield f"没有 [semantics.metrics.{test.metric}]", "补上该指标的有效范围与到报率"
        return
    if test.metric not in semantics.decimals:
        yield f"semantics.decimals 没有 {test.metric}", "补上该指标比较时取的小数位数"
    if test.threshold is None:
        return
    rules = semantics.metrics[test.metric]
    intervals = [s.reporting_interval_min for s in ground.stations if test.metric in s.metrics]
    rows = test.window_min / min(intervals, default=1) if test.aggregation == "sum" else 1
    if test.threshold > rules.valid_max * max(rows, 1):
        yield (
            f"{test.window_min} 分钟内不可能达到 {test.threshold:g}",
            "核对 threshold、window_min 与 valid_max",
        )
    if test.aggregation != "latest" and test.window_min < min(intervals, default=0):
        yield f"窗口 {test.window_min} 分钟短于各站的报数间隔", "加长 window_min"


def _area(ground: Ground, test: ArealRain) -> Iterator[Fault]:
    bounds = [test.min_share, test.min_area_km2, test.over_area_km2]
    if sum(bound is not None for bound in bounds) != 1:
        yield "min_share、min_area_km2、over_area_km2 须恰有一个", "删去或补上"
    area = sum(s.area_km2 or 0 for s in ground.stations if test.metric in s.metrics)
    if not area:
        yield f"没有一个报 {test.metric} 的站有代表面积", "在 stations.csv 补 area_km2"
    elif (test.min_area_km2 or 0) > area or (test.over_area_km2 or 0) >= area:
        yield f"各站代表面积共 {area:g} 平方公里，达不到", "核对面积阈值与 area_km2"


def _stations(ground: Ground, test: StationCount) -> Iterator[Fault]:
    known = {station.station_class for station in ground.stations if station.kind == test.station_kind}
    for name in test.station_classes:
        if name not in known:
            yield f"没有类别为 {name} 的 {test.station_kind} 站", "改为 stations.csv 里有的 class"
    found = counted(test, ground.stations)
    if len(found) < test.min_count:
        unset = f"（有 {test.ref} 的）" if test.ref else ""
        yield (
            f"可计数的站{unset}只有 {len(found)} 个，达不到 {test.min_count} 个",
            "核对 min_count、class 与特征值",
        )
    places = len({station.district_code for station, _ in found})
    if places < (test.min_districts or 0):
        yield f"这些站只在 {places} 个区县，达不到 {test.min_districts} 个", "核对 min_districts"
    if test.forecast:
        yield from _forecast(ground, test.forecast.metric)
        if (test.forecast.ref is None) + (test.forecast.above is None) + (
            test.forecast.threshold is None
        ) != 2:
            yield "forecast 的 ref、above、threshold 须恰有一个", "删去或补上"


def _forecast(ground: Ground, metric: str) -> Iterator[Fault]:
    if metric not in ground.plan.semantics.forecasts:
        yield f"semantics.forecasts 没有 {metric} 的 max_age_h", "补上该预报指标的时效"


def _signal(ground: Ground, test: SignalDistricts) -> Iterator[Fault]:
    signals = ground.plan.semantics.signals
    if test.min_colour not in signals.colours:
        yield f"{test.min_colour} 不在 semantics.signals.colours 里", "改为已有的颜色"
    if test.signal_type not in signals.types_used:
        yield f"{test.signal_type} 不在 semantics.signals.types_used 里", "改为已有的信号类型"


def _districts(ground: Ground, wanted: int) -> Iterator[Fault]:
    if wanted > ground.districts:
        yield f"全市只有 {ground.districts} 个区县，达不到 {wanted} 个", "核对 min_count"
