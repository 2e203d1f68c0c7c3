"""Long work in a thread of its own, watched from the event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import TypeVar

T = TypeVar("T")
EVERY_S = 0.5

Note = Callable[[int, int], None]
Tell = Callable[[int, int], Awaitable[None]]


class Stopped(Exception):
    """Raised inside the work, at its next note, when nobody waits for it any more."""


class _Board:
    """Written by the thread, read by the loop: the newest (done, all)."""

    def __init__(self) -> None:
        self.newest: tuple[int, int] | None = None
        self.stop = False

    def note(self, done: int, total: int) -> None:
        if self.stop:
            raise Stopped
        self.newest = (done, total)


async def watched(work: Callable[[Note], T], tell: Tell) -> T:
    """Run `work(note)` in a daemon thread; `tell` hears its newest note, at most twice a second.

    A pool's thread would be joined at exit, and a publish may last forty minutes; so when this is cancelled, the
    work stops at its next note or ends with the process. Raises what the work raises.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()
    board = _Board()
    told: tuple[int, int] | None = None

    def run() -> None:
        try:
            settle = partial(done.set_result, work(board.note))
        except BaseException as error:  # noqa: BLE001 # handed to whoever waits
            settle = partial(done.set_exception, error)
        with suppress(RuntimeError):  # the loop is closed: the server has ended meanwhile
            loop.call_soon_threadsafe(lambda: board.stop or settle())

    Thread(target=run, name="knowledge-work", daemon=True).start()
    try:
        while True:
            ended, _ = await asyncio.wait([done], timeout=EVERY_S)
            if board.newest is not None and board.newest != told:
                told = board.newest
                await tell(*told)
            if ended:
                return done.result()
    finally:
        board.stop = True
