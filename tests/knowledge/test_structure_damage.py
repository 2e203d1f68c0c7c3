"""Slips of recognition, broken lines, contents pages, signatures, tables: seen through, and never changed."""

import re

from hypothesis import given
from hypothesis import strategies as st

from knowledge.structure import Section, healed, order_notices, split_sections
from knowledge.structure.items import items_of


def _found(text: str) -> dict[str, Section]:
    return {section.article: section for section in split_sections(text)}


def _texts(text: str) -> dict[str, str]:
    return {label: text[each.start : each.end] for label, each in _found(text).items()}


def test_slips_in_numbers_are_seen_through_and_kept_in_the_text() -> None:
    law = "笫一条 甲。\n\n第二 条乙。\n\n第 三 条　丙。\n\n第二条规定的事项，从其规定。\n\n第四条之一 丁。\n"
    assert list(_texts(law)) == ["第一条", "第二条", "第三条", "第四条之一"]
    assert _texts(law)["第二条"] == "第二 条乙。"
    plan = "# 3.l 监测预报\n\n甲。\n\n# 3?? 2 响 应 措 施\n\n乙ꎮ\n\n3. 3 终止\n\n丙。\n\n# ４．１ 附则\n\n丁。\n"
    found = _found(plan)
    assert list(found) == ["3.1", "3.2", "3.3", "4.1"]
    assert found["3.2"].path[-1] == "3.2 响应措施", "letters set apart are closed up in the path"
    assert _texts(plan)["3.2"].startswith("3?? 2 响 应"), "and stand as printed in the text"


def test_a_number_that_does_not_follow_is_a_list_item_or_a_quantity() -> None:
    plan = (
        "# 5 响应\n\n# 5.1 条件\n\n出现下列情况：\n\n1. 大雨\n\n2. 大水\n\n0.5 米以下\n\n"
        "# 5.2 行动\n\n甲。\n\n5.3 终止\n\n乙。\n\n6 附则\n\n丙。\n"
    )
    assert list(_found(plan)) == ["5", "5.1", "5.2", "5.3", "6"]
    assert "大水" in _texts(plan)["5.1"] and "0.5 米" in _texts(plan)["5.1"]


def test_contents_pages_are_dropped_with_and_without_page_numbers() -> None:
    body = "# 1 总则\n\n# 1.1 目的\n\n甲。\n\n# 1.2 依据\n\n乙。\n\n# 2 附则\n\n# 2.1 解释\n\n丙。\n"
    dotted = "# 目 录\n\n1 总则.. 1\n1.1 目的... . 2\n1.2 依据\t3\n2 附则. 12\n2.1 解释. 12\n\n"
    plain = "# 1 总则\n\n1.1 目的\n1.2 依据\n\n# 2 附则\n\n2.1 解释\n\n"
    for contents in ("", dotted, plain):
        texts = _texts(contents + body)
        assert list(texts) == ["1", "1.1", "1.2", "2", "2.1"] and texts["1.1"] == "1.1 目的\n\n甲。", contents
    assert "省略……" in _texts("第一条 甲。\n\n第二条 乙：\n\n省略……\n")["第二条"], "dots alone are no leaders"


def test_signatures_belong_to_no_clause() -> None:
    law = "第一条 甲。\n\n第二条 本办法自公布之日起施行。\n\n沄州市人民政府\n\n2024年5月1日\n"
    assert _texts(law)["第二条"] == "第二条 本办法自公布之日起施行。"
    order = "一、甲。\n\n二、乙。\n\n附件：清单\n\n（盖章）\n"
    assert _texts(order)["二"] == "二、乙。"
    for kept in ("（三）其他部门", "期限为2024年5月1日。", "市防办"):
        assert kept in _texts(f"第一条 甲。\n\n第二条 有下列情形的，\n\n{kept}\n\n同意。\n")["第二条"]


def test_headings_broken_over_lines_are_whole_in_the_path() -> None:
    law = (
        "第一章 总 则\n\n第一条 甲。\n\n第二章 听取和审议人民政府、人民法院和\n\n人民检察院的工作报告\n\n"
        "第二条 乙。\n\n附则\n\n第三条 丙。\n"
    )
    found = _found(law)
    assert found["第二条"].path[0] == "第二章 听取和审议人民政府、人民法院和人民检察院的工作报告"
    assert _texts(law)["第二条"] == "第二条 乙。" and found["第三条"].path[0] == "附则"
    grouped = "## 一、管辖\n\n第一条 甲。\n\n## 二、回避\n\n第二条 乙。\n"
    assert _texts(grouped)["第一条"] == "第一条 甲。" and _found(grouped)["第二条"].path[0] == "二、回避"


ANNEXED = """第一条 甲。

第二条 乙。

附件 1

水位表

| 站名 | 警戒水位 |
| --- | --- |
| 江畔 | 56.5 |
| 站名 | 警戒水位 |
| 衡山 | 49.0 |
| 备注 |  |

附件2：联动机制

一、启动

（一）橙色

1.标准

雨大。

2.措施

转移。

（二）红色

雨很大。

二、保障

物资。
"""


def test_annexes_have_numberings_of_their_own() -> None:
    found = _found(ANNEXED)
    assert list(found) == [
        "第一条", "第二条", "附件1", "附件1 表1第1行", "附件1 表1第2行",
        "附件2", "附件2 一", "附件2 一（一）", "附件2 一（一）.1", "附件2 一（一）.2", "附件2 一（二）", "附件2 二",
    ]  # fmt: skip
    assert found["附件2 一（一）.2"].path == ("附件2：联动机制", "一、启动", "（一）橙色", "2.措施")
    assert {found[label].kind for label in ("附件2", "附件2 一", "附件2 一（一）")} == {"heading"}
    assert found["附件2 二"].kind == "section" and found["第一条"].kind == "article"


def test_rows_are_clauses_with_their_header_above() -> None:
    found, texts = _found(ANNEXED), _texts(ANNEXED)
    assert texts["附件1 表1第2行"] == "| 衡山 | 49.0 |", "the header repeated on a new page is no row"
    row = found["附件1 表1第2行"]
    assert (row.kind, row.path) == ("row", ("附件1 水位表：站名、警戒水位", "表1第2行"))
    assert texts["附件1"].startswith("附件 1") and texts["附件1"].endswith("| 备注 |  |"), (
        "and the table is whole"
    )
    assert found["附件1"].path == ("附件1 水位表",)


def test_a_long_table_is_cut_into_its_rows_and_keeps_its_header_above() -> None:
    rows = "\n".join(f"| 第{number}号站 | {'责' * 90} |" for number in range(1, 41))
    texts = _texts(
        f"第一条 甲。\n\n第二条 乙：\n\n| 站名 | 责任人 |\n| --- | --- |\n{rows}\n\n以上各站照此执行。\n"
    )
    assert texts["第二条"] == "第二条 乙：\n\n| 站名 | 责任人 |"
    assert texts["第二条 表1第40行"].startswith("| 第40号站 |") and texts["第二条(2)"] == "以上各站照此执行。"
    assert len(texts) == 43


def test_a_law_republished_below_a_decision_is_cited_by_its_own_articles() -> None:
    decision = "一、修改第一条。\n\n二、重新公布。\n\n附：\n\n沄州市物业办法\n\n第一条 甲。\n\n第二条 乙。\n"
    assert list(_texts(decision)) == ["一", "二", "第一条", "第二条"]
    assert "沄州市物业办法" in _found(decision)["第二条"].path[0]
    assert _texts(decision)["第二条"] == "第二条 乙。"


def test_items_inside_an_open_quotation_are_quoted() -> None:
    decision = (
        "一、将第三条修改为：“第三条 有下列情形的：\n\n（一）甲；\n\n（二）乙。”\n\n二、将第五条删去。\n"
    )
    assert list(_texts(decision)) == ["一", "二"] and _texts(decision)["一"].endswith("（二）乙。”")


def test_odd_orders_are_told_and_kept() -> None:
    text = "第一条 甲。\n\n第二条 乙。\n\n第五条 丙。\n\n第四条 丁。\n\n第二条 戊。\n\n第七条之一 己。\n"
    sections = split_sections(text)
    assert len(sections) == 6, "nothing is left out"
    said = order_notices(sections)
    assert said == [
        "编号重复：第二条",
        "顺序颠倒：第四条在第五条之后",
        "编号缺失：第二条与第四条之间、第五条与第七条之一之间",
    ]
    assert order_notices(split_sections("第二百零五条 甲。\n\n第二百零六条 乙。\n")) == [], "a part of a law"
    many = "".join(f"第{number}条 甲。\n\n" for number in range(1, 60, 2))
    assert order_notices(split_sections(many)) == [
        "编号缺失：" + "、".join(f"第{n}条与第{n + 2}条之间" for n in (1, 3, 5, 7, 9)) + "等29处"
    ]


def test_healing_is_for_machines_and_leaves_sound_text_alone() -> None:
    sound = "第一条 为了规范物业管理，制定本办法。\n\n（一）甲；\n\n第二章 总 则"
    assert healed(sound) == sound
    assert (
        healed("依据《中华人民共和国气象法》《中华人民共和国\n\n防汛条例》。")
        == "依据《中华人民共和国气象法》《中华人民共和国防汛条例》。"
    )
    assert (
        healed("雨量 $1 0 0 \\mathrm { m m }$ 以上，占 $5 \\% \\sim 1 0 \\%$")
        == "雨量 100mm 以上，占 5%～10%"
    )
    assert healed("# 5?? 1 响 应 终 止") == "# 5?? 1 响应终止"


_LINES = st.sampled_from(
    [
        "", "第一章 总 则", "第一条 甲。", "第 二 条乙", "第三条规定的", "# 1 总则", "1.1 目的", "# 5.4.1 启动",
        "5.4.2 一句。",
        "一、情况", "（一）雨情。", "1. 项", "# 2. 措施", "附件 1", "附：", "附件2：清单", "| 站 | 水位 |",
        "| --- | --- |", "| 甲 | 1 |",
        "2024年5月1日", "沄州市人民政府", "目 录", "1 总则... 3", "![](a.jpg)", "“第五条 引文", "说完。”",
        "字" * 1600, "句。" * 900,
        "# 标题", "|", "||", "# ", "- 3 -",
    ]
)  # fmt: skip


@given(st.lists(_LINES, max_size=25))
def test_sections_never_overlap_nor_leave_the_text(lines: list[str]) -> None:
    text = "\n".join(lines)
    sections = split_sections(text)
    end = 0
    for section in sections:
        assert (end <= section.start or section.kind == "row") and section.start < section.end <= len(text)
        assert text[section.start : section.end].strip() and section.article and section.path
        end = max(end, section.end) if section.kind != "row" else end
        items = items_of(text[section.start : section.end])
        assert all(0 <= item.start <= item.end <= section.end - section.start for item in items)
    order_notices(sections)
    assert healed(healed(text)) == healed(text)


def test_a_line_without_end_is_parted_at_sentences_or_anywhere() -> None:
    text = "第一条 " + "甲" * 40_000 + "\n第二条 " + ("乙" * 500 + "。") * 40 + "\n第三条 丙。"
    sections = split_sections(text)
    assert max(section.end - section.start for section in sections) < 6000
    for article in ("第一条", "第二条"):
        own = [section for section in sections if re.match(rf"{article}(\(|$)", section.article)]
        assert [section.start for section in own[1:]] == [section.end for section in own[:-1]], "nothing lost"
        if article == "第二条":
            assert all(text[section.end - 1] == "。" for section in own)
    law = "第一条 " + "甲" * 2500 + "。\n第二条 乙。"
    assert [section.article for section in split_sections(law)] == ["第一条", "第二条"], "long, not endless"
