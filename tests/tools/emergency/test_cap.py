"""CAP messages: the real files, and hand-written ones that are wrong in every way we know."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from shapely import box

from tools.emergency.cap import parse_cap
from tools.emergency.cap_alerts import CapAlerts
from tools.emergency.feed import Faults

BEIJING = timezone(timedelta(hours=8))
NOW = datetime(2026, 5, 18, 16, 0, tzinfo=BEIJING)
ALL = ("990302", "990303", "990304", "990305", "990371", "990321", "990322")
AREA = "<area><areaDesc>青峦区</areaDesc><geocode><valueName>district</valueName><value>990304</value></geocode></area>"


def xml(identifier="YZ1", kind="Alert", info="", head="", version="1.2", declared="UTF-8", status="Actual"):
    return (
        f'<?xml version="1.0" encoding="{declared}"?>'
        f'<alert xmlns="urn:oasis:names:tc:emergency:cap:{version}"><identifier>{identifier}</identifier>'
        f"<sender>qxt@yunzhou.invalid</sender><sent>2026-05-18T14:18:00+08:00</sent><status>{status}</status>"
        f"<msgType>{kind}</msgType><scope>Public</scope>{head}{info}</alert>"
    )


def block(area=AREA, event="暴雨橙色预警", severity="Severe", extra="", language="zh-CN", times=""):
    return (
        f"<info><language>{language}</language><category>Met</category><event>{event}</event><urgency>Expected</urgency>"
        f"<severity>{severity}</severity><certainty>Likely</certainty>{times}"
        f"<senderName>沄州市气象台</senderName><headline>沄州市气象台发布</headline><description>三小时五十毫米</description>"
        f"{extra}{area}</info>"
    )


def named(name, value, tag="parameter"):
    return f"<{tag}><valueName>{name}</valueName><value>{value}</value></{tag}>"


def polygon(points, name="某地"):
    return f"<area><areaDesc>{name}</areaDesc><polygon>{points}</polygon></area>"


@pytest.fixture
def read(ground):
    """Messages through the parser and one CapAlerts: the last one's alerts, and all problems."""
    made = CapAlerts(ground, ("暴雨临灾警报",), frozenset({"Actual"}))

    def run(*texts, now=NOW):
        faults, alerts = Faults(), ()
        for text in texts:
            body = text if isinstance(text, bytes) else text.encode()
            message = parse_cap(body, ground.zone, "msg", faults)
            alerts = made.alerts(message, "msg", now, faults)
        return alerts, [f"{p.where}：{p.what}" for p in faults.problems]

    return run


def test_a_plain_warning(read):
    (alert,), problems = read(xml(info=block(times="<expires>2026-05-18T20:18:00+08:00</expires>")))
    assert (alert.alert_id, alert.event, alert.type, alert.colour) == ("YZ1", "issue", "暴雨", "橙")
    assert alert.districts == ("990304",)
    assert alert.issued_at == datetime(2026, 5, 18, 6, 18, tzinfo=UTC)
    assert alert.expires_at == datetime(2026, 5, 18, 12, 18, tzinfo=UTC)
    assert (alert.issuer, alert.text) == ("沄州市气象台", "三小时五十毫米")
    assert alert.provenance is not None
    assert (alert.provenance.source, alert.provenance.reference, alert.provenance.note) == (
        "alerts",
        "msg",
        "",
    )
    assert problems == []


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("GB18030", "gb18030"), ("GB2312", "gbk"), ("UTF-16", "utf-16"), ("UTF-8", "utf-8-sig")],
)
def test_other_encodings(read, declared, encoding):
    (alert,), _ = read(xml(info=block(), declared=declared).encode(encoding))
    assert alert.text == "三小时五十毫米"


def test_bytes_that_are_not_what_they_say_are_read_as_gb18030_and_noted(read):
    (alert,), _ = read(xml(info=block()).encode("gb18030"))
    assert alert.text == "三小时五十毫米"
    assert "GB18030" in alert.provenance.note


def test_cap_1_1_and_a_signature(read):
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature>'
    (alert,), _ = read(xml(info=block() + signature, version="1.1"))
    assert alert.provenance.note == "带电子签名，未验签"


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE alert [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused(read, doctype, encoding):
    text = xml(info=block(), declared=encoding).replace("?>", "?>" + doctype, 1)
    with pytest.raises(ValueError, match="DOCTYPE"):
        read(text.encode(encoding))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("<scope>Public</scope>", ""), "缺 scope"),
        (("<status>Actual</status>", "<status>Real</status>"), "status 为 Real"),
        (("YZ1", "YZ 1,2"), "identifier 含空格"),
        (("<sent>2026-05-18T14:18:00+08:00</sent>", "<sent>昨天</sent>"), "Invalid isoformat"),
        (("cap:1.2", "cap:9.9"), "不是 CAP"),
        (("</alert>", ""), "不是合法的 XML"),
    ],
)
def test_what_makes_a_message_unusable_is_named(read, change, fault):
    with pytest.raises(ValueError, match=fault):
        read(xml(info=block()).replace(*change))


@pytest.mark.parametrize(
    ("event", "extra", "severity", "expected", "note"),
    [
        ("暴雨", named("colour", "红"), "Severe", ("暴雨", "红"), ""),
        ("暴雨", named("ColorCode", "x") + named("color", "ORANGE"), "Minor", ("暴雨", "橙"), ""),
        ("雷雨大风黄色预警", "", "Extreme", ("雷雨大风", "黄"), ""),
        ("暴雨临灾警报", named("colour", "红色"), "Extreme", ("暴雨临灾警报", "红"), ""),
        ("Rainstorm", named("code", "11B03", "eventCode"), "Moderate", ("暴雨", "黄"), "推定"),
        ("Tropical storm", named("type", "1001", "eventCode"), "Minor", ("台风", "蓝"), "推定"),
        ("火山喷发", "", "Extreme", ("火山喷发", "红"), "推定"),
        ("暴雨黄色预警", named("colour", "红"), "Severe", ("暴雨", "红"), "按参数计"),
    ],
)
def test_type_and_colour(read, event, extra, severity, expected, note):
    codes = extra if "eventCode" in extra else ""
    text = xml(info=block(event=event, severity=severity, extra="" if codes else extra))
    (alert,), _ = read(text.replace("<senderName>", codes + "<senderName>"))
    assert (alert.type, alert.colour) == expected
    assert note in alert.provenance.note
    assert bool(note) == bool(alert.provenance.note)


def test_without_any_colour_it_is_a_problem_not_a_guess(read):
    alerts, problems = read(xml(info=block(event="暴雨", severity="Unknown")))
    assert alerts == ()
    assert "看不出颜色" in problems[0]


SQUARE = "29.65,113.00 29.65,113.20 29.73,113.20 29.73,113.00 29.65,113.00"


@pytest.mark.parametrize(
    ("area", "districts", "fault"),
    [
        (polygon(SQUARE), ("990304",), None),
        (polygon(SQUARE.rsplit(" ", 1)[0]), ("990304",), "首尾不相接"),
        (polygon("113.00,29.65 113.20,29.65 113.20,29.73 113.00,29.73"), ALL, "不是“纬度,经度”"),
        (
            polygon("29.65,113.00 29.73,113.20 29.65,113.20 29.73,113.00 29.65,113.00", "青峦区"),
            ("990304",),
            "自相交",
        ),
        (polygon("40.0,116.0 40.0,117.0 41.0,117.0 40.0,116.0"), (), None),
        (polygon("29.65,113.00 29.65"), ALL, "认不出所指区县"),
        ("<area><areaDesc>点</areaDesc><circle>29.69,113.10 0</circle></area>", ("990304",), None),
        ("<area><areaDesc>圆</areaDesc><circle>29.62,113.12 300</circle></area>", ALL, None),
        ("<area><areaDesc>圆</areaDesc><circle>29.62 113.12 3</circle></area>", ALL, "circle"),
        ("<area><areaDesc>望澜区、南浦区</areaDesc></area>", ("990303", "990305"), None),
        ("<area><areaDesc>沄州市全市</areaDesc></area>", ALL, None),
        ("<area><areaDesc>某地</areaDesc></area>", ALL, "认不出所指区县（某地）"),
        ("", ALL, "认不出所指区县（没有写）"),
        (
            "<area><areaDesc>x</areaDesc>" + named("district", "990300000000", "geocode") + "</area>",
            ALL,
            None,
        ),
        (
            "<area><areaDesc>x</areaDesc>" + named("district", "990304003", "geocode") + "</area>",
            ("990304",),
            None,
        ),
        ("<area><areaDesc>北京</areaDesc>" + named("district", "110000", "geocode") + "</area>", (), None),
    ],
)
def test_where(read, area, districts, fault):
    alerts, problems = read(xml(info=block(area=area)))
    assert (alerts[0].districts if alerts else ()) == districts
    assert any(fault in problem for problem in problems) if fault else problems == []


def test_latitude_and_longitude_the_wrong_way_round(read, ground):
    """Only possible for a city whose longitude could be a latitude."""
    turned = ground.__class__(
        ground.code,
        ground.name,
        ground.zone,
        {"1": "甲区"},
        {"1": box(10.0, 50.0, 11.0, 51.0)},
        (10.0, 50.0, 11.0, 51.0),
    )
    faults = Faults()
    area = polygon("10.2,50.2 10.8,50.2 10.8,50.8 10.2,50.2")
    message = parse_cap(xml(info=block(area=area)).encode(), ground.zone, "msg", faults)
    (alert,) = CapAlerts(turned, (), frozenset({"Actual"})).alerts(message, "msg", NOW, faults)
    assert alert.districts == ("1",)
    assert "写反" in faults.problems[0].what


def references(*identifiers):
    triples = " ".join(f"qxt@yunzhou.invalid,{i},2026-05-18T14:18:00+08:00" for i in identifiers)
    return f"<references>{triples}</references>"


def test_update_and_cancel_end_what_they_refer_to(read):
    (update,), _ = read(xml("YZ2", "Update", block(event="暴雨红色预警"), references("YZ1")))
    assert (update.event, update.supersedes, update.colour) == ("update", ("YZ1",), "红")
    (cancel,), _ = read(xml("YZ3", "Cancel", block(event="暴雨红色预警"), references("YZ1", "YZ2")))
    assert (cancel.event, cancel.supersedes) == ("cancel", ("YZ1", "YZ2"))


def test_a_bare_cancel_is_of_what_it_cancels(read):
    (cancel,), _ = read(xml("YZ1", info=block()), xml("YZ3", "Cancel", head=references("YZ1")))
    assert (cancel.type, cancel.colour, cancel.districts) == ("暴雨", "橙", ("990304",))
    (unseen,), _ = read(xml("YZ4", "Cancel", head=references("YZ0")))
    assert unseen.supersedes == ("YZ0",)
    assert unseen.provenance.note == "所取消的信号未曾收到"


def test_a_reference_that_cannot_be_read_is_told(read):
    _, problems = read(xml("YZ2", "Update", block(), "<references>YZ1</references>"))
    assert "不是“发送方,编号,时间”" in problems[0]


@pytest.mark.parametrize("kind", ["Ack", "Error"])
def test_acknowledgements_and_errors_start_nothing(read, kind):
    alerts, problems = read(xml("YZ5", kind, head="<note>系统故障</note>" + references("YZ1")))
    assert alerts == ()
    assert bool(problems) == (kind == "Error")


def test_exercises_are_left_out(read):
    assert read(xml(info=block(), status="Exercise")) == ((), [])


def test_two_hazards_in_one_message_and_their_cancel(read):
    both = xml(info=block() + block(event="雷电黄色预警") + block(event="Thunder", language="en"))
    alerts, _ = read(both)
    assert [(a.alert_id, a.type) for a in alerts] == [("YZ1", "暴雨"), ("YZ1#2", "雷电")]
    (cancel,), _ = read(xml("YZ9", "Cancel", head=references("YZ1")))
    assert cancel.supersedes == ("YZ1", "YZ1#2")


def test_an_expired_message_is_kept_and_marked(read):
    (alert,), _ = read(xml(info=block(times="<expires>2026-05-18T15:00:00+08:00</expires>")))
    assert alert.provenance.note == "收到时已过有效期"


def test_times_without_a_zone_are_the_citys(read):
    text = xml(info=block(times="<effective>2026-05-18T15:00:00</effective>"))
    (alert,), problems = read(text)
    assert alert.effective_from == datetime(2026, 5, 18, 15, 0, tzinfo=BEIJING)
    assert "没有时区" in problems[0]


def real_file(real, name):
    return (real / "cap" / name).read_bytes()


def test_real_flash_flood_watch(read, real):
    """Its area is in codes that say nothing here: the whole city, and a problem."""
    (alert,), problems = read(real_file(real, "weather.cap"))
    assert (alert.type, alert.colour, alert.districts) == ("Flash Flood Watch", "橙", ALL)
    assert alert.issued_at == datetime(2010, 8, 30, 10, 7, tzinfo=UTC)
    assert alert.issuer == "NWS GreatFalls (Central Montana)"
    assert [p for p in problems if "认不出" in p and "Lewis and Clark" in p]


def test_real_earthquake(read, real):
    """Unknown severity and no colour: told, not guessed; the circle lies off Tonga."""
    alerts, problems = read(real_file(real, "earthquake.cap"))
    assert (alerts, problems) == ((), [])


def test_real_noaa_errors(read, real):
    alerts, problems = read(real_file(real, "noaa_errors.cap"))
    assert alerts == ()
    told = "\n".join(problems)
    for fault in (
        "references：为空",
        "urgency：",
        "severity：",
        "certainty：",
        "polygon：",
        "看不出颜色等级",
    ):
        assert fault in told


def test_real_alert_without_optional_fields(read, real):
    assert read(real_file(real, "no_optional_fields.cap")) == ((), ["info：没有 info 段，不知所指"])


def test_real_alert_without_scope(read, real):
    with pytest.raises(ValueError, match="缺 scope"):
        read(real_file(real, "invalid.cap"))
