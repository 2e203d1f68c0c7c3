"""What people change in a briefing: kept, marked, compared with the evidence, and never refused for what it says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from agents.briefing.decision import Briefing, Code, EditMark, Line, Trouble
from agents.briefing.places import TITLE, put
from agents.briefing.states import contradicted_states
from agents.judgment.checker import Checker
from agents.judgment.claims import Reader
from agents.judgment.decision import Judgment
from knowledge.city import City

CODES: Mapping[str, Code] = {
    "quantity": "number",
    "bare": "number",
    "time": "number",
    "date": "number",
    "clause": "clause",
    "level": "level",
    "advice": "level",
    "act": "forbidden",
    "colour": "evidence",
    "name": "evidence",
}
"""The checker's kinds of trouble that are worth a person's eye; the others are taste."""

ELSEWHERE = ("quantity", "bare", "time", "date", "name", "colour")
"""What another evidence of the same briefing may bear out as well as the sentence's own."""


class Edit(BaseModel):
    """text: the place's new words; empty strikes it out. A path one past the last sentence adds one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(max_length=80)
    text: str = Field(max_length=2000)
    reason: str = Field(default="", max_length=300)


class NothingEdited(ValueError):
    """Every edit says what stands there already; there is no new version to make."""

    def __init__(self) -> None:
        super().__init__("修改与现有文字相同，没有产生新版本")


def apply_edits(
    briefing: Briefing, edits: Sequence[Edit], judgment: Judgment, city: City, *, by: str, at: datetime
) -> Briefing:
    """The next version: unsigned, with each change marked and each contradiction warned of.

    Raises NoSuchPlace (nothing is applied then) and NothingEdited.
    """
    evidence = Evidence(briefing, judgment, city)
    version, new = briefing.version + 1, briefing
    marks: list[EditMark] = []
    for edit in edits:
        text = edit.text.strip()
        known = _line(new, edit.path)
        changed, before = put(
            new, edit.path, Line(text=text, evidence=known.evidence if known else (), source="human")
        )
        if before is not None and before.text == text:
            continue
        new = changed
        mark = EditMark(
            path=edit.path,
            before=before.text if before else "",
            after=text,
            by=by,
            at=at,
            version=version,
            reason=edit.reason,
            warnings=tuple(evidence.contradicts(edit.path, text, known)),
        )
        marks.append(mark)
    if not marks:
        raise NothingEdited
    touched = {mark.path for mark in marks}
    warnings = [one for one in briefing.warnings if one.path not in touched]
    return _unsigned(new, version, (*briefing.edits, *marks), (*warnings, *_last(marks)))


def _unsigned(
    briefing: Briefing, version: int, edits: tuple[EditMark, ...], warnings: tuple[Trouble, ...]
) -> Briefing:
    """Whoever signed or reviewed has not seen this version."""
    nobody = {"signed_by": None, "signed_at": None, "acting": ""}
    return briefing.model_copy(
        update={
            "version": version,
            "edits": edits,
            "warnings": warnings,
            "signature": briefing.signature.model_copy(update=nobody),
            "ai_mark": briefing.ai_mark.model_copy(update={"reviewed_by": ""}),
        }
    )


def _line(briefing: Briefing, path: str) -> Line | None:
    """What stands there; the probe is thrown away."""
    return put(briefing, path, Line(text=""))[1]


def _last(marks: Iterable[EditMark]) -> Iterator[Trouble]:
    """Of two edits of one place the later one counts."""
    final = {mark.path: mark for mark in marks}
    for mark in final.values():
        yield from mark.warnings


class Evidence:
    """What a sentence may be held against: its own evidence, then all of the briefing's and the judgment's."""

    def __init__(self, briefing: Briefing, judgment: Judgment, city: City) -> None:
        known = {one.id: one for one in (*judgment.evidence, *briefing.evidence)}
        self._judgment, self._all = judgment, tuple(known)
        self._levels = tuple(f"J:{hazard.hazard}" for hazard in judgment.picture.hazards)
        self._checker = Checker(Reader(city), known.values())

    def contradicts(self, path: str, text: str, line: Line | None) -> Iterator[Trouble]:
        """Nothing for words that are struck out, or that stood there before."""
        if not text:
            return
        own = line.evidence if line else ()
        cited = (*own, *self._levels) if own or path == TITLE else self._all
        before = {(one.kind, one.words) for one in self._checker.check(line.text, cited)} if line else set()
        elsewhere: set[tuple[str, str]] | None = None
        for trouble in self._checker.check(text, cited):
            code = CODES.get(trouble.kind)
            if code is None or (trouble.kind, trouble.words) in before:
                continue
            if trouble.kind in ELSEWHERE and cited != self._all:
                if elsewhere is None:
                    elsewhere = {(one.kind, one.words) for one in self._checker.check(text, self._all)}
                if (trouble.kind, trouble.words) not in elsewhere:
                    continue
            yield Trouble(path=path, code=code, text=trouble.why)
        for why in contradicted_states(text, own, self._judgment):
            yield Trouble(path=path, code="state", text=why)
