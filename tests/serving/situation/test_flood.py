"""Ten thousand warnings in force at once: all are kept, and nothing that a person looks at grows with them."""

import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from agents.judgment.context import JudgmentContext
from agents.judgment.judge import judge_once
from agents.judgment.known import ALERTS_SHOWN, RANK, weightiest
from agents.judgment.replay import UNHURRIED
from agents.model.off import NoModel
from serving.judgments.logged import LoggedSituation
from serving.situation.telling import ALERTS_TOLD, STREAM
from serving.situation.view import View
from serving.store.database import Database
from serving.store.situation_tables import FactRow
from serving.store.tables import Json
from tests.serving.situation.made import Played, city, signal, storm
from tools.emergency.facts import WeatherAlert

MANY = 10_000
AT = storm().start


def flood(count: int, seed: int = 3) -> list[WeatherAlert]:
    dice = random.Random(seed)
    types = [*{one.type for one in city().weather.signals}, "别处的信号"]
    codes = [one.code for one in city().districts.values()]
    return [
        signal(AT - timedelta(minutes=dice.randrange(60)), dice.choice("蓝黄橙红"), f"W-{n}").model_copy(
            update={
                "type": dice.choice(types),
                "districts": tuple(dice.sample(codes, dice.randint(1, 3))),
                "expires_at": AT + timedelta(hours=dice.randint(1, 24)),
            }
        )
        for n in range(count)
    ]


def last_end(alerts: Sequence[WeatherAlert]) -> datetime:
    return max(one.expires_at for one in alerts if one.expires_at)


class Silent:
    """Sources of which nothing is to be told."""

    def states(self, now: datetime) -> list[Json]:
        return []


def test_those_that_decide_anything_are_among_the_few_that_are_shown() -> None:
    alerts = flood(3000)
    few = weightiest(city(), alerts)
    assert len(few) == ALERTS_SHOWN and set(few) < set(alerts)
    for kind in {one.type for one in city().weather.signals}:
        mine = [one for one in alerts if one.type == kind]
        kept = [one for one in few if one.type == kind]
        assert last_end(kept) == last_end(mine)
        for district in city().districts.values():
            first = [
                min(
                    (one for one in some if district.code in one.districts),
                    key=lambda one: (-RANK[one.colour], one.issued_at, one.alert_id),
                )
                for some in (mine, kept)
            ]
            assert first[0] == first[1]
    assert weightiest(city(), alerts[:ALERTS_SHOWN]) == tuple(alerts[:ALERTS_SHOWN])


async def test_the_page_the_stream_and_a_judgment_stay_small(database: Database) -> None:
    played = Played(database)
    await played.live.start()
    await played.live.take(flood(MANY), "alerts")
    await played.live.evaluate()
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(FactRow)) == MANY, "nothing is lost"
    events = await played.live.events.read(STREAM, 0)
    alerts = [event for event in events if event["type"] == "alert"]
    assert len(alerts) == ALERTS_TOLD + 1 and f"另外{MANY - ALERTS_TOLD}条" in alerts[-1]["text"]
    assert {event["signal"][-2] for event in alerts[:-1]} == {"红"}, "the gravest are told one by one"
    pollers: Any = Silent()
    seen = await View(played.live, pollers).situation(None, None)
    assert (len(seen["alerts"]), seen["alerts_count"]) == (ALERTS_SHOWN, MANY)
    assert len(json.dumps(seen, ensure_ascii=False).encode()) < 1_000_000
    context = JudgmentContext(
        city(), LoggedSituation(played.live), NoModel(), played.clock, deadlines={**UNHURRIED}
    )
    judged = await judge_once(context, AT)
    assert len(judged.alerts) == ALERTS_SHOWN
    said = "".join(one.text for part in judged.narrative for one in part.sentences)
    assert f"另有{MANY - ALERTS_SHOWN}个信号也在生效" in said
    assert len(judged.model_dump_json().encode()) < 3_000_000
