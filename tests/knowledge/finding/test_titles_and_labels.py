import pytest

from knowledge.clause import number_key, title_key
from knowledge.finding.labels import (
    article_before,
    canonical_article,
    find_labels,
    mentions,
    named_part,
    next_articles,
)
from knowledge.finding.titles import Titled, Titles, aliases, short_titles, subject_of

LOANS = "最高人民法院关于审理民间借贷案件适用法律若干问题的规定"
HELD = {
    "D-code": "中华人民共和国民法典",
    "D-crime": "中华人民共和国刑法",
    "D-labour": "中华人民共和国劳动法",
    "D-contract": "中华人民共和国劳动合同法",
    "D-estate": "沄州市物业管理条例",
    "D-loans": LOANS,
    "D-civil": "中华人民共和国民事诉讼法",
    "D-civil-court": "最高人民法院关于适用《中华人民共和国民事诉讼法》的解释",
    "D-green-a": "甲州市绿化条例",
    "D-green-b": "乙州市绿化条例",
}
NUMBERS = {"D-plan": "发改数据〔2025〕1306号", "D-flood": "沄政办发〔2025〕9号"}


@pytest.fixture(scope="module")
def titles() -> Titles:
    named = [Titled(identity, title_key(title), "") for identity, title in HELD.items()]
    return Titles([*named, *(Titled(one, f"文件{one}", number_key(no)) for one, no in NUMBERS.items())])


@pytest.mark.parametrize(
    ("query", "documents"),
    [
        ("民法典怎么说", ["D-code"]),
        ("《中华人民共和国民法典》", ["D-code"]),
        ("中华人民共和国 刑法", ["D-crime"]),
        ("物业管理条例", ["D-estate"]),
        ("民间借贷司法解释", ["D-loans"]),
        ("民间借贷规定", ["D-loans"]),
        ("民诉法和民诉法解释", ["D-civil", "D-civil-court"]),
        ("劳动合同法与劳动法", ["D-contract", "D-labour"]),
        ("发改数据[2025]1306 号讲什么", ["D-plan"]),
        ("〔2025〕9号", ["D-flood"]),
        ("绿化条例", []),  # two cities have one
        ("我国劳动法律规定", []),
        ("刑法学", []),
        ("沪府发〔2025〕1306号", []),  # another office's
    ],
)
def test_documents_are_named_as_people_name_them(titles: Titles, query: str, documents: list[str]) -> None:
    assert [owner for name in titles.find(query) for owner in name.documents] == documents


def test_a_name_is_where_it_stands_in_the_text_as_written(titles: Titles) -> None:
    text = "依照《 民法典 》第五条"
    (name,) = titles.find(text)
    assert text[name.start : name.end] == "民法典"


def test_a_full_title_is_never_taken_by_a_short_one(titles: Titles) -> None:
    both = Titles([Titled("D-nation", "物业管理条例", ""), Titled("D-city", "沄州市物业管理条例", "")])
    assert both.find("物业管理条例")[0].documents == ("D-nation",)
    assert both.find("沄州市物业管理条例")[0].documents == ("D-city",)


def test_every_alias_is_shorter_than_what_it_stands_for_and_no_title_itself() -> None:
    assert all(alias not in aliases().values() for alias in aliases())
    assert len(aliases()) > 60


def test_short_titles_leave_no_bare_kind() -> None:
    assert "规定" not in short_titles("最高人民法院关于适用法律若干问题的规定")
    assert subject_of(title_key(LOANS)) == "民间借贷"
    assert subject_of("沄州市物业管理条例") == "物业管理"


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("第三十五条第二款", [("第三十五条", 2)]),
        ("第35条第2款", [("第三十五条", 2)]),
        ("第 １２５４ 条", [("第一千二百五十四条", 0)]),
        ("第一百〇五条之一", [("第一百零五条之一", 0)]),
        ("第十条、第十二条", [("第十条", 0), ("第十二条", 0)]),
        ("5．4．1 和 5.4.2", [("5.4.1", 0), ("5.4.2", 0)]),
        ("雨量5.5毫米", []),
        ("第三条件是什么", []),
    ],
)
def test_labels_in_all_ways_of_writing(text: str, labels: list[tuple[str, int]]) -> None:
    named = [(one.article, named_part(text, one)) for one in find_labels(text)]
    found = [(article, part.paragraph if part else 0) for article, part in named]
    assert found == labels


def test_each_label_goes_with_the_document_named_before_it(titles: Titles) -> None:
    text = "民法典1254条、第1255条和刑法第二十条"
    found = [(one.documents, one.label.article) for one in mentions(text, titles.find(text))]
    assert found == [
        (("D-code",), "第一千二百五十四条"),
        (("D-code",), "第一千二百五十五条"),
        (("D-crime",), "第二十条"),
    ]
    after = "第三十五条是怎么写的，物业管理条例"
    assert mentions(after, titles.find(after))[0].documents == ("D-estate",)


def test_a_number_without_第_counts_only_right_after_a_name(titles: Titles) -> None:
    for text in ("我有3条理由", "民法典里我想问3条理由"):
        assert mentions(text, titles.find(text)) == []


def test_articles_in_order() -> None:
    assert canonical_article("第 三十五 条") == canonical_article("第35条") == "第三十五条"
    assert canonical_article(" 附件 1 ") == "附件1"
    assert next_articles("第二十条", "第二十三条", 12) == ["第二十一条", "第二十二条"]
    assert next_articles("第二十条", "第九十条", 12) == []
    assert (article_before("第三十条"), article_before("第一条"), article_before("5.4.1")) == (
        "第二十九条",
        None,
        None,
    )
