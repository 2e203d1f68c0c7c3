"""Does a pack agree with itself? Every reference between files, every uniqueness, every completeness.

References are checked on the raw cells, so one broken row does not hide the others.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import product

from knowledge.city.check_shapes import check_shapes
from knowledge.city.check_units import check_units
from knowledge.city.check_weather import check_weather
from knowledge.city.pack import Pack
from knowledge.city.policy import CityPolicy
from knowledge.city.source import Source

BOUNDARY = re.compile(r"(\d{6})「([^」]*)」")

UNIQUE = (
    ("departments.csv", "dept_id"),
    ("departments.csv", "name"),
    ("catalogue.csv", "code"),
    ("gazetteer.csv", "place_id"),
    ("weather/stations.csv", "station_id"),
    ("weather/risk_points.csv", "risk_id"),
    ("weather/shelters.csv", "shelter_id"),
    ("weather/teams.csv", "team_id"),
    ("weather/equipment.csv", "equip_id"),
    ("weather/contacts.csv", "contact_id"),
)

REFERENCES = (
    ("catalogue.csv", "main_dept_id", "departments.csv", "dept_id"),
    ("catalogue.csv", "co_dept_ids", "departments.csv", "dept_id"),
    ("utterances/routes.csv", "code", "catalogue.csv", "code"),
    ("unit_rules.csv", "code", "catalogue.csv", "code"),
    ("unit_rules.csv", "dept_id", "departments.csv", "dept_id"),
    ("utterances/units.csv", "code", "catalogue.csv", "code"),
    ("utterances/units.csv", "dept_id", "departments.csv", "dept_id"),
    ("weather/stations.csv", "place_id", "gazetteer.csv", "place_id"),
    ("weather/stations.csv", "owner_dept", "departments.csv", "dept_id"),
    ("weather/risk_points.csv", "place_id", "gazetteer.csv", "place_id"),
    ("weather/risk_points.csv", "station_id", "weather/stations.csv", "station_id"),
    ("weather/risk_points.csv", "owner_dept", "departments.csv", "dept_id"),
    ("weather/risk_points.csv", "contact_id", "weather/contacts.csv", "contact_id"),
    ("weather/risk_points.csv", "shelter_id", "weather/shelters.csv", "shelter_id"),
    ("weather/shelters.csv", "place_id", "gazetteer.csv", "place_id"),
    ("weather/shelters.csv", "manager_dept", "departments.csv", "dept_id"),
    ("weather/teams.csv", "place_id", "gazetteer.csv", "place_id"),
    ("weather/teams.csv", "owner_dept", "departments.csv", "dept_id"),
    ("weather/equipment.csv", "place_id", "gazetteer.csv", "place_id"),
    ("weather/equipment.csv", "keeper_dept", "departments.csv", "dept_id"),
    ("weather/contacts.csv", "place_id", "gazetteer.csv", "place_id"),
    ("weather/contacts.csv", "dept_id", "departments.csv", "dept_id"),
    ("weather/contacts.csv", "called_by", "weather/contacts.csv", "contact_id"),
    ("weather/contacts.csv", "escalate_to", "weather/contacts.csv", "contact_id"),
)


def check_pack(pack: Pack, source: Source) -> None:
    """Adds to `source.problems` whatever in the pack contradicts something else in it."""
    _check_unique(pack, source)
    for file, column, target, key in REFERENCES:
        _check_column(pack, source, file, column, pack.tables[target].ids(key), f"{target} 的 {key}")
    _check_notes(pack, source)
    _check_catalogue(pack, source)
    if pack.policy:
        _check_labels(pack, pack.policy, source)
        _check_places(pack, pack.policy, source)
        _check_deadlines(pack.policy, source)
        _check_keys(pack, pack.policy, source)
        check_shapes(pack, pack.policy, source)
    check_units(pack, source)
    check_weather(pack, source)


def _check_unique(pack: Pack, source: Source) -> None:
    for file, column in UNIQUE:
        seen: dict[str, int] = {}
        for cell in pack.tables[file].cells(column):
            if cell.value in seen:
                what = f"{cell.value} 与第 {seen[cell.value]} 行重复"
                source.add(file, f"第 {cell.line} 行，{column} 列", what, "改为没有用过的值，或删去重复行")
            seen.setdefault(cell.value, cell.line)


def _check_column(
    pack: Pack, source: Source, file: str, column: str, known: Collection[str], target: str
) -> None:
    for cell in pack.tables[file].cells(column):
        if cell.value not in known:
            what = f"{cell.value} 不在 {target} 里"
            source.add(
                file, f"第 {cell.line} 行，{column} 列", what, f"改为 {target} 里已有的值，或在那里补上"
            )


def _check_notes(pack: Pack, source: Source) -> None:
    names = {row.code: row.level3 for row in pack.catalogue.items}
    codes = pack.catalogue.ids("code")
    for line, row in pack.catalogue.rows:
        for code, name in BOUNDARY.findall(row.notes):
            if code not in codes:
                what = f"备注指向的 {code} 不在目录里"
            elif code in names and names[code] != name:
                what = f"备注写 {code}「{name}」，而该行的 level3 是「{names[code]}」"
            else:
                continue
            source.add("catalogue.csv", f"第 {line} 行，notes 列", what, "改正编号或名称")


def _check_catalogue(pack: Pack, source: Source) -> None:
    units = {row.dept_id: row for row in pack.departments.items}
    titles: dict[str, str] = {}
    for line, row in pack.catalogue.rows:
        unit = units.get(row.main_dept_id)
        if unit and row.territorial != (unit.level == "区级"):
            what = f"territorial 为 {str(row.territorial).lower()}，而主办 {unit.dept_id} 是{unit.level}单位"
            source.add(
                "catalogue.csv", f"第 {line} 行，territorial 列", what, "属地事项的主办必为区级单位，二者改一"
            )
        if unit and not unit.accepts_directly:
            what = f"{unit.dept_id} 不接派单（accepts_directly = false）"
            source.add("catalogue.csv", f"第 {line} 行，main_dept_id 列", what, "换成接派单的单位")
        for prefix, column, title in (
            (row.code[:2], "level1", row.level1),
            (row.code[:4], "level2", row.level2),
        ):
            if titles.setdefault(prefix, title) != title:
                what = f"编号 {prefix} 的名称前面写作「{titles[prefix]}」，这里是「{title}」"
                source.add("catalogue.csv", f"第 {line} 行，{column} 列", what, "统一名称或改编号")


def _check_labels(pack: Pack, policy: CityPolicy, source: Source) -> None:
    """Columns whose values are ids of city.toml."""
    types = {item.id for item in policy.ticket_types}
    urgencies = {item.id for item in policy.urgency_classes}
    routes = {item.id for item in policy.special_routes}
    numbers = {number for cue in policy.emergency_cues for number in (cue.number, *cue.also)}
    numbers |= {phone for route in policy.special_routes for phone in route.phones}
    columns = [
        ("catalogue.csv", "default_type", types, "city.toml 的 ticket_types.id"),
        ("catalogue.csv", "default_urgency", urgencies, "city.toml 的 urgency_classes.id"),
        ("utterances/routes.csv", "route", routes, "city.toml 的 special_routes.id"),
        (
            "utterances/routes.csv",
            "number",
            numbers,
            "city.toml 的号码（special_routes.phones、emergency_cues）",
        ),
    ]
    for table in pack.utterances:
        columns.append((table.file, "code", set(pack.catalogue.ids("code")), "catalogue.csv 的 code"))
        columns.append((table.file, "type", types, "city.toml 的 ticket_types.id"))
        columns.append((table.file, "urgency", urgencies, "city.toml 的 urgency_classes.id"))
    for file, column, known, target in columns:
        _check_column(pack, source, file, column, known, target)


def _check_places(pack: Pack, policy: CityPolicy, source: Source) -> None:
    districts = {district.name: district for district in policy.districts}
    for line, place in pack.gazetteer.rows:
        where = f"第 {line} 行"
        district = districts.get(place.district)
        if district is None:
            what = f"{place.district} 不在 city.toml 的 districts.name 里"
            source.add("gazetteer.csv", f"{where}，district 列", what, "改为已有的区县名")
            continue
        if place.street not in district.streets:
            what = f"{place.street} 不在 {district.name} 的 streets 里"
            source.add("gazetteer.csv", f"{where}，street 列", what, "改为该区县的街道、乡镇")
        if not (policy.frame.holds(place.lat, place.lon) and district.holds(place.lat, place.lon)):
            what = f"坐标 {place.lat}, {place.lon} 不在 {district.name} 的 bbox 或全市外框里"
            source.add("gazetteer.csv", f"{where}，lat 列", what, "核对坐标，先 lat 后 lon")


def _check_deadlines(policy: CityPolicy, source: Source) -> None:
    pairs = [(row.type, row.urgency) for row in policy.deadlines]
    for index, pair in enumerate(pairs):
        if pair in pairs[:index]:
            source.add("city.toml", f"deadlines[{index}]", f"{pair[0]}×{pair[1]} 已写过一次", "删去一行")
    wanted = product((item.id for item in policy.ticket_types), (item.id for item in policy.urgency_classes))
    for kind, urgency in wanted:
        if (kind, urgency) not in pairs:
            source.add("city.toml", "deadlines", f"缺 {kind}×{urgency} 的时限", "补上这一行")


def _check_keys(pack: Pack, policy: CityPolicy, source: Source) -> None:
    """References written inside city.toml, each with its key path."""
    codes, units = pack.catalogue.ids("code"), pack.departments.ids("dept_id")
    types = {item.id for item in policy.ticket_types}
    urgencies = {item.id for item in policy.urgency_classes}
    districts = {item.name for item in policy.districts}
    aliases = pack.gazetteer.ids("aliases")
    checks: tuple[tuple[Iterable[tuple[str, str]], Collection[str], str], ...] = (
        (_code_paths(policy), codes, "catalogue.csv 的 code"),
        (_unit_paths(policy), units, "departments.csv 的 dept_id"),
        (_paths("deadlines", "type", (row.type for row in policy.deadlines)), types, "ticket_types.id"),
        (_urgency_paths(policy), urgencies, "urgency_classes.id"),
        (
            ((f"territorial.own_units.{name}", name) for name in policy.territorial.own_units),
            districts,
            "districts.name",
        ),
        (
            (("geocoding.weak_aliases", alias) for alias in sorted(policy.geocoding.weak_aliases)),
            aliases,
            "gazetteer.csv 的 aliases",
        ),
    )
    for paths, known, target in checks:
        for path, value in paths:
            if value not in known:
                source.add("city.toml", path, f"{value} 不在 {target} 里", f"改为 {target} 里已有的值")


def _paths(table: str, key: str, values: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((f"{table}[{index}].{key}", value) for index, value in enumerate(values))


def _code_paths(policy: CityPolicy) -> Iterator[tuple[str, str]]:
    yield from _paths(
        "emergency_cues", "catalogue_code", (cue.catalogue_code for cue in policy.emergency_cues)
    )
    for index, override in enumerate(policy.deadline_overrides):
        yield from (
            (f"deadline_overrides[{index}].codes[{n}]", code) for n, code in enumerate(override.codes)
        )
    for index, override in enumerate(policy.duplicates.overrides):
        yield from (
            (f"duplicates.overrides[{index}].codes[{n}]", code) for n, code in enumerate(override.codes)
        )


def _unit_paths(policy: CityPolicy) -> Iterator[tuple[str, str]]:
    yield "territorial.district_unit", policy.territorial.district_unit
    yield "territorial.street_unit", policy.territorial.street_unit
    yield from (
        (f"territorial.own_units.{name}", unit) for name, unit in policy.territorial.own_units.items()
    )
    for index, cue in enumerate(policy.emergency_cues):
        yield from (
            (f"emergency_cues[{index}].also_dept_ids[{n}]", unit) for n, unit in enumerate(cue.also_dept_ids)
        )


def _urgency_paths(policy: CityPolicy) -> Iterator[tuple[str, str]]:
    yield from _paths("deadlines", "urgency", (row.urgency for row in policy.deadlines))
    for index, override in enumerate(policy.deadline_overrides):
        yield from (
            (f"deadline_overrides[{index}].urgencies[{n}]", item) for n, item in enumerate(override.urgencies)
        )
