"""Ways in which a model gets a sentence wrong: each yields (what was done, the corrupted sentence)."""

import re
from collections.abc import Iterator, Sequence

Corrupted = tuple[str, str]

UNIT_SWAPS = {
    "毫米/小时": "毫米",
    "毫米": "厘米",
    "厘米": "毫米",
    "米/秒": "公里/小时",
    "分钟": "小时",
    "公里": "米",
    "人": "户",
}
LEVELS = {"Ⅳ": "Ⅲ", "Ⅲ": "Ⅱ", "Ⅱ": "Ⅰ", "Ⅰ": "Ⅳ"}
COLOURS = {"蓝": "黄", "黄": "橙", "橙": "红", "红": "蓝"}
FLIPS = (
    ("不成立", "成立"), ("成立", "不成立"), ("超过", "未超过"), ("低于", "超过"), ("无法判断", "不成立"),
    ("未达到任何级别", "达到Ⅳ级"), ("须由人认定", "成立"), ("监测站未见", "监测站已见"),
    ("到时未应答", "已应答"), ("为最大", "并未为最大"),
)  # fmt: skip
ACTS = (
    ("建议启动", "已启动"), ("建议启动", "现决定启动"), ("建议维持", "已终止"), ("建议升级为", "已升级为"),
    ("建议终止", "已终止"), ("建议降级为", "已降级为"),
)  # fmt: skip
ORDERS = (
    "现下令转移。",
    "请立即转移群众。",
    "本办特此发布暴雨红色预警信号。",
    "务必停课。",
    "已封闭下穿通道。",
)

_NUMBER = re.compile(r"(?<![\d.:])\d+(?:\.\d+)?(?=毫米|厘米|米|公里|分钟|人|%|个站|个区县|件)")
_TIME = re.compile(r"(\d{2}):(\d{2})")
_CLAUSE = re.compile(r"(\d+\.\d+\.\d+)\((\d+)\)")
_LEVEL = re.compile(r"[ⅠⅡⅢⅣ](?=级)")
_COLOUR = re.compile(r"[蓝黄橙红](?=色)")
_WINDOW = re.compile(r"近(\d+)小时")


def numbers(text: str) -> Iterator[Corrupted]:
    for found in _NUMBER.finditer(text):
        value = float(found[0])
        places = len(found[0].partition(".")[2])
        for other in (value + 7.3 if places else value + 137, value * 10 + 1):
            yield "number", _put(text, found, f"{other:.{places}f}")


def in_words(text: str) -> Iterator[Corrupted]:
    for found in _NUMBER.finditer(text):
        yield "numeral", _put(text, found, "九百九十七")


def units(text: str) -> Iterator[Corrupted]:
    for unit, other in UNIT_SWAPS.items():
        pattern = re.compile(rf"(?<=\d){unit}(?![/人])")
        for found in pattern.finditer(text):
            yield "unit", _put(text, found, other)


def times(text: str) -> Iterator[Corrupted]:
    for found in _TIME.finditer(text):
        shifted = (int(found[1]) * 60 + int(found[2]) + 17) % 1440
        yield "time", _put(text, found, f"{shifted // 60:02d}:{shifted % 60:02d}")
        yield "time", _put(text, found, f"{shifted // 60}时{shifted % 60}分")


def clauses(text: str) -> Iterator[Corrupted]:
    for found in _CLAUSE.finditer(text):
        yield "clause", _put(text, found, f"{found[1]}({int(found[2]) + 1})")
        yield "clause", _put(text, found, f"{found[1]}（{int(found[2]) + 20}）")


def levels(text: str) -> Iterator[Corrupted]:
    for found in _LEVEL.finditer(text):
        yield "level", _put(text, found, LEVELS[found[0]])


def colours(text: str) -> Iterator[Corrupted]:
    for found in _COLOUR.finditer(text):
        yield "colour", _put(text, found, COLOURS[found[0]])


def windows(text: str) -> Iterator[Corrupted]:
    for found in _WINDOW.finditer(text):
        yield "window", _put(text, found, f"近{int(found[1]) + 1}小时")


def flips(text: str) -> Iterator[Corrupted]:
    for words, other in FLIPS:
        if words in text:
            yield "negation", text.replace(words, other, 1)


def acts(text: str) -> Iterator[Corrupted]:
    for words, other in ACTS:
        if words in text:
            yield "act", text.replace(words, other, 1)
    for order in ORDERS:
        yield "order", text + order


def names(text: str, known: Sequence[str]) -> Iterator[Corrupted]:
    """Every name in the text by another of the same kind (its last two characters)."""
    for name in known:
        if name in text:
            other = next((one for one in known if one[-2:] == name[-2:] and one not in text), None)
            if other:
                yield "name", text.replace(name, other)


EACH = (numbers, in_words, units, times, clauses, levels, colours, windows, flips, acts)


def _put(text: str, found: re.Match[str], other: str) -> str:
    return text[: found.start()] + other + text[found.end() :]
