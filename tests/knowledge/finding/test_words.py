import csv
from datetime import date

import pytest

from knowledge.finding.glossary import GLOSSARY, Entry, load_glossary, spoken_of, weigh
from knowledge.finding.grow import propose, read_questions
from knowledge.finding.hierarchy import NEAR, Placed, arrange, asked_regions
from knowledge.finding.references import Reference, references, wanted_ids
from knowledge.finding.titles import Titled, Titles


def test_the_glossary_is_whole() -> None:
    entries = load_glossary()
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(entries) == len(rows) >= 400
    assert len({entry.term for entry in entries}) == len(entries)
    assert all(0 < entry.weight < 1 and entry.legal and entry.term for entry in entries)


def test_everyday_words_bring_legal_ones_at_less_than_their_own_weight() -> None:
    weights = weigh("老板欠薪", load_glossary())
    assert weights["欠"] == weights["欠薪"] == 1
    assert 0 < weights["劳动"] < 1 and 0 < weights["报酬"] < 1


def test_a_term_within_a_longer_one_is_not_said() -> None:
    glossary = (Entry("偷税", ("逃避缴纳税款",), 0.9), Entry("偷", ("盗窃",), 0.6))
    assert [entry.term for entry in spoken_of("他偷税", glossary)] == ["偷税"]
    assert [entry.term for entry in spoken_of("他偷税又偷车", glossary)] == ["偷税", "偷"]


@pytest.fixture(scope="module")
def titles() -> Titles:
    return Titles([Titled("D-code", "民法典", ""), Titled("D-crime", "刑法", "")])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("第五条 依照本法第三十条处理。", [Reference("第三十条")]),
        ("第五条 违反本条例第十条、第十二条规定的，罚款。", [Reference("第十条"), Reference("第十二条")]),
        (
            "第五条 适用第二条至第四条的规定。",
            [Reference("第二条"), Reference("第三条"), Reference("第四条")],
        ),
        ("第五条 依照《中华人民共和国民法典》第五百条。", [Reference("第五百条", ("D-code",))]),
        ("第五条 依照刑法第二百六十四条第一款定罪。", [Reference("第二百六十四条", ("D-crime",))]),
        ("第五条 依照《没有的法》第三条。", []),
        ("第五条 前条规定的期限，依照前款。", [Reference("第四条")]),
        ("第五条 本条所称第五条。", []),
        ("第五条 每人三条毛巾。", []),
    ],
)
def test_references_of_a_clause(titles: Titles, text: str, found: list[Reference]) -> None:
    assert references(text, "第五条", titles) == found


def test_a_reference_means_every_part_that_may_hold_it() -> None:
    asked = [Reference("第三条"), Reference("第九条", ("D-1", "D-2"))]
    assert wanted_ids(asked, "D-own") == ["D-own#第三条", "D-1#第九条", "D-2#第九条"]


def placed(row: int, score: float, **told: object) -> Placed:
    facts = {"document": f"D{row}", "subject": "", "level": "法律", "region": "", "since": None} | told
    return Placed(row, score, **facts)  # pyright: ignore[reportArgumentType]


def order(found: list[Placed], query: str = "停车") -> list[int]:
    return [one.row for one in arrange(found, query)]


def test_special_goes_before_general_among_near_equals_only() -> None:
    general, special = placed(1, 1.0, subject="民法"), placed(2, 1 - NEAR / 2, subject="停车管理")
    arranged = arrange([general, special], "停车")
    assert [one.row for one in arranged] == [2, 1] and arranged[0].why == ("特别规定在前",)
    assert order([general, placed(2, 0.5, subject="停车管理")]) == [1, 2]
    assert order([general, placed(2, 1.0, subject="停车管理", level="规章")]) == [1, 2]


def test_new_goes_before_old_on_one_subject() -> None:
    old = placed(1, 1.0, subject="机动车停放", since=date(2001, 1, 1))
    new = placed(2, 1.0, subject="机动车停放", since=date(2020, 1, 1))
    assert order([old, new], "罚款") == [2, 1]
    assert order([old, placed(2, 1.0, subject="献血", since=date(2020, 1, 1))], "罚款") == [1, 2]


def test_other_regions_go_behind_when_one_is_named() -> None:
    found = [placed(1, 1.0, region="乙州市"), placed(2, 0.4, region="甲州市"), placed(3, 0.3, region="全国")]
    assert order(found, "甲州停车") == [2, 3, 1]
    assert order(found, "停车") == [1, 2, 3]
    assert asked_regions("全国停车", {"全国", ""}) == frozenset()
    district = [placed(1, 1.0, region="乙州市"), placed(2, 0.4, region="甲州市东区")]
    assert order(district, "甲州停车") == [1, 2], "a region nobody has is asked for by none"


def test_growing_proposes_what_people_say_with_the_words_of_the_nearest_clauses() -> None:
    questions = ["蹭网被发现", "邻居蹭网怎么办", "总有人蹭网", "合同怎么签"]
    clauses = {n: f"合同第{n}号约定" for n in range(200)} | {900: "盗用网络信号", 901: "禁止盗用网络信号"}
    near = {0: [900, 901], 1: [900, 901], 2: [900], 3: [1]}
    rows = propose(questions, clauses, near)
    assert [row[0] for row in rows] == ["蹭网"]
    assert "盗用网络信号"[:5] in rows[0][1] or "用网络信号" in rows[0][1]


def test_questions_are_read_from_either_field() -> None:
    assert read_questions(['{"query": "甲"}', "", '{"text": "乙"}']) == ["甲", "乙"]
