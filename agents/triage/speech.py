"""How a clause is meant: told as happening, denied, feared, or long over. Cue words alone can't tell.

Chinese has no tense: what is not marked as past is taken as happening (`emergency_rule.unknown_tense` of the pack).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

Stance = Literal["told", "denied", "feared", "past", "settled"]

_CLAUSE: Final = re.compile(r"[^，,。！？!?；;\n…]+[，,。！？!?；;\n…]*")
_DENIED: Final = re.compile(
    r"没有|没得|莫得|没(?!气|电|水|了|人管|头|反应|呼吸|声|心跳|到|过[腰胸膝脖])|未(?!成年|知)|不是|并非|并没|不算|无(?!法|人|力|故|照|证)|排除|假的|演习|演练|不用来|别担心|还好|幸好|好在"
)
_FEARED: Final = re.compile(
    r"万一|担心|怕(?!是)|迟早|早晚|要是|如果|假如|假设|会不会|可能会|差点|险些|差一点|容易|隐患|像.{0,6}(?:一样|似的|是)|跟.{0,6}(?:一样|似的)|好像|建议|希望(?!你们快)|防止|预防|避免|以免|免得|请问|想问|咨询"
)
_PAST: Final = re.compile(
    r"昨[天晚日夜]|前[天晚日]|大前天|上(?:个)?(?:周|星期|礼拜|月|回|次)|去年|前年|那[天次晚回]|当时|以前|之前|曾经|后来|早先|\d+(?:天|周|个?月|年)前|[一二两三四五六七八九十几半]+(?:天|周|个?月|年)(?:前|以前|之前)|(?:\d+|[一二三四五六七八九十]+)月(?:\d+|[一二三四五六七八九十]+)[日号]|小时候|当年"
)
_SETTLED: Final = re.compile(
    r"已经?(?:被|由|让)?[^，。]{0,4}?(?:救|送|灭|扑|处理|报警|出院|脱险|转移|缓|好了|解决|走了|拉走|断电|关)|救(?:了)?(?:出来|上来|下来|回来)|抢救(?:了|过来)|康复|恢复了|立(?:了)?案|捞上来|灭了|扑灭|缓过来|出院|没事了|没大事|人没事|暂时安全|安全了|脱离危险|走了|自己(?:把|从).{0,8}出来|已脱困|办结|修好|交警(?:已经)?到|送(?:到|去|进)?.{0,4}医院|笔录|事后|善后|赔偿|赔(?:多少|不赔|钱)|认定|鉴定|理赔|报销"
)

_SAFE: Final = re.compile(
    r"(?:人|车|孩子|娃|大家|大人|老人|都)(?:也|都)?(?:没事|没啥事|没大碍|好好的|平安|安全)|"
    r"没(?:有)?(?:人|谁|车)?(?:受伤|伤着|伤到|被困|困住|砸(?:到|着|中)|烧(?:到|着)|碰(?:到|着)|撞(?:到|着)|摔(?:到|着|伤)|掉(?:进|下)去)|"
    r"(?:已经?|早就?|都|自己)[^，。]{0,3}(?:爬|救|送|撤|跑|转|走|接|抱|挪)(?:了)?(?:出|上|下|走|开|到)|"
    r"无(?:人员)?(?:被困|伤亡|受伤)|没伤着|未(?:伤人|造成)|暂时安全|都(?:出来|撤)了"
)
_OPERATOR: Final = re.compile(
    r"(?:坐席|座席|客服|话务员|接线员|工作人员)(?:\d{0,6})[：:].*?(?=(?:市民|来电人|群众|用户|诉求人|居民)[：:]|\n|$)"
)
_UNREAL: Final = re.compile(
    r"(?<!不是)(?<!并非)(?:演练|演习|彩排|电视(?:剧|里|上)|新闻里|短视频|拍(?:电影|戏|视频的)|密室|演员|扮(?:演|歹徒)|谣言|虚惊|开玩笑|打个比方|闹着玩|宣传片|念稿)"
)

_REPORTS: Final = re.compile(
    r"(?:你好|您好)?(?:我们?|本人)?(?:现在?|就)?(?:要|想|来)?(?:实名|匿名)?举报(?!过|了|人|电话|信|的|热线)|.{0,8}保护(?:我这个|好)?举报人"
)


@dataclass(frozen=True)
class Clause:
    """text[start:end], its closing mark included."""

    text: str
    start: int
    end: int
    stance: Stance


def callers_words(text: str) -> str:
    """The same length, with what the operator said in a transcript blanked: their questions name every danger."""
    return _OPERATOR.sub(lambda turn: " " * len(turn.group()), text)


def is_unreal(text: str) -> bool:
    """Whether the text speaks of a drill, a film, a joke."""
    return bool(_UNREAL.search(text))


@lru_cache(maxsize=256)
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a text in order, each with its stance."""
    return tuple(_clauses(text))


def _clauses(text: str) -> Iterator[Clause]:
    for match in _CLAUSE.finditer(text):
        yield Clause(match.group(), *match.span(), stance(match.group()))


def stance(clause: str) -> Stance:
    """The first of: settled, denied, feared, past; else told as happening."""
    if _SETTLED.search(clause):
        return "settled"
    if _DENIED.search(clause):
        return "denied"
    if _FEARED.search(clause):
        return "feared"
    return "past" if _PAST.search(clause) else "told"


def says_safe(text: str) -> bool:
    """Whether the caller says that people are safe: out, unhurt, not hit."""
    return _SAFE.search(text) is not None


def reports(text: str) -> bool:
    """Whether the caller says that they report somebody, now: not that they once did, nor how one would."""
    return any(
        clause.stance == "told" and _REPORTS.match(clause.text.lstrip())
        for clause in clauses(callers_words(text))
    )
