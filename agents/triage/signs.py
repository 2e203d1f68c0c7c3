"""What the words show beside the matter itself: signs of risk, and what is missing before a unit can act."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from agents.triage.speech import callers_words, is_unreal
from agents.triage.state import Part
from knowledge.city import City
from tools.ticket import Ticket

_RISKS: Final = {
    "轻生": re.compile(
        r"不想活|活不下去|活着没(?:意思|劲|意义)|(?:想|要|去|准备|就|现在)(?:跳(?:楼|桥|江|河|下去)|死|自杀|了断)|轻生|自杀|自尽|割腕|遗书|"
        r"遗言|天台(?:边|上)|(?:栏杆|护栏)外|安眠药|喝(?:了)?(?:农药|药)|吃了(?:一瓶|好多|很多)药|一了百了|死给你|死了算|不如死|来世|下辈子|"
        r"(?:带着|抱着)(?:孩子|娃).{0,6}(?:一起走|一块走|跳)|最后一次(?:打|说)|照顾好我|不用(?:回|找|等)(?:我)?了"
    ),
    "群体性": re.compile(
        r"拉横幅|堵(?:路|门|大门)|围(?:堵|住)|静坐|集体(?:上访|讨薪|去|到|维权|停运|罢工)|集访|上街|罢工|罢运|罢课|示威|游行|聚集|"
        r"(?:几十|上百|几百|\d{2,}|[一二三四五六七八九十百]{2,})(?:多|来|几)?(?:个|号|户|名|位)?(?:人|工人|业主|家长|户|兄弟|会员|司机|商户)?"
        r"[^。！？]{0,24}(?:政府|市府|区府|县府|管委会|信访局|售楼部|门口|北京|省里|市里)[^。！？]{0,8}(?:站|坐|闹|拦|讨|要说法|去|集合|见)|"
        r"(?:全部|全都|一起|大家|都|大伙|弟兄们?|兄弟们?|群里)[^。！？]{0,14}(?:去|到|上)(?:市|区|县|省|镇)?(?:政府|府|管委会|信访局|省里|北京)[^。！？]{0,8}(?:站|坐|闹|拦|讨|要|去)?|"
        r"(?:牵头|代表)[^。]{0,12}(?:百|千|\d{3,})|(?:登记|受害|涉及|涉事)[^。，]{0,8}(?:\d{3,}|[几一二三四五六七八九]百)[^。，]{0,6}(?:人|户|名|个)"
    ),
    "极端言论": re.compile(
        r"同归于尽|砍(?:死|人|了(?:你|他|她|那))|杀(?:了|死|人|他|你)|弄死|打死(?:你|他|人)|捅(?:死|了(?:你|他|她))|炸(?:了|掉|死|平)(?:你|他|她|这|政府|大厅)|放火|点(?:了|火烧)(?:你|他|那)|"
        r"打断(?:他|你|她|谁)|收拾(?:他|你|她)|(?:让|叫)(?:他|你|你们|她)[^，。]{0,6}(?:不得好死|躺着|见血|后悔)|血债|玉石俱焚|鱼死网破|拼命|"
        r"骂(?:的就是|你|死)|吃干饭|滚蛋|王八蛋|他妈的|妈的|老子(?:就是)?|祖宗|死全家|不得好死|等(?:着)?(?:摔|出|闹|砸|淹|烧|压|电)死人|"
        r"(?:拿|提|持|举|挥)(?:着|了)?[^，。]{0,4}(?:菜刀|砍刀|刀|汽油|斧)|说到做到"
    ),
    "媒体曝光": re.compile(
        r"(?:找|联系|叫|喊|请)(?:了)?[^，。]{0,4}(?:媒体|记者|电视台|报社)|曝光|(?:发|挂|传)(?:到|上|在)?(?:了)?(?:网上|抖音|微博|快手|朋友圈|小红书|热搜)|"
        r"直播(?:曝光|给|出去|你们)|上(?:热搜|电视|焦点)|(?:媒体|记者|电视台)(?:已经|要|会|马上)?(?:来|采访|报道|跟进)"
    ),
}
_NEGATED: Final = re.compile(r"(?:没有?|不是|不会|不(?:想|要|能|敢)|别|又不|并不|从来不)[^，。]{0,4}$")

# A matter that happens at a spot: without the spot nobody can go there.
_SITE: Final = re.compile(
    r"路|桥|涵洞|隧道|井盖|路灯|水管|外墙|墙皮|屋顶|楼上|楼下|楼道|小区|电梯|房子|新房|房|楼盘|工地|垃圾|公厕|树|河|沟|塘|积水|停水|停电|没水|没电|"
    r"水费|电费|水表|电表|气表|燃气表|煤气|燃气|噪[音声]|油烟|异味|摊|停车|占道|公交站|地铁口|学校门口|村|乡政府|镇政府|社区"
)
_ENTITY: Final = (
    r"(?:公司|企业|厂(?:子|里)?|药店|商场|超市|便利店|饭店|餐馆|火锅店|酒吧|live\s?house|店(?:里|家|铺)?|门店|机构|培训班|编程班|辅导班|托班|托育|"
    r"幼儿园|驾校|旅行社|健身房|美容院|医院|诊所|门诊|中介|工地|包工头|老板|平台|经销商|单车|乡政府|镇政府|门面|农资店|市场|KTV|网吧|厂家|商家)"
)
_NAMELESS: Final = re.compile(
    rf"(?:[一有某那这哪几](?:个|家|间|些|处)|我们?单位|有个|有家|不晓得|不知道|那种|楼下那?家?|旁边那?家?|附近那?家?|对面那?个?|上班的?)[^，。]{{0,8}}?{_ENTITY}"
    rf"|(?:^|[，。,；！？\s]|跟|的|在|报|找|被|给|从|是|说|去|向)(?:这家|那家)?{_ENTITY}(?=[^\u4e00-\u9fff]|说|里|老板|要|不|给|让|扣|关|在|跟|昨|就|没|早|只|按|承诺|的人|开|去|：)"
)
_NAMED: Final = re.compile(
    r"[“\"「《『][^”\"」》』\n]{2,14}[”\"」》』]|(?:叫|名叫|店名|招牌(?:是|写)?|公司名|名字(?:叫|是))[^，。]{2,}|[\u4e00-\u9fff]{2,8}(?:有限公司|集团|银行)|"
    r"\d+路公交|国家电网|移动|联通|电信|抖音|淘宝|京东|拼多多|美团|饿了么|滴滴"
)
_BUSINESS: Final = ("09", "10", "11", "12")
"""First two digits of catalogue codes whose matters are about one shop, employer, school or clinic."""

_QUESTIONS: Final = {
    "地点": "请问这件事发生在哪个区、哪条路或哪个小区？附近有什么明显的标志？",
    "对象": "请问您反映的单位或店铺全称叫什么？招牌、合同或小票上是怎么写的？",
    "联系方式": "方便留一个联系电话吗？处理的同志要和您核实情况、告知结果；不愿意公开的话我们会保密。",
    "时间": "请问是什么时候发生的？现在还在持续吗？",
}


def risk_flags(text: str, city: City) -> list[str]:
    """Signs a shift leader must see, in the vocabulary 轻生, 群体性, 极端言论, 媒体曝光; the pack's words included."""
    text = callers_words(text)
    flags = [
        name
        for name, pattern in _RISKS.items()
        if _shown(pattern, text) and not (name == "轻生" and is_unreal(text))
    ]
    said = [word for word in city.urgency_rule.risk_words if _shown(re.compile(re.escape(word)), text)]
    kinds = (name for word in said for name, pattern in _RISKS.items() if pattern.search(word))
    flags += [
        name
        for name in dict.fromkeys(kinds)
        if name not in flags and not (name == "轻生" and is_unreal(text))
    ]
    return flags


def _shown(pattern: re.Pattern[str], text: str) -> bool:
    return any(not _NEGATED.search(text[: match.start()]) for match in pattern.finditer(text))


def missing(
    text: str, ticket: Ticket, parts: Sequence[Part], ticket_type: str, told: Collection[str]
) -> list[str]:
    """Of 地点, 对象, 联系方式: what a unit would have to ask before it could act.

    told: the kinds of personal data that the caller's words hold; `text` itself holds none.
    """
    found: list[str] = []
    acts = ticket_type not in ("建议", "表扬")
    located = not parts or any(_located(part) for part in parts)
    if acts and ticket_type != "咨询" and not located and _SITE.search(text):
        found.append("地点")
    if acts and _is_business(parts) and _NAMELESS.search(text) and not _NAMED.search(text):
        found.append("对象")
    if not ticket.caller.anonymous and not ticket.caller.phone and "phone" not in told:
        found.append("联系方式")
    return found


def questions(missing: Sequence[str]) -> list[str]:
    """What to ask the caller for each missing thing, in words an operator can read aloud."""
    return [_QUESTIONS[name] for name in missing if name in _QUESTIONS]


def _located(part: Part) -> bool:
    place = part["place"]
    return bool(place.get("place_id") or place.get("street") or place.get("candidates"))


def _is_business(parts: Sequence[Part]) -> bool:
    best = [max(part["scores"], key=part["scores"].__getitem__) for part in parts if part["scores"]]
    return any(code[:2] in _BUSINESS for code in best)
