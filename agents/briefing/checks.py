"""Does a briefing hold? Numbers traced, clauses right, parts complete, no part against another, no leak to press."""

import re
from collections.abc import Iterator

from agents.briefing.decision import Briefing, Line, Trouble
from agents.briefing.figures import untraced
from agents.briefing.forms import PARTS
from agents.briefing.places import TITLE, all_lines, lines
from agents.briefing.states import contradicted_states
from agents.judgment.decision import LEVEL_NAMES, Evidence, Judgment

_LEVEL = re.compile(r"([ⅠⅡⅢⅣ])级")
_CLAUSE = re.compile(r"\d+(?:\.\d+)+(?:\(\d+\))?$")
_PRESS = (
    (re.compile(r"建议|研判|拟(?:启动|提升|升级)|会商"), "内部建议或研判"),
    (re.compile(r"0\d{3}-\d{7}"), "内部电话"),
    (re.compile(r"叫应|应答|值班"), "叫应情况"),
    (re.compile(r"[OCFTRALGJ]:[\w.@-]+|\bRG\d+|\bPD\d+"), "内部标识"),
    (re.compile(r"诉求|来电|市民反映"), "群众诉求"),
    (re.compile(r"缺测|数据缺口|无法判断"), "数据缺口"),
)
_SELF_EVIDENT = ("notice", "public", "sign")
"""Parts of fixed wording and of posts: their numbers are telephone numbers that everybody knows, and the hour."""


def check(briefing: Briefing, judgment: Judgment) -> tuple[Trouble, ...]:
    """Everything that does not hold, in reading order; empty for a briefing that may be shown."""
    return (
        *_missing(briefing),
        *_evidence(briefing, judgment),
        *_numbers(briefing),
        *_clauses(briefing),
        *_conditions(briefing, judgment),
        *_levels(briefing, judgment),
        *(_press(briefing, judgment) if briefing.form == "press" else ()),
    )


def _missing(briefing: Briefing) -> Iterator[Trouble]:
    present = {part.key for part in briefing.parts if part.blocks}
    for key in PARTS[briefing.form]:
        if key not in present:
            yield Trouble(path=key, code="missing", text=f"缺少“{key}”部分")
    if "人工智能" not in briefing.ai_mark.text:
        yield Trouble(path=TITLE, code="missing", text="缺少人工智能生成标识")
    if not briefing.signature.post:
        yield Trouble(path="sign", code="missing", text="没有写明签发岗位")


def _evidence(briefing: Briefing, judgment: Judgment) -> Iterator[Trouble]:
    """Every id leads somewhere, and there it says what the judgment said."""
    held, origin = {one.id for one in briefing.evidence}, {one.id: one for one in judgment.evidence}
    for path, line in all_lines(briefing):
        for one in line.evidence:
            if one not in held:
                yield Trouble(path=path, code="evidence", text=f"依据 {one} 不在索引中")
    for one in briefing.evidence:
        if one.id in origin and not one.text.startswith(origin[one.id].text):
            yield Trouble(path="evidence", code="evidence", text=f"依据 {one.id} 与研判所记不同")


def _numbers(briefing: Briefing) -> Iterator[Trouble]:
    held: dict[str, Evidence] = {one.id: one for one in briefing.evidence}
    for path, line in accountable(briefing):
        for number in untraced(line.text, (held[one] for one in line.evidence if one in held)):
            yield Trouble(path=path, code="number", text=f"“{number}”没有依据：{line.text[:40]}")


def accountable(briefing: Briefing) -> Iterator[tuple[str, Line]]:
    """Sentences and cells, with their paths, whose numbers must be traced."""
    for part in briefing.parts:
        if part.key not in _SELF_EVIDENT:
            yield from lines(part)


def _clauses(briefing: Briefing) -> Iterator[Trouble]:
    """A cell that is a clause number rests on evidence that names that clause."""
    held = {one.id: one for one in briefing.evidence}
    for path, line in all_lines(briefing):
        clause = line.text.split(" ")[-1]
        cited = [held[one] for one in line.evidence if one in held]
        if (
            _CLAUSE.fullmatch(clause)
            and cited
            and not any(clause in (one.clause, *one.text.split()) or clause in one.text for one in cited)
        ):
            yield Trouble(path=path, code="clause", text=f"条款 {clause} 与所引依据不符")


def _conditions(briefing: Briefing, judgment: Judgment) -> Iterator[Trouble]:
    """States as the engine has them, everywhere; and the full report leaves no start condition out."""
    told: set[str] = set()
    for path, line in all_lines(briefing):
        for why in (
            contradicted_states(line.text, line.evidence, judgment)
            if line.tone != "plain" or line.source == "human"
            else ()
        ):
            yield Trouble(path=path, code="state", text=why)
        if path.startswith("triggers."):
            told.update(line.evidence)
    if briefing.form == "report":
        for hazard in judgment.picture.hazards:
            for one in hazard.conditions:
                if f"C:{one.id}" not in told:
                    yield Trouble(path="triggers", code="missing", text=f"对照表缺少 {one.clause}")


def _levels(briefing: Briefing, judgment: Judgment) -> Iterator[Trouble]:
    """The title and the main points name no level that the judgment neither advises, finds possible, nor has signed."""
    known = {*judgment.signed.values(), judgment.level, judgment.level_possible}
    known |= {one.level for one in judgment.recommendations}
    names = {LEVEL_NAMES[one] for one in known if one}
    for path, line in all_lines(briefing):
        if path == TITLE or path.startswith("points."):
            for name in _LEVEL.findall(line.text):
                if name not in names:
                    yield Trouble(
                        path=path, code="level", text=f"{name}级不是本次研判的级别：{line.text[:40]}"
                    )


def _press(briefing: Briefing, judgment: Judgment) -> Iterator[Trouble]:
    signed = {LEVEL_NAMES[level] for level in judgment.signed.values() if level}
    for path, line in all_lines(briefing):
        if path.split(".")[0] in ("notice", "sign"):
            continue
        for pattern, what in _PRESS:
            if pattern.search(line.text):
                yield Trouble(path=path, code="forbidden", text=f"新闻口径不得含有{what}：{line.text[:40]}")
        for name in _LEVEL.findall(line.text):
            if name not in signed:
                yield Trouble(path=path, code="forbidden", text=f"{name}级没有签发，不得写入新闻口径")
