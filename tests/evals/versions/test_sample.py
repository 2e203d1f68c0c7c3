"""The hand-checked sample: sound in itself, and able to find what is wrong."""

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evals.errors import DataBroken
from evals.settings import ROOT
from evals.versions.run import evaluate, lines_of
from evals.versions.sample import Expected, load_sample
from knowledge.clause import Document, Metadata

SAMPLE = ROOT / "evals" / "data" / "versions_sample.csv"
LAWS = Path("/laws")


def test_the_bundled_sample_is_fifty_groups_without_contradictions() -> None:
    groups = load_sample(SAMPLE)
    assert Counter(rows[0].kind for rows in groups.values()) == {"versions": 38, "repeal": 12}
    for rows in groups.values():
        files = {row.file for row in rows}
        assert len(files) == len(rows) > 1 and {row.kind for row in rows} == {rows[0].kind}
        for row in rows:
            assert (row.valid_to is None) == (row.end_reason == "")
            assert not row.ended_by or row.ended_by in files
            assert not (row.valid_to and row.valid_from) or row.valid_from <= row.valid_to


def document(
    identity: str, title: str, file: str, start: date, end: date | None, heir: str | None
) -> Document:
    told = Metadata(title, effective=start)
    reason = "" if end is None else "successor" if title == "法" else "repealed"
    return Document(identity, 1, told, f"/laws/{file}", 1, start, end, heir, reason)


A, B = date(2007, 1, 1), date(2024, 1, 1)
OLD = document("D-1", "法", "旧.md", A, B, "D-2")
NEW = document("D-2", "法", "新.md", B, None, None)
GONE = document("D-3", "规定", "规定.md", A, B, "D-2")


def expected(file: str, start: date | None, end: date | None, by: str = "", **more: str) -> Expected:
    given = {"group": "法", "kind": "versions", "end_reason": "successor" if by else "", "same_as": ""} | more
    return Expected.model_validate(
        {"file": file, "valid_from": start, "valid_to": end, "ended_by": by, "note": "", **given}
    )


VERSIONS = [expected("旧.md", A, B, "新.md"), expected("新.md", B, None)]
REPEAL = [
    expected("规定.md", A, B, "新.md", group="规定", kind="repeal", end_reason="repealed"),
    expected("新.md", B, None, group="规定", kind="repeal"),
]


def test_what_is_right_has_no_faults() -> None:
    same = [*VERSIONS, expected("新（另一份）.md", None, None, same_as="新.md")]
    found = evaluate([OLD, NEW, GONE], LAWS, {"法": same, "规定": REPEAL})
    assert found.faults == [] and (found.measured[0].hits, found.measured[0].total) == (2, 2)
    assert [len(work) for work in found.works] == [2] and found.ended == [(GONE, NEW)]
    text = "\n".join(lines_of(found))
    assert "2007-01-01 至 2024-01-01（successor）  D-1" in text and "规定  2007-01-01" in text


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        ([NEW, GONE], "不在知识库中"),
        ([replace(OLD, valid_to=date(2023, 1, 1)), NEW, GONE], "2023-01-01"),
        ([replace(OLD, superseded_by="D-3"), NEW, GONE], "规定.md"),
        ([replace(OLD, end_reason="repealed"), NEW, GONE], "repealed"),
        ([OLD, replace(NEW, metadata=Metadata("别的法")), GONE], "归组"),
        ([OLD, NEW, replace(GONE, metadata=Metadata("法"))], "归组"),
        ([OLD, NEW, replace(GONE, valid_to=None)], "应为"),
    ],
)
def test_each_kind_of_mistake_is_found(documents: list[Document], said: str) -> None:
    found = evaluate(documents, LAWS, {"法": VERSIONS, "规定": REPEAL})
    assert any(said in fault.what for fault in found.faults)
    assert found.measured[0].hits < 2


def test_a_broken_line_names_itself(tmp_path: Path) -> None:
    text = SAMPLE.read_text(encoding="utf-8").splitlines()
    (tmp_path / "broken.csv").write_text(
        "\n".join([text[0], text[1].replace("2005-01-01", "去年")]), encoding="utf-8"
    )
    with pytest.raises(DataBroken, match="第 2 行"):
        load_sample(tmp_path / "broken.csv")
