import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge import ingest
from knowledge.ingest import add_paths
from knowledge.store import Store

LAW = "---\ntitle: 沄州市物业办法\neffective: 2024-05-01\n---\n第一条 甲。\n\n第二条 乙。\n"


def clock() -> datetime:
    return datetime(2026, 7, 1, 8, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "var" / "knowledge.sqlite")
    yield opened
    opened.close()


def _write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_two_files_that_claim_one_version_are_told_apart(store: Store, tmp_path: Path) -> None:
    first = _write(tmp_path / "in", "a.md", LAW)
    second = _write(tmp_path / "in", "b.md", LAW.replace("乙", "丙"))
    report = add_paths(store, [tmp_path / "in"], clock)
    assert len(report.added) == 1 and [each.path for each in report.skipped] == [second]
    assert str(first) in report.skipped[0].reason and report.added[0] in report.skipped[0].reason
    again = add_paths(store, [tmp_path / "in"], clock)
    assert (
        again.added == ()
        and again.unchanged == (first,)
        and [each.path for each in again.skipped] == [second]
    )
    alone = add_paths(store, [second], clock)
    assert alone.added == report.added, "asked for by itself, it is the next version"
    assert [each.path for each in alone.notices] == [second] and str(first) in alone.notices[0].reason
    document, _, clauses = store.document(alone.added[0])
    assert document.version == 2 and "丙" in clauses[1].text and document.notices


def test_what_is_odd_in_a_file_is_reported_and_kept_with_it(store: Store, tmp_path: Path) -> None:
    file = _write(tmp_path / "in", "a.md", LAW + "\n第五条 丁。\n\n第二条 又一个。\n")
    report = add_paths(store, [file], clock)
    reasons = [each.reason for each in report.notices]
    assert reasons == ["编号重复：第二条", "编号缺失：第二条与第五条之间"]
    document, _, clauses = store.document(report.added[0])
    assert list(document.notices) == reasons
    assert [clause.article for clause in clauses] == ["第一条", "第二条", "第五条", "第二条"]
    assert len({clause.clause_id for clause in clauses}) == 4


def test_each_clause_is_stored_with_its_kind_and_its_own_words(store: Store, tmp_path: Path) -> None:
    plan = "# 5 响应\n\n# 5.1 启动\n\n甲。\n\n# 5.2 终止\n\n"
    plan += "| 站 | 水位 |\n| --- | --- |\n| 江畔 | 1 |\n\n# 5.3 完\n\n丙。\n"
    report = add_paths(store, [_write(tmp_path / "in", "预案.md", plan)], clock)
    _, text, clauses = store.document(report.added[0])
    assert [(clause.article, clause.kind) for clause in clauses] == [
        ("5", "heading"), ("5.1", "section"), ("5.2", "section"), ("5.2 表1第1行", "row"), ("5.3", "section"),
    ]  # fmt: skip
    assert all(text[clause.start : clause.end] == clause.text for clause in clauses)


def test_bad_files_stop_nothing(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    good = _write(folder, "good.md", LAW)
    _write(folder, "heading.md", "# 5 只有标题\n\n# 5.1 下一级\n")
    _write(folder, "_index.md", "# 目录页\n")
    (folder / "empty.docx").touch()
    (folder / "nothing.txt").touch()
    _write(folder, "zero.md", "\u200b\ufeff\x07\n")
    (folder / "gbk.txt").write_bytes("第一条 国标编码。\n第二条 好。\n".encode("gbk"))
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    report = add_paths(store, [folder, folder / "absent.md"], clock)
    assert len(report.added) == 2 and not report.unchanged
    assert [each.path.name for each in report.skipped] == ["_index.md"]
    unreadable = {each.path.name: each.reason for each in report.unreadable}
    assert set(unreadable) == {"heading.md", "empty.docx", "nothing.txt", "zero.md", "huge.txt", "absent.md"}
    assert all("请" in reason for reason in unreadable.values())
    assert good in [Path(store.document(key)[0].source) for key in report.added]


def test_links_that_lead_in_circles_are_followed_once(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    _write(folder / "below", "a.md", LAW)
    elsewhere = tmp_path / "elsewhere"
    _write(elsewhere, "b.md", LAW.replace("物业", "噪声"))
    (folder / "below" / "up").symlink_to(folder, target_is_directory=True)
    (folder / "linked").symlink_to(elsewhere, target_is_directory=True)
    (elsewhere / "back").symlink_to(folder, target_is_directory=True)
    report = add_paths(store, [folder], clock)
    assert len(report.added) == 2 and not report.skipped and not report.unreadable


def test_many_small_files_go_in_few_transactions(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH", 20)
    for number in range(50):
        _write(tmp_path / "in", f"{number}.md", LAW.replace("物业", f"第{number}号"))
    batches: list[int] = []
    plain = Store.put_all

    def counted(self: Store, documents: object, added_at: datetime) -> list[str]:
        batches.append(len(documents))  # type: ignore[arg-type]
        return plain(self, documents, added_at)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "put_all", counted)
    seen: list[int] = []
    report = add_paths(store, [tmp_path / "in"], clock, lambda done, everything, _: seen.append(done))
    assert batches == [10] * 5 and len(report.added) == 50 == len(store.documents())
    assert seen == list(range(1, 51))


@pytest.mark.slow
def test_ten_thousand_tiny_files(store: Store, tmp_path: Path) -> None:
    for number in range(10_000):
        _write(tmp_path / "in", f"{number}.md", LAW.replace("物业", f"第{number}号"))
    report = add_paths(store, [tmp_path / "in"], clock)
    assert len(report.added) == 10_000
    assert sum(document.clauses for document in store.documents()) == 20_000
    assert len(add_paths(store, [tmp_path / "in"], clock).unchanged) == 10_000


def test_nothing_in_a_folder_is_passed_over_in_silence(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link that leads nowhere, one to itself, and a folder that doesn't open are told."""
    folder = tmp_path / "in"
    _write(folder, "a.md", LAW)
    (folder / "gone.md").symlink_to(tmp_path / "nowhere")
    (folder / "self.md").symlink_to(folder / "self.md")
    (folder / "closed").mkdir()
    scan = os.scandir

    def refused(path: str) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refused)
    report = add_paths(store, [folder], clock)
    assert len(report.added) == 1
    told = {left.path.name: left.reason for left in report.unreadable}
    assert set(told) == {"gone.md", "self.md", "closed"}
    assert "不存在" in told["gone.md"] and "读不到" in told["self.md"] and "文件夹打不开" in told["closed"]
