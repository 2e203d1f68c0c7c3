"""Wiring of the emergency side: what is opened in which order, and what runs in the background."""

from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any

import httpx

from agents.judgment.engine.engine import Engine
from agents.judgment.engine.moments import LOCAL
from agents.judgment.known import looked_back
from knowledge.city import City
from serving.briefings.service import Briefings
from serving.judgments.logged import LoggedSituation
from serving.judgments.service import Judgments
from serving.runs.events import EventLog
from serving.runs.service import RunService
from serving.settings import Settings
from serving.situation.calls import CallDesk
from serving.situation.exercise import Exercise
from serving.situation.live import Live
from serving.situation.moments import WorldClock
from serving.situation.pack import PackWatch
from serving.situation.sources import Pollers
from serving.situation.view import View
from serving.store.database import Database
from serving.store.situation_tables import SituationEventRow
from tools.emergency.calls import Calls
from tools.emergency.feed import Reader
from tools.emergency.sources import EmergencySources, SourceUrls
from tools.resilience import ResilienceConfig, usual_guards

ON_THE_WAY = timedelta(minutes=5)
"""A reading takes so long at most from its time to us; meanwhile it is not missing."""

NEVER_LAST: frozenset[str] = frozenset()
"""The stream of the situation has no last event."""


@dataclass(frozen=True)
class Emergency:
    """The parts that routes and background work use."""

    live: Live
    pollers: Pollers
    asked: LoggedSituation
    view: View
    desk: CallDesk
    judgments: Judgments
    briefings: Briefings
    exercise: Exercise | None

    async def start(self) -> None:
        """Go on with the watch that the database knows; with an exercise, first set the clock by it."""
        await self.live.start()
        if self.exercise is not None:
            await self.exercise.look()
            self.live.correct_clock = self.exercise.correct
        await self.judgments.start()
        self.live.listeners.append(self.judgments.heard)

    def works(self) -> tuple[Coroutine[Any, Any, None], ...]:
        """What runs for as long as the application does."""
        always = (self.live.work(), self.pollers.work(), self.desk.work(), self.judgments.work())
        return always if self.exercise is None else (*always, self.exercise.work())


def open_live(database: Database, settings: Settings, city: City) -> Live:
    """The live picture over the database; `start` it before use."""
    clock = WorldClock(partial(datetime.now, LOCAL), monotonic)
    events = EventLog(database, clock, SituationEventRow, NEVER_LAST)
    return Live(database, events, clock, PackWatch(settings.pack_dir, city), make_engine)


def open_emergency(
    live: Live, asked: LoggedSituation, runs: RunService, http: httpx.AsyncClient, settings: Settings
) -> Emergency:
    urls, wall = source_urls(settings), partial(datetime.now, LOCAL)

    def sources() -> EmergencySources:
        return EmergencySources(http, live.pack.city, urls, clock=live.clock, wall=wall)

    once = ResilienceConfig(attempts=1, failures_to_open=5, open_s=5.0)
    telephone = Calls(Reader(http, usual_guards(once, clock=wall)), urls.calls)
    pollers = Pollers(live, lambda: sources().sources)
    every = timedelta(minutes=settings.judge_every) if settings.judge_every else None
    url = settings.exercise_clock
    return Emergency(
        live=live,
        pollers=pollers,
        asked=asked,
        view=View(live, pollers),
        desk=CallDesk(live, telephone),
        judgments=Judgments(live, runs, every),
        briefings=Briefings(live, asked),
        exercise=Exercise(live, http, url) if url else None,
    )


def source_urls(settings: Settings) -> SourceUrls:
    """The simulated city's addresses, each replaced by a setting of its own where there is one."""
    usual = SourceUrls.under(settings.city_api)
    return SourceUrls(
        alerts=settings.alerts_url or usual.alerts,
        observations=settings.observations_url or usual.observations,
        forecasts=settings.forecasts_url or usual.forecasts,
        reports=settings.reports_url or usual.reports,
        citizens=settings.citizens_url or usual.citizens,
        calls=settings.calls_url or usual.calls,
        geo=usual.geo,
        hourly=settings.hourly_url or usual.hourly,
        alerts_form=settings.alerts_form,
    )


def make_engine(city: City, begun_at: datetime) -> Engine:
    """An engine whose grid of evaluations falls on the round times of the plan's step: 08:00, 08:30, …"""
    plan = city.weather.plan
    step = timedelta(minutes=plan.semantics.evaluation_step_min)
    midnight = begun_at.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight + (begun_at - midnight) // step * step
    codes = [district.code for district in city.districts.values()]
    return Engine(plan, city.weather.stations, codes, start=start, grace=ON_THE_WAY, keep=looked_back(plan))
