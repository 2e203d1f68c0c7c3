"""What a sentence claims: numbers with unit, window and subject; times, clauses, levels, colours, names, advice.

Evidence texts are read by the same reader, so a claim is checked against a claim and not against loose words.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from agents.judgment.numerals import digits
from knowledge.clause import HALF_WIDTH

Kind = Literal["quantity", "bare", "time", "date", "clause", "level", "colour", "name", "advice", "vague"]
Mood = Literal["", "yes", "no", "unknown", "human"]


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


THRESHOLD = "threshold"

_UNITS = {
    "毫米/小时": "mm/h", "毫米每小时": "mm/h", "mm/h": "mm/h", "米/秒": "m/s", "米每秒": "m/s", "m/s": "m/s",
    "公里/小时": "km/h", "km/h": "km/h", "毫米": "mm", "mm": "mm", "厘米": "cm", "公分": "cm", "cm": "cm",
    "公里": "km", "千米": "km", "km": "km", "平方米": "m2", "立方米": "m3", "米": "m", "m": "m", "%": "%",
    "个百分点": "pp", "百分点": "pp", "个小时": "h", "小时": "h", "分钟": "min", "个区县": "区县", "人次": "人次",
    "名": "人", "个站": "站", "站": "站", "个": "个", "座": "座", "处": "处", "件": "件", "起": "件", "户": "户",
    "条": "条", "份": "份", "支": "支", "台": "台", "艘": "艘", "次": "次", "项": "项", "级": "级", "天": "天",
    "人": "人", "块": "块", "部": "部", "顶": "顶", "张": "张", "根": "根", "万": "万", "所": "所",
}  # fmt: skip
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_NUMBER = r"-?\d+(?:\.\d+)?"

_DATE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日|(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_TIME = re.compile(
    r"(凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜里|夜间|今晚)?(?<![\d.])(\d{1,2})"
    r"(?::(\d{2})(?![\d])|[时点](?:(\d{1,2})分|(半|整))?(?!\d*[毫厘]?米))"
)
_CLAUSE = re.compile(
    r"(?<![\d.])(\d{1,2}(?:\.\d{1,2}){2})(?:第?\((\d{1,2})\)项?|第(\d{1,2})项)?"
    r"|第(\d{1,4})条|(?<=[条、])第?\((\d{1,2})\)"
)
_LEVEL = re.compile(r"([ⅠⅡⅢⅣ]|I{1,3}V?|IV)级|(?<![\d.])([1-4])级(?=[^以]|$)")
_COLOUR = re.compile(r"([蓝黄橙红])色")
_RANGE = re.compile(rf"({_NUMBER})(?:~|至|到|-|—|–)({_NUMBER})({_UNIT})")
_QUANTITY = re.compile(rf"({_NUMBER})({_UNIT})")
_PERCENT = re.compile(rf"百分之({_NUMBER})")
_BARE = re.compile(_NUMBER)
_VAGUE = re.compile(r"一半|半数|过半|大半|翻倍|成倍|倍|数十|数百|上百|上千|多数|绝大部分|全部|所有|全市")
_SEGMENT = re.compile(r"[,，;；。:：!！?？\n]")
_WINDOW = re.compile(r"(?:近|过去|前|未来|今后|连续|持续|每)?(\d+(?:\.\d+)?)个?(小时|分钟)(?:内|累计|预报)?")
_HAZARD = re.compile(r"防台风|防汛")
_SIGNAL = re.compile(r"地质灾害气象风险|暴雨|台风|大风|雷雨大风|雷电|强对流")

_TAGS = (
    (THRESHOLD, r"≥|要求|阈值|达到|不低于|升到"),
    ("警戒水位", r"警戒"), ("保证水位", r"保证"), ("汛限水位", r"汛限"), ("设计洪水位", r"设计"),
    ("校核洪水位", r"校核"), ("历史最高", r"历史最高"), ("超过", r"超过|高出|高于"), ("低于", r"低于|距"),
    ("封闭", r"封闭"), ("警示", r"警示"), ("最高水位", r"最高水位"), ("水位", r"水位"), ("雨量", r"雨量|降雨"),
    ("积水深度", r"积水|水深"), ("位移", r"位移"), ("阵风", r"阵风"), ("平均风", r"平均风"), ("占比", r"占比|面积"),
    ("余量", r"还能容纳|余"), ("距离", r"距离|相距"), ("到达", r"到达|赶到"), ("时限", r"时限"), ("诉求", r"诉求"),
)  # fmt: skip
_TAG = re.compile("|".join(f"(?P<t{index}>{pattern})" for index, (_, pattern) in enumerate(_TAGS)))

_MOODS: tuple[tuple[Mood, re.Pattern[str]], ...] = (
    ("unknown", re.compile(r"无法判断|未知|缺测|说不清|无法确定|存疑")),
    ("human", re.compile(r"待研判|须由人认定|由人认定|人工认定")),
    ("no", re.compile(r"不成立|不足|低于|不满足|没有|并非|不在|未(?!来)")),
    ("yes", re.compile(r"成立|满足|达到|超过|高于|已")),
)  # fmt: skip
_FUTURE = re.compile(r"预报|预计|未来|将|若|可能|约")
_ADVICE = re.compile(r"启动|升级|升为|维持|保持|降级|降为|终止|结束")
_ADVICE_OF = {"升为": "升级", "保持": "维持", "降为": "降级", "结束": "终止"}
_ROMAN = {"Ⅰ": "1", "Ⅱ": "2", "Ⅲ": "3", "Ⅳ": "4", "I": "1", "II": "2", "III": "3", "IV": "4"}


class Reader:
    """Reads texts of one city. `names`: every name it knows -> id, half-width (see naming.known_names)."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        longest_first = sorted(names, key=len, reverse=True)
        self._name = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def read(self, text: str) -> tuple[Claim, ...]:
        """Claims in the order of their kind, then of the text."""
        said = digits(text.translate(HALF_WIDTH))
        return tuple(_Reading(said, self._names, self._name).claims())


class _Reading:
    """One text while it is read: what was understood is masked, so that nothing is read twice."""

    def __init__(self, text: str, names: Mapping[str, str], name: re.Pattern[str]) -> None:
        self._text = self._left = text
        self._outside = _outside(text)
        self._segments = [0, *(found.end() for found in _SEGMENT.finditer(text)), len(text) + 1]
        self._named = [(found.start(), names[found[0]], found[0]) for found in name.finditer(text)]

    def claims(self) -> Iterator[Claim]:
        for start, what, written in self._named:
            yield Claim("name", what, written)
            self._mask(start, start + len(written))
        yield from self._each(_DATE, self._date)
        yield from self._each(_TIME, self._time)
        yield from self._each(_COLOUR, self._colour)
        yield from self._each(_LEVEL, self._level)
        yield from self._each(_CLAUSE, self._clause)
        yield from self._each(_RANGE, self._range)
        yield from self._each(_PERCENT, lambda found: [self._quantity(found, found[1], "%")])
        yield from self._each(_QUANTITY, lambda found: [self._quantity(found, found[1], found[2])])
        yield from self._each(_BARE, lambda found: [self._claim("bare", _canonical(found[0]), found)])
        yield from self._each(_VAGUE, lambda found: [Claim("vague", found[0], found[0])])
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
        tag = "阈值" if gauge else self._last(_SIGNAL, found.start())
        return [replace(self._claim("colour", found[1], found), tag=tag)]

    def _level(self, found: re.Match[str]) -> list[Claim]:
        segment = self._before(found.start())
        if found[2] and re.search(r"风[^,;]{0,6}$", segment):
            return []
        hazard = self._last(_HAZARD, found.end(), whole=True)
        claim = self._claim("level", _ROMAN.get(found[1] or "", found[2] or ""), found)
        return [replace(claim, tag=_role(segment), unit=hazard)]

    def _clause(self, found: re.Match[str]) -> list[Claim]:
        if found[1]:
            item = found[2] or found[3]
            return [self._claim("clause", found[1] + (f"({item})" if item else ""), found)]
        return [self._claim("clause", f"第{found[4]}条" if found[4] else f"({found[5]})", found)]

    def _range(self, found: re.Match[str]) -> list[Claim]:
        return [self._quantity(found, found[1], found[3]), self._quantity(found, found[2], found[3])]

    def _quantity(self, found: re.Match[str], value: str, unit: str) -> Claim:
        code = _UNITS[unit]
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
            kind, value, found[0], subject=subject, mood=_mood(segment), future=bool(_FUTURE.search(segment))
        )

    def _advice(self) -> Iterator[Claim]:
        for start, end in zip(self._segments, self._segments[1:], strict=False):
            segment = self._text[start : end - 1]
            if "建议" in segment:
                for found in _ADVICE.finditer(segment.split("建议", 1)[1]):
                    verb = _ADVICE_OF.get(found[0], found[0])
                    yield Claim("advice", verb, found[0], unit=self._last(_HAZARD, end - 1, whole=True))

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
    for mood, pattern in _MOODS:
        if pattern.search(segment):
            return mood
    return ""


def _canonical(value: str) -> str:
    """50.0 and 50 are one number."""
    return f"{float(value):g}" if len(value) < 12 else value


def _tag(segment: str) -> str:
    found = list(_TAG.finditer(segment))
    if not found:
        return ""
    return _TAGS[int((found[-1].lastgroup or "t0")[1:])][0]


def _window(segment: str) -> int | None:
    found = _WINDOW.findall(segment)
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
