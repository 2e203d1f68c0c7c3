"""The simulated city's time: runs with the wall clock or at a multiple of it, or stands still until moved."""

from collections.abc import Callable
from datetime import datetime, timedelta


class SimClock:
    """Call it for the aware simulated time. `wall` counts seconds and never runs back."""

    def __init__(self, start: datetime, wall: Callable[[], float], *, running: bool) -> None:
        if start.tzinfo is None:
            raise ValueError("模拟时钟的起点没有时区；请写成 2026-05-17T08:00:00+08:00 的样子")
        self._base = start
        self._wall = wall
        self._since = wall()
        self.running = running
        self.speed = 1.0

    def __call__(self) -> datetime:
        if not self.running:
            return self._base
        return self._base + timedelta(seconds=(self._wall() - self._since) * self.speed)

    def set(self, moment: datetime) -> None:
        """Jump to an aware moment, forward or back."""
        self._base = moment.astimezone(self._base.tzinfo)
        self._since = self._wall()

    def advance(self, step: timedelta) -> None:
        self.set(self() + step)

    def freeze(self) -> None:
        self.set(self())
        self.running = False

    def run(self) -> None:
        self.set(self())
        self.running = True

    def pace(self, speed: float) -> None:
        """Simulated seconds in one second of the wall, above 0."""
        self.set(self())
        self.speed = speed
