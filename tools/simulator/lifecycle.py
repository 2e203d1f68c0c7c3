"""What departments do with an order as simulated time passes: take it, send it back, finish it.

A pure function of the seed, the order and the time it came: nothing runs in the background, a restart changes
nothing, and the same ticket sent to the same unit fares alike in every run with the same seed.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from knowledge.city import CatalogueEntry, City
from tools.dispatch import Stage
from tools.simulator.state import Stored

TOKEN_DELAY: Final = timedelta(minutes=1)  # batch services: when the request id behind a token exists


@dataclass(frozen=True)
class Habits:
    """How departments behave. Probabilities 0..1, ranges in simulated minutes (lowest, highest)."""

    seed: int = 1
    return_probability: float = 0.08
    mismatch_return_probability: float = 0.8  # when the unit is neither main nor co-unit in the catalogue
    decide_minutes: tuple[int, int] = (10, 120)
    finish_minutes: tuple[int, int] = (240, 4320)


@dataclass(frozen=True)
class Step:
    at: datetime
    stage: Stage
    note: str

    @property
    def text(self) -> str:
        """As it stands in status_notes."""
        return f"{self.stage}：{self.note}"


def steps(order: Stored, city: City, habits: Habits) -> tuple[Step, ...]:
    """The whole life of an order, in time order; the first step is its arrival."""
    sent = order.submission
    unit_id = sent.first("main_dept_id") or ""
    unit = city.departments[unit_id].short_name
    entry = city.catalogue[sent.service_code]
    dice = random.Random(f"{habits.seed}|{sent.first('ticket_id')}|{sent.service_code}|{unit_id}")
    decided = order.received_at + timedelta(minutes=dice.randint(*habits.decide_minutes))
    waiting = Step(order.received_at, "待签收", f"已送达{unit}")
    fits = _fits(unit_id, entry, city)
    if dice.random() < (habits.return_probability if fits else habits.mismatch_return_probability):
        reason = dice.choice(_reasons(entry, city, fits=fits))
        return waiting, Step(decided, "已退回", f"{unit}认为{reason}，请核对后改派")
    done = decided + timedelta(minutes=dice.randint(*habits.finish_minutes))
    return (
        waiting,
        Step(decided, "办理中", f"{unit}已签收"),
        Step(done, "已办结", f"{unit}已办理并回访来电人"),
    )


def current(order: Stored, now: datetime, city: City, habits: Habits) -> Step:
    """The latest step at or before `now`; the arrival when the clock was set back before it."""
    life = steps(order, city, habits)
    return next((step for step in reversed(life) if step.at <= now), life[0])


def registered(order: Stored, now: datetime, city: City) -> bool:
    """Whether the order has its request id yet: units of the districts give theirs out in batches."""
    return not is_batch(order.submission.service_code, city) or now >= order.received_at + TOKEN_DELAY


def is_batch(service_code: str, city: City) -> bool:
    return city.catalogue[service_code].territorial


def _fits(unit_id: str, entry: CatalogueEntry, city: City) -> bool:
    if unit_id == entry.main_dept_id or unit_id in entry.co_dept_ids:
        return True
    return entry.territorial and unit_id in city.territorial.own_units.values()


def _reasons(entry: CatalogueEntry, city: City, *, fits: bool) -> Sequence[str]:
    if not fits:
        return [
            f"派单目录{entry.code}「{entry.level3}」的主办是{city.departments[entry.main_dept_id].short_name}"
        ]
    return list(_boundaries(entry.notes)) or [f"所述情况不属{entry.code}「{entry.level3}」"]


def _boundaries(notes: str) -> Iterator[str]:
    """Clauses of the notes that give a matter to somebody else."""
    for clause in re.split("[；。]", notes):
        if "归" in clause:
            yield f"属“{clause.strip()}”的情形"
