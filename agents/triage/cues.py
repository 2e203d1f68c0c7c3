"""The pack's emergency words in a text, and whether each stands: not negated nearby, not countered in its sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from agents.triage.speech import is_unreal, stance
from knowledge.city import City, EmergencyCue

_SENTENCE: Final = re.compile(r"[^。！？!?\n]+[。！？!?\n]*")
_CLAUSE: Final = re.compile(r"[^，,。！？!?；;\n…]+")
_NOT: Final = re.compile(r"没有?|不是|未|并非|别|莫|无|假装|不会")
_OFTEN: Final = re.compile(
    r"每(?:年|次|天|晚|周|到|逢)|天天|经常|老是|动不动|气得|急得|吓得|饿得|笑得|像|似的"
)
_MEANT: Final = {"feared": "担心或设想", "past": "过去的事", "settled": "已经处置"}


@dataclass(frozen=True)
class Cued:
    """One cue found. `stands`: nothing around it says that it isn't happening. `clause`: an exact piece of the text."""

    cue: EmergencyCue
    word: str
    clause: str
    hard: bool
    stands: bool
    against: str

    @property
    def note(self) -> str:
        """For the log: the word, and what spoke against it."""
        return f"{self.cue.id} {self.word}" + (f"（反向：{self.against}）" if self.against else "")


def cued(text: str, city: City) -> list[Cued]:
    """Every cue word of the pack in the text: hard ones first, then those that stand, in the pack's order."""
    window = city.emergency_rule.negation_window_chars
    unreal = "演练或玩笑" if is_unreal(text) else ""
    found = [
        hit
        for sentence in _SENTENCE.finditer(text)
        for cue in city.emergency_cues.values()
        for hit in _in_sentence(sentence.group(), cue, window, unreal)
    ]
    return sorted(found, key=lambda hit: (not hit.hard, not hit.stands))


def _in_sentence(sentence: str, cue: EmergencyCue, window: int, unreal: str) -> Iterator[Cued]:
    for word, hard in (*((w, True) for w in cue.hard_cues), *((w, False) for w in cue.cues)):
        at = sentence.find(word)
        if at < 0:
            continue
        clause = _clause_at(sentence, at)
        against = _against(sentence, clause, at, cue, window) or unreal
        yield Cued(cue, word, clause, hard and against != "否定", hard or not against, against)


def _against(sentence: str, clause: str, at: int, cue: EmergencyCue, window: int) -> str:
    """What says that it isn't happening; empty: nothing does."""
    if _NOT.search(sentence[max(0, at - window) : at]):
        return "否定"
    counter = next((word for word in cue.counter_cues if word in sentence), "")
    if counter:
        return counter
    if _OFTEN.search(clause):
        return "经常性"
    meant = stance(clause)
    return "" if meant in ("told", "denied") else _MEANT[meant]


def _clause_at(sentence: str, at: int) -> str:
    return next(m.group().strip() for m in _CLAUSE.finditer(sentence) if m.start() <= at < m.end())
