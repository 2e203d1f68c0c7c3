"""Judgments without a model, from a scenario's facts: what the briefing's tests write from."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from agents.judgment.context import JudgmentContext
from agents.judgment.decision import Judgment
from agents.judgment.judge import judge_once
from agents.judgment.replay import FactSituation
from agents.judgment.situation import Signed
from agents.model.off import NoModel
from knowledge.city import City
from tools.emergency.scenario import Scenario

ROOT = Path(__file__).parents[3]
CITY = ROOT / "knowledge/city/yunzhou"
SCENARIOS = ROOT / "tools/simulator/scenarios"


def judgments(city: City, scenario: Scenario, moments: Sequence[datetime]) -> list[Judgment]:
    """One after the other, each continuing the last; flood Ⅳ is signed before the last of them."""
    situation = FactSituation(city, scenario.facts, scenario.start, scenario.name)
    found: list[Judgment] = []
    for at in moments:
        if at == moments[-1] and found:
            by = Signed(
                hazard="flood",
                level=4,
                post="市防指秘书长",
                by="演练签发人",
                signed_at=at - timedelta(minutes=40),
            )
            situation.sign(by)
        context = JudgmentContext(city, situation, NoModel(), clock=lambda at=at: at + timedelta(seconds=2))
        found.append(asyncio.run(judge_once(context, at, previous=found[-1] if found else None)))
    return found
