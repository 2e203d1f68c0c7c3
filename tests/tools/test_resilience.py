import asyncio
from datetime import datetime, timedelta, timezone

import pytest

from tools.errors import CityBroken, CityRefused, CityUnavailable, CityUnreachable
from tools.resilience import CircuitBreaker, GuardedCity, ResilienceConfig, Retry, Timeout, guarded

LOST = CityUnreachable("lost", retryable=True, maybe_done=True)
NEVER_SENT = CityUnreachable("refused", retryable=True)
REFUSED = CityRefused("no", code=400, description="no")


class Hand:
    """A clock moved by hand, and a sleep that moves it."""

    def __init__(self):
        self.now = datetime(2026, 5, 18, 9, 0, tzinfo=timezone(timedelta(hours=8)))
        self.slept = []

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


class Script:
    """A call that fails in the given order, then answers 'ok' for ever."""

    def __init__(self, *failures):
        self.failures = list(failures)
        self.calls = 0

    async def __call__(self):
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "ok"


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def retry(hand):
    return Retry(attempts=4, first_wait_s=1, max_wait_s=5, sleep=hand.sleep)


async def test_retry_waits_below_a_doubling_bound(retry, hand):
    call = Script(LOST, LOST, LOST)
    assert await retry(call, repeatable=True) == "ok"
    assert call.calls == 4
    assert all(0 <= waited <= bound for waited, bound in zip(hand.slept, (1, 2, 4), strict=True))


async def test_retry_gives_up_with_the_last_error(retry):
    call = Script(*[LOST] * 9)
    with pytest.raises(CityUnreachable):
        await retry(call, repeatable=True)
    assert call.calls == 4


@pytest.mark.parametrize("error", [REFUSED, CityUnreachable("bad url"), ValueError("bug")])
async def test_retry_leaves_what_waiting_cannot_cure(retry, error):
    call = Script(error)
    with pytest.raises(type(error)):
        await retry(call, repeatable=True)
    assert call.calls == 1


async def test_a_call_that_is_not_repeatable_is_repeated_only_when_nothing_was_done(retry):
    lost, unsent = Script(LOST), Script(NEVER_SENT)
    with pytest.raises(CityUnreachable):
        await retry(lost, repeatable=False)
    assert (lost.calls, await retry(unsent, repeatable=False), unsent.calls) == (1, "ok", 2)


@pytest.mark.parametrize(("asked", "waited"), [(4.0, 4.0), (60.0, 5.0)])
async def test_the_server_s_wish_is_kept_up_to_the_bound(retry, hand, asked, waited):
    await retry(Script(CityUnreachable("busy", retryable=True, retry_after_s=asked)), repeatable=True)
    assert hand.slept == [waited]


async def test_timeout_is_unreachable_and_leaves_foreign_cancellation_alone():
    with pytest.raises(CityUnreachable) as caught:
        await Timeout(0.01)(asyncio.Event().wait, repeatable=True)
    assert caught.value.retryable and caught.value.maybe_done
    task = asyncio.create_task(Timeout(60)(asyncio.Event().wait, repeatable=True))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def failing(breaker, times):
    for _ in range(times):
        with pytest.raises((CityUnreachable, CityBroken)):
            await breaker(Script(LOST), repeatable=True)


async def test_breaker_opens_says_when_it_tries_again_and_recovers(hand):
    breaker = CircuitBreaker(failures=3, open_s=30, clock=hand)
    await failing(breaker, 3)
    call = Script()
    with pytest.raises(CityUnavailable) as caught:
        await breaker(call, repeatable=True)
    assert (call.calls, breaker.state) == (0, "open")
    assert caught.value.retry_at == hand.now + timedelta(seconds=30)
    assert "09:00:30" in str(caught.value)
    await hand.sleep(30)
    assert breaker.state == "half-open"
    assert await breaker(call, repeatable=True) == "ok"
    assert breaker.state == "closed"


async def test_a_failed_trial_opens_it_again(hand):
    breaker = CircuitBreaker(failures=3, open_s=30, clock=hand)
    await failing(breaker, 3)
    await hand.sleep(31)
    await failing(breaker, 1)
    assert breaker.state == "open"


async def test_only_one_trial_at_a_time_and_a_cancelled_one_frees_the_place(hand):
    breaker = CircuitBreaker(failures=1, open_s=30, clock=hand)
    await failing(breaker, 1)
    await hand.sleep(30)
    trial = asyncio.create_task(breaker(asyncio.Event().wait, repeatable=True))
    await asyncio.sleep(0)
    with pytest.raises(CityUnavailable):
        await breaker(Script(), repeatable=True)
    trial.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trial
    assert await breaker(Script(), repeatable=True) == "ok"


async def test_refusals_and_successes_reset_the_count(hand):
    breaker = CircuitBreaker(failures=2, open_s=30, clock=hand)
    await failing(breaker, 1)
    with pytest.raises(CityRefused):
        await breaker(Script(REFUSED), repeatable=True)
    await failing(breaker, 1)
    assert breaker.state == "closed"


async def test_guards_run_outermost_first(order):
    seen = []

    class Note:
        def __init__(self, name):
            self.name = name

        async def __call__(self, call, *, repeatable):
            seen.append((self.name, repeatable))
            return await call()

    class Inner:
        async def dispatch(self, order):
            return order.ticket_id

        async def token(self, token):
            return token

    city = GuardedCity(Inner(), (Note("a"), Note("b")), dispatch_repeatable=False)
    assert (await city.dispatch(order()), await city.token("t")) == ("T0001", "t")
    assert seen == [("a", False), ("b", False), ("a", True), ("b", True)]


async def test_an_open_breaker_ends_the_retries(hand):
    class Dead:
        calls = 0

        async def services(self):
            self.calls += 1
            raise LOST

    dead = Dead()
    config = ResilienceConfig(attempts=9, failures_to_open=2)
    with pytest.raises(CityUnavailable):
        await guarded(dead, config, clock=hand, sleep=hand.sleep).services()
    assert dead.calls == 2
