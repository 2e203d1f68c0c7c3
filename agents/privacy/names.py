"""People's full names, by the words around them. 张师傅 and 李主任 stay: a surname with a title names nobody.

No dictionary of names can be complete, and many names are words (方圆, 文华). So a name needs a place where
names stand: after 我叫 or 联系人, before 女士, or alone between commas beside a phone, an ID card, an address.
The clearer the place, the less the characters themselves must look like a name.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from agents.privacy.name_lexicon import COMPOUND_SURNAMES, GIVEN, NEVER_GIVEN, NOT_NAMES, SURNAMES
from agents.privacy.spans import PiiSpan, span

_HAN: Final = r"[\u4e00-\u9fff]"
_LINK: Final = r"[\s:：“”\"'‘’（(]{0,2}"
_CLEAR: Final = re.compile(
    r"(?:(?:我|他|她|本人|人|子|孩|儿|女|妈|爸|爹|娘|公|婆|爷|奶|哥|姐|弟|妹|叔|嫂|生|友|板|的|，|,|。|；|\s)(?:名字)?(?:就|也|名|大名|真名)?叫做?|名叫|喊我|"
    r"全名(?:是|叫)?|大名(?:是|叫)?|姓名(?:是|叫|写)?|名字(?:是|叫|写|就写)?|署名(?:是)?|户名(?:是)?|抬头写|联系人(?:是|叫|写)?|联络人(?:是)?|"
    r"(?:收货|收件|寄件|申请|投诉|举报|反映|来电|纳税|报案|当事|法定代表|法|负责|经办|被保险|投保|参保|承租|出租|监护|继承|受益|委托|持卡|申报|开户|报修|租|求助|预约)人(?:是|叫|为|写)?|"
    r"(?:学员|学生|患者|病人|业务员|老师|司机|骑手|户主|业主|机主|车主|房东|店主|老板|包工头|店长|经理|会员|居民|村民|家属|工号)(?:是|叫)|"
    r"(?:学员|学生|患者|户主|业主|机主|车主|会员|居民|村民|包工头|骑手)[:：])" + _LINK
)
_NAMELESS_END: Final = frozenset(
    "姓叔婶伯姨哥嫂爷奶总工局处科厅院校所店厂街路村镇县区市楼站港桥室部队组班里病"
)
_SOFT: Final = re.compile(
    r"(?:(?:我|我们|俺|本人|这边|这里)(?:就|还)?是|我姓[^，。,]{1,2}[，,、]|本人|(?:请|直接|可以|就)?找|联系|(?:学员|学生|患者|户主|业主|机主|车主|会员|包工头|骑手|"
    r"人事|中介|业务员|客服|(?:经理|主任|队长|班长|组长|店长|院长|校长|站长|所长|员|师|生|人|友|手|主|板|妈|爸|弟|妹|哥|姐)是|老公|老婆|丈夫|妻子|儿子|女儿|母亲|父亲|我妈|我爸|爱人|室友|邻居|同事)|\d(?:室|号)?的)\s?"
)
_TITLE: Final = re.compile(r"女士|先生|小姐|同志|老师|医生|大夫|护士|警官|教授|律师|同学|小朋友|（|\(")
_BOUNDARY: Final = re.compile(r"[，。,、；;！!？?\s（()）：:“”\"'\d]|$")
_AFTER: Final = re.compile(
    r"的|，|。|在|住|是|今年|电话|手机|号码|身份证|证件|证号|女士|先生|同志|老师|医生|师傅|和|跟|与|男|女|家|本人|属|想|要|说|,|年|也|就|他|她|我|去|来|已|反映|投诉|举报|咨询"
)
_LAST_RESORT: Final = re.compile(r"[，。,；;！!？?\s、：:）)]\s*$|^$")
_SIGNED: Final = re.compile(r"[\s。.，,！!]*$")


def names(text: str, caller: str | None, known: Sequence[PiiSpan], words: Collection[str]) -> list[PiiSpan]:
    """Full names in `text`. `known`: other finds, beside which a name may stand alone; `words`: names of places
    and offices, which are no person's."""
    found = [*_after_cues(text, words), *_before_titles(text, words), *_alone(text, known, words)]
    wanted = {item.text for item in found}
    if caller and len(caller) >= 2 and caller != "匿名":
        wanted.add(caller)
    every = (match.span() for name in wanted for match in re.finditer(re.escape(name), text))
    return [span("name", text, start, end) for start, end in every]


def _after_cues(text: str, words: Collection[str]) -> Iterator[PiiSpan]:
    for match in _CLEAR.finditer(text):
        yield from _best_at(text, match.end(), words, clear=True)
    for match in _SOFT.finditer(text):
        yield from _best_at(text, match.end(), words, clear=False)


def _best_at(text: str, start: int, words: Collection[str], *, clear: bool) -> Iterator[PiiSpan]:
    """The likeliest length of a name that begins at `start`, if any is likely enough."""
    ranked: list[tuple[int, int]] = []
    for size in (3, 2, 4):
        name = text[start : start + size]
        looks = _could_be(name, words) if len(name) == size else None
        if looks is None:
            continue
        rest = text[start + size :]
        ends = 2 if _BOUNDARY.match(rest) else 1 if _AFTER.match(rest) else 0
        if ends + looks >= (2 if clear else 4) and (ends or clear) and (size < 4 or ends == 2):
            ranked.append((ends * 2 + looks, size))
    if ranked:
        size = max(ranked, key=lambda item: item[0])[1]
        yield span("name", text, start, start + size)


def _could_be(name: str, words: Collection[str]) -> int | None:
    """None: no name. Else how much the given part looks like one: 0 not at all, 1 partly, 2 all of it."""
    surname = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    if surname == 1 and name[:1] not in SURNAMES:
        return None
    given = name[surname:]
    if not 1 <= len(given) <= 3 or not re.fullmatch(rf"{_HAN}+", name):
        return None
    if any(c in NEVER_GIVEN for c in given) or name[:2] in NOT_NAMES or name in words:
        return None
    if (
        given[-1] in "姓叔婶伯姨哥嫂爷奶总工局处科厅院校所店厂街路村镇县区市楼站港桥室部队组班"
        and given not in GIVEN
    ):
        return None
    likely = sum(c in GIVEN for c in given)
    return 2 if likely == len(given) else 1 if likely else 0


def _before_titles(text: str, words: Collection[str]) -> Iterator[PiiSpan]:
    for match in _TITLE.finditer(text):
        for size in (3, 4, 2):
            start = match.start() - size
            if start < 0 or _could_be(text[start : match.start()], words) != 2:
                continue
            if (
                size == 2
                and not _BOUNDARY.match(text[start - 1 : start])
                and text[start - 1 : start] not in "的"
            ):
                continue
            if match.group() in "（(" and not re.match(
                r"[（(]\s*(?:身份证|电话|手机|\d|男|女)", text[match.start() :]
            ):
                continue
            yield span("name", text, start, match.start())
            break


def _alone(text: str, known: Sequence[PiiSpan], words: Collection[str]) -> Iterator[PiiSpan]:
    """A name between commas beside another piece of personal data, or as the signature at the end."""
    starts = {item.start for item in known}
    ends = {item.end for item in known}
    for match in re.finditer(rf"(?<![\u4e00-\u9fff]){_HAN}{{2,4}}(?![\u4e00-\u9fff])", text):
        looks = _could_be(match.group(), words)
        if (
            looks is None
            or looks < 1
            or (len(match.group()) == 4 and match.group()[:2] not in COMPOUND_SURNAMES)
        ):
            continue
        after = re.match(
            r"[\s，,、。:：（(]{0,3}(?:身份证|电话|手机|联系电话|号码|证件)?(?:号码|号)?(?:是|[:：])?\s?",
            text[match.end() :],
        )
        before = re.search(r"[\s，,、。:：]{0,3}$", text[: match.start()])
        beside = (after and match.end() + after.end() in starts) or (before and before.start() in ends)
        signed = (
            looks == 2
            and _SIGNED.match(text[match.end() :])
            and re.search(r"[。！!？?\n]\s*$", text[: match.start()])
        )
        if beside or signed:
            yield span("name", text, *match.span())
