"""Do the outlines and roads agree with the tables? Every place and station lies in its own district."""

from collections.abc import Iterator

from knowledge.city.pack import Pack
from knowledge.city.policy import CityPolicy
from knowledge.city.shapes import DISTRICTS_FILE, ROADS_FILE
from knowledge.city.source import Source


def check_shapes(pack: Pack, policy: CityPolicy, source: Source) -> None:
    """Adds to `source.problems`; a pack without shapes passes."""
    if not pack.shapes.districts:
        return
    codes = {district.name: district.code for district in policy.districts}
    for code in pack.shapes.districts.keys() ^ set(codes.values()):
        source.add(DISTRICTS_FILE, code, "与 city.toml 的 districts 对不上", "每个区县一个多边形，编码相同")
    for file, line, name, district, lat, lon in _sited(pack):
        found = pack.shapes.district_at(lat, lon)
        if found != codes.get(district):
            what = f"{name}（{lat}, {lon}）应在{district}，却落在 {found or '各区县之外'}"
            source.add(DISTRICTS_FILE, f"{file} 第 {line} 行", what, "改边界，或核对坐标")
    risks = pack.risk_points.ids("risk_id")
    for road in pack.shapes.roads:
        for risk_id in set(road.risk_ids) - risks:
            source.add(ROADS_FILE, road.road_id, f"{risk_id} 不在 risk_points.csv 里", "改为已有的风险点")
        if len(road.line) < 2:
            source.add(ROADS_FILE, road.road_id, "少于两点，不成线", "补上走向")


def _sited(pack: Pack) -> Iterator[tuple[str, int, str, str, float, float]]:
    for table in (pack.gazetteer, pack.stations, pack.risk_points, pack.shelters):
        for line, row in table.rows:
            yield table.file, line, row.name, row.district, row.lat, row.lon
