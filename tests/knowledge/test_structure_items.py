import pytest

from knowledge.structure.items import Address, items_of, locate, parse_addresses

ARTICLE = """第三十五条 有下列情形之一的，由街道办事处处理：

（一）占用通道；

（二）违反规定，有下列行为的：

1．堆放物品；

2．拆改结构。

（三）其他情形。

前款第（二）项的处理，应当书面告知当事人。

依照第三十四条第一款第一项作出的决定，
应当公开。"""

PLAN = """5.4.1 启动条件

出现下列情况之一：（1）24小时雨量达到
100毫米；（2）水位超过警戒：①江畔站；②衡山站。

（3）其他情况。"""


def _words(text: str, asked: str) -> str | None:
    span = locate(text, parse_addresses(asked)[0])
    return None if span is None else text[slice(*span)]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("依照本法第三十五条第二款第（三）项处理", Address("第三十五条", 2, 3)),
        ("第 35 条第2款第3项第一目", Address("第35条", 2, 3, 1)),
        ("第十条之一第一款", Address("第十条之一", 1)),
        ("第三十五条（三）", Address("第三十五条", None, 3)),
        ("预案 5.4.1（3）", Address("5.4.1", None, 3)),
        ("第二十条第一款第十一项", Address("第二十条", 1, 11)),
        ("5.4.1", Address("5.4.1")),
    ],
)
def test_addresses_are_read_as_people_write_them(written: str, address: Address) -> None:
    assert parse_addresses(written) == [address]


def test_several_addresses_in_one_text() -> None:
    found = parse_addresses("违反第三条第一款、第五条第（二）项的，依照第九条处罚。")
    assert found == [Address("第三条", 1), Address("第五条", None, 2), Address("第九条")]
    assert parse_addresses("没有条文的话，3月5日 2.5毫米以上的雨") == []


def test_paragraphs_items_and_sub_items_are_slices_of_the_clause() -> None:
    assert _words(ARTICLE, "第三十五条第二款") == "前款第（二）项的处理，应当书面告知当事人。"
    assert _words(ARTICLE, "第三十五条第一款第（一）项") == "（一）占用通道；"
    assert _words(ARTICLE, "第三十五条第二项第二目") == "2．拆改结构。"
    first = _words(ARTICLE, "第三十五条第一款")
    assert first and first.startswith("有下列情形") and first.endswith("（三）其他情形。")
    second = _words(ARTICLE, "第三十五条第（二）项")
    assert second and second.startswith("（二）违反") and second.endswith("2．拆改结构。")
    assert _words(ARTICLE, "第三十五条") == ARTICLE


def test_a_line_that_a_page_broke_is_one_paragraph() -> None:
    assert _words(ARTICLE, "第三十五条第三款") == "依照第三十四条第一款第一项作出的决定，\n应当公开。"
    assert _words(ARTICLE, "第三十五条第四款") is None


def test_what_is_not_there_is_not_found() -> None:
    assert _words(ARTICLE, "第三十五条第二款第（一）项") is None
    assert _words(ARTICLE, "第三十五条第（九）项") is None


def test_items_of_a_plan_may_stand_on_one_line() -> None:
    assert _words(PLAN, "5.4.1（1）") == "（1）24小时雨量达到\n100毫米；"
    assert _words(PLAN, "5.4.1（2）") == "（2）水位超过警戒：①江畔站；②衡山站。"
    assert _words(PLAN, "5.4.1（3）") == "（3）其他情况。"
    assert _words(PLAN, "5.4.1第（2）项第2目") == "②衡山站。"
    assert [item.number for item in items_of(PLAN) if item.kind == "款"] == [1], "a title is no paragraph"


def test_a_clause_of_one_line_is_its_own_first_paragraph() -> None:
    text = "第四条 本条例自2023年9月1日起施行。"
    assert _words(text, "第四条第一款") == "本条例自2023年9月1日起施行。"
    assert _words("第四条", "第四条第一款") == "第四条"
