"""Wrappers that make calls to a city bearable: time limit, retry, circuit breaker.

A guard wraps any call; `GuardedCity` puts guards around every method of a CityTickets. The order is
retry(breaker(timeout(call))): each attempt counts for the breaker, and an open breaker ends the retries.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeVar

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from tools.dispatch import (
    CityTickets,
    DispatchOrder,
    DispatchReceipt,
    PastTicket,
    RequestFilter,
    Service,
    ServiceDefinition,
    ServiceRequest,
)
from tools.errors import CityBroken, CityError, CityUnavailable, CityUnreachable

T = TypeVar("T")
Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[None]]


class Guard(Protocol):
    """Runs a call under some care. `repeatable` calls may be made twice without doing their work twice."""

    async def __call__(self, call: Callable[[], Awaitable[T]], *, repeatable: bool) -> T: ...


@dataclass(frozen=True)
class Timeout:
    """Gives a call `seconds`, then raises CityUnreachable."""

    seconds: float

    async def __call__(self, call: Callable[[], Awaitable[T]], *, repeatable: bool) -> T:
        try:
            async with asyncio.timeout(self.seconds):
                return await call()
        except TimeoutError as error:
            raise CityUnreachable(
                f"城市平台 {self.seconds:g} 秒内没有答复；稍后重试", retryable=True, maybe_done=True
            ) from error


@dataclass(frozen=True)
class Retry:
    """Repeats retryable failures after a random wait below a doubling bound (full jitter).

    It waits at least as long as the server asked for, never over `max_wait_s`. A call that is not repeatable
    is repeated only when the failure proves that nothing was done.
    """

    attempts: int
    first_wait_s: float
    max_wait_s: float
    sleep: Sleep = asyncio.sleep

    async def __call__(self, call: Callable[[], Awaitable[T]], *, repeatable: bool) -> T:
        def worth_it(error: BaseException) -> bool:
            return isinstance(error, CityError) and error.retryable and (repeatable or not error.maybe_done)

        retrying = AsyncRetrying(
            sleep=self.sleep,
            stop=stop_after_attempt(self.attempts),
            wait=self._wait,
            retry=retry_if_exception(worth_it),
            reraise=True,
        )
        return await retrying(call)

    def _wait(self, state: RetryCallState) -> float:
        jitter = wait_random_exponential(multiplier=self.first_wait_s, max=self.max_wait_s)(state)
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after_s if isinstance(error, CityError) else None
        return min(self.max_wait_s, max(jitter, asked or 0.0))


class CircuitBreaker:
    """Stops calling a city that keeps failing: closed -> open after `failures` in a row -> half-open after
    `open_s` seconds, when one trial call decides. A refusal (our fault) is an answer, not a failure. For
    one event loop."""

    def __init__(self, *, failures: int, open_s: float, clock: Clock) -> None:
        self._limit = failures
        self._open_for = timedelta(seconds=open_s)
        self._clock = clock
        self._failed = 0
        self._retry_at: datetime | None = None
        self._trying = False

    @property
    def state(self) -> Literal["closed", "open", "half-open"]:
        if self._retry_at is None:
            return "closed"
        return "open" if self._clock() < self._retry_at else "half-open"

    async def __call__(self, call: Callable[[], Awaitable[T]], *, repeatable: bool) -> T:
        trial = self._admit()
        try:
            result = await call()
        except (CityUnreachable, CityBroken):
            self._failure()
            raise
        except CityError:
            self._success()
            raise
        else:
            self._success()
            return result
        finally:
            if trial:  # also when the trial was cancelled: the next call may try
                self._trying = False

    def _admit(self) -> bool:
        """True when this call is the half-open trial. Raises CityUnavailable while no call is let through."""
        if self._retry_at is None:
            return False
        if self._clock() < self._retry_at or self._trying:
            raise CityUnavailable(
                f"城市平台接连失败，暂停呼叫至 {self._retry_at:%H:%M:%S}；到时自动再试，不必人工处理",
                retry_at=self._retry_at,
            )
        self._trying = True
        return True

    def _failure(self) -> None:
        self._failed += 1
        if self._retry_at is not None or self._failed >= self._limit:
            self._retry_at = self._clock() + self._open_for

    def _success(self) -> None:
        self._failed = 0
        self._retry_at = None


@dataclass(frozen=True)
class ResilienceConfig:
    """Seconds and counts. dispatch_repeatable: the server honours Idempotency-Key, so a dispatch whose answer
    was lost may be sent again; set it False for a server that does not."""

    timeout_s: float = 10.0
    attempts: int = 4
    first_wait_s: float = 0.5
    max_wait_s: float = 8.0
    failures_to_open: int = 5
    open_s: float = 30.0
    dispatch_repeatable: bool = True


class GuardedCity:
    """A CityTickets whose every call runs under `guards`, the first of them outermost."""

    def __init__(self, inner: CityTickets, guards: tuple[Guard, ...], *, dispatch_repeatable: bool) -> None:
        self._inner = inner
        self._guards = guards
        self._dispatch_repeatable = dispatch_repeatable

    async def services(self) -> tuple[Service, ...]:
        return await self._run(self._inner.services)

    async def service(self, code: str) -> ServiceDefinition:
        return await self._run(lambda: self._inner.service(code))

    async def dispatch(self, order: DispatchOrder) -> DispatchReceipt:
        return await self._run(lambda: self._inner.dispatch(order), repeatable=self._dispatch_repeatable)

    async def token(self, token: str) -> str | None:
        return await self._run(lambda: self._inner.token(token))

    async def request(self, request_id: str) -> ServiceRequest:
        return await self._run(lambda: self._inner.request(request_id))

    async def requests(self, filters: RequestFilter) -> tuple[ServiceRequest, ...]:
        return await self._run(lambda: self._inner.requests(filters))

    async def caller_history(self, phone: str) -> tuple[PastTicket, ...]:
        return await self._run(lambda: self._inner.caller_history(phone))

    async def _run(self, call: Callable[[], Awaitable[T]], *, repeatable: bool = True) -> T:
        return await under(self._guards, call, repeatable=repeatable)


async def under(guards: tuple[Guard, ...], call: Callable[[], Awaitable[T]], *, repeatable: bool) -> T:
    """Make a call under guards, the first of them outermost."""
    for guard in reversed(guards):
        call = _wrapped(guard, call, repeatable)
    return await call()


def _wrapped(guard: Guard, call: Callable[[], Awaitable[T]], repeatable: bool) -> Callable[[], Awaitable[T]]:
    async def run() -> T:
        return await guard(call, repeatable=repeatable)

    return run


def usual_guards(
    config: ResilienceConfig, *, clock: Clock, sleep: Sleep = asyncio.sleep
) -> tuple[Guard, ...]:
    """Retry around breaker around time limit. One provider, one set: its breaker counts all its failures."""
    return (
        Retry(config.attempts, config.first_wait_s, config.max_wait_s, sleep),
        CircuitBreaker(failures=config.failures_to_open, open_s=config.open_s, clock=clock),
        Timeout(config.timeout_s),
    )


def guarded(
    inner: CityTickets, config: ResilienceConfig, *, clock: Clock, sleep: Sleep = asyncio.sleep
) -> GuardedCity:
    """The usual guards around a city client."""
    guards = usual_guards(config, clock=clock, sleep=sleep)
    return GuardedCity(inner, guards, dispatch_repeatable=config.dispatch_repeatable)
