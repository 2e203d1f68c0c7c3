from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from knowledge.city import City, deadline_for

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_table_row(city: City) -> None:
    deadline = deadline_for(city, "投诉", "一般", "010101", at("2026-06-01T10:00"))
    assert deadline.contact_by == at("2026-06-02T10:00")
    assert deadline.finish_by == at("2026-06-10T17:30")
    assert "投诉·一般" in deadline.rule and "7个工作日" in deadline.rule and "覆盖" not in deadline.rule


def test_hours_run_through_nights_and_holidays(city: City) -> None:
    deadline = deadline_for(city, "求助", "紧急", "020101", at("2026-10-01T23:00"))
    assert deadline.finish_by == at("2026-10-02T23:00")
    assert deadline.contact_by == at("2026-10-01T23:30")


def test_cutoff_is_told(city: City) -> None:
    deadline = deadline_for(city, "咨询", "次紧急", "110104", at("2026-06-18T18:00"))
    assert deadline.finish_by == at("2026-06-23T17:30")
    assert "17:30以后收单" in deadline.rule and "06月22日" in deadline.rule


@pytest.mark.parametrize(
    ("kind", "urgency", "code", "contact", "finish"),
    [
        # override earlier in both
        ("求助", "次紧急", "060101", "2026-06-01T12:00", "2026-06-02T10:00"),
        # table earlier at the finish, override at the contact
        ("投诉", "次紧急", "090101", "2026-06-01T14:00", "2026-06-04T17:30"),
        # override holds for no such urgency
        ("求助", "一般", "060101", "2026-06-02T10:00", "2026-06-08T17:30"),
        # disaster override holds for every urgency
        ("求助", "一般", "140103", "2026-06-01T10:30", "2026-06-01T22:00"),
        # both in hours: the table's 4 beat the override's 12
        ("咨询", "紧急", "140107", "2026-06-01T10:30", "2026-06-01T14:00"),
        # both in hours: the override's 8 beat the table's 24
        ("求助", "紧急", "020201", "2026-06-01T10:30", "2026-06-01T18:00"),
    ],
)
def test_earliest_counts(city: City, kind: str, urgency: str, code: str, contact: str, finish: str) -> None:
    deadline = deadline_for(city, kind, urgency, code, at("2026-06-01T10:00"))
    assert (deadline.contact_by, deadline.finish_by) == (at(contact), at(finish))


def test_conflict_names_what_decided(city: City) -> None:
    rule = deadline_for(city, "投诉", "次紧急", "090101", at("2026-06-01T10:00")).rule
    assert "首次联系按覆盖规则“工程欠薪线索”" in rule
    assert "办结按时限表“投诉·次紧急”" in rule


def test_every_combination_has_a_deadline(city: City) -> None:
    received = at("2026-06-01T10:00")
    for kind, urgency, code in product(city.ticket_types, city.urgency_classes, city.catalogue):
        deadline = deadline_for(city, kind, urgency, code, received)
        assert received < deadline.contact_by and received < deadline.finish_by
        assert deadline.finish_by.tzinfo is not None


@pytest.mark.parametrize(
    ("kind", "urgency", "code", "received"),
    [
        ("投诉", "一般", "010101", datetime(2026, 6, 1)),
        ("抱怨", "一般", "010101", at("2026-06-01T10:00")),
        ("投诉", "特急", "010101", at("2026-06-01T10:00")),
        ("投诉", "一般", "999999", at("2026-06-01T10:00")),
    ],
)
def test_bad_input_says_what_to_use(
    city: City, kind: str, urgency: str, code: str, received: datetime
) -> None:
    with pytest.raises(ValueError, match="请"):
        deadline_for(city, kind, urgency, code, received)
