"""Storms played through the judgment graph, and small doubles of what surrounds it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from agents.judgment.claims import Reader
from agents.judgment.context import JudgmentContext
from agents.judgment.decision import Judgment
from agents.judgment.judge import judge_once
from agents.judgment.replay import UNHURRIED, FactSituation
from agents.model.chat import Acted, Priority, T
from agents.model.off import NoModel
from agents.model.usage import Usage
from knowledge.city import City
from prompts.loader import Message
from tools.emergency.scenario import Scenario, load_scenario

ROOT = Path(__file__).parents[3]
SCENARIOS = ROOT / "tools" / "simulator" / "scenarios"
MOMENTS = {"storm_may": (4.0, 8.5, 10.0, 29.0), "typhoon_july": (9.0, 20.0, 28.0)}
"""Hours after the start: quiet, first conditions, the peak, the end."""


NOON = datetime.fromisoformat("2026-05-18T12:00:00+08:00")


@cache
def scenario(name: str) -> Scenario:
    return load_scenario(SCENARIOS / name)


def context_of(city: City, reader: Reader, situation: Any, **changes: Any) -> JudgmentContext:
    given: dict[str, Any] = {
        "city": city,
        "situation": situation,
        "model": NoModel(),
        "clock": lambda: NOON,
        "reader": reader,
        "deadlines": UNHURRIED,
    }
    return JudgmentContext(**(given | changes))


def play(city: City, reader: Reader, name: str, hours: Sequence[float]) -> list[Judgment]:
    """Judgments at these hours after the storm's start, each continuing the one before."""
    storm = scenario(name)
    situation = FactSituation(city, storm.facts, storm.start, storm.name)
    context = context_of(city, reader, situation)

    async def judged() -> list[Judgment]:
        found: list[Judgment] = []
        for hour in hours:
            at = storm.start + timedelta(hours=hour)
            found.append(await judge_once(context, at, previous=found[-1] if found else None))
        return found

    return asyncio.run(judged())


class Writer(NoModel):
    """A model that answers each call with what `answer` makes of its text and schema."""

    name = "writer"

    def __init__(self, answer: Callable[[str, type[BaseModel]], Mapping[str, Any]]) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def act(
        self,
        messages: Sequence[Message],
        schema: type[T],
        *,
        priority: Priority,
        timeout: float,
        max_tokens: int,
        cache_salt: str | None = None,
    ) -> Acted[T]:
        text = "\n".join(message["content"] for message in messages)
        self.asked.append(text)
        return Acted(schema.model_validate(self.answer(text, schema)), Usage(10, 5, 0, 1))


def at(hour: str, day: int = 18) -> datetime:
    """A moment of 18 May 2026, Beijing time."""
    return datetime.fromisoformat(f"2026-05-{day:02d}T{hour}:00+08:00")
