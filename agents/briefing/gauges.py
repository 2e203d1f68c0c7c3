"""Where a gauge stands against its references, for colours and short words."""

from agents.briefing import wording
from agents.briefing.decision import Tone
from agents.judgment.evidence import REFERENCES, reference
from knowledge.city.weather import Station

GRAVE = ("record_level", "check_level", "design_level", "guarantee_level", "depth_close_cm", "rate_red_mm_h")
NEAR_M = 0.5
"""A level this far below its next reference, in metres, is worth a line."""


def references(station: Station) -> tuple[tuple[str, float, Tone], ...]:
    """(name, value, tone) of all that a gauge is compared with, from low to high."""
    known: list[tuple[str, float, Tone]] = [
        (name, value, "bad" if column in GRAVE else "warn")
        for column, name in REFERENCES
        if (value := getattr(station, column)) is not None
    ]
    return tuple(sorted(known, key=lambda one: one[1]))


def standing(station: Station, metric: str, value: float) -> tuple[str, Tone] | None:
    """超过警戒水位0.32米, 低于警戒水位0.40米; None for a gauge far below, or without references."""
    mark = reference(station, value) if metric == station.metrics[0] else None
    if mark is None:
        return None
    name, level = mark
    off = wording.measured(round(abs(value - level), 2), station.unit)
    if value >= level:
        return (f"达到{name}" if value == level else f"超过{name}{off}"), _tone(station, name)
    if station.unit == "m" and level - value <= NEAR_M:
        return f"低于{name}{off}", "plain"
    return None


def _tone(station: Station, name: str) -> Tone:
    return next(tone for known, _, tone in references(station) if known == name)
