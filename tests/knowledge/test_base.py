import errno
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

from knowledge.base import KnowledgeBase
from knowledge.embedding import Vectors
from knowledge.errors import (
    BrokenCitation,
    DiskFull,
    IndexBroken,
    IndexMismatch,
    IndexMissing,
    IndexOutdated,
    NoSuchDocument,
    StoreLocked,
)
from knowledge.finding.filters import Filters
from knowledge.index import files
from knowledge.index.live import IndexFallback
from knowledge.index.lock import one_writer
from knowledge.store import Store


class Bag:
    """A vector counts characters: near enough to meaning for tests, and quick."""

    dimension = 64

    def __init__(self, fingerprint: str = "bag-1") -> None:
        self.fingerprint = fingerprint

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        rows = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for char in text:
                row[ord(char) % self.dimension] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    embed_queries = embed_documents


OLD = "---\ntitle: 中华人民共和国应急法\neffective: 2007-11-01\n---\n第一条 旧法的目的。\n\n第二条 预警分为四级。\n"
NEW = OLD.replace("2007", "2024").replace("旧法", "新法").replace("分为四级", "分为红橙黄蓝四级")
PLAN = (
    "---\ntitle: 沄州市防汛预案\ndoc_number: 沄政办发〔2025〕9号\neffective: 2025-05-01\nlevel: 应急预案\n---\n"
    "# 5 响应\n\n# 5.4 Ⅳ级\n\n# 5.4.1 启动条件\n\n24小时雨量达到１００ 毫米，启动Ⅳ级响应。\n\n"
    "# 5.4.2 程序\n\n副指挥长签发。\n\n# 5.5 Ⅲ级\n\n雨量达到200毫米。\n"
)


def clock() -> datetime:
    return datetime(2026, 7, 1, 8, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("old.md", OLD), ("new.md", NEW), ("plan.md", PLAN)):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_text(text)
    return tmp_path


@pytest.fixture
def base(folder: Path) -> Iterator[KnowledgeBase]:
    opened = KnowledgeBase.open(folder / "var", Bag(), clock)
    opened.add([folder / "in"])
    opened.publish()
    yield opened
    opened.close()


def test_adding_is_idempotent_and_a_bad_file_stops_nothing(folder: Path) -> None:
    (folder / "in" / "bad.docx").touch()
    (folder / "in" / "heading.md").write_text("# 只有标题\n")
    (folder / "in" / "_index.md").write_text("---\ndraft: true\n---\n# 目录页\n")
    base = KnowledgeBase.open(folder / "var", Bag(), clock)
    seen: list[tuple[int, int]] = []
    report = base.add([folder / "in", folder / "absent.md"], lambda done, of, _: seen.append((done, of)))
    assert len(report.added) == 3 and seen[-1] == (7, 7)
    assert [item.path.name for item in report.unreadable] == ["bad.docx", "heading.md", "absent.md"]
    assert [left.path.name for left in report.skipped] == ["_index.md"]
    again = base.add([folder / "in"])
    assert (again.added, len(again.unchanged)) == ((), 3)
    base.close()


def test_two_files_for_one_version_do_not_replace_each_other(folder: Path) -> None:
    (folder / "in" / "copy.md").write_text(PLAN + "\n多一句。\n")
    base = KnowledgeBase.open(folder / "var", Bag(), clock)
    first = base.add([folder / "in"])
    assert [left.path.name for left in first.skipped] == ["plan.md"] and "同日期" in first.skipped[0].reason
    again = base.add([folder / "in"])
    assert again.added == () and len(again.unchanged) == 3 and len(again.skipped) == 1
    base.close()


def test_hits_carry_what_the_interface_promises(base: KnowledgeBase) -> None:
    hit = base.search("雨量多少毫米启动响应", top=1)[0].model_dump(mode="json")
    assert list(hit) == [
        "clause_id", "document", "doc_number", "issuer", "level", "region", "article", "path", "text",
        "score", "legs", "valid_from", "valid_to", "superseded_by", "state", "focus", "references", "notes",
    ]  # fmt: skip
    assert (hit["article"], hit["document"], hit["level"]) == ("5.4.1", "沄州市防汛预案", "预案")
    assert hit["path"] == "5 响应 / 5.4 Ⅳ级 / 5.4.1 启动条件" and hit["valid_from"] == "2025-05-01"
    assert hit["legs"]["lexical"] == 1


def test_the_date_decides_which_version_answers(base: KnowledgeBase) -> None:
    today = base.search("应急法 预警分级")
    assert all("旧法" not in hit.text and "分为四级" not in hit.text for hit in today)
    then = base.search("应急法 预警分级", as_of=date(2015, 1, 1))
    assert {hit.document for hit in then} == {"中华人民共和国应急法"}
    assert then[0].valid_to == date(2024, 11, 1) and then[0].superseded_by == today[0].clause_id.split("#")[0]
    assert base.search("预警", as_of=date(1990, 1, 1)) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("《应急法》第二条", "第二条"),
        ("中华人民共和国应急法第2条怎么说", "第二条"),
        ("5.4.2", "5.4.2"),
        ("沄政办发[2025]9号 5.5", "5.5"),
    ],
)
def test_what_is_named_outright_comes_first(base: KnowledgeBase, query: str, expected: str) -> None:
    first = base.search(query)[0]
    assert first.article == expected and first.legs["exact"] == 1
    assert first.valid_to is None


def test_a_bare_article_number_or_a_quantity_names_nothing(base: KnowledgeBase) -> None:
    assert all("exact" not in hit.legs for query in ("第二条", "雨量5.5毫米") for hit in base.search(query))
    assert base.search("  \n") == []


def test_removal_works_at_once_and_ids_never_come_back(base: KnowledgeBase, folder: Path) -> None:
    plan = next(d.id for d in base.documents() if d.metadata.title == "沄州市防汛预案")
    clause_id = base.search("副指挥长签发")[0].clause_id
    citation = base.cite(clause_id, "副指挥长签发")
    base.remove(plan)
    assert all(hit.document != "沄州市防汛预案" for hit in base.search("副指挥长签发雨量毫米 5.4.1"))
    with pytest.raises(BrokenCitation) as caught:
        base.verify(citation)
    assert caught.value.part == "clause_id"
    with pytest.raises(NoSuchDocument):
        base.remove(plan)
    base.add([folder / "in"])
    assert all(hit.document != "沄州市防汛预案" for hit in base.search("副指挥长签发")), (
        "an old row id was reused"
    )
    base.publish()
    assert base.search("副指挥长签发")[0].clause_id == clause_id, "ids must survive remove and add"


def test_removing_the_new_version_revives_the_old(base: KnowledgeBase) -> None:
    new = next(d for d in base.documents() if d.valid_from == date(2024, 11, 1))
    base.remove(new.id)
    assert base.search("应急法的目的")[0].text == "第一条 旧法的目的。"


def test_clause_text_is_the_stored_slice(base: KnowledgeBase) -> None:
    for listed in base.documents():
        document, text, clauses = base.document(listed.id)
        assert document.clauses == len(clauses) > 0
        assert all(text[clause.start : clause.end] == clause.text for clause in clauses)


def test_clause_by_title_and_article(base: KnowledgeBase) -> None:
    now = base.clause_by("《应急法》", "第2条")
    then = base.clause_by("中华人民共和国应急法", "第二条", date(2010, 1, 1))
    assert now and then and "红橙黄蓝" in now.text and "红橙黄蓝" not in then.text
    assert (
        base.clause_by("应急法", "第九条") is None
        and base.clause_by("应急法", "第二条", date(1999, 1, 1)) is None
    )


def test_citation_forgives_space_and_width_and_nothing_else(base: KnowledgeBase) -> None:
    clause_id = base.search("5.4.1")[0].clause_id
    citation = base.cite(clause_id, "达到100毫米,启动")
    assert citation.quote == "达到１００ 毫米，启动"
    base.verify(citation)
    for false in ("达到200毫米", "达到100毫米，不启动", "", "  "):
        with pytest.raises(BrokenCitation) as caught:
            base.cite(clause_id, false)
        assert caught.value.part == "quote"


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"version": 2}, "version"), ({"document": "别的预案"}, "document"), ({"article": "5.4.2"}, "article"),
        ({"end": 9999}, "start"), ({"quote": "达到300毫米"}, "quote"), ({"clause_id": "D-0#第一条"}, "clause_id"),
    ],
)  # fmt: skip
def test_a_broken_citation_names_the_part(base: KnowledgeBase, change: dict[str, Any], part: str) -> None:
    good = base.cite(base.search("5.4.1")[0].clause_id, "雨量达到")
    with pytest.raises(BrokenCitation) as caught:
        base.verify(type(good)(**{**good.__dict__, **change}))
    assert caught.value.part == part


def test_a_corrected_document_is_the_next_version_under_the_same_ids(
    base: KnowledgeBase, folder: Path
) -> None:
    before = base.clause(base.search("5.4.2")[0].clause_id)
    citation = base.cite(before.clause_id, "副指挥长签发")
    (folder / "in" / "plan.md").write_text(PLAN.replace("副指挥长签发", "总指挥签发"))
    base.add([folder / "in"])
    after = base.clause(before.clause_id)
    assert (after.version, "总指挥签发" in after.text) == (before.version + 1, True)
    with pytest.raises(BrokenCitation):
        base.verify(citation)


def test_index_of_another_embedder_is_refused_and_publishing_mends_it(
    base: KnowledgeBase, folder: Path
) -> None:
    other = KnowledgeBase.open(folder / "var", Bag("bag-2"), clock)
    with pytest.raises(IndexMismatch, match="pingji kb publish"):
        other.search("预警")
    assert "bag-1" in (other.status().warning or "")
    other.publish()
    assert other.search("预警")
    other.close()


def test_before_publish_search_says_so(folder: Path) -> None:
    base = KnowledgeBase.open(folder / "var", Bag(), clock)
    assert base.publish() is None
    with pytest.raises(IndexMissing, match="pingji kb publish"):
        base.search("预警")
    assert base.status().generation is None
    base.close()


def add_light(base: KnowledgeBase, folder: Path) -> None:
    (folder / "in" / "more.txt").write_text("第一条 路灯由城管局维修。\n第二条 热线由政数局管理。\n")
    base.add([folder / "in"])


def damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(130)
        byte = file.read(1)
        file.seek(130)
        file.write(bytes([byte[0] ^ 0xFF]))


def test_damaged_generation_falls_back_with_a_warning(base: KnowledgeBase, folder: Path) -> None:
    add_light(base, folder)
    before = {path.name for path in (folder / "var" / "index" / "segments").iterdir()}
    base.publish(embed=False)
    assert base.check() == []
    (new,) = {path.name for path in (folder / "var" / "index" / "segments").iterdir()} - before
    damage(folder / "var" / "index" / "segments" / new / "positions.npy")
    again = KnowledgeBase.open(folder / "var", Bag(), clock)
    with pytest.warns(IndexFallback, match="暂用第 1 代"):
        assert again.search("预警")
    assert again.status().generation == 1 and "损坏" in (again.status().warning or "")
    assert again.check() == [f"第 2 代：{new}/positions.npy 的校验和不符"]
    manifests = sorted((folder / "var" / "index").glob("gen-*.json"))
    manifests[-1].write_text("{}")
    third = KnowledgeBase.open(folder / "var", Bag(), clock)
    with pytest.warns(IndexFallback, match="暂用第 1 代"):
        assert third.search("预警")
    third.close()
    for manifest in manifests:
        manifest.write_text('{"generation": 1}')
    broken = KnowledgeBase.open(folder / "var", Bag(), clock)
    with pytest.raises(IndexBroken, match="publish"):
        broken.search("预警")
    assert broken.status().stale
    broken.publish()
    assert broken.search("路灯谁维修")[0].article == "第一条" and broken.status().warning is None
    broken.close()
    again.close()


def test_damaged_vectors_leave_words_and_publishing_mends_them(base: KnowledgeBase, folder: Path) -> None:
    (dense,) = (folder / "var" / "index" / "segments").glob("dense-*")
    damage(dense / "halves.npy")
    again = KnowledgeBase.open(folder / "var", Bag(), clock)
    with pytest.warns(IndexFallback, match="字面"):
        assert set(again.search("预警分级")[0].legs) == {"lexical"}
    again.publish()
    assert set(again.search("预警分级")[0].legs) == {"lexical", "dense"} and again.status().warning is None
    again.close()


def test_an_index_of_the_old_program_asks_for_publish_and_is_replaced(folder: Path) -> None:
    index = folder / "var" / "index"
    (index / "gen-000004").mkdir(parents=True)
    (index / "CURRENT").write_text("gen-000004\n")
    base = KnowledgeBase.open(folder / "var", Bag(), clock)
    base.add([folder / "in"])
    with pytest.raises(IndexOutdated, match="pingji kb publish"):
        base.search("预警")
    assert base.status().stale
    base.publish()
    assert base.search("预警") and not (index / "gen-000004").exists()
    base.close()


def test_old_generations_go_and_another_process_sees_the_new(base: KnowledgeBase, folder: Path) -> None:
    other = KnowledgeBase.open(folder / "var", Bag(), clock)
    assert other.status().generation == 1
    add_light(base, folder)
    assert base.status().stale
    base.publish()
    assert other.search("路灯谁维修")[0].article == "第一条"
    assert not other.status().stale
    assert base.publish().generation == 2, "nothing changed: no new generation"  # type: ignore[union-attr]
    for number in range(3, 6):
        (folder / "in" / f"{number}.txt").write_text(f"第一条 第{number}号规定。\n")
        base.add([folder / "in"])
        base.publish()
    kept = [(one.generation, one.current) for one in other.generations()]
    assert kept == [(3, False), (4, False), (5, True)]
    other.close()


def test_rolling_back_works_in_every_process_and_publishing_goes_on_from_there(
    base: KnowledgeBase, folder: Path
) -> None:
    other = KnowledgeBase.open(folder / "var", Bag(), clock)
    add_light(base, folder)
    base.publish()
    assert other.search("路灯谁维修")[0].article == "第一条"
    assert base.rollback(1).generation == 1
    assert all("路灯" not in hit.text for hit in other.search("路灯谁维修"))
    assert other.status().stale
    with pytest.raises(IndexBroken, match="第 7 代"):
        base.rollback(7)
    base.publish()
    assert other.search("路灯谁维修")[0].article == "第一条"
    assert [one.generation for one in base.generations()] == [1, 3]
    other.close()


def test_without_vectors_words_find_and_vectors_follow(base: KnowledgeBase, folder: Path) -> None:
    add_light(base, folder)
    base.publish(embed=False)

    def legs() -> set[str]:
        return next(set(hit.legs) for hit in base.search("路灯谁维修") if "路灯" in hit.text)

    assert legs() == {"lexical"}
    assert (base.status().indexed, base.status().pending, base.status().stale) == (11, 2, True)
    seen: list[tuple[int, int]] = []
    base.publish(lambda done, total: seen.append((done, total)))
    assert seen == [(2, 2)] and not base.status().stale and legs() == {"lexical", "dense"}


def test_any_time_finds_what_no_longer_stands(base: KnowledgeBase) -> None:
    assert any("旧法" in hit.text for hit in base.search("旧法的目的", any_time=True))
    assert all("旧法" not in hit.text for hit in base.search("旧法的目的"))
    only = base.search("预警", filters=Filters(documents=frozenset({"《沄州市防汛预案》"})))
    assert {hit.document for hit in only} == {"沄州市防汛预案"}
    assert base.search("预警", filters=Filters(levels=frozenset({"无此级别"}))) == []


def test_a_heading_without_words_is_kept_and_never_found(base: KnowledgeBase, folder: Path) -> None:
    sections = (
        "5 内涝响应",
        "5.1 先期处置\n\n封闭积水道路。",
        "5.2 后期处置\n\n清淤。",
        "5.3 报告\n\n及时上报。",
    )
    plan = "# 沄州市内涝处置方案\n\n" + "".join(f"# {section}\n\n" for section in sections)
    (folder / "waterlogging.md").write_text(plan, encoding="utf-8")
    base.add([folder / "waterlogging.md"])
    base.publish()
    heading = base.clause_by("沄州市内涝处置方案", "5")
    assert heading is not None and heading.kind == "heading"
    hits = base.search("内涝响应", top=50)
    assert "5.1" in {hit.article for hit in hits} and heading.clause_id not in {hit.clause_id for hit in hits}
    assert not base.status().stale


def test_searching_goes_on_during_publish(base: KnowledgeBase) -> None:
    failed: list[BaseException] = []
    done = Event()

    def search() -> None:
        try:
            while not done.is_set():
                assert base.search("预警分级")
        except BaseException as error:  # noqa: BLE001 - carried to the test's own thread
            failed.append(error)

    threads = [Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        base.publish()
    done.set()
    for thread in threads:
        thread.join()
    assert failed == []


def test_full_disk_leaves_the_current_generation(
    base: KnowledgeBase, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    add_light(base, folder)
    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(DiskFull, match="磁盘"):
        base.publish()
    assert base.search("预警") and base.status().generation == 1


def test_locked_database_and_second_publisher_are_told(base: KnowledgeBase, folder: Path) -> None:
    store = Store(folder / "var" / "knowledge.sqlite", busy_timeout_ms=50)
    holder = sqlite3.connect(folder / "var" / "knowledge.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreLocked, match=r"knowledge\.sqlite"):
        store.settle_validity()
        store.remove(base.documents()[0].id)
    holder.close()
    store.close()
    root = folder / "var" / "index"
    with one_writer(root), pytest.raises(StoreLocked), one_writer(root, patience=0.05):
        pytest.fail("two writers at one time")
