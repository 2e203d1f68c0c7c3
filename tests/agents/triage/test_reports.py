"""Who says that they report somebody is shielded as a reporter, whatever the matter sounds like."""

import pytest

from agents.triage.speech import reports


@pytest.mark.parametrize(
    "text",
    [
        "我举报中山路上一家早餐店后厨卫生很差",
        "您好，我要匿名举报一家药店",
        "举报：市场里有人私拉电线给电池充电",
        "公司不交社保，请保护举报人",
    ],
)
def test_a_declared_report_is_one(text: str) -> None:
    assert reports(text)


@pytest.mark.parametrize(
    "text",
    [
        "我前年就举报过，回复说列入计划了",
        "谁打的电话举报我家阳光房？",
        "请问我要举报该打哪个电话",
        "我举报了三次都没人管",
        "坐席：您要举报吗？\n市民：不是，路灯坏了",
        "路灯坏了三天",
    ],
)
def test_talk_of_reports_is_none(text: str) -> None:
    assert not reports(text)
