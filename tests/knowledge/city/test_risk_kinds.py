"""What fits a risk point is the pack's data: slips are told by place, other words work as well as ours."""

import shutil
from pathlib import Path

import pytest

from knowledge.city import City, load_city
from knowledge.errors import CityPackError

FILE = "weather/risk_kinds.toml"


@pytest.fixture
def copied(pack: Path, tmp_path: Path) -> Path:
    return shutil.copytree(pack, tmp_path / "pack")


def edit(root: Path, file: str, old: str, new: str) -> None:
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new), encoding="utf-8")


def test_the_bundled_city_names_every_kind(city: City) -> None:
    kinds = {one.kind for one in city.weather.risk_kinds.kinds}
    assert kinds == {point.kind for point in city.weather.risk_points.values()}
    underpass, school = (city.weather.risk_kinds.of(kind) for kind in ("下穿通道", "学校"))
    assert underpass.fits("排涝")
    assert not underpass.fits("医疗")
    assert not school.fits("综合救援")


@pytest.mark.parametrize(
    ("old", "new", "file", "where", "says"),
    [
        ('teams = ["轨道"]', 'teams = ["铁道"]', FILE, "kinds[2].needs[0].teams[0]", "铁道 不在 teams.csv"),
        ('"防水挡板"', '"挡板"', FILE, "kinds[2].needs[1].gear[0]", "挡板 不在 equipment.csv"),
        ('kind = "学校"', 'kind = "学堂"', FILE, "kinds[8].kind", "学堂 不在 risk_points.csv"),
        ('kind = "学校"', 'kind = "学堂"', "weather/risk_points.csv", "kind 列", "学校 在"),
        ('move_clause = "5.9"', 'move_clause = "9.9"', FILE, "move_clause", "9.9"),
        ("weight = 0.9", "weight = 9", FILE, "kinds[0].needs[1].weight", "9"),
        (', teams = ["轨道"]', "", FILE, "kinds[2].needs[0]", "都空着"),
    ],
)
def test_a_slip_is_told_by_its_place(
    copied: Path, old: str, new: str, file: str, where: str, says: str
) -> None:
    edit(copied, FILE, old, new)
    with pytest.raises(CityPackError) as caught:
        load_city(copied)
    assert any(
        one.file == file and where in one.where and says in one.what for one in caught.value.problems
    ), caught.value.problems


def test_a_pack_with_other_words_needs_no_code(copied: Path) -> None:
    for file in ("weather/risk_points.csv", FILE):
        edit(copied, file, "下穿通道", "立交涵洞")
    edit(copied, "weather/teams.csv", ",排涝,", ",抽水,")
    edit(copied, FILE, 'teams = ["排涝"]', 'teams = ["抽水"]')
    kind = load_city(copied).weather.risk_kinds.of("立交涵洞")
    assert (kind.fits("抽水"), kind.moves) == (True, False)


def test_without_the_file_every_kind_is_taken_with_caution(copied: Path) -> None:
    (copied / FILE).unlink()
    kind = load_city(copied).weather.risk_kinds.of("下穿通道")
    assert kind.moves
    assert kind.fits("任何队伍")
    assert "rain" in kind.answers_to
