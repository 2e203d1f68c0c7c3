"""Units at the edge: what a provider declares, turned into the one unit that each metric has here."""

from typing import Final

CANONICAL: Final = {
    "rain_10min": "mm",
    "rain_1h": "mm",
    "rain_6h": "mm",
    "rain_24h": "mm",
    "water_level": "m",
    "river_level_max_24h": "m",
    "water_depth": "cm",
    "displacement_rate": "mm/h",
    "wind_avg": "m/s",
    "gust": "m/s",
    "gust_1h": "m/s",
    "gust_24h": "m/s",
}
_LENGTH: Final = {"mm": 1.0, "cm": 10.0, "dm": 100.0, "m": 1000.0, "in": 25.4, "ft": 304.8}  # in mm
_SPEED: Final = {"m/s": 1.0, "km/h": 1 / 3.6, "kn": 1852 / 3600, "mph": 0.44704}  # in m/s
_RATE: Final = {"mm/h": 1.0, "cm/h": 10.0, "m/h": 1000.0, "mm/d": 1 / 24, "cm/d": 10 / 24}  # in mm/h
_SCALES: Final = (_LENGTH, _SPEED, _RATE)
_SPELLINGS: Final = {
    "毫米": "mm",
    "厘米": "cm",
    "米": "m",
    "millimetre": "mm",
    "millimeter": "mm",
    "centimetre": "cm",
    "centimeter": "cm",
    "metre": "m",
    "meter": "m",
    "inch": "in",
    "米/秒": "m/s",
    "m s-1": "m/s",
    "m.s-1": "m/s",
    "ms": "m/s",
    "公里/小时": "km/h",
    "千米/小时": "km/h",
    "kmh": "km/h",
    "kph": "km/h",
    "knot": "kn",
    "knots": "kn",
    "kt": "kn",
    "kts": "kn",
    "节": "kn",
    "mp/h": "mph",
    "毫米/小时": "mm/h",
    "毫米/时": "mm/h",
    "mm/hr": "mm/h",
    "mm/day": "mm/d",
    "毫米/天": "mm/d",
}
PRECISION: Final = 6  # decimals; binary rests of a conversion must not move a value over a threshold


class UnknownUnit(ValueError):
    """A unit that is not declared, not known, or measures something else than the metric."""


def convert(value: float, unit: str, metric: str) -> tuple[float, str, str]:
    """(value, unit) in the metric's own unit, and a note when something was converted. Raises UnknownUnit.

    A metric without a unit of its own here keeps what it came with.
    """
    wanted = CANONICAL.get(metric)
    given = _SPELLINGS.get(unit.strip().lower(), unit.strip().lower())
    if wanted is None or given == wanted:
        return value, wanted or unit, ""
    scale = next((scale for scale in _SCALES if wanted in scale), {})
    if given not in scale:
        raise UnknownUnit(f"单位“{unit}”不能用于 {metric}（应为 {wanted} 或可换算的单位）")
    converted = round(value * scale[given] / scale[wanted], PRECISION)
    return converted, wanted, f"原值 {value:g} {unit}"
