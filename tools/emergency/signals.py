"""Names of warning signals and their colours, as the feeds write them, in the words of the city's plan.

Codes: QWeather's table of alert events (1001 …). The national CAP profile numbers its weather events 11B01 … alike
(11B03 as 1003); no public text of that profile was at hand to confirm it, so words go before codes.
"""

import re
from collections.abc import Iterable
from typing import Final, cast

from knowledge.city.weather import Colour

EVENT_TYPES: Final = {
    "1001": "台风",
    "1003": "暴雨",
    "1004": "暴雪",
    "1005": "寒潮",
    "1006": "大风",
    "1007": "沙尘暴",
    "1009": "高温",
    "1014": "雷电",
    "1015": "冰雹",
    "1016": "霜冻",
    "1017": "大雾",
    "1019": "霾",
    "1020": "雷雨大风",
    "1021": "道路结冰",
    "1022": "干旱",
    "1031": "强对流",
    "1037": "地质灾害",
    "1044": "停课信号",
    "1045": "停工信号",
    "1064": "短时强降雨",
    "1073": "洪涝气象风险",
    "1075": "城市内涝气象风险",
    "1201": "洪水",
    "1202": "内涝",
    "1203": "水库重大险情",
    "1204": "堤防重大险情",
    "1209": "中小河流洪水和山洪",
    "1213": "城市内涝风险",
    "1214": "山洪",
    "1241": "滑坡",
    "1242": "泥石流",
    "1248": "地质灾害气象风险",
}
SEVERITY_COLOURS: Final[dict[str, Colour]] = {
    "extreme": "红",
    "severe": "橙",
    "moderate": "黄",
    "minor": "蓝",
}
_ENGLISH: Final[dict[str, Colour]] = {
    "white": "白",
    "blue": "蓝",
    "yellow": "黄",
    "orange": "橙",
    "red": "红",
}
_COLOURED: Final = re.compile(r"([白蓝黄橙红])色")
_NATIONAL: Final = re.compile(r"11B(\d\d)")
_DRESS: Final = re.compile(r"(?:[白蓝黄橙红]色)?(?:预警(?:信号)?|信号)?$")


def signal_type(words: Iterable[str], codes: Iterable[str], local: Iterable[str] = ()) -> str:
    """The type that a message's words name (the longest known name wins), else its code's, else its first words.

    local: names of this city's own signals. Returns "" when there are neither words nor codes.
    """
    texts = [word.strip() for word in words if word.strip()]
    names = sorted({*EVENT_TYPES.values(), *local}, key=len, reverse=True)
    for text in texts:
        if found := next((name for name in names if name in text), None):
            return found
    for code in codes:
        national = _NATIONAL.fullmatch(code)
        if found := EVENT_TYPES.get(f"10{national[1]}" if national else code):
            return found
    return _DRESS.sub("", texts[0]) or texts[0] if texts else ""


def colour_named(word: str) -> Colour | None:
    """The colour that a field holds: 橙, 橙色, orange, Orange; None for anything else."""
    text = word.strip().removesuffix("色")
    if text in _ENGLISH.values():
        return cast("Colour", text)
    return _ENGLISH.get(text.lower())


def colour_in(text: str) -> Colour | None:
    """The colour that a sentence names, when it names exactly one: 发布暴雨橙色预警信号."""
    found = set(_COLOURED.findall(text))
    return cast("Colour", found.pop()) if len(found) == 1 else None
