"""A sound pack loads; each kind of slip in one is told by file, place and what to do."""

import csv
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.city import City, load_city
from knowledge.city.check_weather import expression_names, plan_clauses
from knowledge.errors import CityPackError, Problem


@pytest.fixture
def broken(pack: Path, tmp_path: Path) -> Path:
    """A copy of the pack to break."""
    return shutil.copytree(pack, tmp_path / "pack")


def edit(root: Path, file: str, old: str, new: str) -> None:
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is no longer in {file}: the test breaks nothing"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def edit_cell(root: Path, file: str, line: int, column: str, value: str) -> None:
    path = root / file
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    rows[line - 1][rows[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def problems(root: Path) -> tuple[Problem, ...]:
    with pytest.raises(CityPackError) as caught:
        load_city(root)
    return caught.value.problems


def test_bundled_city(city: City) -> None:
    assert city.name == "沄州市"
    assert (len(city.districts), len(city.departments)) == (7, 52)
    assert (len(city.catalogue), len(city.places)) == (150, 260)
    assert list(city.urgency_classes) == ["一般", "次紧急", "紧急"]
    assert city.urgency_rank("紧急") > city.urgency_rank("一般")
    assert set(city.special_routes) == {"R1", "R2", "R3", "R4", "R5", "R6"}
    assert len(city.weather.plan.responses) == 8
    assert len(city.weather.stations) == 83
    assert city.weather.stations["RV01"].warn_level == 34.20
    assert city.weather.stations["RG01"].warn_level is None


def test_boundary_refs_follow_the_notes(city: City) -> None:
    assert city.boundary_refs("010101") == ("040101", "020103", "030402")
    for code in city.catalogue:
        assert all(ref in city.catalogue for ref in city.boundary_refs(code))


def test_city_is_frozen(city: City) -> None:
    with pytest.raises(Exception, match="frozen"):
        city.catalogue["010101"].level1 = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        city.catalogue["010101"] = city.catalogue["010102"]  # type: ignore[index]


def test_fingerprint_follows_the_data_only(city: City, broken: Path) -> None:
    (broken / "README.md").write_text("changed", encoding="utf-8")
    assert load_city(broken).fingerprint == city.fingerprint
    edit(broken, "city.toml", "population = 4216000", "population = 4216001")
    assert load_city(broken).fingerprint != city.fingerprint


CELLS = [
    ("catalogue.csv", 2, "main_dept_id", "chenguan", "departments.csv"),
    ("catalogue.csv", 3, "co_dept_ids", "jiedao|nobody", "nobody"),
    ("catalogue.csv", 4, "default_type", "抱怨", "ticket_types"),
    ("catalogue.csv", 5, "default_urgency", "特急", "urgency_classes"),
    ("catalogue.csv", 6, "code", "010101", "重复"),
    ("catalogue.csv", 6, "code", "0102", "不合要求"),
    ("catalogue.csv", 7, "territorial", "true", "属地事项"),
    ("catalogue.csv", 7, "territorial", "是", "true 或 false"),
    ("catalogue.csv", 8, "notes", "归999999「没有」", "999999"),
    ("catalogue.csv", 8, "notes", "归040101「物业」", "物业服务质量"),
    ("catalogue.csv", 8, "level1", "市容", "市容环卫"),
    ("catalogue.csv", 8, "main_dept_id", "xinfang", "不接派单"),
    ("departments.csv", 3, "name", "", "不能为空"),
    ("gazetteer.csv", 2, "district", "埠前", "districts.name"),
    ("gazetteer.csv", 3, "street", "鼓楼镇", "streets"),
    ("gazetteer.csv", 4, "kind", "street", "允许的取值"),
    ("gazetteer.csv", 5, "lat", "29.9", "bbox"),
    ("gazetteer.csv", 5, "lat", "北纬29", "不是所需的数"),
    ("weather/stations.csv", 2, "district_code", "990399", "districts.code"),
    ("weather/stations.csv", 3, "district", "望澜区", "不符"),
    ("weather/stations.csv", 4, "street", "石岭镇", "streets"),
    ("weather/stations.csv", 4, "owner_dept", "tianqi", "departments.csv"),
    ("weather/risk_points.csv", 2, "station_id", "PD99", "stations.csv"),
    ("weather/risk_points.csv", 2, "contact_id", "CT999", "contacts.csv"),
    ("weather/risk_points.csv", 2, "shelter_id", "SF99", "shelters.csv"),
    ("weather/shelters.csv", 2, "place_id", "PL9999", "gazetteer.csv"),
    ("weather/contacts.csv", 3, "called_by", "CT999", "contacts.csv"),
    ("weather/signals.csv", 2, "colour", "紫", "允许的取值"),
]


@pytest.mark.parametrize(("file", "line", "column", "value", "says"), CELLS)
def test_broken_cell_names_file_line_and_column(
    broken: Path, file: str, line: int, column: str, value: str, says: str
) -> None:
    edit_cell(broken, file, line, column, value)
    told = [p for p in problems(broken) if p.file == file and f"第 {line} 行，{column} 列" in p.where]
    assert len(told) == 1
    assert says in told[0].what + told[0].fix
    assert told[0].fix


KEYS = [
    (
        "city.toml",
        'catalogue_code = "140201"',
        'catalogue_code = "149901"',
        "emergency_cues[2].catalogue_code",
    ),
    (
        "city.toml",
        'also_dept_ids = ["ranqi"]',
        'also_dept_ids = ["qi"]',
        "emergency_cues[4].also_dept_ids[0]",
    ),
    ("city.toml", 'codes = ["060101", ', 'codes = ["069999", ', "deadline_overrides[0].codes[0]"),
    ("city.toml", 'urgencies = ["次紧急", ', 'urgencies = ["急", ', "deadline_overrides[0].urgencies[0]"),
    ("city.toml", 'codes = ["010402", ', 'codes = ["019999", ', "duplicates.overrides[1].codes[0]"),
    ("city.toml", 'street_unit = "jiedao"', 'street_unit = "x"', "territorial.street_unit"),
    ("city.toml", '"沄州经开区" = "jingkai"', '"经开区" = "jingkai"', "territorial.own_units.经开区"),
    (
        "city.toml",
        "[geocoding]\nweak_aliases = [",
        '[geocoding]\nweak_aliases = ["无此名",',
        "geocoding.weak_aliases",
    ),
    (
        "city.toml",
        "negation_window_chars = 6",
        'negation_window_chars = "六"',
        "emergency_rule.negation_window_chars",
    ),
    ("city.toml", "co_dept_max = 3", "co_dept_maximum = 3", "dispatch.co_dept_max"),
    ("city.toml", 'cutoff = "17:30 以后', 'cutoff = "下班以后', "deadline_rule.cutoff"),
    (
        "weather/response_plan.toml",
        'clause = "5.4.1(1)"',
        'clause = "5.4.9(1)"',
        "responses[0].conditions[0].clause",
    ),
    (
        "weather/response_plan.toml",
        'expr = "(a or b) and c"',
        'expr = "(a or b)"',
        "responses[0].conditions[0].expr",
    ),
    (
        "weather/response_plan.toml",
        'ref = "warn_level"',
        'ref = "warn"',
        "responses[0].conditions[4].tests[0].ref",
    ),
    (
        "weather/response_plan.toml",
        'proposer_dept = "yingji"',
        'proposer_dept = "x"',
        "responses[0].proposer_dept",
    ),
    ("weather/response_plan.toml", 'id = "F4-02"', 'id = "F4-01"', "responses[0].conditions[1].id"),
]


@pytest.mark.parametrize(("file", "old", "new", "path"), KEYS)
def test_broken_key_names_file_and_path(broken: Path, file: str, old: str, new: str, path: str) -> None:
    edit(broken, file, old, new)
    assert (file, path) in {(p.file, p.where) for p in problems(broken)}


def test_missing_deadline_row(broken: Path) -> None:
    edit(
        broken,
        "city.toml",
        '[[deadlines]]\ntype = "咨询"\nurgency = "一般"',
        '[[deadlines]]\ntype = "求助"\nurgency = "一般"',
    )
    said = [str(problem) for problem in problems(broken)]
    assert any("缺 咨询×一般" in line for line in said)
    assert any("求助×一般 已写过一次" in line for line in said)


FILES: list[tuple[Callable[[Path], object], str, str]] = [
    (lambda root: (root / "gazetteer.csv").unlink(), "gazetteer.csv", "文件不存在"),
    (lambda root: (root / "city.toml").write_text("name = ", encoding="utf-8"), "city.toml", "TOML"),
    (lambda root: (root / "departments.csv").write_bytes("名".encode("gbk")), "departments.csv", "UTF-8"),
    (lambda root: edit(root, "departments.csv", "hotline_phone", "phone"), "departments.csv", "表头缺这一列"),
    (lambda root: edit(root, "gazetteer.csv", "PL0001,", "PL0001,多,"), "gazetteer.csv", "比表头多"),
]


@pytest.mark.parametrize(("damage", "file", "says"), FILES)
def test_unreadable_file(broken: Path, damage: Callable[[Path], object], file: str, says: str) -> None:
    damage(broken)
    assert any(problem.file == file and says in problem.what for problem in problems(broken))


def test_utterances_are_checked_where_they_stand(broken: Path) -> None:
    (broken / "utterances").mkdir(exist_ok=True)
    rows = (
        "code,type,urgency,text\n010101,投诉,一般,没人扫\n999999,投诉,一般,没人扫\n010101,骂人,很急,没人扫\n"
    )
    (broken / "utterances" / "99.csv").write_text(rows, encoding="utf-8")
    routes = "route,number,code,text\nR9,,,帮我查号\n,911,,救命\n"
    (broken / "utterances" / "routes.csv").write_text(routes, encoding="utf-8")
    told = {(p.file, p.where) for p in problems(broken)}
    assert told == {
        ("utterances/99.csv", "第 3 行，code 列"),
        ("utterances/99.csv", "第 4 行，type 列"),
        ("utterances/99.csv", "第 4 行，urgency 列"),
        ("utterances/routes.csv", "第 2 行，route 列"),
        ("utterances/routes.csv", "第 3 行，number 列"),
    }


RULES = (
    "code,dept_id,condition,cues\n010102,zhujian,在小区里,小区|物业\n999999,zhujian,在小区里,小区\n"
    "010102,nobody,在小区里,小区\n010102,zhujian,没归集,没归集\n010102,chengguan,在路上,路上\n"
    "010102,xinfang,在信访,信访\n010103,jiaojing,,超速\n010103,gongan,超速,\n"
)
RULE_PLACES = {
    ("第 3 行，code 列", "999999"),
    ("第 4 行，dept_id 列", "nobody"),
    ("第 5 行，dept_id 列", "第 2 行重复"),
    ("第 6 行，dept_id 列", "本来就是"),
    ("第 7 行，dept_id 列", "不接派单"),
    ("第 8 行，condition 列", "不能为空"),
    ("第 9 行，cues 列", "不合要求"),
}


def test_unit_rules_are_checked_where_they_stand(broken: Path) -> None:
    (broken / "utterances" / "units.csv").unlink()
    (broken / "unit_rules.csv").write_text(RULES, encoding="utf-8")
    told = problems(broken)
    assert {p.file for p in told} == {"unit_rules.csv"}
    assert len(told) == len(RULE_PLACES)
    for where, says in RULE_PLACES:
        assert any(p.where == where and says in p.what and p.fix for p in told)


def test_unit_utterances_are_checked_where_they_stand(broken: Path) -> None:
    (broken / "unit_rules.csv").write_text("\n".join(RULES.splitlines()[:2]), encoding="utf-8")
    rows = (
        "code,dept_id,text\n010102,zhujian,楼下的桶满了\n010102,chengguan,收集点的桶满了\n010102,gongan,桶满了\n"
        "999999,zhujian,桶呢\n010102,nobody,桶倒了\n010102,zhujian,楼下的桶满了\n010102,zhujian,\n"
    )
    (broken / "utterances" / "units.csv").write_text(rows, encoding="utf-8")
    told = {(p.file, p.where) for p in problems(broken)}
    assert told == {
        ("utterances/units.csv", "第 4 行，dept_id 列"),
        ("utterances/units.csv", "第 5 行，code 列"),
        ("utterances/units.csv", "第 6 行，dept_id 列"),
        ("utterances/units.csv", "第 7 行，text 列"),
        ("utterances/units.csv", "第 8 行，text 列"),
    }


def test_a_pack_may_do_without_unit_rules(broken: Path) -> None:
    (broken / "unit_rules.csv").unlink()
    (broken / "utterances" / "units.csv").unlink()
    city = load_city(broken)
    assert (city.unit_rules, city.unit_utterances) == ((), ())


def test_unit_utterances_are_no_class_file(city: City) -> None:
    units = {row.text for row in city.unit_utterances}
    assert units
    assert not units & {row.text for row in city.utterances}


def test_every_unit_rule_has_sentences_for_and_against(city: City) -> None:
    count = Counter((row.code, row.dept_id) for row in city.unit_utterances)
    for rule in city.unit_rules:
        assert 4 <= len(rule.cues) <= 10
        assert count[rule.code, rule.dept_id] >= 10, rule
        assert count[rule.code, city.catalogue[rule.code].main_dept_id] >= 10, rule.code


def test_all_problems_come_in_one_error(broken: Path) -> None:
    edit_cell(broken, "catalogue.csv", 2, "main_dept_id", "x")
    edit_cell(broken, "gazetteer.csv", 3, "street", "y")
    edit(broken, "city.toml", 'street_unit = "jiedao"', 'street_unit = "z"')
    with pytest.raises(CityPackError) as caught:
        load_city(broken)
    assert {p.file for p in caught.value.problems} == {"catalogue.csv", "gazetteer.csv", "city.toml"}
    assert "3 处问题" in str(caught.value)


def test_plan_clauses_and_expressions() -> None:
    assert plan_clauses("## 5 应急\n### 5.1 分级\n（1）一\n\n（2）二\n") == {"5", "5.1", "5.1(1)", "5.1(2)"}
    assert expression_names("a and (b or not c)") == {"a", "b", "c"}
    assert expression_names("a and") is None
    assert expression_names("__import__('os')") is None
