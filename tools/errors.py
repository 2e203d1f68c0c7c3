"""Errors of the outside world, named by who must act.

ToolsError
├── TicketInvalid          the sender of the ticket must correct it
├── TicketFileUnreadable   the operator must hand over another file
├── BadScenario            the keeper of a scenario folder must correct its files
├── OrderUnsafe            the caller's code must redact or shield before it dispatches
└── CityError              between us and the city's systems; `retryable` says if waiting helps
    ├── CityUnreachable    the network or the server: nobody here can act but wait, or fix the address
    ├── CityRefused        we must correct what we sent (or our key); carries the city's code and description
    ├── CityBroken         the city's supplier must repair its answer
    └── CityUnavailable    nobody: the circuit breaker is open until `retry_at`
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from knowledge.errors import Problem


class ToolsError(Exception):
    """Root of every error this package raises on purpose. The message is Chinese: an operator reads it."""


class TicketInvalid(ToolsError):
    """One ticket cannot be accepted. `where` is the field, `what` the fault, `what_to_do` the remedy."""

    def __init__(self, where: str, what: str, what_to_do: str) -> None:
        super().__init__(f"{where}：{what}；{what_to_do}")
        self.where = where
        self.what = what
        self.what_to_do = what_to_do


class TicketFileUnreadable(ToolsError):
    """A whole ticket file cannot be read (format, encoding, no text column)."""

    def __init__(self, where: str, what: str, what_to_do: str) -> None:
        super().__init__(f"{where}：{what}；{what_to_do}")
        self.where = where
        self.what = what
        self.what_to_do = what_to_do


class BadScenario(ToolsError):
    """A scenario can't be played. Carries every problem found, each with its file and line."""

    def __init__(self, root: Path, problems: Sequence[Problem]) -> None:
        self.root = root
        self.problems = tuple(problems)
        listed = "\n".join(f"  {number}. {problem}" for number, problem in enumerate(self.problems, 1))
        super().__init__(f"情景 {root} 有 {len(self.problems)} 处问题：\n{listed}")


class OrderUnsafe(ToolsError):
    """A dispatch order would show who called to a unit that must not know. The message never repeats it."""


class CityError(ToolsError):
    """Base of failures of the city's systems.

    retryable: the same call may succeed later. maybe_done: a write may have been carried out although it
    failed here, so only a call with an idempotency key may be repeated. retry_after_s: seconds the server
    asked us to wait, or None.
    """

    def __init__(
        self,
        message: str,
        *,
        retryable: bool = False,
        maybe_done: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.maybe_done = maybe_done
        self.retry_after_s = retry_after_s


class CityUnreachable(CityError):
    """No usable answer came: connection, timeout, reset, or a 5xx/429 status."""


class CityRefused(CityError):
    """The city answered 4xx: what we sent is wrong. `code` and `description` are the city's own words."""

    def __init__(self, message: str, *, code: int, description: str) -> None:
        super().__init__(message)
        self.code = code
        self.description = description


class CityBroken(CityError):
    """An answer came but breaks the agreed format."""


class CityUnavailable(CityError):
    """The circuit breaker is open: not even tried. `retry_at` (aware) is when the next try is let through."""

    def __init__(self, message: str, *, retry_at: datetime) -> None:
        super().__init__(message)
        self.retry_at = retry_at
