"""What a client says once must stay in view: problems of a source are kept, bounded, and dated."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from knowledge.city.source import Problem
from serving.situation.sources import SHOWN, TOLD, Pollers
from serving.store.database import Database
from tests.serving.situation.made import Hand, Played
from tools.emergency.feed import Fetched


class Spoilt:
    """A source that names each of its problems once, and none from then on."""

    name = "reports"

    def __init__(self, hand: Hand, problems: Sequence[Problem]) -> None:
        self.hand, self.problems, self.asked = hand, list(problems), 0

    async def fetch(self, since: datetime | None) -> Fetched:
        told, self.problems, self.asked = tuple(self.problems), [], self.asked + 1
        return Fetched((), told, self.hand())


async def test_a_problem_told_once_stays_in_view_for_hours(database: Database) -> None:
    played = Played(database)
    await played.live.start()
    source = Spoilt(played.hand, [Problem(f"R{n}", "level", "不是级别", "请更正") for n in range(SHOWN + 5)])
    pollers = Pollers(played.live, lambda: [source])
    task = asyncio.create_task(pollers.work())
    while source.asked < 2:
        await asyncio.sleep(0.01)
    (state,) = pollers.states(played.hand())
    assert state["problems_count"] == SHOWN + 5
    assert len(state["problems"]) == SHOWN
    assert "不是级别" in state["problems"][0] and "（08:00）" in state["problems"][0]
    source.problems = [Problem("R3", "level", "还是不对", "请更正")]
    played.hand.at += timedelta(minutes=1)
    asked = source.asked
    while source.asked < asked + 2:
        await asyncio.sleep(0.01)
    (state,) = pollers.states(played.hand())
    assert (state["problems_count"], "还是不对" in state["problems"][0]) == (SHOWN + 5, True)
    played.hand.at += TOLD
    asked = source.asked
    while source.asked < asked + 2:
        await asyncio.sleep(0.01)
    (state,) = pollers.states(played.hand())
    assert state["problems_count"] == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
