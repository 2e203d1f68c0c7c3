"""Two judgments of the May storm, without a model, and the briefings of the second: made once, nothing changes them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from agents.briefing.compose import compose
from agents.briefing.decision import Briefing, Form
from agents.briefing.material import Decided, Material
from agents.judgment.context import JudgmentContext
from agents.judgment.decision import Judgment
from agents.judgment.gaps import SOURCES
from agents.judgment.judge import judge_once
from agents.judgment.replay import FactSituation
from agents.judgment.situation import Signed
from agents.model.off import NoModel
from knowledge.city import City, load_city
from tools.emergency.scenario import Scenario, load_scenario

ROOT = Path(__file__).parents[3]
FIRST, SECOND = (datetime.fromisoformat(f"2026-05-18T{hour}:00+08:00") for hour in ("16:30", "17:30"))

PATIENT = 120.0
"""Seconds for each source: a busy machine must not make the judgment another."""

Compose = Callable[[Form], Briefing]


def judge(city: City, scenario: Scenario, moments: Sequence[datetime]) -> list[Judgment]:
    """One after the other, each continuing the last; flood Ⅳ is signed before the last of several."""
    situation = FactSituation(city, scenario.facts, scenario.start, scenario.name)
    found: list[Judgment] = []
    for at in moments:
        if found and at == moments[-1]:
            signed_at = at - timedelta(minutes=40)
            situation.sign(
                Signed(hazard="flood", level=4, post="市防指秘书长", by="演练签发人", signed_at=signed_at)
            )
        clock = partial(_made, at)
        context = JudgmentContext(
            city, situation, NoModel(), clock, deadlines=dict.fromkeys(SOURCES, PATIENT)
        )
        found.append(asyncio.run(judge_once(context, at, previous=found[-1] if found else None)))
    return found


def _made(at: datetime) -> datetime:
    return at + timedelta(seconds=2)


@pytest.fixture(scope="session")
def city() -> City:
    return load_city(ROOT / "knowledge/city/yunzhou")


@pytest.fixture(scope="session")
def storm() -> Scenario:
    return load_scenario(ROOT / "tools/simulator/scenarios/storm_may")


@pytest.fixture(scope="session")
def judged(city: City, storm: Scenario) -> tuple[Judgment, Judgment]:
    first, second = judge(city, storm, (FIRST, SECOND))
    return first, second


@pytest.fixture(scope="session")
def judgment(judged: tuple[Judgment, Judgment]) -> Judgment:
    return judged[1]


@pytest.fixture(scope="session")
def material(storm: Scenario) -> Material:
    at = datetime.fromisoformat("2026-05-18T16:50:00+08:00")
    return Material(storm.facts, (Decided(at=at, kind="level", text="启动防汛Ⅳ级", by="演练签发人"),))


@pytest.fixture(scope="session")
def composed(judged: tuple[Judgment, Judgment], city: City, material: Material) -> Compose:
    """A form of the second judgment, each made once."""
    known: dict[Form, Briefing] = {}

    def of(form: Form) -> Briefing:
        if form not in known:
            known[form] = compose(judged[1], form, city, judged[0], material)
        return known[form]

    return of
