"""What changed, article by article."""

from datetime import date

import pytest

from knowledge.clause import Clause, Document, Metadata
from knowledge.versions.diff import Change, compare, spans_of
from knowledge.versions.render import render
from knowledge.versions.works import standing_on

OLD = {
    "第一条": "为了加强市容管理，改善人居环境，制定本办法。",
    "第二条": "任何单位和个人不得乱倒垃圾，违者处五十元罚款。",
    "第三条": "市容主管部门负责本办法的组织实施和监督检查。",
    "第四条": "临街商户应当保持门前整洁，实行门前三包责任制。",
    "第五条": "本办法由市城市管理局负责解释，自公布之日起施行。",
}
NEW = {
    "第一条": "为了加强市容管理，改善人居环境，制定本办法。",
    "第二条": "本办法所称市容，是指道路、广场、公园等公共空间的容貌。",
    "第三条": "任何单位和个人不得乱倒垃圾，违者处二百元罚款。",
    "第四条": "市容主管部门负责本办法的组织实施和监督检查。",
    "第五条": "本办法由市城市管理局负责解释，自公布之日起施行。",
}


def version(articles: dict[str, str], identity: str = "D-1") -> tuple[Document, list[Clause]]:
    document = Document(identity, 1, Metadata("市容办法"), "", len(articles), None, None, None)
    clauses = [
        Clause(
            f"{identity}#{label}", identity, 1, "市容办法", "", "", "", "", label, "",
            f"{label}　{text}", 0, 0, None, None, None,
        )
        for label, text in articles.items()
    ]  # fmt: skip
    return document, clauses


def changes(old: dict[str, str], new: dict[str, str]) -> list[Change]:
    return list(compare(version(old), version(new)).changes)


def test_articles_are_followed_across_renumbering() -> None:
    found = [(change.kind, change.old_article, change.article) for change in changes(OLD, NEW)]
    assert found == [
        ("same", None, "第一条"),
        ("added", None, "第二条"),
        ("changed", "第二条", "第三条"),
        ("moved", "第三条", "第四条"),
        ("removed", None, "第四条"),
        ("same", None, "第五条"),
    ]


def test_an_article_moved_across_others_is_found() -> None:
    order = ["第一条", "第五条", "第二条", "第三条", "第四条"]
    new = {f"第{number}条": OLD[label] for number, label in zip("一二三四五", order, strict=True)}
    found = {change.old_article or change.article: change.kind for change in changes(OLD, new)}
    assert found == {
        "第一条": "same",
        "第二条": "moved",
        "第三条": "moved",
        "第四条": "moved",
        "第五条": "moved",
    }


def test_white_space_and_width_change_nothing() -> None:
    new = {label: f" {text.replace('，', ',')}\n" for label, text in OLD.items()}
    assert {change.kind for change in changes(OLD, new)} == {"same"}
    assert [change.kind for change in changes({"第一条": "不得燃放。"}, {"第一条": "得燃放。"})] == [
        "changed"
    ]


def test_spans_give_back_both_texts() -> None:
    for change in changes(OLD, NEW):
        if change.kind == "same":
            assert change.spans == ()
            continue
        kept = [span for span in change.spans if span.kind != "added"]
        assert "".join(span.text for span in kept) == (change.old or "")
        assert "".join(span.text for span in change.spans if span.kind != "removed") == (change.new or "")


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("处五十元罚款", "处二百元罚款", "处[-五十-]{+二百+}元罚款"),
        ("书记员、翻译人员", "书记员、司法技术人员、翻译人员", "书记员、{+司法技术人员、+}翻译人员"),
        ("可以处罚", "处罚", "[-可以-]处罚"),
        ("", "新", "{+新+}"),
        ("甲的乙", "丙的丁", "[-甲的乙-]{+丙的丁+}"),
    ],
)
def test_spans_read_as_words(old: str, new: str, marked: str) -> None:
    marks = {"same": "{}", "added": "{{+{}+}}", "removed": "[-{}-]"}
    assert "".join(marks[span.kind].format(span.text) for span in spans_of(old, new)) == marked


def test_a_day_without_a_version() -> None:
    diff = compare(None, version(NEW))
    assert (diff.older, {change.kind for change in diff.changes}) == (None, {"added"})
    assert compare(None, None).changes == ()
    assert "当日没有有效版本" in render(diff)


def test_a_whole_code_edited_everywhere_is_aligned() -> None:
    """1,260 articles, each shifted by one and changed in one word, none of them lost."""
    old = {
        f"第{number}条": f"当事人第{number * 7919}号事项应当在{number}日内报告，逾期的处罚款。"
        for number in range(1260)
    }
    new = {"第0条": "本法的目的是保护当事人。"}
    new |= {f"第{int(label[1:-1]) + 1}条": text.replace("报告", "书面报告") for label, text in old.items()}
    found = changes(old, new)
    assert [change.kind for change in found] == ["added", *["changed"] * 1260]
    assert all(int((change.old_article or "")[1:-1]) + 1 == int(change.article[1:-1]) for change in found[1:])


def test_render_for_a_terminal() -> None:
    text = render(compare(version(OLD), version(NEW)))
    assert "新增 1 条，删除 1 条，修改 1 条，移动 1 条，未变 2 条" in text
    assert "修改  第三条（原第二条）" in text and "违者处[-五十-]{+二百+}元罚款" in text
    assert "第一条" not in text and "第一条" in render(compare(version(OLD), version(NEW)), everything=True)


def dated(
    identity: str, title: str, start: int, end: int | None, heir: str | None = None, part: str = ""
) -> Document:
    told = Metadata(title, part=part, effective=date(start, 1, 1))
    valid_to = date(end, 1, 1) if end else None
    return Document(identity, 1, told, "", 1, date(start, 1, 1), valid_to, heir)


def test_the_version_of_a_day_or_what_took_its_place() -> None:
    documents = [
        dated("noise-1", "环境噪声污染防治法", 1997, 2018, "noise-2"),
        dated("noise-2", "环境噪声污染防治法", 2018, 2022, "noise-3"),
        dated("noise-3", "噪声污染防治法", 2022, None),
        dated("marriage", "婚姻法", 2001, 2021, "code"),
        dated("code", "民法典", 2021, None, part="附则"),
    ]
    days = [date(year, 6, 1) for year in (1990, 2000, 2020, 2024)]
    for asked in ("noise-1", "noise-2"):
        found = standing_on(asked, days, documents)
        assert [one.id if one else None for one in found] == [None, "noise-1", "noise-2", "noise-3"]
    assert standing_on("marriage", days[3:], documents) == [None], "a part of a code is not its next version"


def test_names_that_replace_each_other_in_turn_end_the_search() -> None:
    documents = [dated("a", "甲", 2000, 2010, "b"), dated("b", "乙", 2010, 2020, "a")]
    assert standing_on("a", [date(2025, 1, 1)], documents) == [None]
