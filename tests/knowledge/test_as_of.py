"""Search on a day, on real laws: what was not in force never answers, unless asked for with its state."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from knowledge.base import KnowledgeBase
from knowledge.embedding import Vectors
from knowledge.errors import CorrectionRefused, NoSuchDocument

LAWS = Path(__file__).parents[3] / "shared" / "data" / "laws"
FILES = (
    "行政法/突发事件应对法(2007-08-30).md",
    "行政法/突发事件应对法(2024-06-28).md",
    "行政法/环境噪声污染防治法(2018-12-29).md",
    "行政法/噪声污染防治法(2021-12-24).md",
    "经济法/增值税法(2024-12-25).md",
    "行政法规/增值税暂行条例(2017-11-19).md",
    "民法典/附则.md",
    "民法典/婚姻家庭编.md",
    "地方法规/北京北京/北京市动物防疫条例(2019-07-26).md",
    "地方法规/北京北京/北京市实施《动物防疫法》办法(2024-07-26).md",
)
# The last text before the code, its head only: the collection no longer keeps what the code ended.
MARRIAGE = (
    "# 中华人民共和国婚姻法\n\n1980年9月10日 第五届全国人民代表大会第三次会议通过\n\n"
    "2001年4月28日 第九届全国人民代表大会常务委员会第二十一次会议《关于修改〈中华人民共和国婚姻法〉的决定》修正\n\n"
    "<!-- INFO END -->\n\n第一条 本法是婚姻家庭关系的基本准则。\n\n第五十一条 本法自1981年1月1日起施行。\n"
)
needs_laws = pytest.mark.skipif(not LAWS.is_dir(), reason=f"真实法规不在 {LAWS}")


class Flat:
    """Every text means the same: what is found is found by its words."""

    dimension = 8
    fingerprint = "flat-1"

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return np.full((len(texts), self.dimension), self.dimension**-0.5, np.float32)

    embed_queries = embed_documents


def clock() -> datetime:
    return datetime(2025, 6, 1, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    folder = tmp_path_factory.mktemp("laws")
    (folder / "婚姻法(2001-04-28).md").write_text(MARRIAGE)
    opened = KnowledgeBase.open(folder / "var", Flat(), clock)
    opened.add([*(LAWS / name for name in FILES), folder / "婚姻法(2001-04-28).md"])
    opened.publish()
    yield opened
    opened.close()


def titles(base: KnowledgeBase, query: str, day: date) -> set[tuple[str, date | None]]:
    """Title and start of the documents that answer on a day."""
    return {
        (hit.document.removeprefix("中华人民共和国"), hit.valid_from) for hit in base.search(query, day, 20)
    }


@needs_laws
def test_each_day_has_its_version(base: KnowledgeBase) -> None:
    old, new = date(2007, 11, 1), date(2024, 11, 1)
    for day, start in (
        (date(2010, 1, 1), old),
        (date(2024, 10, 31), old),
        (new, new),
        (date(2025, 6, 1), new),
    ):
        found = titles(base, "突发事件应对法 应急预案", day)
        assert {since for title, since in found if title == "突发事件应对法"} == {start}
    assert not {
        one for one in titles(base, "突发事件应对法", date(2007, 10, 31)) if one[0] == "突发事件应对法"
    }


@needs_laws
def test_a_law_ended_by_one_of_another_name(base: KnowledgeBase) -> None:
    before = {title for title, _ in titles(base, "噪声污染防治", date(2022, 6, 4))}
    after = {title for title, _ in titles(base, "噪声污染防治", date(2022, 6, 5))}
    assert "环境噪声污染防治法" in before and "噪声污染防治法" not in before
    assert "噪声污染防治法" in after and "环境噪声污染防治法" not in after


@needs_laws
def test_a_law_passed_but_not_yet_in_force(base: KnowledgeBase) -> None:
    """Today is 2025-06-01: the act of 2024 takes effect in 2026, until then the provisional rules stand."""
    today = {title for title, _ in titles(base, "增值税 税率", date(2025, 6, 1))}
    assert "增值税暂行条例" in today and "增值税法" not in today
    later = {title for title, _ in titles(base, "增值税 税率", date(2026, 1, 1))}
    assert "增值税法" in later and "增值税暂行条例" not in later


@needs_laws
def test_asked_for_any_time_each_hit_tells_its_state(base: KnowledgeBase) -> None:
    hits = base.search("增值税 税率", top=20, any_time=True)
    states = {hit.document.removeprefix("中华人民共和国"): hit.state for hit in hits}
    assert states["增值税法"] == "not_yet" and states["增值税暂行条例"] == "in_force"
    noise = {hit.document: hit.state for hit in base.search("噪声污染", top=40, any_time=True)}
    assert noise["中华人民共和国环境噪声污染防治法"] == "ended"
    assert noise["中华人民共和国噪声污染防治法"] == "in_force"


@needs_laws
def test_what_the_code_ended(base: KnowledgeBase) -> None:
    old = next(one for one in base.documents() if one.metadata.title == "中华人民共和国婚姻法")
    code = next(one for one in base.documents() if one.metadata.part == "附则")
    assert (old.valid_to, old.superseded_by, old.end_reason) == (date(2021, 1, 1), code.id, "repealed")
    assert ("婚姻法", date(2001, 4, 28)) in titles(base, "婚姻家庭关系的基本准则", date(2020, 12, 31))
    assert "婚姻法" not in {title for title, _ in titles(base, "婚姻家庭关系的基本准则", date(2021, 1, 1))}


@needs_laws
def test_a_part_of_a_code_takes_effect_with_the_code(base: KnowledgeBase) -> None:
    """The head of this part tells when it was passed, and no more."""
    family = next(one for one in base.documents() if one.metadata.part == "婚姻家庭编")
    assert (family.metadata.issued, family.valid_from) == (date(2020, 5, 28), date(2021, 1, 1))


@needs_laws
def test_two_rules_that_ended_each_other_in_turn(base: KnowledgeBase) -> None:
    found = {one.metadata.title: one for one in base.documents() if "动物防疫" in one.metadata.title}
    rule, measure = found["北京市动物防疫条例"], found["北京市实施《中华人民共和国动物防疫法》办法"]
    assert (rule.valid_to, rule.superseded_by) == (date(2025, 1, 1), measure.id)
    assert measure.valid_to is None


@needs_laws
def test_versions_and_the_difference_between_them(base: KnowledgeBase) -> None:
    newest = next(one for one in base.documents() if one.valid_from == date(2024, 11, 1))
    versions = base.versions(newest.id)
    assert [one.valid_from for one in versions] == [date(2007, 11, 1), date(2024, 11, 1)]
    diff = base.diff(newest.id, date(2020, 1, 1), date(2025, 1, 1))
    assert (diff.work, diff.older, diff.newer) == ("突发事件应对法", *versions)
    became = {change.old_article or change.article: change for change in diff.changes if change.old}
    assert became["第一条"].kind == "changed" and "提高突发事件预防和应对能力" in (became["第一条"].new or "")
    assert became["第七十条"].article == "第一百零六条", "the last article is followed to its new number"
    assert {change.kind for change in base.diff(newest.id, date(2025, 1, 1), date(2025, 5, 1)).changes} == {
        "same"
    }
    noise = next(one for one in base.documents() if "环境噪声" in one.metadata.title)
    renamed = base.diff(noise.id, date(2020, 1, 1), date(2023, 1, 1))
    assert renamed.newer and renamed.newer.metadata.title == "中华人民共和国噪声污染防治法"
    with pytest.raises(NoSuchDocument):
        base.versions("D-none")


@needs_laws
def test_the_original_around_a_clause(base: KnowledgeBase) -> None:
    clause = base.clause_by("噪声污染防治法", "第二条")
    assert clause
    around = base.around(clause.clause_id, 60)
    whole = base.document(clause.document_id)[1]
    assert around.text == clause.text and "第一条" in whole[: around.start] and len(around.before) == 60
    assert whole[around.start - 60 : around.end + 60] == around.before + around.text + around.after


def test_corrections_change_what_stands_and_survive_a_new_reading(tmp_path: Path) -> None:
    text = "---\ntitle: 路灯办法\nissued: 2020-01-01\n---\n第一条 路灯由城管局维修。\n"
    (tmp_path / "a.md").write_text(text)
    base = KnowledgeBase.open(tmp_path / "var", Flat(), clock)
    base.add([tmp_path / "a.md"])
    base.publish()
    identity = base.documents()[0].id
    assert base.search("路灯维修")
    corrected = base.correct(
        identity, {"repealed": "2024-01-01", "level": "规范性文件", "issuer": "沄州市城管局"}
    )
    assert (corrected.valid_to, corrected.end_reason) == (date(2024, 1, 1), "hand")
    assert (
        base.search("路灯维修") == [] and base.search("路灯维修", date(2023, 1, 1))[0].level == "规范性文件"
    )
    with pytest.raises(CorrectionRefused, match="没有 owner 这个字段"):
        base.correct(identity, {"owner": "甲"})
    with pytest.raises(CorrectionRefused, match="早于"):
        base.correct(identity, {"effective": "2025-01-01"})
    (tmp_path / "a.md").write_text(text + "第二条 报修后两日内修复。\n")
    base.add([tmp_path / "a.md"])
    again = base.document(identity)[0]
    assert (again.version, again.valid_to, again.metadata.issuer) == (2, date(2024, 1, 1), "沄州市城管局")
    freed = base.correct(identity, {"repealed": None})
    assert (freed.valid_to, freed.end_reason, freed.metadata.level) == (None, "", "规范性文件")
    with pytest.raises(NoSuchDocument):
        base.correct("D-none", {"level": "法律"})
    base.close()


def test_odd_dates_are_told_when_documents_are_added(tmp_path: Path) -> None:
    for name, day, ended in (
        ("甲", "2020-01-01", "乙"),
        ("乙", "2020-01-01", "甲"),
        ("丙", "2030-01-01", "丁"),
    ):
        text = f"---\ntitle: {name}办法\nissued: {day}\nsupersedes: {ended}办法\n---\n第一条 {name}。\n"
        (tmp_path / f"{name}.md").write_text(text)
    base = KnowledgeBase.open(tmp_path / "var", Flat(), clock)
    report = base.add([tmp_path])
    told = {one.path.name: one.reason for one in report.notices}
    assert set(told) == {"甲.md", "乙.md", "丙.md"} and len(report.added) == 3
    assert "互相" in told["甲.md"] and "互相" in told["乙.md"] and "2030-01-01" in told["丙.md"]
    assert all(one.valid_to is None for one in base.documents()), "both of a circle are kept"
    base.correct(
        next(one.id for one in base.documents() if one.metadata.title == "甲办法"), {"supersedes": []}
    )
    first = {one.metadata.title: one for one in base.documents()}["甲办法"]
    assert first.notices == (), "what was said of validity is said anew each time"
    base.close()
