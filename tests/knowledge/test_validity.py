"""Which version ends when: the pitfalls, on small made-up sets."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from knowledge.clause import Metadata, in_force
from knowledge.versions.validity import Dated, End, settle
from knowledge.versions.works import bare_title, work_key


def day(year: int, month: int = 1) -> date:
    return date(year, month, 1)


def told(id: str, title: str, year: int | None, **more: Any) -> Dated:
    work = f"{bare_title(title)}|{more.get('region', '')}"
    given: dict[str, Any] = {"work": work, "title": title, "effective": day(year) if year else None}
    return Dated(id, **(given | more))


def ends(*documents: Dated) -> dict[str, End]:
    return dict(settle(documents).ends)


def test_each_version_ends_with_the_next() -> None:
    found = ends(told("c", "法", 2024), told("a", "法", 2007), told("b", "法", 2015), told("u", "法", None))
    assert found["a"] == End(day(2015), "b", "successor")
    assert found["b"] == End(day(2024), "c", "successor")
    assert found["c"] == End()
    assert found["u"].superseded_by == "a", "an undated version is older than any dated one"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("《中华人民共和国突发事件应对法》", "突发事件应对法（2024年修订）"),
        ("人民检察院刑事诉讼规则（试行）", "人民检察院刑事诉讼规则"),
        ("工资支付暂行规定", "工资支付规定"),
        ("沄州市物业管理办法（2016年）", "沄州市物业管理办法(修正)"),
        ("最高人民法院 最高人民检察院关于甲的解释", "最高人民法院、最高人民检察院关于甲的解释"),
        ("北京市实施《中华人民共和国水法》办法", "北京市实施《水法》办法"),
    ],
)
def test_titles_of_one_work(first: str, second: str) -> None:
    assert bare_title(first) == bare_title(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("最高人民法院关于甲的解释（一）", "最高人民法院关于甲的解释（二）"),
        ("中华人民共和国宪法修正案（1999年）", "中华人民共和国宪法修正案（2004年）"),
        ("中华人民共和国刑法", "中华人民共和国刑法修正案（七）"),
        ("全国人民代表大会常务委员会关于修改《中华人民共和国刑法》的决定", "中华人民共和国刑法"),
        ("沄州市“十四五”应急规划（2021-2025年）", "沄州市“十四五”应急规划（2026-2030年）"),
    ],
)
def test_titles_of_different_works(first: str, second: str) -> None:
    assert bare_title(first) != bare_title(second)


def test_a_decision_to_amend_does_not_end_the_law() -> None:
    decision = "关于修改《中华人民共和国甲法》的决定"
    assert ends(told("law", "甲法", 2010), told("decision", decision, 2020))["law"] == End()


def test_works_of_two_regions_or_two_ministries_are_apart() -> None:
    beijing = told("b", "养犬管理规定", 2003, region="北京市")
    shanghai = told("s", "养犬管理规定", 2011, region="上海市", supersedes=("养犬管理规定",))
    assert ends(beijing, shanghai) == {"b": End(), "s": End()}
    keys = {
        work_key(Metadata("规章制定程序规定", issuer=issuer, level="规章", region="全国"))
        for issuer in ("公安部", "司法部", "中华人民共和国公安部")
    }
    assert len(keys) == 2
    assert len({work_key(Metadata("法", issuer=issuer, level="法律")) for issuer in ("甲", "乙")}) == 1


def test_one_code_ends_nine_laws() -> None:
    names = ("婚姻法", "继承法", "民法通则", "收养法", "担保法", "合同法", "物权法", "侵权责任法", "民法总则")
    laws = [told(name, f"中华人民共和国{name}", 1990) for name in names]
    code = told("code", "民法典", 2021, supersedes=tuple(f"中华人民共和国{name}" for name in names))
    found = ends(*laws, code)
    assert all(found[name] == End(day(2021), "code", "repealed") for name in names) and len(found) == 10


def test_what_an_amended_text_repeals_ended_when_the_first_version_took_effect() -> None:
    """The tax law of 2007, amended in 2018, still says that it ends the tax law of 1991."""
    old = told("old", "外企所得税法", 1991)
    again = told("again", "外企所得税法", 2015)
    first = told("first", "企业所得税法", 2008, supersedes=("外企所得税法",))
    amended = told("amended", "企业所得税法", 2018, since=day(2008), supersedes=("外企所得税法",))
    for documents in ((old, amended), (old, first, amended)):
        found = ends(*documents)
        assert found["old"].valid_to == day(2008)
    assert ends(old, first, amended)["old"].superseded_by == "first"
    assert ends(again, amended)["again"] == End(), "a later law of an old name was ended by an older text"


def test_two_laws_that_repealed_each_other_in_turn() -> None:
    """A rule of 2014 ended a measure of 2004; a new measure under the old name ended the rule in 2025."""
    rule = told("rule", "动物防疫条例", 2019, since=day(2014), supersedes=("实施动物防疫法办法",))
    measure = told("measure", "实施动物防疫法办法", 2025, supersedes=("动物防疫条例",))
    found = settle([rule, measure])
    assert found.ends["rule"] == End(day(2025), "measure", "repealed") and found.ends["measure"] == End()
    assert found.notices == {}


def test_issued_later_is_newer_and_takes_over_when_it_takes_effect() -> None:
    old = told("old", "法", 2017, issued=day(2017))
    new = told("new", "法", None, issued=day(2024, 11), effective=day(2025, 3))
    assert ends(old, new)["old"] == End(day(2025, 3), "new", "successor")
    overtaken = told("late", "法", None, issued=day(2023), effective=day(2026))
    found = ends(old, overtaken, new)
    assert found["old"].superseded_by == "new", "what is issued last stands from its effect"
    assert found["late"] == End(day(2026), "new", "successor"), "and what it overtook never stands"
    assert not in_force(overtaken.start, found["late"].valid_to, day(2026))


def test_two_files_of_one_day_leave_one_standing_and_are_told() -> None:
    one = told("one", "规定", None, issued=day(2022, 2), effective=day(2022, 3))
    two = told("two", "规定", None, issued=day(2022, 3), effective=day(2022, 3))
    oldest = told("oldest", "规定", 2010)
    for order in permutations((one, two, oldest)):
        found = settle(order)
        assert found.ends["one"] == End(day(2022, 3), "two", "successor")
        assert found.ends["oldest"] == End(day(2022, 3), "two", "successor")
        assert list(found.notices) == ["one"] and "同日" in found.notices["one"][0]


def test_circular_repeal_keeps_both_and_is_told() -> None:
    one = told("one", "甲办法", 2020, supersedes=("乙办法",))
    two = told("two", "乙办法", 2020, supersedes=("甲办法",))
    found = settle([one, two])
    assert found.ends == {"one": End(), "two": End()}
    assert set(found.notices) == {"one", "two"} and "互相" in found.notices["one"][0]
    itself = told("self", "丙办法", 2020, supersedes=("丙办法",))
    assert settle([itself]).ends["self"] == End()


def test_a_day_of_its_own_in_a_repeal() -> None:
    old = told("old", "旧办法", 2000)
    new = told("new", "新办法", 2025, supersedes=("旧办法（自2026-01-01起）",))
    assert ends(old, new)["old"] == End(day(2026), "new", "repealed")


def test_repeal_by_number() -> None:
    old = told("old", "某通知", 2016, number="沄政令〔2016〕8号")
    new = told("new", "物业管理办法", 2024, supersedes=("沄政令[2016]8 号",))
    assert ends(old, new)["old"] == End(day(2024), "new", "repealed")


def test_repeal_and_hand() -> None:
    gone = told("gone", "办法", 2000, repealed=day(2010))
    assert ends(gone)["gone"] == End(day(2010), None, "repealed")
    assert ends(gone, told("new", "办法", 2012))["gone"] == End(day(2010), "new", "repealed")
    assert ends(gone, told("new", "办法", 2008))["gone"] == End(day(2008), "new", "successor")
    by_hand = told("gone", "办法", 2000, repealed=day(2010), by_hand=True)
    assert ends(by_hand, told("new", "办法", 2008))["gone"] == End(day(2010), "new", "hand")


def test_the_last_day_belongs_to_the_next_version() -> None:
    first, last = day(2020), day(2024)
    assert in_force(first, last, first) and not in_force(first, last, last)
    assert in_force(None, None, first) and not in_force(last, None, first)
