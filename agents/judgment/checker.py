"""The last word on every sentence: what it claims must be claimed by the evidence it cites, in the same sense.

A sentence that says less passes; one that says more, or otherwise, does not. What is too freely worded to be read
fails too: the template's sentence is always there.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agents.judgment.claims import Claim, Reader
from agents.judgment.decision import Evidence
from agents.judgment.vocabulary import THRESHOLD
from knowledge.clause import HALF_WIDTH

_PUBLISHING = re.compile(
    r"(?:发布|签发|升级为|变更为)[^,;。]{0,12}(?:预警|信号)|预警[^,;。]{0,6}(?:发布|生效)"
)

_ONLY_AS_SAID = (
    ("turn", re.compile(r"(?:并未|没有|并非|未(?!来)|不|无|已)\w"), "依据中没有“{}”这样的说法"),
    ("quote", re.compile(r"“[^”]*”|「[^」]*」"), "依据中没有{}这几个字"),
    (
        "act",
        re.compile(r"下令|命令|责令|勒令|强制|立即转移|立即撤离|务必|必须|不得|严禁|禁止|一律"),
        "“{}”是命令，依据中没有；系统只作建议",
    ),
    (
        "act",
        re.compile(
            r"已(?:启动|升级|降级|终止|签发|下达|转移|撤离|停课|停工|停业|停运|封闭|通知|部署|调派|派出|到位)"
        ),
        "“{}”：依据中没有这件事已经做了的记录",
    ),
    (
        "act",
        re.compile(r"本(?:系统|平台|办|部|单位|指挥部)|我(?:市|部|办|们|单位)|特此|兹|系统"),
        "“{}”：不以本单位名义作出决定或发布",
    ),
)
"""Words that may stand only where the cited evidence has them: what turns a sense round, quotations, orders, deeds,
our own name."""


_TELLING = ("name", "quantity", "level", "clause", "colour", "advice")
"""Kinds of claims that a source is known by; of names, levels and clauses the first is what it is about."""
_COUNTS = ("人", "处")


@dataclass(frozen=True)
class Trouble:
    """Why a sentence is not supported: kind, the words, and in Chinese what is wrong with them."""

    kind: str
    words: str
    why: str


class Checker:
    """Checks sentences against the evidence of one judgment. Texts are read once."""

    def __init__(self, reader: Reader, evidence: Iterable[Evidence]) -> None:
        self._reader = reader
        self._evidence: Mapping[str, Evidence] = {item.id: item for item in evidence}
        self._read: dict[str, tuple[_Said, ...]] = {}

    def check(self, text: str, cited: Iterable[str]) -> tuple[Trouble, ...]:
        """Everything wrong with the sentence, given the evidence ids that it cites; empty when all is supported."""
        ids = list(dict.fromkeys(cited))
        unknown = [Trouble("evidence", one, f"没有依据 {one}") for one in ids if one not in self._evidence]
        items = [self._evidence[one] for one in ids if one in self._evidence]
        if not items:
            return (*unknown, Trouble("evidence", "", "这句话没有注明依据"))
        known = [claim for item in items for claim in self._claims(item)]
        claims = self._reader.read(text)
        troubles = [_trouble(claim, known) for claim in claims]
        halved = self._halved(claims, items)
        return (*unknown, *(one for one in troubles if one), *halved, *_forbidden(text, items))

    def _halved(self, claims: Sequence[Claim], items: Sequence[Evidence]) -> Iterable[Trouble]:
        """A 若 with some of its premises left out is another 若."""
        said = {one.value for one in claims}
        for item in items:
            names = {
                one.claim.text: one.claim.value for one in self._claims(item) if one.claim.kind == "name"
            }
            lost = [text for text, value in names.items() if value not in said]
            if item.kind == "outlook" and item.clause in said and lost:
                yield Trouble("name", lost[0], f"推演的前提须写全，缺“{lost[0]}”")

    def tells(self, text: str, source: str) -> bool:
        """Does the sentence say what `source` is about? Its subject, level, clause and advice, every count of people
        and places, and one of its measured figures.

        Without this a sentence could name a source, say nothing of it, and so make it disappear.
        """
        said = {(one.kind, one.value) for one in self._reader.read(text)}
        claims = [one for one in self._reader.read(source) if one.kind in _TELLING and one.unit != "min"]
        if not claims:
            return source.rstrip("。；") in text
        counts = [one for one in claims if one.kind == "quantity" and one.unit in _COUNTS]
        figures = [one for one in claims if one.kind == "quantity" and one.unit not in _COUNTS]
        first = {one.kind: one for one in reversed(claims) if one.kind != "quantity"}
        return all((one.kind, one.value) in said for one in (*counts, *first.values())) and (
            not figures or any((one.kind, one.value) in said for one in figures)
        )

    def _claims(self, item: Evidence) -> tuple["_Said", ...]:
        if item.id not in self._read:
            claims = self._reader.read(item.text)
            names = frozenset(one.value for one in claims if one.kind == "name")
            self._read[item.id] = tuple(_Said(one, names) for one in claims)
        return self._read[item.id]


@dataclass(frozen=True)
class _Said:
    """A claim of an evidence text, and every name in that text."""

    claim: Claim
    names: frozenset[str]


def _trouble(claim: Claim, known: list[_Said]) -> Trouble | None:
    same = [one for one in known if _alike(one.claim, claim)]
    if not same:
        return Trouble(claim.kind, claim.text, f"依据中没有“{claim.text}”")
    if any(_supports(one, claim) for one in same):
        return None
    return Trouble(claim.kind, claim.text, f"“{claim.text}”在依据中说的不是这个对象、时段或状态")


def _alike(known: Claim, claim: Claim) -> bool:
    """The same figure or word, whatever it is about. A number without unit may be any number of the evidence."""
    if known.value != claim.value:
        return False
    if claim.kind == "bare":
        return known.kind in ("bare", "quantity")
    return known.kind == claim.kind and (claim.kind != "quantity" or known.unit == claim.unit)


def _supports(said: _Said, claim: Claim) -> bool:
    known = said.claim
    if claim.kind in ("name", "vague", "advice", "bare", "date"):
        return claim.kind != "advice" or known.unit == claim.unit or not claim.unit
    return _same_subject(said, claim) and _same_sense(known, claim) and _same_mood(known, claim)


def _same_subject(said: _Said, claim: Claim) -> bool:
    """A sentence may leave the subject out, never give one that the evidence does not."""
    known = said.claim
    if not claim.subject or claim.subject == known.subject:
        return True
    if claim.kind == "time":
        return claim.subject in said.names
    return not known.subject and (claim.kind == "clause" or known.tag == THRESHOLD or claim.unit == "min")


def _same_sense(known: Claim, claim: Claim) -> bool:
    if claim.kind == "level":
        hazard = not claim.unit or claim.unit == known.unit
        return hazard and (claim.tag == known.tag or (not claim.tag and known.tag != "可能"))
    if claim.kind in ("colour", "time"):
        return claim.tag == known.tag or (claim.kind == "colour" and not claim.tag)
    if claim.kind != "quantity" or claim.unit == "min":
        return True
    if (claim.tag or known.tag == THRESHOLD) and claim.tag != known.tag:
        return False
    return claim.window is None or claim.window == known.window


def _same_mood(known: Claim, claim: Claim) -> bool:
    if claim.kind in ("level", "quantity") and known.future and not claim.future:
        return False
    if claim.mood == "" or claim.mood == known.mood:
        return True
    return claim.mood == "yes" and not known.mood


def _forbidden(text: str, items: list[Evidence]) -> Iterable[Trouble]:
    said = text.translate(HALF_WIDTH).replace("已经", "已")
    sources = "\n".join(item.text.translate(HALF_WIDTH) for item in items).replace("已经", "已")
    for kind, pattern, why in _ONLY_AS_SAID:
        for found in pattern.findall(said):
            if found not in sources:
                yield Trouble(kind, found, why.format(found))
    if "建议" not in said and all(item.text.startswith("建议") for item in items):
        yield Trouble("act", "建议", "依据只是建议，句中要写明“建议”")
    if said.count("(") != said.count(")"):
        yield Trouble("form", "（", "括号不成对")
    if _PUBLISHING.search(said) and not _quoted(said, items):
        yield Trouble("act", "发布", "只能引用已发布的信号并写明发布单位，系统不发布预警")


def _quoted(said: str, items: list[Evidence]) -> bool:
    issuers = [item.subject for item in items if item.kind == "alert"]
    return any(issuer and issuer.translate(HALF_WIDTH) in said for issuer in issuers)
