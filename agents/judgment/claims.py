"""What a sentence claims: numbers with unit, window and subject; times, clauses, levels, colours, names, advice.

Evidence texts are read by the same reader, so a claim is checked against a claim and not against loose words.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from agents.judgment import vocabulary
from agents.judgment.naming import known_names
from agents.judgment.numerals import digits
from agents.judgment.vocabulary import THRESHOLD, Mood
from knowledge.city import City
from knowledge.clause import HALF_WIDTH
from tools.emergency.signals import EVENT_TYPES

Kind = Literal["quantity", "bare", "time", "date", "clause", "level", "colour", "name", "advice", "vague"]


@dataclass(frozen=True)
class Claim:
    """One checkable statement. `text` is how the sentence says it.

    value: the number as text, 14:30, 5.4.1(2), a level 1..4, a colour, a name's id. subject: id of the name it is
    about. tag: what is measured, a level's role (建议, 达到, 在行, 可能, 由, 变为), begin or end of a span of time.
    window: minutes before or after.
    mood: said to be so, not so, unknown, or for a person; "" when the clause leaves it open.
    """

    kind: Kind
    value: str
    text: str
    unit: str = ""
    subject: str = ""
    tag: str = ""
    window: int | None = None
    mood: Mood = ""
    future: bool = False


class _Words:
    """What one city calls things: names -> ids (naming.known_names), its plan's hazards, signals."""

    def __init__(self, names: Mapping[str, str], hazards: Iterable[str], signals: Iterable[str]) -> None:
        self.names = names
        self.name, self.hazard, self.signal = map(_any_of, (names, hazards, signals))


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Of two that begin alike the longer."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


class Reader:
    """Reads texts of one city. Compiling all its names takes time: who reads often keeps one."""

    def __init__(self, city: City) -> None:
        plan = city.weather.plan
        signals = {one.type for one in city.weather.signals}
        signals.update(plan.semantics.signals.types_used, EVENT_TYPES.values())
        self._words = _Words(known_names(city), plan.plan.hazard_names.values(), signals)

    def read(self, text: str) -> tuple[Claim, ...]:
        """Claims in the order of their kind, then of the text."""
        said = digits(text.translate(HALF_WIDTH))
        return tuple(_Reading(said, self._words).claims())


class _Reading:
    """One text while it is read: what was understood is masked, so that nothing is read twice."""

    def __init__(self, text: str, words: _Words) -> None:
        self._text = self._left = text
        self._words = words
        self._outside = _outside(text)
        self._segments = [0, *(found.end() for found in vocabulary.SEGMENT.finditer(text)), len(text) + 1]
        self._named = [
            (found.start(), words.names[found[0]], found[0]) for found in words.name.finditer(text)
        ]

    def claims(self) -> Iterator[Claim]:
        for start, what, written in self._named:
            yield Claim("name", what, written)
            self._mask(start, start + len(written))
        yield from self._each(vocabulary.NAMELIKE, lambda found: [Claim("name", found[0], found[0])])
        yield from self._each(vocabulary.DATE, self._date)
        yield from self._each(vocabulary.TIME, self._time)
        yield from self._each(vocabulary.COLOUR, self._colour)
        yield from self._each(vocabulary.LEVEL, self._level)
        yield from self._each(vocabulary.CLAUSE, self._clause)
        yield from self._each(vocabulary.RANGE, self._range)
        yield from self._each(vocabulary.PERCENT, lambda found: [self._quantity(found, found[1], "%")])
        yield from self._each(vocabulary.QUANTITY, lambda found: [self._quantity(found, found[1], found[2])])
        yield from self._each(
            vocabulary.BARE, lambda found: [self._claim("bare", _canonical(found[0]), found)]
        )
        yield from self._each(vocabulary.VAGUE, lambda found: [Claim("vague", found[0], found[0])])
        yield from self._advice()

    def _each(
        self, pattern: re.Pattern[str], make: Callable[[re.Match[str]], list[Claim]]
    ) -> Iterator[Claim]:
        for found in list(pattern.finditer(self._left)):
            made = make(found)
            yield from made
            if made:
                self._mask(found.start(), found.end())

    def _mask(self, start: int, end: int) -> None:
        self._left = self._left[:start] + "□" * (end - start) + self._left[end:]

    def _date(self, found: re.Match[str]) -> list[Claim]:
        month, day = found[2] or found[5], found[3] or found[6]
        return [self._claim("date", f"{int(month)}-{int(day)}", found)]

    def _time(self, found: re.Match[str]) -> list[Claim]:
        half = {"半": 30, "整": 0, None: 0}[found[5]]
        hour, minute = int(found[2]), int(found[3] or found[4] or half)
        if found[1] in ("下午", "傍晚", "晚上", "夜里", "夜间", "今晚") and 1 <= hour < 12:
            hour += 12
        claim = self._claim("time", f"{hour:02d}:{minute:02d}", found)
        begins = self._text[found.end() : found.end() + 1] in ("至", "到")
        ends = self._text[: found.start()].endswith(("至", "到"))
        return [replace(claim, tag="自" if begins else "至" if ends else "")]

    def _colour(self, found: re.Match[str]) -> list[Claim]:
        gauge = self._text[found.end() : found.end() + 2] == "阈值"
        tag = "阈值" if gauge else self._last(self._words.signal, found.start())
        return [replace(self._claim("colour", found[1], found), tag=tag)]

    def _level(self, found: re.Match[str]) -> list[Claim]:
        segment = self._before(found.start())
        if found[2] and re.search(r"风[^,;]{0,6}$", segment):
            return []
        hazard = self._last(self._words.hazard, found.end(), whole=True)
        claim = self._claim("level", vocabulary.ROMAN.get(found[1] or "", found[2] or ""), found)
        return [replace(claim, tag=_role(segment), unit=hazard)]

    def _clause(self, found: re.Match[str]) -> list[Claim]:
        if found[1]:
            item = found[2] or found[3]
            return [self._claim("clause", found[1] + (f"({item})" if item else ""), found)]
        return [self._claim("clause", f"第{found[4]}条" if found[4] else f"({found[5]})", found)]

    def _range(self, found: re.Match[str]) -> list[Claim]:
        return [self._quantity(found, found[1], found[3]), self._quantity(found, found[2], found[3])]

    def _quantity(self, found: re.Match[str], value: str, unit: str) -> Claim:
        code = vocabulary.UNITS[unit]
        if code == "h":
            value, code = f"{float(value) * 60:g}", "min"
        claim = self._claim("quantity", _canonical(value), found)
        segment = self._before(found.start())
        after = self._text[found.end() : found.end() + 2]
        tag = THRESHOLD if after in ("以上", "以下", "以内") else _tag(segment)
        return replace(claim, unit=code, tag=tag, window=_window(segment) if code != "min" else None)

    def _claim(self, kind: Kind, value: str, found: re.Match[str]) -> Claim:
        segment = self._segment(found.start(), found.end())
        subject = next((what for start, what, _ in reversed(self._named) if start < found.start()), "")
        return Claim(
            kind,
            value,
            found[0],
            subject=subject,
            mood=_mood(segment),
            future=bool(vocabulary.FUTURE.search(segment)),
        )

    def _advice(self) -> Iterator[Claim]:
        for start, end in zip(self._segments, self._segments[1:], strict=False):
            segment = self._text[start : end - 1]
            if "建议" in segment:
                for found in vocabulary.ADVICE.finditer(segment.split("建议", 1)[1]):
                    verb = vocabulary.ADVICE_OF.get(found[0], found[0])
                    hazard = self._last(self._words.hazard, end - 1, whole=True)
                    yield Claim("advice", verb, found[0], unit=hazard)

    def _segment(self, first: int, last: int) -> str:
        """The clause of the sentence that holds first..last; what stands in brackets speaks for itself only."""
        start = max(cut for cut in self._segments if cut <= first)
        end = min(cut for cut in self._segments if cut > first)
        inside = self._outside[first:last] != self._text[first:last]
        return (self._text if inside else self._outside)[start:end]

    def _before(self, position: int) -> str:
        start = max(cut for cut in self._segments if cut <= position)
        return self._text[start:position]

    def _last(self, pattern: re.Pattern[str], position: int, *, whole: bool = False) -> str:
        said = self._text[:position] if whole else self._before(position)
        found = pattern.findall(said)
        return found[-1] if found else ""


def _outside(text: str) -> str:
    """The text with everything in round brackets blanked, nested ones too; bare clause items (2) stay."""
    kept, depth = list[str](), 0
    for index, char in enumerate(text):
        item = depth == 0 and re.match(r"\(\d{1,2}\)", text[index:])
        depth += char == "(" and not item
        kept.append(char if depth == 0 else "□")
        depth -= char == ")" and depth > 0
    return "".join(kept)


def _mood(segment: str) -> Mood:
    for mood, pattern in vocabulary.MOODS:
        if pattern.search(segment):
            return mood
    return ""


def _canonical(value: str) -> str:
    """50.0 and 50 are one number."""
    return f"{float(value):g}" if len(value) < 12 else value


def _tag(segment: str) -> str:
    found = list(vocabulary.TAG.finditer(segment))
    if not found:
        return ""
    return vocabulary.TAGS[int((found[-1].lastgroup or "t0")[1:])][0]


def _window(segment: str) -> int | None:
    found = vocabulary.WINDOW.findall(segment)
    if not found:
        return None
    amount, unit = found[-1]
    return round(float(amount) * (60 if unit == "小时" else 1))


def _role(segment: str) -> str:
    if segment.endswith(("由", "变为")):
        return segment[-2:] if segment.endswith("变为") else "由"
    if "建议" in segment:
        return "建议"
    if re.search(r"可能|最高可", segment):
        return "可能"
    if re.search(r"已启动|已签发|在行|现行|启动|升级|升为|升至|提升|降为|降至|终止", segment):
        return "在行"
    return "达到" if re.search(r"达到|判定|核对为|已达", segment) else ""
