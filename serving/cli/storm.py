"""What `pingji judge` and `pingji brief` share: a scenario as the situation of judgments, without server or network."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from agents.judgment.claims import Reader
from agents.judgment.context import JudgmentContext
from agents.judgment.decision import Judgment
from agents.judgment.engine.moments import LOCAL
from agents.judgment.judge import judge_once
from agents.judgment.replay import FactSituation
from agents.model.chat import Priority
from knowledge.base import KnowledgeBase
from knowledge.city import City, load_city
from knowledge.errors import KnowledgeError
from serving.agents import model_uses
from serving.cli.model import command_model
from serving.errors import BadSetting
from serving.library import open_base, own_embedder
from serving.settings import Settings, load_settings
from tools.emergency.scenario import Scenario, load_scenario


@dataclass(frozen=True)
class Storm:
    """A scenario that is judged moment by moment, each judgment going on from the one before."""

    city: City
    scenario: Scenario
    situation: FactSituation
    context: JudgmentContext

    async def judge(self, at: datetime, trigger: str) -> Judgment:
        """Moments must not go back."""
        context = replace(self.context, clock=_clock(at))
        made = await judge_once(context, at, trigger)
        self.situation.last = made
        return made


@asynccontextmanager
async def open_storm(settings: Settings, folder: Path) -> AsyncGenerator[Storm]:
    """Raises BadScenario, CityPackError."""
    city = load_city(settings.pack_dir)
    scenario = load_scenario(folder)
    situation = FactSituation(city, scenario.facts, scenario.start, scenario.name)
    base = _known(settings, city)
    try:
        async with command_model(settings) as model:
            context = JudgmentContext(
                city=city,
                situation=situation,
                model=model,
                clock=_clock(scenario.start),
                knowledge=base,
                priority=Priority.BATCH,
                reader=Reader(city),
            )
            yield Storm(city, scenario, situation, context)
    finally:
        if base is not None:
            base.close()


def storm_settings(llm: str | None) -> Settings:
    """The model words judgments where the command line or PINGJI_LLM_USES asks for it. Raises BadSetting."""
    settings = load_settings(llm=llm)
    return settings if llm is not None or model_uses(settings).write else load_settings(llm="off")


def moment_of(text: str, scenario: Scenario) -> datetime:
    """A moment of the scenario; without zone it is the city's. Raises BadSetting."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadSetting(f"--at {text} 不是时刻；请写成 2026-05-18T16:30") from error
    at = at if at.tzinfo else at.replace(tzinfo=LOCAL)
    if not scenario.start <= at <= scenario.end:
        raise BadSetting(
            f"--at {text} 不在情景之内；{scenario.name} 从 {scenario.start.isoformat()} 到 {scenario.end.isoformat()}"
        )
    return at


def _known(settings: Settings, city: City) -> KnowledgeBase | None:
    """The published knowledge base; a judgment does without where there is none."""
    if not settings.knowledge_dir.is_dir():
        return None
    try:
        base = open_base(settings, city, lambda: datetime.now(LOCAL), own_embedder(settings))
    except KnowledgeError:
        return None
    if base.status().generation is None:
        base.close()
        return None
    return base


def _clock(at: datetime) -> Callable[[], datetime]:
    """The scenario's time, running on from `at`: what is made carries the scenario's date."""
    begun = monotonic()
    return lambda: at + timedelta(seconds=monotonic() - begun)
