from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import DocumentUnreadable
from knowledge.metadata import read_metadata
from knowledge.structure import LONG, split_sections

LAW = """# 沄州市噪声管理条例

2019年3月1日 沄州市人民代表大会常务委员会通过

2023年6月20日 修订

<!-- INFO END -->

## 第一章 总 则

第一条 为了安静，制定本条例。

第二条 本条例所称噪声，是指下列声音：

（一）施工声；

第一条规定的目的不变。

## 第二章 施工

### 第一节 夜间

第二条之一 夜间不得施工。

第三条　抢险除外。

第四条 本条例自2023年9月1日起施行。《沄州市环境噪声办法》、《沄州市噪音规定》同时废止。
"""

PLAN = """# 沄州市人民政府办公室文件

沄政办发〔2025〕9号

# 关于印发《沄州市防汛预案》的通知

# 目 录

1 总则.. 1
1.1 目的... 1
5.4 Ⅳ级响应. . 12

# 1 总则

1.1 目的

少死人，不死人。

# 5 应急响应

# 5.4 Ⅳ级响应

# 5.4.1 启动条件

出现下列情况之一：

1. 24小时雨量达到100毫米，
2. 水位超过警戒。

5.4.2 启动程序由市防办核对，报副指挥长签发后立即通知各成员单位执行。

附件1 水位表

| 江畔站 | 25.5 |
"""


def _articles(text: str, body: int = 0) -> dict[str, str]:
    return {section.article: text[section.start : section.end] for section in split_sections(text, body)}


def test_law_is_cut_into_articles_with_their_chapters() -> None:
    _, body = read_metadata(LAW, Path("x.md"))
    sections = split_sections(LAW, body)
    assert [s.article for s in sections] == ["第一条", "第二条", "第二条之一", "第三条", "第四条"]
    second = sections[1]
    assert LAW[second.start : second.end].startswith("第二条 本条例所称")
    assert LAW[second.start : second.end].endswith("第一条规定的目的不变。"), "a reference opened an article"
    assert sections[2].path == ("第二章 施工", "第一节 夜间", "第二条之一")
    assert sections[0].path == ("第一章 总 则", "第一条")


def test_plan_is_cut_by_numbers_without_its_contents_page() -> None:
    found = _articles(PLAN)
    assert list(found) == ["1", "1.1", "5", "5.4", "5.4.1", "5.4.2", "附件1"]
    assert "水位超过警戒" in found["5.4.1"] and "签发" in found["5.4.2"]
    paths = {section.article: section.path for section in split_sections(PLAN)}
    assert paths["5.4.1"] == ("5 应急响应", "5.4 Ⅳ级响应", "5.4.1 启动条件")
    assert "江畔站" in found["附件1"]


def test_outline_numbers_serve_when_there_is_nothing_else() -> None:
    text = "# 报告\n\n一、情况\n\n（一）雨情。雨很大。\n\n（二）水情。水很高。\n\n二、措施\n\n转移群众。\n"
    assert list(_articles(text)) == ["一", "一（一）", "一（二）", "二"]


def test_prose_becomes_numbered_paragraphs_and_long_sections_are_parted() -> None:
    assert list(_articles("很短的一段话。\n\n" + "长" * 390 + "\n\n另一段。")) == ["第1段", "第2段"]
    long = "第一条 开头。\n" + "".join(f"第{n}句，{'字' * 90}。\n" for n in range(40)) + "第二条 完。\n"
    parts = split_sections(long)
    assert [part.article for part in parts][:2] == ["第一条", "第一条(2)"]
    assert all(part.end - part.start <= LONG for part in parts)
    assert "".join(long[p.start : p.end] for p in parts).count("句，") == 40, "a sentence was lost or doubled"


def test_law_head_gives_dates_and_what_it_ends() -> None:
    told, _ = read_metadata(LAW, Path("laws/地方法规/沄州沄州/沄州市噪声管理条例(2023-06-20).md"))
    assert told.title == "沄州市噪声管理条例"
    assert (told.issued, told.effective) == (date(2023, 6, 20), date(2023, 9, 1))
    assert told.supersedes == ("沄州市环境噪声办法", "沄州市噪音规定")
    assert (told.level, told.region) == ("地方性法规", "沄州市")
    undated, _ = read_metadata(LAW, Path("x.md"))
    assert undated.issued == date(2023, 6, 20)


def test_a_notice_lends_its_number_not_its_title() -> None:
    told, _ = read_metadata(PLAN, Path("plan.md"))
    assert (told.title, told.doc_number) == ("沄州市防汛预案", "沄政办发〔2025〕9号")


def test_front_matter_overrules_and_its_mistakes_are_told() -> None:
    front = "---\ntitle: 办法\nissuer: 市政府\neffective: 2024-05-01\nsupersedes: [旧办法]\n---\n"
    text = front + "# 别的题目\n\n第一条 好。\n"
    told, body = read_metadata(text, Path("a.md"))
    assert (told.title, told.issuer, told.effective) == ("办法", "市政府", date(2024, 5, 1))
    assert told.supersedes == ("旧办法",) and text[body:].startswith("# 别的")
    for broken in ("---\ntitle: [\n---\n", "---\neffective: 明天\n---\n", "---\n- 一\n---\n"):
        with pytest.raises(DocumentUnreadable, match=r"a\.md"):
            read_metadata(broken, Path("a.md"))
