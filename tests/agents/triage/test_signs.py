from datetime import UTC, datetime
from pathlib import Path

import pytest

from agents.triage import signs
from agents.triage.state import Part
from knowledge.city import City, load_city
from tools.ticket import Caller, Ticket


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(Path(__file__).parents[3] / "knowledge" / "city" / "yunzhou")


def ticket(text: str, *, phone: str | None = "13900000000", anonymous: bool = False) -> Ticket:
    return Ticket(
        ticket_id="T",
        created_at=datetime(2026, 6, 1, tzinfo=UTC),
        caller=Caller(phone=phone, anonymous=anonymous),
        text=text,
    )


def part(code: str, street: str | None = None) -> Part:
    place = {"place_id": None, "street": street, "district": None, "candidates": []}
    return {"start": 0, "end": 1, "evidence": "", "scores": {code: 1.0}, "place": place}


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("我真的活不下去了，不如死了算了", "轻生"),
        ("明天我们几十个工人去市政府门口站着", "群体性"),
        ("再不解决就拉横幅堵路", "群体性"),
        ("惹急了我跟他同归于尽", "极端言论"),
        ("再来一次我打断他的腿", "极端言论"),
        ("再没人管我就找记者曝光", "媒体曝光"),
    ],
)
def test_risks_are_flagged(city: City, text: str, flag: str) -> None:
    assert flag in signs.risk_flags(text, city)


@pytest.mark.parametrize(
    "text",
    [
        "路灯坏了三天，请来修",
        "网慢得我想跳楼，开玩笑的",
        "我不会去拉横幅，好好说就行",
        "坐席：您是想找媒体曝光吗？市民：路灯坏了",
        "树枝砍了要罚款吗",
    ],
)
def test_ordinary_talk_raises_no_flag(city: City, text: str) -> None:
    assert signs.risk_flags(text, city) == []


def test_the_packs_risk_words_are_flagged(city: City) -> None:
    known = [word for word in city.urgency_rule.risk_words if signs.risk_flags(f"我们要{word}", city)]
    assert len(known) >= len(city.urgency_rule.risk_words) - 1


def test_a_site_without_a_place_is_missing() -> None:
    text = "井盖没了，黑洞洞的"
    assert signs.missing(text, ticket(text), [part("020201")], "求助", set()) == ["地点"]
    assert signs.missing(text, ticket(text), [part("020201", "文昌街道")], "求助", set()) == []
    assert signs.missing(text, ticket(text), [part("020201")], "建议", set()) == []


def test_a_nameless_shop_is_missing() -> None:
    text = "有家健身房不退钱，关门了"
    assert "对象" in signs.missing(text, ticket(text), [part("120201", "文昌街道")], "投诉", set())
    named = "有家健身房叫“跃动工场”，不退钱"
    assert "对象" not in signs.missing(named, ticket(named), [part("120201", "文昌街道")], "投诉", set())


@pytest.mark.parametrize(
    ("phone", "anonymous", "told", "lacks"),
    [
        (None, False, set[str](), True),
        (None, False, {"name", "address"}, True),
        (None, True, set[str](), False),
        ("13900000000", False, set[str](), False),
        (None, False, {"phone"}, False),
    ],
)
def test_contact(phone: str | None, anonymous: bool, told: set[str], lacks: bool) -> None:
    text = "请来修路灯"
    found = signs.missing(text, ticket(text, phone=phone, anonymous=anonymous), [], "求助", told)
    assert ("联系方式" in found) is lacks


def test_every_missing_thing_has_a_question() -> None:
    asked = signs.questions(["地点", "对象", "联系方式", "时间"])
    assert len(asked) == 4
    assert all(question.endswith(("？", "。")) for question in asked)
