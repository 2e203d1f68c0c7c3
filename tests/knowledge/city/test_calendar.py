from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.city import City
from knowledge.errors import CalendarError

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-06-18", True),
        ("2026-06-19", False),  # 端午, a Friday
        ("2026-06-20", False),
        ("2026-02-14", True),  # a Saturday worked for 春节
        ("2026-02-28", True),
        ("2026-10-07", False),
        ("2026-10-10", True),
        ("2025-10-08", False),  # by the library: 2025's long 国庆
        ("2025-09-28", True),  # by the library: a Sunday worked
    ],
)
def test_workdays(city: City, day: str, works: bool) -> None:
    assert city.calendar.is_workday(date.fromisoformat(day)) is works


def test_unknown_year_says_what_to_add(city: City) -> None:
    with pytest.raises(CalendarError, match=r"2045.*working_calendar\.years"):
        city.calendar.is_workday(date(2045, 1, 4))


def test_next_workday_skips_the_holiday(city: City) -> None:
    assert city.calendar.next_workday(date(2026, 6, 18)) == date(2026, 6, 22)
    assert city.calendar.next_workday(date(2026, 2, 13)) == date(2026, 2, 14)


@pytest.mark.parametrize(
    ("received", "count", "due"),
    [
        ("2026-06-01T09:00", 1, "2026-06-02T17:30"),
        ("2026-06-01T17:30", 1, "2026-06-02T17:30"),
        ("2026-06-01T17:30:01", 1, "2026-06-03T17:30"),  # after the cutoff: received on the 2nd
        ("2026-06-18T10:00", 2, "2026-06-23T17:30"),  # over 端午
        ("2026-06-18T20:00", 1, "2026-06-23T17:30"),  # counts as received on Monday the 22nd
        ("2026-06-20T10:00", 1, "2026-06-22T17:30"),  # received on a day of rest: the next workday is day 1
        ("2026-02-13T10:00", 1, "2026-02-14T17:30"),  # a worked Saturday counts
    ],
)
def test_add_workdays(city: City, received: str, count: int, due: str) -> None:
    assert city.calendar.add_workdays(at(received), count) == at(due)


def test_other_zones_mean_the_same_moment(city: City) -> None:
    local = at("2026-06-01T17:31")
    assert city.calendar.add_workdays(local.astimezone(ZoneInfo("UTC")), 3) == city.calendar.add_workdays(
        local, 3
    )


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 30)), st.integers(1, 10))
def test_due_is_a_workday_and_later(city: City, moment: datetime, count: int) -> None:
    received = moment.replace(tzinfo=ZONE)
    due = city.calendar.add_workdays(received, count)
    assert due - received > timedelta(0)
    assert city.calendar.is_workday(due.date())
    assert city.calendar.add_workdays(received, count + 1) > due
