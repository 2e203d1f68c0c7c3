"""Moments as the emergency tables keep them, and the clock that they are read from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime

from agents.judgment.engine.moments import LOCAL

EARLIEST: Final = 2000
LATEST: Final = 2199


def _plausible(at: datetime) -> datetime:
    if not EARLIEST <= at.year <= LATEST:
        raise ValueError(f"年份须在 {EARLIEST} 至 {LATEST} 之间")
    return at


Instant = Annotated[AwareDatetime, AfterValidator(_plausible)]
"""A moment that a request names: with a zone, and near enough to now to be reckoned with."""


def moment_text(at: datetime) -> str:
    """ISO 8601 at +08:00 to the millisecond: one width, so that the text's order is time's."""
    return at.astimezone(LOCAL).isoformat(timespec="milliseconds")


@dataclass(frozen=True)
class _Anchor:
    """At `wall` seconds it was `at`; from there on it runs `speed` times as fast."""

    at: datetime
    wall: float
    speed: float


class WorldClock:
    """The city's time: the wall clock's, or that of the exercise which the simulated city plays.

    Call it for an aware moment at +08:00 without microseconds, so that a stored one reads back the same.
    """

    def __init__(self, now: Callable[[], datetime], seconds: Callable[[], float]) -> None:
        self._now = now
        self._seconds = seconds
        self._anchor: _Anchor | None = None
        self.exercise: str | None = None

    def __call__(self) -> datetime:
        at = self._now()
        if self._anchor is not None:
            passed = (self._seconds() - self._anchor.wall) * self._anchor.speed
            at = self._anchor.at + timedelta(seconds=passed)
        at = at.astimezone(LOCAL)
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    @property
    def speed(self) -> float:
        """World seconds a wall second."""
        return 1.0 if self._anchor is None else self._anchor.speed

    @property
    def reckoned(self) -> timedelta:
        """How much of the time it tells was not heard from the exercise, but reckoned on from its last word."""
        if self._anchor is None:
            return timedelta(0)
        return timedelta(seconds=(self._seconds() - self._anchor.wall) * self._anchor.speed)

    def play(self, exercise: str, at: datetime, speed: float) -> None:
        """Follow an exercise: it is `at` now, and time runs `speed` times as fast (0: it stands)."""
        self._anchor = _Anchor(at, self._seconds(), speed)
        self.exercise = exercise

    def real(self) -> None:
        """Back to the wall clock."""
        self._anchor, self.exercise = None, None
