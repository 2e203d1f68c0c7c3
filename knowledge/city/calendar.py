"""Working days and office hours of a city."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import chinese_calendar

from knowledge.city.policy import CalendarYear, CityPolicy
from knowledge.errors import CalendarError

WEEK = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days: the years the pack lists by the pack, others by the library of public holidays.

    `opens`, `closes` are the office hours and `cutoff` the last minute of a receiving day, local to `zone`.
    Asking about a year neither knows raises CalendarError: a guessed holiday would be a wrong deadline.
    """

    zone: ZoneInfo
    workweek: frozenset[int]
    opens: time
    closes: time
    cutoff: time
    years: Mapping[int, CalendarYear]

    @classmethod
    def from_policy(cls, policy: CityPolicy) -> "WorkingCalendar":
        table = policy.working_calendar
        opens, closes = (time.fromisoformat(part) for part in table.hours.split("-"))
        return cls(
            zone=ZoneInfo(policy.city.timezone),
            workweek=frozenset(WEEK.index(day) for day in table.week),
            opens=opens,
            closes=closes,
            cutoff=time.fromisoformat(policy.deadline_rule.cutoff[:5]),
            years=MappingProxyType({item.year: item for item in table.years}),
        )

    def is_workday(self, day: date) -> bool:
        year = self.years.get(day.year)
        if year is not None:
            return day in year.makeup_workdays or (
                day.weekday() in self.workweek and day not in year.rest_days
            )
        try:
            return chinese_calendar.is_workday(day)
        except NotImplementedError as error:
            raise CalendarError(
                f"工作日历没有 {day.year} 年：城市数据包未列，节假日库 chinesecalendar 也不含。"
                f"在 city.toml 补 [[working_calendar.years]] year = {day.year}，或升级该库。"
            ) from error

    def next_workday(self, day: date) -> date:
        """The first working day after `day`."""
        day += timedelta(days=1)
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def add_workdays(self, moment: datetime, count: int) -> datetime:
        """End of office hours on the `count`-th working day after the day of receipt (zone-aware)."""
        day = self.received_on(moment)
        for _ in range(count):
            day = self.next_workday(day)
        return datetime.combine(day, self.closes, self.zone)

    def received_on(self, moment: datetime) -> date:
        """The day a ticket counts as received: that day, or after the cutoff the next working day."""
        local = moment.astimezone(self.zone)
        return self.next_workday(local.date()) if local.time() > self.cutoff else local.date()
