"""How a briefing writes levels, dates and figures; times, units and states are the judgment's own (naming.py)."""

from datetime import datetime

from agents.judgment.decision import LEVEL_NAMES
from agents.judgment.engine.picture import Level
from agents.judgment.naming import UNITS, number


def level(value: Level | None) -> str:
    return f"{LEVEL_NAMES[value]}级" if value else "无"


def full(at: datetime) -> str:
    """2026年5月18日16:30."""
    return f"{at.year}年{at.month}月{at.day}日{at:%H:%M}"


def measured(value: float, unit: str) -> str:
    """A value with its unit: levels in metres to the centimetre, all else to a tenth."""
    return f"{number(value, 2 if unit == 'm' else 1)}{UNITS.get(unit, unit)}"
