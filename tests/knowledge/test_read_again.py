"""Documents that an older program read are read again when their file is added again."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from tests.knowledge.index.churn import Letters

LAW = "---\ntitle: 沄州市井盖办法\nissuer: 沄州市人民政府\neffective: 2024-05-01\n---\n第一条 甲。\n\n第二条 乙。\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "law.md"
    written.write_text(LAW, encoding="utf-8")
    return written


def filled(folder: Path, file: Path, *changes: str) -> KnowledgeBase:
    """A base with the file, as an older program would have left it after the changes."""
    base = KnowledgeBase.open(folder, Letters(), lambda: datetime(2026, 7, 1, 8, tzinfo=UTC))
    base.add([file])
    base.publish()
    base.correct(base.documents()[0].id, {"level": "规章"})
    with sqlite3.connect(folder / "knowledge.sqlite") as database:
        for change in ("UPDATE documents SET read_by = 0", *changes):
            database.execute(change)
    database.close()
    assert base.status().outdated == 1
    return base


def test_where_the_clauses_are_the_same_only_what_is_said_of_them_changes(tmp_path: Path, file: Path) -> None:
    base = filled(tmp_path / "var", file, "UPDATE documents SET issuer = ''")
    report = base.add([file])
    assert report.unchanged == (file,) and report.added == ()
    (document,) = base.documents()
    assert (document.version, document.metadata.issuer) == (1, "沄州市人民政府")
    assert document.metadata.level == "规章", "set by hand, it stays"
    assert (base.status().outdated, base.status().stale) == (0, False)
    base.close()


def test_where_the_clauses_differ_the_document_becomes_its_next_version(tmp_path: Path, file: Path) -> None:
    base = filled(tmp_path / "var", file, "DELETE FROM clauses WHERE article = '第二条'")
    report = base.add([file])
    (document,) = base.documents()
    assert report.added == (document.id,) and report.notices == ()
    assert (document.version, document.clauses, document.metadata.level) == (2, 2, "规章")
    base.publish()
    assert base.search("乙")[0].article == "第二条"
    assert base.add([file]).unchanged == (file,)
    base.close()


def test_what_was_read_under_another_title_is_not_kept_beside(tmp_path: Path, file: Path) -> None:
    """Title and date make a document's id; both may be read better than before."""
    base = filled(
        tmp_path / "var", file,
        "UPDATE documents SET id = 'D-00000000', title = '井盖'",
        "UPDATE clauses SET document_id = 'D-00000000', clause_id = 'D-00000000' || substr(clause_id, 11)",
    )  # fmt: skip
    report = base.add([file])
    (document,) = base.documents()
    assert report.added == (document.id,) and document.id != "D-00000000"
    assert (document.metadata.title, document.metadata.level) == ("沄州市井盖办法", "规章")
    assert base.status().outdated == 0
    base.close()
