"""How a judgment writes units, metrics, times and names: one place, so that the checker reads what the rest writes."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from knowledge.city import City
from knowledge.clause import HALF_WIDTH

UNITS = {"mm": "毫米", "m": "米", "cm": "厘米", "mm/h": "毫米/小时", "m/s": "米/秒"}

METRICS = {
    "rain_10min": "雨量",
    "water_level": "水位",
    "water_depth": "积水深度",
    "displacement_rate": "位移速率",
    "wind_avg": "平均风速",
    "gust": "阵风",
}

FORECASTS = {
    "rain_6h": ("未来6小时", "雨量"),
    "rain_24h": ("未来24小时", "雨量"),
    "gust_24h": ("未来24小时", "阵风"),
    "river_level_max_24h": ("未来24小时", "最高水位"),
}

STATES = {"met": "成立", "not_met": "不成立", "unknown": "无法判断", "human": "须由人认定"}


def clock(moment: datetime, at: datetime) -> str:
    """14:30 on the judgment's own day, 5月18日14:30 on another."""
    local = moment.astimezone(at.tzinfo)
    hour = f"{local:%H:%M}"
    return hour if local.date() == at.date() else f"{local.month}月{local.day}日{hour}"


def number(value: float, decimals: int = 1) -> str:
    """Without a trailing .0 when whole numbers are meant (decimals 0)."""
    return f"{value:.{decimals}f}"


def plain(value: float) -> str:
    """50 for 50.0, 0.5 for 0.5: thresholds as a plan writes them."""
    return f"{value:g}"


def hours(minutes: float) -> str:
    """近1小时, 30分钟: windows as people say them."""
    whole = round(minutes)
    return f"{whole // 60}小时" if whole % 60 == 0 and whole else f"{whole}分钟"


def areal(value: float, required: float) -> tuple[float, str]:
    """What an areal test counts, with its unit: a share of the area, or km² where the plan asks for more than 1. To
    the tenth, or finer where a tenth would hide on which side of `required` it is."""
    scale, unit = (1, "平方公里") if required > 1 else (100, "%")
    told = [round(value * scale, places) for places in (1, 2, 4)]
    bound = round(required * scale, 4)
    return next((one for one in told if value == required or one != bound), told[-1]), unit


def unit_name(city: City, dept_id: str) -> str:
    """The short name a plan uses for a department."""
    return city.departments[dept_id].short_name


def district_name(city: City, code: str) -> str:
    return next((district.name for district in city.districts.values() if district.code == code), code)


def known_names(city: City) -> Mapping[str, str]:
    """Every proper name the city knows -> what it names (an id, or the name itself), half-width."""
    return {name.translate(HALF_WIDTH): what for name, what in _names(city) if len(name) > 1}


def _names(city: City) -> Iterator[tuple[str, str]]:
    """Later ones win: a station keeps its name against a place of the same."""
    yield from _civil_names(city)
    weather = city.weather
    for point in weather.risk_points.values():
        yield point.name, point.risk_id
    for shelter in weather.shelters.values():
        yield shelter.name, shelter.shelter_id
    for team in weather.teams.values():
        yield team.name, team.team_id
    for item in weather.equipment.values():
        yield item.depot, item.depot
    for station in weather.stations.values():
        yield station.name, station.station_id


def _civil_names(city: City) -> Iterator[tuple[str, str]]:
    for place in city.places.values():
        yield place.name, place.place_id
    for contact in city.weather.contacts.values():
        yield contact.unit, contact.unit
    for department in city.departments.values():
        yield department.name, department.dept_id
        yield department.short_name, department.dept_id
    for district in city.districts.values():
        yield district.name, district.code
        for street in district.streets:
            yield street, street
