"""The hand-checked sample: what a person found in the heads and texts of files, before any program did.

One row a file; rows of one group belong together. kind `versions`: the group is all versions of one work. kind
`repeal`: one document that another ended by name. same_as: a second file of the same version; either may be stored.
"""

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from evals.errors import DataBroken, DataMissing
from knowledge.clause import Document


class Expected(BaseModel):
    """A file, as a path below the folder of laws, and how long it stood; ended_by is a file too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    group: str
    kind: Literal["versions", "repeal"]
    file: str
    valid_from: date | None
    valid_to: date | None
    end_reason: Literal["", "successor", "repealed", "hand"]
    ended_by: str
    same_as: str
    note: str = ""

    @field_validator("valid_from", "valid_to", mode="before")
    @classmethod
    def _open(cls, value: object) -> object:
        return value or None


@dataclass(frozen=True)
class Fault:
    """One thing that is not as a person found it."""

    group: str
    file: str
    what: str


def load_sample(path: Path) -> dict[str, list[Expected]]:
    """Group -> its rows in order. Raises DataMissing, DataBroken."""
    if not path.is_file():
        raise DataMissing(path, "它随程序提供，请恢复该文件")
    groups: dict[str, list[Expected]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), 2):
            try:
                expected = Expected.model_validate(row)
            except ValidationError as error:
                raise DataBroken(path, number, str(error)) from error
            groups[expected.group].append(expected)
    return dict(groups)


def check_group(
    rows: Sequence[Expected], works: Sequence[Sequence[Document]], file_of: dict[str, str]
) -> list[Fault]:
    """What differs between a group of the sample and the base. file_of: document id -> file below the laws."""
    alias = {row.same_as: row.file for row in rows if row.same_as}
    first = {row.file: alias.get(row.file, row.file) for row in rows}
    by_file = {file: one for work in works for one in work if (file := file_of.get(one.id))}
    faults: list[Fault] = []
    held: dict[str, Document] = {}
    for row in rows:
        found = by_file.get(row.file) or by_file.get(first[row.file])
        if row.same_as:
            continue
        if found is None:
            faults.append(Fault(row.group, row.file, "不在知识库中"))
            continue
        held[row.file] = found
        said = _said(found, file_of)
        want = (row.valid_from, row.valid_to, row.end_reason, row.ended_by)
        if said != want:
            faults.append(Fault(row.group, row.file, f"应为 {_words(want)}，实为 {_words(said)}"))
    return faults + _membership(rows, held, works)


def _membership(
    rows: Sequence[Expected], held: dict[str, Document], works: Sequence[Sequence[Document]]
) -> list[Fault]:
    """Versions of one work stand together and alone, in the order of the rows; a repealed work stands apart."""
    wanted = [held[row.file].id for row in rows if row.file in held]
    if not wanted:
        return []
    work = [one.id for one in next(work for work in works if wanted[0] in {one.id for one in work})]
    right = work == wanted if rows[0].kind == "versions" else wanted[-1] not in work
    return [] if right else [Fault(rows[0].group, rows[0].file, "版本归组或顺序不对")]


def _said(found: Document, file_of: dict[str, str]) -> tuple[date | None, date | None, str, str]:
    heir = file_of.get(found.superseded_by or "", "")
    return found.valid_from, found.valid_to, found.end_reason, heir


def _words(told: tuple[date | None, date | None, str, str]) -> str:
    start, end, why, heir = told
    return f"{start or '不详'} 至 {end or '今'}" + (f"（{why}，{heir}）" if why else "")
