from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import TicketInvalid
from tools.ticket import TEXT_MAX, clean_text, id_of, parse_ticket

BEIJING = timezone(timedelta(hours=8))
NOW = datetime(2026, 5, 18, 9, 0, tzinfo=BEIJING)


def parse(data):
    return parse_ticket(data, clock=lambda: NOW, new_id=lambda: "N-1")


def test_only_the_text_is_required():
    ticket = parse({"text": "路灯不亮"})
    assert (ticket.ticket_id, ticket.created_at, ticket.channel) == ("N-1", NOW, None)
    assert ticket.caller.model_dump() == {"name": None, "phone": None, "anonymous": False}


def test_english_and_chinese_names_give_the_same_ticket():
    nested = {
        "ticket_id": "A1",
        "channel": "电话",
        "created_at": "2026-05-17T14:30:00+08:00",
        "caller": {"name": "王某", "phone": "000", "anonymous": False},
        "text": "路灯不亮",
    }
    row = {
        "工单编号": "A1",
        "渠道": "电话",
        "时间": "2026年5月17日 14:30",
        "姓名": "王某",
        "电话": "000",
        "内容": "路灯不亮",
    }
    assert parse(nested) == parse(row)


@pytest.mark.parametrize(
    "written",
    [
        "2026-05-17T06:30:00Z",
        "2026-05-17 14:30",
        "2026/5/17 14:30:00",
        "2026.5.17 14点30分",
        "20260517T143000",
    ],
)
def test_spellings_of_one_moment(written):
    assert parse({"text": "路灯", "created_at": written}).created_at == datetime(
        2026, 5, 17, 6, 30, tzinfo=UTC
    )


def test_spreadsheet_values_are_read_as_what_they_mean():
    ticket = parse(
        {"内容": "路灯", "时间": datetime(2026, 5, 17, 14, 30), "电话": 13000000000.0, "是否匿名": 1.0}
    )
    assert ticket.caller.phone == "13000000000"
    assert ticket.caller.anonymous
    assert ticket.created_at == datetime(2026, 5, 17, 14, 30, tzinfo=BEIJING)


def test_a_name_that_says_anonymous_is_anonymous_unless_told_otherwise():
    assert parse({"text": "路灯", "姓名": "匿名"}).caller.anonymous
    assert not parse({"text": "路灯", "姓名": "匿名", "是否匿名": "否"}).caller.anonymous


def test_invisible_characters_go_and_are_counted():
    ticket = parse({"text": "路\u200b灯\x00坏\ufeff了\U000e0041\u202e\r\n请修\ufe0f\t\ud800"})
    assert ticket.text == "路灯坏了\n请修\t"
    assert ticket.removed_characters == 7


@given(st.text())
def test_cleaning_is_idempotent_and_leaves_what_it_counts(raw):
    once, removed = clean_text(raw)
    assert clean_text(once) == (once, 0)
    assert 0 <= removed <= len(raw)


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ({}, "text"),
        ({"text": " \u200b\n"}, "text"),
        ({"text": "路" * (TEXT_MAX + 1)}, "text"),
        ({"text": 12}, "text"),
        ({"text": "路灯", "created_at": "2026-02-30 10:00"}, "created_at"),
        ({"text": "路灯", "created_at": "昨天下午"}, "created_at"),
        ({"text": "路灯", "created_at": True}, "created_at"),
        ({"text": "路灯", "caller": "王某"}, "caller"),
        ({"text": "路灯", "caller": {"anonymous": "大概"}}, "anonymous"),
        ({"text": "路灯", "channel": "电" * 201}, "channel"),
        ({"text": "路灯", "ticket_id": ["A1"]}, "ticket_id"),
    ],
)
def test_refusals_say_where_and_what_to_do(data, where):
    with pytest.raises(TicketInvalid) as caught:
        parse(data)
    assert where in caught.value.where
    assert caught.value.what_to_do in str(caught.value)


@given(
    st.dictionaries(
        st.sampled_from(["text", "created_at", "电话", "是否匿名", "caller", "工单编号"]),
        st.none()
        | st.booleans()
        | st.floats()
        | st.integers()
        | st.text()
        | st.dictionaries(st.text(), st.text()),
    )
)
def test_any_json_object_is_a_ticket_or_a_clear_refusal(data):
    try:
        ticket = parse(data)
    except TicketInvalid:
        return
    assert ticket.text.strip() and ticket.created_at.tzinfo


@pytest.mark.parametrize(("field", "most"), [("ticket_id", 100), ("channel", 40), ("姓名", 200)])
def test_short_fields_hold_what_the_store_and_an_order_hold(field, most):
    assert parse({"text": "路灯", field: "字" * most})
    with pytest.raises(TicketInvalid, match=f"超过 {most} 字"):
        parse({"text": "路灯", field: "字" * (most + 1)})


def test_the_id_of_a_row_that_is_no_ticket():
    assert id_of({"工单编号": 1001.0, "内容": ""}) == "1001"
    assert id_of({"ticket_id": " ", "caller": "张三"}) is None
    assert id_of({"ticket_id": ["a"]}) is None
