"""Chinese numerals before a unit become digits: 一个半小时, 两处, 三成, 十八时四十分, 五十点三毫米."""

import re

from knowledge.structure.numerals import number_of

_NUMERAL = "[零〇一二两三四五六七八九十百千]"
_BEFORE = (
    "毫米|厘米|公分|公里|千米|平方米|立方米|米|个百分点|个小时|小时|分钟|个|座|处|件|起|户|条|份|支|台|艘|次|项|级|天|人|名"
    "|块|部|顶|张|根|所|站|时|点|分|月|日|%"
)
_QUANTITY = re.compile(rf"({_NUMERAL}+)(?:点({_NUMERAL}+))?(?={_BEFORE})")
_PERCENT = re.compile(rf"百分之({_NUMERAL}+)(?:点({_NUMERAL}+))?")
_ITEM = re.compile(rf"(?<=[(第])({_NUMERAL}+)(?=[)条项])")


def digits(text: str) -> str:
    """The text with numerals that count or measure as digits; other words keep theirs."""
    text = re.sub(r"一个半小时", "90分钟", text)
    text = re.sub(rf"({_NUMERAL}|\d+)个半小时", lambda found: f"{_value(found[1])}.5小时", text)
    text = re.sub(r"半个?小时", "30分钟", text)
    text = re.sub(rf"({_NUMERAL})成(?=[^立为]|$)", lambda found: f"{_value(found[1])}0%", text)
    text = _PERCENT.sub(lambda found: f"{_decimal(found)}%", text)
    text = _ITEM.sub(lambda found: _value(found[1]), text)
    return _QUANTITY.sub(_decimal, text)


def _decimal(found: re.Match[str]) -> str:
    whole = _value(found[1])
    if not found[2]:
        return whole
    return f"{whole}." + "".join(_value(char) for char in found[2])


def _value(numeral: str) -> str:
    value = number_of(numeral.replace("两", "二"))
    return numeral if value is None else str(value)
