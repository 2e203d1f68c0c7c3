"""Where somebody lives, down to the building and the room. A shop's number in a street is nobody's home."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from agents.privacy.spans import PiiSpan, span
from agents.privacy.written import narrow

_NUM: Final = r"(?:\d{1,4}|[一二三四五六七八九十百零〇两]{1,4}|[A-Ha-h]\d{0,2}|[甲乙丙丁])"
_ROOM_NUM: Final = r"(?:\d{3,4}|[一二三四五六七八九十零〇两幺]{2,5})"
_GAP: Final = r"[\s，,、\-–—的]{0,2}"
_BUILDING: Final = rf"{_NUM}\s?(?:号楼(?![上下道梯顶])|[栋幢座](?!大?楼)|号院|组团|弄|[#＃])"
_UNIT: Final = rf"{_NUM}\s?(?:单元|门(?![口诊面市店头外前卡锁票])|梯(?=\s?\d))"
_FLOOR: Final = rf"(?:{_NUM}\s?[楼层](?![上下道梯顶])|顶楼|顶层)"
_ROOM: Final = rf"{_ROOM_NUM}(?:号?[室房]|号|户)?(?!\d|\.\d|[元块万千米平方人户年月日天度分个斤%])"
_DOOR: Final = rf"{_NUM}\s?(?:号(?![楼线店机院])|室|户)"
_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_BUILDING}{_GAP}{_UNIT}(?:{_GAP}{_FLOOR})?(?:{_GAP}(?:{_ROOM}|{_DOOR}))?",
        rf"{_BUILDING}{_GAP}(?:{_FLOOR}(?:{_GAP}(?:{_ROOM}|{_DOOR}))?|{_ROOM}|{_NUM}\s?[室户])",
        rf"{_UNIT}{_GAP}(?:{_FLOOR}{_GAP})?(?:{_ROOM}|{_NUM}\s?[室户]|{_FLOOR})",
        rf"{_NUM}\s?[楼层]\s?\d{{3,4}}(?:号?[室房])?(?![\d.元块万多米平])",
        rf"{_NUM}\s?排{_GAP}{_NUM}\s?号",
        rf"(?<=[村寨冲湾坪社居队]){_NUM}\s?组{_GAP}{_NUM}\s?号",
        rf"(?<![\d\-./]){_ROOM_NUM}\s?(?:室|号房)(?![内外])",
        r"(?<![\d\-./])\d{1,3}\s?[#\-－]\s?\d{1,2}\s?[#\-－]\s?(?!(?:19|20)\d\d)\d{3,4}(?![\d\-])",
        r"(?<![\d\-./])\d{1,3}\s?#\s?\d{3,4}(?![\d\-])",
    )
)
# A room number alone is one only where the words around it say that somebody lives there.
_BARE_ROOM: Final = re.compile(
    r"(?:(?:我|我们|本人)(?:就|还)?是|我家(?:在|是|住)?|住在?|楼上(?:的|是)?|楼下(?:的|是)?|隔壁(?:的|是)?|对门(?:的|是)?|房号(?:是)?|门牌(?:号)?(?:是)?)"
    r"[:：\s]{0,2}([1-9]\d{2,3})(?=的(?!人)|那家|业主|住户|[，。,；、！？\s]|$)"
)
_PUBLIC: Final = re.compile(
    r"(?:医院|门诊|住院部?|病房|教学|大厅|学校|商场|办公|市场|政务|中心|地铁|车站|酒店|宾馆|写字)[^，。]{0,3}$"
)

_ESTATE: Final = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{1,4}(?:花园|花苑|家园|公寓|小区|苑|公馆)$")


def addresses(text: str, estates: Collection[str]) -> Iterator[PiiSpan]:
    """Building, unit and room; with the name of the estate when it stands right before."""
    view = narrow(text)
    for pattern in _PATTERNS:
        for match in pattern.finditer(view):
            if not _PUBLIC.search(view[max(0, match.start() - 8) : match.start()]):
                start = match.start() - _estate_before(view, match.start(), estates)
                yield span(
                    "address", text, start, match.start() + len(match.group().rstrip("，,、-–—的 \n\t"))
                )
    for match in _BARE_ROOM.finditer(view):
        yield span("address", text, *match.span(1))
    for estate in ("老楼", "家属楼", "宿舍楼"):
        for match in re.finditer(rf"[\u4e00-\u9fff]{{0,3}}{estate}{_UNIT}", view):
            yield span("address", text, *match.span())


def _estate_before(view: str, at: int, estates: Collection[str]) -> int:
    """How many characters right before `at` name an estate; 0 for none."""
    unknown = _ESTATE.search(view[max(0, at - 8) : at])
    if unknown:
        return len(unknown.group())
    return next((size for size in range(8, 1, -1) if at >= size and view[at - size : at] in estates), 0)
