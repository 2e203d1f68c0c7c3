"""Drawing: a canvas that collects SVG elements, and scales from values to places on it.

Written out by hand rather than by a plotting library: four kinds of drawing, text that stays text, no import of
seconds. Sizes are in user units, 640 across a page's text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from agents.briefing.decision import Tone

WIDTH = 640
FONT = "Noto Sans SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, SimHei, sans-serif"
INK, PALE, GRID = "#202124", "#5f6368", "#dadce0"
COLOURS: dict[Tone, str] = {
    "plain": "#5f6368",
    "good": "#2e7d32",
    "warn": "#b26a00",
    "bad": "#b3261e",
    "unknown": "#7b3fa0",
    "human": "#1f5fa8",
}


class Canvas:
    """Elements in the order they are drawn; `title` is what a screen reader says."""

    def __init__(self, height: float, title: str) -> None:
        self.height, self._title = height, title
        self._parts: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, fill: str, opacity: float = 1.0) -> None:
        self._add(
            "rect", x=x, y=y, width=max(width, 0), height=max(height, 0), fill=fill, fill_opacity=opacity
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1, dash: str = ""
    ) -> None:
        self._add(
            "line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width, stroke_dasharray=dash
        )

    def polyline(self, points: Sequence[tuple[float, float]], stroke: str, width: float = 1.6) -> None:
        told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._add(
            "polyline", points=told, fill="none", stroke=stroke, stroke_width=width, stroke_linejoin="round"
        )

    def polygon(
        self, points: Sequence[tuple[float, float]], fill: str, stroke: str, opacity: float = 1.0
    ) -> None:
        told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._add("polygon", points=told, fill=fill, fill_opacity=opacity, stroke=stroke, stroke_width=0.8)

    def circle(self, x: float, y: float, radius: float, fill: str, stroke: str = "#ffffff") -> None:
        self._add("circle", cx=x, cy=y, r=radius, fill=fill, stroke=stroke, stroke_width=0.8)

    def text(
        self, x: float, y: float, text: str, *, size: float = 11, fill: str = INK, anchor: str = "start"
    ) -> None:
        self._add("text", text, x=x, y=y, font_size=size, fill=fill, text_anchor=anchor)

    def svg(self) -> str:
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height:g}" role="img" '
        head += f'font-family="{FONT}" width="{WIDTH}" height="{self.height:g}"><title>{escape(self._title)}</title>'
        return head + "".join(self._parts) + "</svg>"

    def _add(self, name: str, text: str = "", **attributes: float | str) -> None:
        told = "".join(
            f' {key.replace("_", "-")}="{value if isinstance(value, str) else format(round(value, 1), "g")}"'
            for key, value in attributes.items()
            if value != ""
        )
        self._parts.append(f"<{name}{told}>{escape(text)}</{name}>" if text else f"<{name}{told}/>")


@dataclass(frozen=True)
class Scale:
    """A value from `low` to `high` lies between `start` and `end` on the canvas."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        span = self.high - self.low or 1.0
        return self.start + (value - self.low) / span * (self.end - self.start)


def ticks(low: float, high: float, count: int = 4) -> tuple[float, ...]:
    """Round values from at or below `low` to at or above `high`, about `count` steps."""
    raw = max(high - low, 1e-9) / count
    size = 10.0
    while size > raw:
        size /= 10
    while size * 10 <= raw:
        size *= 10
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= raw)
    first = int(low // step)
    values = [first * step]
    while values[-1] < high - 1e-9:
        values.append((first + len(values)) * step)
    return tuple(round(value, 6) for value in values)


def hours_between(start: datetime, end: datetime, count: int = 8) -> tuple[datetime, ...]:
    """Full hours for an axis, at most about `count`."""
    step = next(
        hours
        for hours in (1, 2, 3, 6, 12, 24)
        if (end - start) <= timedelta(hours=hours * count) or hours == 24
    )
    at = start.replace(minute=0, second=0, microsecond=0)
    found: list[datetime] = []
    while at <= end:
        if at >= start and at.hour % step == 0:
            found.append(at)
        at += timedelta(hours=1)
    return tuple(found)
