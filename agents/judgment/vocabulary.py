"""The words and shapes that claims are read by: units, times, clauses, levels, what is measured, how it is meant."""

import re
from typing import Literal

Mood = Literal["", "yes", "no", "unknown", "human"]
"""Said to be so, not so, unknown, for a person to judge; "" when the clause leaves it open."""

THRESHOLD = "threshold"

UNITS = {
    "毫米/小时": "mm/h",
    "毫米每小时": "mm/h",
    "mm/h": "mm/h",
    "米/秒": "m/s",
    "米每秒": "m/s",
    "m/s": "m/s",
    "公里/小时": "km/h",
    "km/h": "km/h",
    "毫米": "mm",
    "mm": "mm",
    "厘米": "cm",
    "公分": "cm",
    "cm": "cm",
    "公里": "km",
    "千米": "km",
    "km": "km",
    "平方公里": "km2",
    "平方米": "m2",
    "立方米": "m3",
    "米": "m",
    "m": "m",
    "%": "%",
    "个百分点": "pp",
    "百分点": "pp",
    "个小时": "h",
    "小时": "h",
    "分钟": "min",
    "个区县": "区县",
    "人次": "人次",
    "名": "人",
    "个站": "站",
    "站": "站",
    "个": "个",
    "座": "座",
    "处": "处",
    "件": "件",
    "起": "件",
    "户": "户",
    "条": "条",
    "份": "份",
    "支": "支",
    "台": "台",
    "艘": "艘",
    "次": "次",
    "项": "项",
    "级": "级",
    "天": "天",
    "人": "人",
    "块": "块",
    "部": "部",
    "顶": "顶",
    "张": "张",
    "根": "根",
    "万": "万",
    "所": "所",
}
UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
NUMBER = r"-?\d+(?:\.\d+)?"

DATE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日|(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
TIME = re.compile(
    r"(凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜里|夜间|今晚)?(?<![\d.])(\d{1,2})"
    r"(?::(\d{2})(?![\d])|[时点](?:(\d{1,2})分|(半|整))?(?!\d*[毫厘]?米))"
)
CLAUSE = re.compile(
    r"(?<![\d.])(\d{1,2}(?:\.\d{1,2}){2})(?:第?\((\d{1,2})\)项?|第(\d{1,2})项)?"
    r"|第(\d{1,4})条|(?<=[条、])第?\((\d{1,2})\)"
)
LEVEL = re.compile(r"([ⅠⅡⅢⅣ]|I{1,3}V?|IV)级|(?<![\d.])([1-4])级(?=[^以]|$)")
COLOUR = re.compile(r"([蓝黄橙红])色")
RANGE = re.compile(rf"({NUMBER})(?:~|至|到|-|—|–)({NUMBER})({UNIT})")
QUANTITY = re.compile(rf"({NUMBER})({UNIT})")
PERCENT = re.compile(rf"百分之({NUMBER})")
BARE = re.compile(NUMBER)
VAGUE = re.compile(r"一半|半数|过半|大半|翻倍|成倍|倍|数十|数百|上百|上千|多数|绝大部分|全部|所有|全市")
NAMELIKE = re.compile(
    r"[\u4e00-\u9fff]{2,4}(?:雨量站|测风站|水位站|水位尺|积水尺|监测点|水库|下穿通道|街道|社区|小学|中学|医院|养老院"
    r"|敬老院|避护场所|救援队|救援站|大队|分队|中队|村|镇(?!街)|(?<![道公线铁马])路(?![面段网灯线上口]))"
)
"""Words in the shape of a name that the city does not know."""
SEGMENT = re.compile(r"[,，;；。:：!！?？\n]")
WINDOW = re.compile(r"(?:近|过去|前|未来|今后|连续|持续|每)?(\d+(?:\.\d+)?)个?(小时|分钟)(?:内|累计|预报)?")

TAGS = (
    (THRESHOLD, r"≥|要求|界限|阈值|达到|不低于|升到"),
    ("警戒水位", r"警戒(?:水位)?"),
    ("保证水位", r"保证(?:水位)?"),
    ("汛限水位", r"汛限(?:水位)?"),
    ("设计洪水位", r"设计(?:洪水位|水位)?"),
    ("校核洪水位", r"校核(?:洪水位|水位)?"),
    ("历史最高", r"历史最高(?:水位)?"),
    ("超过", r"超过|高出|高于"),
    ("低于", r"低于|距"),
    ("封闭", r"封闭(?:水深)?"),
    ("警示", r"警示(?:水深)?"),
    ("最高水位", r"最高水位"),
    ("水位", r"水位"),
    ("雨量", r"雨量|降雨"),
    ("积水深度", r"积水|水深"),
    ("位移", r"位移"),
    ("阵风", r"阵风"),
    ("平均风", r"平均风"),
    ("占比", r"占比|面积"),
    ("余量", r"还能容纳|余"),
    ("距离", r"距离|相距"),
    ("到达", r"到达|赶到"),
    ("时限", r"时限"),
    ("诉求", r"诉求"),
)
TAG = re.compile("|".join(f"(?P<t{index}>{pattern})" for index, (_, pattern) in enumerate(TAGS)))

MOODS: tuple[tuple[Mood, re.Pattern[str]], ...] = (
    ("unknown", re.compile(r"无法判断|未知|缺测|说不清|无法确定|存疑")),
    ("human", re.compile(r"待研判|须由人认定|由人认定|人工认定")),
    ("no", re.compile(r"不成立|不足|低于|不满足|没有|并非|不在|未(?!来)")),
    ("yes", re.compile(r"成立|满足|达到|超过|高于|已")),
)
FUTURE = re.compile(r"预报|预计|未来|将|若|可能|约")
ADVICE = re.compile(r"启动|升级|升为|维持|保持|降级|降为|终止|结束")
ADVICE_OF = {"升为": "升级", "保持": "维持", "降为": "降级", "结束": "终止"}
ROMAN = {"Ⅰ": "1", "Ⅱ": "2", "Ⅲ": "3", "Ⅳ": "4", "I": "1", "II": "2", "III": "3", "IV": "4"}
