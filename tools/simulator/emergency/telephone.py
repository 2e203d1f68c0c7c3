"""The people whom the call chain rings up: a pure function of seed, contact and how often they were called.

About seven in ten answer within their time, one in ten is engaged and answers at the second number, one in ten
answers too late, one in ten not at all.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from knowledge.city.weather import Contact
from tools.simulator.emergency.notes import Call

WITHIN: Final = timedelta(minutes=15)  # for contacts whose row sets no time
BUSY: Final = timedelta(seconds=20)  # an engaged line is given up after this
LATEST: Final = 2.0  # the longest wait, as a multiple of the contact's time

State = Literal["ringing", "answered", "no_answer"]
Result = Literal["ringing", "busy", "answered", "no_answer"]

SAID: Final = (
    "收到，马上按预案落实。",
    "收到，我在值班室，这就通知带班领导。",
    "明白，人员正在集合，到位后回报。",
    "收到，信号已记录，开始逐户通知。",
    "好的，我现在赶过去，请把点位再发一遍。",
)
SAID_UNDERPASS: Final = (
    "收到，已在现场，水位一到警示线就摆牌。",
    "收到，正往下穿通道赶，到了先拦车。",
)
SAID_LATE: Final = ("刚才在巡查没听到，现在收到。", "手机没信号，刚看到，马上办。")


@dataclass(frozen=True)
class Attempt:
    """One number that was dialled."""

    number: str
    at: datetime
    result: Result


@dataclass(frozen=True)
class Outcome:
    """What came of a call by some moment."""

    state: State
    answered_at: datetime | None
    said: str
    attempts: tuple[Attempt, ...]


def outcome(call: Call, contact: Contact, seed: int, now: datetime) -> Outcome:
    dice = random.Random(f"{seed}|{contact.contact_id}|{call.nth}")
    limit = timedelta(minutes=contact.ack_within_min) if contact.ack_within_min else WITHIN
    fate = dice.random()
    late, never, engaged = 0.7 <= fate < 0.8, 0.8 <= fate < 0.9, fate >= 0.9
    wait = limit * (dice.uniform(1.1, LATEST) if late else dice.uniform(0.03, 0.6))
    dialled = call.placed_at
    attempts: list[Attempt] = []
    number = contact.phone
    if engaged and contact.backup_phone and now >= dialled + BUSY:
        attempts.append(Attempt(number, dialled, "busy"))
        number, dialled = contact.backup_phone, dialled + BUSY
    ends = call.placed_at + (limit * LATEST if never else max(wait, BUSY))
    state: State = "ringing" if now < ends else "no_answer" if never else "answered"
    attempts.append(Attempt(number, dialled, state))
    said = dice.choice(SAID_LATE if late else _words(contact)) if state == "answered" else ""
    return Outcome(state, ends if state == "answered" else None, said, tuple(attempts))


def _words(contact: Contact) -> tuple[str, ...]:
    return SAID_UNDERPASS if "现场值守" in contact.role else SAID
