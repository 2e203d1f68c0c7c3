from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import cn2an
import numpy as np
import pytest

from knowledge.base import KnowledgeBase
from knowledge.embedding import Vectors
from knowledge.finding import search
from knowledge.finding.filters import Filters
from knowledge.finding.learned import Adapter, Learned, Ranker
from knowledge.finding.search import QUERY_MOST, Finder

ESTATE = """---
title: 沄州市物业管理条例
doc_number: 沄人发〔2024〕3号
region: 沄州市
level: 地方性法规
effective: 2024-01-01
---
第一条 为了下列目的，制定本条例：
（一）规范物业管理；
（二）保护业主。

第二条 物业服务人应当公开收费标准。

业主可以查阅账目。

第三条 违反本条例第二条规定的，依照《中华人民共和国民法典》第九百四十四条处理。

第四条 清溪桥站周边停放车辆，应当遵守前条规定。
"""
CODE = """---
title: 中华人民共和国民法典
region: 全国
level: 法律
effective: 2021-01-01
---
第九百四十四条 业主应当按照约定向物业服务人支付物业费。

第一千二百五十四条 禁止从建筑物中抛掷物品。
"""
OLD = """---
title: 物业管理办法
region: 全国
level: 规章
effective: 2001-01-01
repealed: 2010-01-01
---
第一条 物业收费由旧办法管。
"""


class Bag:
    """A vector counts characters. Remembers what it was asked."""

    dimension = 64
    fingerprint = "bag-finding"

    def __init__(self) -> None:
        self.queries: list[str] = []

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        rows = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for char in text:
                row[ord(char) % self.dimension] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        self.queries.extend(texts)
        return self.embed_documents(texts)


@pytest.fixture
def embedder() -> Bag:
    return Bag()


@pytest.fixture
def base(tmp_path: Path, embedder: Bag) -> Iterator[KnowledgeBase]:
    (tmp_path / "in").mkdir()
    for name, text in (("estate.md", ESTATE), ("code.md", CODE), ("old.md", OLD)):
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    opened = KnowledgeBase.open(
        tmp_path / "var", embedder, lambda: datetime(2026, 7, 1, tzinfo=UTC), names=("清溪桥站",)
    )
    opened.add([tmp_path / "in"])
    opened.publish()
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("query", "document", "article"),
    [
        ("民法典1254条", "中华人民共和国民法典", "第一千二百五十四条"),
        ("民法典第九百四十四条和物业管理条例第三条", "中华人民共和国民法典", "第九百四十四条"),
        ("物业管理条例第2条", "沄州市物业管理条例", "第二条"),
    ],
)
def test_a_clause_named_comes_first(base: KnowledgeBase, query: str, document: str, article: str) -> None:
    first = base.search(query)[0]
    assert (first.document, first.article, first.legs["exact"]) == (document, article, 1)


def test_the_paragraph_named_is_pointed_out(base: KnowledgeBase) -> None:
    first = base.search("物业管理条例第二条第二款")[0]
    assert first.focus == "业主可以查阅账目。" and first.focus in first.text
    assert base.search("物业管理条例第二条")[0].focus == ""
    assert base.search("物业管理条例第二条第九款")[0].focus == ""
    assert base.search("物业管理条例第一条第（二）项")[0].focus == "（二）保护业主。"


def test_a_document_named_by_number_answers_with_its_best_clauses(base: KnowledgeBase) -> None:
    hits = base.search("沄人发[2024]3号 停放车辆")
    assert hits[0].article == "第四条" and hits[0].document == "沄州市物业管理条例"


def test_a_proper_name_lifts_the_clauses_that_hold_it(base: KnowledgeBase, embedder: Bag) -> None:
    view, _ = base.look()
    scores: list[float] = []
    for names in ((), ("清溪桥站",), ("清溪桥",)):
        finder = Finder(base._store, embedder, None, names)  # pyright: ignore[reportPrivateUsage]
        hits = finder.find(view, "清溪桥站 业主应当支付物业费吗", date(2026, 7, 1), 10)
        scores.append(next(hit.score for hit in hits if hit.article == "第四条"))
    assert scores[1] == scores[2] == pytest.approx(scores[0] + search.PROPER_NAME)


def test_clauses_referred_to_come_along(base: KnowledgeBase) -> None:
    third = base.search("物业管理条例第三条")[0]
    cited = [base.clause(one) for one in third.references]
    assert [(one.document, one.article) for one in cited] == [
        ("沄州市物业管理条例", "第二条"),
        ("中华人民共和国民法典", "第九百四十四条"),
    ]
    fourth = base.search("物业管理条例第四条")[0]
    assert [base.clause(one).article for one in fourth.references] == ["第三条"]


def test_what_is_over_shows_only_when_asked_for_with_its_state(base: KnowledgeBase) -> None:
    assert all(hit.document != "物业管理办法" for hit in base.search("物业收费 旧办法"))
    any_time = base.search("物业收费 旧办法", any_time=True)
    assert {hit.document: hit.state for hit in any_time}["物业管理办法"] == "ended"
    early = base.search("物业", as_of=date(2005, 1, 1), any_time=True)
    assert {hit.state for hit in early} == {"in_force", "not_yet"}


def test_filters_hold_for_named_clauses_too(base: KnowledgeBase) -> None:
    local = Filters(regions=frozenset({"沄州市"}))
    assert {hit.region for hit in base.search("民法典1254条 物业", filters=local)} == {"沄州市"}


@pytest.mark.parametrize("query", ["", " \n", "？！。…", "😀🎉", "'\"--;/*"])
def test_a_query_without_words_finds_nothing_and_asks_no_model(
    base: KnowledgeBase, embedder: Bag, query: str
) -> None:
    assert base.search(query) == [] and embedder.queries == []


@pytest.mark.parametrize(
    "query",
    ["物业费" * 4000, "'; DROP TABLE clauses; --", "第" * 10_000, "《" * 5000 + "民法典", "\ud800物业"],
)
def test_odd_queries_are_bounded(base: KnowledgeBase, embedder: Bag, query: str) -> None:
    base.search(query)
    assert all(len(asked) <= QUERY_MOST for asked in embedder.queries)
    assert len(base.documents()) == 3


def learned(**asked: float) -> Learned:
    """Turns every question towards one corner and trusts the cosine alone."""
    shift = np.zeros((64, 64), np.float32)
    shift[:, ord("禁") % 64] = 100
    return Learned(Ranker(np.array([0, 0, 50.0, 0, 0, 0]), asked, 0.0), Adapter(shift))


def found(base: KnowledgeBase, embedder: Bag, parts: Learned | None) -> str:
    finder = Finder(base._store, embedder, parts)  # pyright: ignore[reportPrivateUsage]
    view, _ = base.look()
    return finder.find(view, "业主支付物业费", date(2026, 7, 1), 1)[0].article


def test_what_was_learned_ranks_where_its_laws_are_held_and_nowhere_else(
    base: KnowledgeBase, embedder: Bag
) -> None:
    assert found(base, embedder, None) == "第九百四十四条"
    assert found(base, embedder, learned(民法典=1.0)) == "第一千二百五十四条"
    assert found(base, embedder, learned(别的法=5.0, 民法典=1.0)) == "第九百四十四条"


def test_without_vectors_words_alone_rank(base: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "new.md").write_text("---\ntitle: 井盖办法\n---\n第一条 井盖破损应当修复。\n")
    base.add([tmp_path / "new.md"])
    base.publish(embed=False)
    hit = base.search("井盖破损")[0]
    assert hit.document == "井盖办法" and hit.legs == {"lexical": 1}


def test_what_has_no_vector_yet_is_not_behind_all_that_has(base: KnowledgeBase, tmp_path: Path) -> None:
    lines = "\n".join(f"第{cn2an.an2cn(number)}条 井盖来修，谁损破复。" for number in range(1, 121))
    (tmp_path / "alike.md").write_text(f"---\ntitle: 市容办法\n---\n{lines}\n", encoding="utf-8")
    base.add([tmp_path / "alike.md"])
    base.publish()
    text = "---\ntitle: 设施办法\n---\n第一条 井盖破损，由谁来修复，由产权单位说明。\n"
    (tmp_path / "new.md").write_text(text, encoding="utf-8")
    base.add([tmp_path / "new.md"])
    base.publish(embed=False)
    assert base.search("井盖破损谁来修复")[0].document == "设施办法"


def test_scores_fall_and_every_hit_names_a_leg(base: KnowledgeBase) -> None:
    hits = base.search("物业收费标准")
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.legs for hit in hits)
    assert search.CLAUSE_NAMED > search.DOCUMENT_NAMED + 1 + search.PROPER_NAME
