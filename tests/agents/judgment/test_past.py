"""Lessons of earlier storms come from documents that tell what happened, word for word."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from agents.judgment import past
from agents.judgment.decision import Judgment
from knowledge.base import KnowledgeBase
from tests.agents.judgment.played import ROOT
from tests.agents.triage.conftest import HashEmbedder

CORPUS = ROOT / "knowledge" / "corpus" / "yunzhou"
LESSONS = CORPUS / "沄州市强降雨应对复盘与教训汇编.md"
DAY = date(2026, 5, 18)


@pytest.fixture
def base(tmp_path: Path) -> Iterator[KnowledgeBase]:
    opened = KnowledgeBase.open(tmp_path, HashEmbedder(), lambda: datetime(2026, 5, 18, tzinfo=UTC))
    yield opened
    opened.close()


def test_lessons_are_quoted_with_their_clause(base: KnowledgeBase, judgments: list[Judgment]) -> None:
    base.add([LESSONS, CORPUS / "沄州市防汛防台风应急预案.md"])
    base.publish()
    found = past.find(base, judgments[2].picture, DAY)
    assert 0 < len(found) <= past.MOST
    for number, one in enumerate(found, 1):
        clause_id = one.evidence[1].removeprefix("K:")
        assert one.evidence[0] == f"H:{number}"
        assert one.lesson in base.clause(clause_id).text
        assert one.citation.startswith("《沄州市强降雨应对复盘与教训汇编》第")
        assert one.lesson.startswith(one.title)
    assert {one.id for one in past.evidence(found)} == {key for one in found for key in one.evidence}


def test_a_plan_is_no_lesson(base: KnowledgeBase, judgments: list[Judgment]) -> None:
    base.add([CORPUS / "沄州市防汛防台风应急预案.md"])
    base.publish()
    assert past.find(base, judgments[2].picture, DAY) == ()
