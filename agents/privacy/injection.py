"""Commands to the system inside a citizen's words: found, set aside, never obeyed.

What a caller wants of an office ("请转给局长") is a demand; what addresses the machine, its roles, its rules or
its fields is not. Each rule below names one class of such speech. A find ends with its sentence, so that the
demand beside it is still heard.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_REST: Final = r"[^。！？；\n—)）】]"  # to the end of the sentence
_NEAR: Final = r"[^，。,\n]"  # within the clause
_MACHINE: Final = r"(?:\bAI\b|AI|人工智能|大?模型|机器人|智能体|助手|系统|程序|算法|GPT|LLM|agent|assistant)"
_GRADE: Final = r"(?:特急|加急|紧急|最高|一级|特级|置顶)"
_KEY: Final = (
    r"(?:urgency|priority|special_route|main_dept(?:_id)?|category(?:_code)?|ticket_type|emergency_number|"
    r"needs_human|role|content|status|紧急程度|优先级|主办单位|派单单位)"
)
_FIELD: Final = (
    r"(?:优先级|紧急程度|紧急|加急|特急|等级|级别|类型|类别|分类|状态|主办|承办|派单|办结|结案|已办|重复|置信度|字段|"
    r"urgency|priority|route|level|status)"
)
_NOTE: Final = (
    r"(?:(?:内部|坐席|后台|系统|派单|值班长?|领导)(?:备注|批示|批注|说明|意见)|处理备注|审核备注|"
    r"系统(?:消息|指令|通知)|系统提示(?=\s*[\]】:：])|(?:测试|管理员|内部|隐藏)指令|(?:调试|开发者|维护|管理员|测试)模式)"
)
_RULES: Final = (
    # Cancel what was said before.
    rf"(?:忽略|无视|忘掉|忘记|不要管|别管|抛开|作废|清除)[^。\n]{{0,4}}(?:以上|上面|前面|之前|此前|所有|全部|一切|你的)"
    rf"{_NEAR}{{0,8}}(?:指令|提示词?|规则|设定|内容|文字|对话|要求|限制){_REST}{{0,60}}",
    r"\b(?:ignore|disregard|forget|override)\b[^.。\n]{0,24}\b(?:instructions?|prompts?|rules?|above)\b"
    r"[^.。\n]{0,40}",
    rf"(?:{_MACHINE}忽略|优先级(?:高于|最高的)|(?:都|均)?(?:算|视为|作为)系统(?:设定|指令|规则)){_REST}{{0,40}}",
    # Speak in another's role: tags, fences, role words, JSON that closes ours.
    r"<\|?/?(?:system|user|assistant|admin|im_start|im_end|tool|ticket|urgency|prompt)\b[^>\n]{0,20}>"
    r"(?:[^<>\n，。]{0,20}</\w+>)?",
    r"<</?\w{2,10}>>|</?script[^>\n]{0,20}>|#!\s?\w+|\{\{\w{2,20}\}\}|\{\s?[\"“']\w{2,20}[\"”']\s?[:：][^}\n]{0,80}\}?",
    r"#{2,}\s?(?:指令|系统|结束|开始|system|instruction)[^\n。]{0,60}",
    rf"(?:^|[\s，。])prompt\s?[:：]{_REST}{{0,60}}",
    r"```[^\n`]{0,120}(?:```)?|\[/?(?:INST|SYSTEM|ADMIN)\]",
    rf"(?:^|[\s，。—\-“\"(（【\[])(?:system|assistant|developer|管理员|系统)\s*"
    rf"(?:prompt|message|override)?\s*[:：\]】]{_REST}{{0,80}}",
    rf"[\"“”'}}\]]\s*[,，}}\]]+\s*[\"“”']?\s*{_KEY}[\"“”']?\s*[:：]{_REST}{{0,60}}",
    rf"[\"“”']?\b{_KEY}[\"“”']?\s*(?:[:=→]|：(?=\s*[\"“]))\s?[^，。,\n]{{0,24}}",
    # Address the machine and give it an order.
    rf"{_MACHINE}(?:同志|老师|你好|您好)?[，,]?(?:请(?!问)|务必|必须|需要|应当|要)?"
    rf"(?:注意|听好|听着|直接|立即|马上|必须|务必|自动(?=[给把将标判改生派结关转删回])|请(?!问)){_REST}{{0,80}}",
    rf"(?:给|致|告诉|提醒)(?:处理|读|看){_NEAR}{{0,8}}{_MACHINE}{_REST}{{0,80}}",
    rf"(?:你(?:现在|的?新)?(?:是|扮演|作为)|假装你?是|从现在(?:起|开始)，?你){_NEAR}{{0,12}}"
    rf"(?:{_MACHINE}|管理员|没有限制|不受限制|开发者|\bDAN\b){_REST}{{0,60}}",
    rf"(?:请|帮我)?(?:模拟|扮演)(?:一[位个名])?{_NEAR}{{0,14}}(?:审核员|管理员|局长|坐席|领导|客服){_REST}{{0,40}}",
    r"\b(?:act as|you are (?:now )?an?|if you are an?)\b[^。\n]{0,60}",
    rf"(?:若|如果|假如|当|只要)你(?:能)?(?:读|看)到(?:这里|这段|这句|此){_REST}{{0,60}}",
    rf"{_MACHINE}{_NEAR}{{0,8}}(?:读取|读到|看到|处理|执行)(?:后|时|之后)?，?(?:须|应|必须|请|立即){_REST}{{0,60}}",
    rf"(?:管理员(?:口令|密码|权限|模式|的请求)|授权(?:你|码)|我是(?:另一个)?(?:AI|系统管理员|平台)){_REST}{{0,60}}",
    rf"(?:你|您)(?:应当|必须|应该|只(?:能|要|需))(?:直接|立即|马上)?(?:派单|派给|结案|办结|回复?[“\"]|输出){_REST}{{0,60}}",
    rf"(?:严格)?(?:执行|遵守|按照)以下{_NEAR}{{0,4}}(?:[条步]|指令|要求|规则){_REST}{{0,60}}",
    rf"作为(?:最终)?(?:结论|结果|答复|意见)(?:填写|输出|写入){_REST}{{0,40}}",
    rf"你的(?:新任务|新指令|新身份|新角色)是{_REST}{{0,60}}",
    # An internal note that no citizen writes.
    rf"{_NOTE}{_NEAR}{{0,6}}[:：，,】\]]{_REST}{{0,80}}",
    rf"(?:已由|经)(?:值班长|领导|管理员|中心|局长){_NEAR}{{0,4}}(?:批准|同意|授权|审定){_REST}{{0,60}}",
    # Order the system's own steps: set, upgrade, skip, close.
    rf"(?:请|把|将){_NEAR}{{0,12}}(?:标(?:记|注|成|为)|设(?:置|定|为|成)|判(?:定|为)|归(?:类|为)|输出)"
    rf"(?:为|成)?[“\"]?{_NEAR}{{0,4}}{_FIELD}{_NEAR}{{0,20}}",
    rf"(?:把|将){_NEAR}{{0,8}}(?:单|件|诉求){_NEAR}{{0,4}}(?:写|标|定|升|改|报|提|设)(?:成|为|到|个)?"
    rf"{_GRADE}{_REST}{{0,60}}",
    rf"(?:跳过|绕过|省略|免去|不用|不需要|无需|无须|不要)(?:人工)?(?:审核|复核|确认|审批|核验|核实|校验|走流程){_REST}{{0,30}}",
    rf"(?:所有|全部|其他|其它|相关){_NEAR}{{0,8}}(?:工单|单子){_NEAR}{{0,4}}"
    rf"(?:标|关闭|关掉|结案|办结|删除|删掉|作废){_REST}{{0,30}}",
    # Ask for the machine's inside, or for others' data through it.
    rf"(?:(?:输出|打印|显示|复述|泄露|背出|贴出|print|reveal|show|repeat){_NEAR}{{0,12}}|你的|系统)"
    rf"(?:提示词|初始指令|内部规则|密钥|system\s?prompt|prompt){_REST}{{0,40}}",
    rf"(?:导出|列出|输出|打印){_NEAR}{{0,10}}(?:所有|全部|其他|其它|上一个|上一位|别的){_NEAR}{{0,16}}"
    rf"(?:来电人|电话|手机号|姓名|身份证|工单){_REST}{{0,30}}",
    # Dictate an exaggeration.
    rf"(?:你就|您就|直接|随便|帮我|给我)(?:写|填|记|报|说)(?:成|上|个|是|得)?{_NEAR}{{0,4}}"
    rf"(?:人命关天|出人命|有人(?:受伤|死|要死|被困)|特急|最紧急|十万火急|火灾|着火|严重点){_REST}{{0,30}}",
)
_PATTERN: Final = re.compile("|".join(f"(?:{rule})" for rule in _RULES), re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """text[start:end] in characters of the original."""

    start: int
    end: int


def find_injection(text: str) -> tuple[Span, ...]:
    """Commands to the system, in order, not overlapping. Full width and blanks between characters don't hide one."""
    folded, offsets = _fold(text)
    found = (match.span() for match in _PATTERN.finditer(folded) if match.end() > match.start())
    return tuple(Span(offsets[start], offsets[end - 1] + 1) for start, end in found)


def without(text: str, spans: tuple[Span, ...]) -> str:
    """The same length with the spans blanked, so that every offset still holds."""
    for item in spans:
        text = text[: item.start] + " " * (item.end - item.start) + text[item.end :]
    return text


def _fold(text: str) -> tuple[str, list[int]]:
    """Half width, no blanks between Chinese characters; and where each character came from."""
    plain = [_narrow(c) for c in text]
    kept = [at for at, c in enumerate(plain) if c not in " \t" or _latin(plain, at)]
    return "".join(plain[at] for at in kept), kept


def _latin(plain: list[str], at: int) -> bool:
    """Whether the blank at `at` parts two words of Latin script."""
    return all(c.isascii() for c in plain[max(0, at - 1) : at + 2])


def _narrow(c: str) -> str:
    if c < "\u2000":
        return c
    half = unicodedata.normalize("NFKC", c)
    return half if len(half) == 1 else c
