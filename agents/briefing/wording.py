"""How a briefing writes times, levels and figures."""

from datetime import datetime

from agents.judgment.decision import LEVEL_NAMES
from agents.judgment.engine.picture import Action, Level, State

STATE_NAMES: dict[State, str] = {
    "met": "成立",
    "not_met": "未成立",
    "unknown": "未知",
    "human": "待人工研判",
}
ACTION_NAMES: dict[Action, str] = {
    "none": "不启动",
    "start": "启动",
    "upgrade": "提升至",
    "keep": "维持",
    "downgrade": "降至",
    "end": "终止",
}
COUNT_WORD = {
    "areal_rain": "",
    "station_count": "站",
    "forecast_districts": "个区县",
    "signal_districts": "个区县",
    "district_response": "个区县",
    "ticket_count": "件",
}


def level(value: Level | None) -> str:
    return f"{LEVEL_NAMES[value]}级" if value else "无"


def number(value: float, decimals: int = 1) -> str:
    """50.0 as 50, 68.80 as 68.8: as few places as say the same."""
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(at: datetime) -> str:
    return f"{at.month}月{at.day}日"


def clock(at: datetime) -> str:
    return f"{at:%H:%M}"


def moment(at: datetime) -> str:
    """5月18日16:30."""
    return day(at) + clock(at)


def full(at: datetime) -> str:
    """2026年5月18日16:30."""
    return f"{at.year}年{moment(at)}"


def until(minutes: int) -> str:
    """60 as 1小时, 90 as 90分钟."""
    return f"{minutes // 60}小时" if minutes % 60 == 0 else f"{minutes}分钟"
