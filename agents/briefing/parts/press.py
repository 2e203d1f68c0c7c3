"""新闻口径 draft: signals quoted with issuer and time, and what is signed. Nothing from inside, nothing unsigned."""

from agents.briefing import wording
from agents.briefing.decision import Callout, Line, Part, Text
from agents.briefing.draft import Draft
from agents.judgment.naming import clock

NOTICE = "草稿，未经市级审核不得对外使用；须由宣传部门按程序组织发布，系统不对外发布任何信息。"


def notice(_: Draft) -> Part:
    return Part(
        key="notice", title="使用说明", blocks=(Callout(tone="human", sentences=(Line(text=NOTICE),)),)
    )


def signals(draft: Draft) -> Part:
    """Only what the weather service itself has published."""
    lines = tuple(draft.say(f"{one.text}。", one.id) for one in draft.judgment.alerts)
    none = (Line(text=f"{draft.nothing('目前没有在行的预警信号', 'alerts')}。"),)
    return Part(key="weather", title="天气情况", blocks=(Text(sentences=lines or none),))


def response(draft: Draft) -> Part:
    standing = tuple(
        draft.say(f"{draft.hazard(hazard)}{wording.level(level)}应急响应已经签发，正在执行。", f"J:{hazard}")
        for hazard, level in draft.judgment.signed.items()
        if level
    )
    text = draft.nothing("目前没有已签发的应急响应，本稿不涉及响应级别", "standing")
    none = (Line(text=f"{text}。"),)
    return Part(key="response", title="应急响应", blocks=(Text(sentences=standing or none),))


def public(draft: Draft) -> Part:
    hotline = draft.city.info.hotline
    lines = (
        Line(text="请留意气象部门和政府正式发布的信息，不信谣、不传谣。"),
        Line(text="请远离河道、低洼路段、下穿通道、陡坡和临时工棚，不要涉水驾车或行走。"),
        Line(text=f"遇有人身危险请立即拨打110或119，医疗急救请拨打120；反映积水等情况可拨打{hotline}。"),
        Line(text=f"以上信息截至{clock(draft.now, draft.now)}。"),
    )
    return Part(key="public", title="提示市民", blocks=(Text(sentences=lines),))
