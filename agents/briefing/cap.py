"""A signal or a signed response as CAP 1.2, for exercises and for copying: Draft or Exercise, Restricted, nothing else.

气象灾害防御条例 art. 30: only weather stations publish warning signals. The types leave no room for Actual or Public.
"""

from datetime import datetime
from typing import Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from agents.briefing.decision import Briefing
from agents.judgment.decision import Judgment
from agents.judgment.engine.picture import Level
from knowledge.city import City

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
Status = Literal["Draft", "Exercise"]
SCOPE = "Restricted"
RESTRICTION = "仅限本市防汛抗旱指挥部成员单位内部使用，不得对外发布"
SEVERITIES: dict[Level, str] = {1: "Extreme", 2: "Severe", 3: "Moderate", 4: "Minor"}
NOTE = "人工智能辅助生成的草稿，不是预警信号，也不是已生效的响应命令"


def cap_draft(briefing: Briefing, judgment: Judgment, city: City, *, status: Status = "Draft") -> str:
    """One info block for each recommendation that asks for a decision; without any, one that says so.

    Times with their offset, as the schema's pattern wants them; districts as geocodes named `district`.
    """
    alert = Element(_tag("alert"))
    sent = _time(briefing.made_at)
    for name, text in (
        ("identifier", f"{city.info.code}-{briefing.briefing_id}-v{briefing.version}"),
        ("sender", f"{briefing.made_by}@{city.info.code}"),
        ("sent", sent),
        ("status", status),
        ("msgType", "Alert"),
        ("source", briefing.ai_mark.producer),
        ("scope", SCOPE),
        ("restriction", RESTRICTION),
        ("note", f"{NOTE}；{briefing.ai_mark.text}"),
        ("incidents", judgment.event_id),
    ):
        _add(alert, name, text)
    advised = [one for one in judgment.recommendations if one.action != "none"]
    for one in advised:
        _info(alert, briefing, city, one.event, one.level, one.expected_until)
    if not advised:
        _info(alert, briefing, city, "暂不建议启动应急响应", None, None)
    ElementTree.indent(alert)
    told = ElementTree.tostring(alert, encoding="UTF-8", xml_declaration=True, default_namespace=NAMESPACE)
    return told.decode() + "\n"


def _info(
    alert: Element,
    briefing: Briefing,
    city: City,
    event: str,
    level: Level | None,
    until: datetime | None,
) -> None:
    info = ElementTree.SubElement(alert, _tag("info"))
    for name, text in (
        ("language", "zh-CN"),
        ("category", "Met"),
        ("event", event),
        ("responseType", "Assess"),
        ("urgency", "Expected" if level else "Unknown"),
        ("severity", SEVERITIES[level] if level else "Unknown"),
        ("certainty", "Likely" if level else "Unknown"),
        ("audience", briefing.made_by),
        ("effective", _time(briefing.at)),
        ("expires", _time(until) if until else ""),
        ("senderName", briefing.made_by),
        ("headline", briefing.title),
        ("description", _description(briefing)),
        ("instruction", f"由{briefing.signature.post}决定并签发；未经签发不产生任何效力"),
    ):
        if text:
            _add(info, name, text)
    area = ElementTree.SubElement(info, _tag("area"))
    _add(area, "areaDesc", city.name)
    for district in city.districts.values():
        geocode = ElementTree.SubElement(area, _tag("geocode"))
        _add(geocode, "valueName", "district")
        _add(geocode, "value", district.code)


def _description(briefing: Briefing) -> str:
    """The main points, where the form has them."""
    found = [part for part in briefing.parts if part.key == "points"]
    told = [
        line.text
        for part in found
        for block in part.blocks
        if block.kind == "callout"
        for line in block.sentences
    ]
    return "".join(told) or briefing.title


def _add(parent: Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, _tag(name)).text = text


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _time(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat()
