"""What tests of a plan say about stations and about each other: who is counted, at what number, what implies what."""

from collections.abc import Iterable, Sequence

from knowledge.city.plan import (
    ArealRain,
    DistrictResponse,
    ForecastDistricts,
    SignalDistricts,
    StationCount,
    StationForecast,
    Test,
)
from knowledge.city.weather import Station

EVEN = 6
"""Decimals of a threshold that is a sum: 31.3 - 0.5 is 30.8."""


def level_of(station: Station, ref: str | None, threshold: float | None, offset: float) -> float | None:
    """The number that a test asks of a station; None when the level it refers to is not set."""
    base = getattr(station, ref) if ref else threshold
    return None if base is None else round(base + offset, EVEN)


def counted(test: StationCount, stations: Iterable[Station]) -> list[tuple[Station, float]]:
    """The stations that a test counts, each with its own threshold."""
    found: list[tuple[Station, float]] = []
    for station in stations:
        if station.kind != test.station_kind or test.metric not in station.metrics:
            continue
        if test.station_classes and station.station_class not in test.station_classes:
            continue
        rule = test.forecast
        if rule and rule.ref and level_of(station, rule.ref, rule.threshold, rule.offset) is None:
            continue
        threshold = level_of(station, test.ref, test.threshold, test.offset)
        if threshold is not None:
            found.append((station, threshold))
    return found


def implies(first: Test, second: Test, stations: Sequence[Station], colours: Sequence[str]) -> bool:
    """Is `second` true whenever `first` is? False where that isn't certain."""
    match first, second:
        case ArealRain(), ArealRain():
            return _same_rain(first, second) and _area_implies(first, second)
        case StationCount(), StationCount():
            return _counts_imply(first, second, stations)
        case ForecastDistricts(), ForecastDistricts():
            same = first.metric == second.metric
            return same and first.threshold >= second.threshold and first.min_count >= second.min_count
        case SignalDistricts(), SignalDistricts():
            graver = colours.index(first.min_colour) >= colours.index(second.min_colour)
            return first.signal_type == second.signal_type and graver and first.min_count >= second.min_count
        case DistrictResponse(), DistrictResponse():
            higher = first.hazard == second.hazard and first.level <= second.level
            return higher and first.min_count >= second.min_count
        case _:
            return False


def _same_rain(first: ArealRain, second: ArealRain) -> bool:
    """So much in a shorter time is as much in a longer one."""
    same = (first.metric, first.aggregation) == (second.metric, second.aggregation)
    return same and first.window_min <= second.window_min and first.threshold >= second.threshold


def _area_implies(first: ArealRain, second: ArealRain) -> bool:
    if first.min_share is not None and second.min_share is not None:
        return first.min_share >= second.min_share
    here = first.over_area_km2 if first.over_area_km2 is not None else first.min_area_km2
    if here is None or second.min_share is not None:
        return False
    if second.over_area_km2 is not None:
        strict = first.over_area_km2 is not None
        return here >= second.over_area_km2 if strict else here > second.over_area_km2
    return second.min_area_km2 is not None and here >= second.min_area_km2


def _counts_imply(first: StationCount, second: StationCount, stations: Sequence[Station]) -> bool:
    same = (first.station_kind, first.metric, first.aggregation) == (
        second.station_kind,
        second.metric,
        second.aggregation,
    )
    wider = first.window_min <= second.window_min
    if first.aggregation == "sustained":
        wider = first.window_min >= second.window_min
    fewer = second.min_count <= first.min_count and (second.min_districts or 0) <= (first.min_districts or 1)
    if not (same and wider and fewer and _forecast_implies(first.forecast, second.forecast)):
        return False
    there = {station.station_id: threshold for station, threshold in counted(second, stations)}
    asked = counted(first, stations)
    return bool(asked) and all(
        station.station_id in there and threshold >= there[station.station_id] for station, threshold in asked
    )


def _forecast_implies(first: StationForecast | None, second: StationForecast | None) -> bool:
    if second is None:
        return True
    if first is None or (first.metric, first.ref, first.above) != (second.metric, second.ref, second.above):
        return False
    return first.offset >= second.offset and (first.threshold or 0) >= (second.threshold or 0)
