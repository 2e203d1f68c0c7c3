"""By when a ticket must be answered: table, overrides, the earlier of them, and the sentence that says so."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from knowledge.city.policy import DeadlineOverride, DeadlineRow
from knowledge.city.types import City


@dataclass(frozen=True)
class Deadline:
    """First contact and finish, zone-aware; `rule` is the Chinese sentence to write on the ticket."""

    contact_by: datetime
    finish_by: datetime
    rule: str


def deadline_for(city: City, ticket_type: str, urgency: str, code: str, received_at: datetime) -> Deadline:
    """Deadline of a ticket that the unit received at `received_at`.

    Contact and finish are each the earliest over the row of (type, urgency) and every override that holds for
    the code and urgency. Raises ValueError for a naive time, or an unknown type, urgency or code;
    CalendarError when the finish needs a year without known holidays.
    """
    if received_at.tzinfo is None:
        raise ValueError(f"收单时间 {received_at} 没有时区；请给出带时区的时间")
    if code not in city.catalogue:
        raise ValueError(f"目录里没有 {code}；请用 catalogue.csv 的 code")
    received = received_at.astimezone(city.calendar.zone)
    row = next((row for row in city.deadlines if (row.type, row.urgency) == (ticket_type, urgency)), None)
    if row is None:
        raise ValueError(f"时限表没有 {ticket_type}×{urgency}；请用 city.toml 里的类型和紧急程度")
    overrides = [item for item in city.deadline_overrides if code in item.codes and urgency in item.urgencies]
    clocks = [_Clock.of(city, f"时限表“{ticket_type}·{urgency}”", row, received)]
    clocks += [_Clock.of(city, f"覆盖规则“{item.name}”", item, received) for item in overrides]
    contact = min(clocks, key=lambda clock: clock.contact_by)
    finish = min(clocks, key=lambda clock: clock.finish_by)
    return Deadline(contact.contact_by, finish.finish_by, _sentence(city, clocks, contact, finish, received))


@dataclass(frozen=True)
class _Clock:
    """One rule's two times for one ticket."""

    source: str
    row: DeadlineRow | DeadlineOverride
    contact_by: datetime
    finish_by: datetime

    @classmethod
    def of(cls, city: City, source: str, row: DeadlineRow | DeadlineOverride, received: datetime) -> "_Clock":
        if row.finish_unit == "working_day":
            finish = city.calendar.add_workdays(received, row.finish_value)
        else:
            finish = received + timedelta(hours=row.finish_value)
        return cls(source, row, received + timedelta(hours=row.contact_hours), finish)

    def __str__(self) -> str:
        unit = "个工作日" if self.row.finish_unit == "working_day" else "小时"
        return f"{self.source}：{self.row.contact_hours:g}小时内首次联系，{self.row.finish_value}{unit}办结"


def _sentence(city: City, clocks: list[_Clock], contact: _Clock, finish: _Clock, received: datetime) -> str:
    parts = ["；".join(str(clock) for clock in clocks)]
    if finish.row.finish_unit == "working_day" and received.time() > city.calendar.cutoff:
        day = city.calendar.received_on(received)
        parts.append(f"{city.calendar.cutoff:%H:%M}以后收单，按次一工作日{day:%m月%d日}收单计算")
    if finish.row.finish_unit == "working_day":
        parts.append(f"工作日从收单次日起数，遇休息日顺延，到当日{city.calendar.closes:%H:%M}")
    if len(clocks) > 1:
        parts.append(f"同时适用取最早：首次联系按{contact.source}，办结按{finish.source}")
    return "。".join(parts) + "。"
