"""Which of our own tickets tell of the storm, and as what."""

from datetime import UTC, datetime

import pytest

from tools.emergency.hotline import CARS, KINDS, PEOPLE, citizen_kind, citizen_signal


@pytest.mark.parametrize(
    ("code", "words", "kind"),
    [
        ("020301", "路口积水到膝盖，水排不下去", "积水"),
        ("020303", "院子一下雨就淹", "积水"),
        ("140102", "下穿通道全是水", "下穿积水"),
        ("140102", "桥洞底下有辆小车熄火了，水到车门", "车辆被困"),
        ("140102", "通道里水很深，暂无被困人员", "下穿积水"),
        ("140102", "担心有车被困在里面", "下穿积水"),
        ("140101", "地下车库进水", "地下空间进水"),
        ("140101", "老人被困屋里，水到床沿了", "人员被困"),
        ("140101", "我困在车顶上", "人员被困"),
        ("140101", "昨天车库进水，人已经救出来了", "地下空间进水"),
        ("140103", "地铁口楼梯成瀑布", "地铁口倒灌"),
        ("140104", "江堤冒水泡", "堤防险情"),
        ("140105", "后山裂了", "滑坡征兆"),
        ("140106", "彩钢棚要飞", "坠物"),
        ("140107", "安置点在哪", "转移咨询"),
        ("140108", "明天停课吗", "停课停运咨询"),
        ("140305", "雨一下屋里就漏，墙歪了", "屋漏危房"),
        ("140305", "自建房加了三层", None),
        ("020402", "大树倒在路中间", "倒树"),
        ("060201", "整栋楼没电", "停电"),
        ("140102", "有辆白车泡里面了", "车辆被困"),
        ("080102", "楼上扔下一个酱油瓶", None),
        ("140304", "有人困电梯里", None),
        ("070102", "左转绿灯太短", None),
    ],
)
def test_the_kind(city, code, words, kind):
    assert citizen_kind(city.catalogue[code], words) == kind


def test_every_kind_of_the_plan_can_come_from_a_ticket(city):
    wanted = {
        kind
        for response in city.weather.plan.responses
        for condition in response.conditions
        for test in condition.tests
        if test.kind == "ticket_count"
        for kind in test.ticket_kinds
    }
    assert wanted <= {*KINDS.values(), PEOPLE, CARS}


def test_a_signal_says_where_it_comes_from_and_nothing_of_who_called(city):
    at = datetime(2026, 5, 18, 8, 0, tzinfo=UTC)
    signal = citizen_signal("T0001", at, city.catalogue["020301"], "我姓王，路口积水", "PL0022")
    assert (signal.signal_id, signal.time, signal.kind, signal.place_id) == (
        "T0001-020301",
        at,
        "积水",
        "PL0022",
    )
    assert (signal.note, signal.provenance.reference) == ("", "T0001")
    assert citizen_signal("T0002", at, city.catalogue["070102"], "堵车", None) is None
