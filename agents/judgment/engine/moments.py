"""Moments as whole microseconds since 1970, which sort, subtract and pack better than datetimes."""

from datetime import datetime, timedelta, timezone

MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
HOUR = 60 * MINUTE
LOCAL = timezone(timedelta(hours=8))
"""Times of the plan and of its data are Beijing time, which knows no summer time."""

_EPOCH = datetime(1970, 1, 1, tzinfo=LOCAL) + LOCAL.utcoffset(None)


def ticks(moment: datetime) -> int:
    """An aware moment in microseconds since 1970."""
    return (moment - _EPOCH) // MICROSECOND


def moment(at: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at)


def clock(at: int) -> str:
    """As people on duty write it: 5月18日14:20."""
    when = moment(at)
    return f"{when.month}月{when.day}日{when:%H:%M}"
