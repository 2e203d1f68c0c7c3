"""Dates of a document: what its head tells of its history, and when its text says it comes into force."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_DIGITS = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": "0",
    "○": "0",
    "Ｏ": "0",
    "O": "0",
}
_CJK = "〇○ＯO零一二三四五六七八九十廿"
_MONTH = rf"(?P<year>(?:1[89]|20)\d\d|[{_CJK[:-2]}]{{4}})\s*年\s*(?P<month>\d{{1,2}}|[{_CJK}]{{1,3}})\s*月"
DATE = rf"{_MONTH}\s*(?P<day>\d{{1,2}}|[{_CJK}]{{1,3}})\s*日"
_DATE = re.compile(DATE)
_NAME_DATE = re.compile(r"[(（](\d{4})-(\d{2})-(\d{2})[)）]$")
_FORCE = "(?:施行|实施|执行|生效|起效)"
_STATED = re.compile(
    rf"(?P<what>本[^，。；、\s]{{0,12}}|)\s*(?:自|从|于)\s*{DATE}\s*(?:[零\d]{{1,2}}时)?\s*(?:起|开始)?\s*(?:正式)?{_FORCE}"
)
_AT_ONCE = re.compile(
    rf"(?:自|从)\s*(?:公布|发布|颁布|印发|下发|通过|签发|发文|公告)\s*之\s*日\s*起\s*(?:正式)?{_FORCE}"
)
# A signature with a month alone counts from its first day.
_SIGNED = re.compile(rf"^(?P<who>[^，。：；]{{0,60}}?)[\s(（]*{DATE}\s*(?:印发|发布|公布|颁布)?[)）]?$")
_SIGNED_MONTH = re.compile(rf"^(?P<who>[^，。：；]{{0,60}}?)[\s(（]*{_MONTH}(?P<day>)$")
# A line of history, what it must tell, where its brackets close, and where the body begins.
_TOLD = re.compile(rf"[（(]?\s*(?:根据\s*)?{DATE}")
_STEP = re.compile("通过|公布|发布|批准|修订|修正|令第|施行")
_CLOSED = re.compile(r"[)）]\s*$")
_BODY = re.compile(r"目\s*录$|第[一1]\s*[编章条]|总\s*则$|[一1]\s*[、.．]|#")
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Event:
    """One line of a document's history: 2018年10月26日 第十三届…第六次会议《…》第三次修正."""

    on: date
    what: str

    @property
    def in_force(self) -> bool:
        return bool(re.search(_FORCE, self.what)) and not re.search("通过|公布|发布|批准|修", self.what)

    @property
    def amends(self) -> bool:
        return bool(re.search("修正|修订|修改", re.sub("《.*?》", "", self.what)))

    @property
    def replaces(self) -> bool:
        """修订 by its own order renews the whole text; a decision 《关于修改…的决定》 changes some articles."""
        return "修订" in self.what and "决定》" not in self.what


@dataclass(frozen=True)
class Dates:
    issued: date | None
    effective: date | None
    revised: date | None
    since: date | None


def read_dates(opening: str, ending: str, events: Sequence[Event], stem: str) -> Dates:
    """All dates of this version. The file name's date is the version's, before the latest its head tells.

    opening, ending: of the text, some thousand characters each; they may be the same.
    """
    history = sorted((event for event in events if not event.in_force), key=lambda event: event.on)
    named = _NAME_DATE.search(stem)
    issued = _made(*named.groups()) if named else None
    issued = issued or max((event.on for event in history), default=None) or _signed(opening, ending)
    revised = _revised(history, issued)
    stated = [event.on for event in events if event.in_force]
    stated += [on for on in (_stated(opening, ending),) if on]
    return _settled(issued, revised, stated, history, at_once=bool(_AT_ONCE.search(ending)))


def _settled(
    issued: date | None, revised: date | None, stated: list[date], history: Sequence[Event], *, at_once: bool
) -> Dates:
    """A day before the version was issued is the first version's: the text of an amended law keeps it."""
    later = [on for on in stated if issued is None or on >= issued]
    earlier = [on for on in stated if issued and on < issued]
    if later:
        return Dates(issued, later[0], revised, min(earlier, default=None) if revised else None)
    if earlier and issued and revised is None:
        old = issued - min(earlier) > _YEAR
        return Dates(issued, issued, issued, min(earlier)) if old else Dates(issued, min(earlier), None, None)
    if revised and at_once and not earlier:
        earlier = [event.on for event in history if event.replaces or not event.amends][-1:]
        earlier = earlier if revised not in earlier else []
    return Dates(issued, issued, revised, min(earlier, default=None))


def _revised(history: Sequence[Event], issued: date | None) -> date | None:
    """The last amendment; a passing more than a year after the first is one too, whatever the head calls it."""
    if not history:
        return None
    days = [event.on for event in history if event.amends or event.on - history[0].on > _YEAR]
    if issued and issued - max([history[0].on, *days]) > _YEAR:
        days.append(issued)
    return max(days, default=None)


def events_of(head: str) -> list[Event]:
    """Every dated step a head tells; several may share a line, and dates inside 《》 are of other documents."""
    found: list[Event] = []
    for line in head.splitlines():
        starts = [match for match in _DATE.finditer(line) if not _quoted(line, match.start())]
        stops = [match.start() for match in starts[1:]] + [len(line)]
        for match, stop in zip(starts, stops, strict=False):
            on = day_of(match)
            if on:
                found.append(Event(on, line[match.end() : stop].strip()))
    return found


def opening_history(lines: Sequence[str]) -> str:
    """Lines of history where nothing marks the end of the head: （1996年…通过 根据2018年…修正）, over several lines."""
    told: list[str] = []
    open_paragraph = False
    for line in lines:
        if _BODY.match(line):
            break
        if open_paragraph:
            told[-1] += line
        elif _TOLD.match(line):
            told.append(line)
        else:
            continue
        open_paragraph = told[-1][0] in "（(" and not _CLOSED.search(line)
    return "\n".join(line for line in told if _STEP.search(line))


def signatures(opening: str, ending: str) -> Iterator[tuple[str, date]]:
    """(who, day) of lines that hold nothing but a date and perhaps who signs: 国务院办公厅二○○九年十二月十一日."""
    lines = [line.strip(" \t　#*>") for line in (*opening.splitlines(), *ending[-1500:].splitlines())]
    for before, line in zip(["", *lines], lines, strict=False):
        match = (_SIGNED.match(line) or _SIGNED_MONTH.match(line)) if len(line) <= 100 else None
        on = day_of(match) if match else None
        if match and on:
            yield match["who"].strip() or before, on


def day_of(match: re.Match[str]) -> date | None:
    year = "".join(_DIGITS.get(char, char) for char in match["year"])
    return _made(year, _number(match["month"]), _number(match["day"] or "1"))


def _signed(opening: str, ending: str) -> date | None:
    return max((on for _, on in signatures(opening, ending)), default=None)


def _stated(opening: str, ending: str) -> date | None:
    """What the document says of itself (本法自…起施行), before a day it states for anything else."""
    found = [(match["what"], day_of(match)) for match in _STATED.finditer(f"{opening}\n{ending}")]
    own = [on for what, on in found if on and what]
    return next(iter([*own[-1:], *(on for _, on in found[-1:] if on)]), None)


def _quoted(line: str, position: int) -> bool:
    return line.count("《", 0, position) > line.count("》", 0, position)


def _number(text: str) -> str:
    """十二 -> 12, 二十 -> 20, 廿一 -> 21; digits stay."""
    if text.isdigit() and text.isascii():
        return text
    tens, _, ones = text.replace("廿", "二十").rpartition("十")
    if "十" not in text and "廿" not in text:
        return "".join(_DIGITS.get(char, char) for char in text)
    return _DIGITS.get(tens, "1") + _DIGITS.get(ones, "0")


def _made(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None  # 2月30日 and the like: the document's slip, and no date is better than a wrong one
