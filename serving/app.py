"""Wiring of the server: what is opened in which order, which routes there are, what runs in the background."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from fastapi import APIRouter, FastAPI

from agents.model.off import NoModel
from agents.runner import open_checkpoints
from agents.triage.decision import TriageDecision
from agents.triage.edits import check_edits
from knowledge.city import City, Geocoder, load_city
from serving import VERSION
from serving.agents import Judging, Surroundings, build_agents, open_model
from serving.api import (
    approvals,
    briefings,
    calls,
    city,
    docs,
    health,
    judgments,
    knowledge,
    knowledge_changes,
    knowledge_index,
    knowledge_uploads,
    runs,
    situation,
    tickets,
)
from serving.api.bounded import Bounded
from serving.api.errors import RESPONSES, install_error_handlers
from serving.api.services import Services
from serving.cities import CityWatch, open_city
from serving.emergency import open_emergency, open_live
from serving.errors import ServingError
from serving.judgments.logged import LoggedSituation
from serving.judgments.rows import observe as keep_judgment
from serving.library import Library
from serving.metrics import Metrics
from serving.outbox import Outbox
from serving.runs.agent import Agent
from serving.runs.approvals import Answer, Approvals
from serving.runs.events import EventLog
from serving.runs.service import Observer, RunService
from serving.settings import Settings
from serving.situation.hotline import hear
from serving.store.database import Database, open_database
from serving.store.tables import Json, UploadEventRow
from serving.tickets.follow import follow
from serving.tickets.history import StoredHistory
from serving.tickets.service import Tickets
from serving.uploads.service import LAST as UPLOAD_LAST
from serving.uploads.service import Uploads

log = logging.getLogger(__name__)

EXPIRE_EVERY_S = 30.0
KNOWLEDGE = (knowledge, knowledge_changes, knowledge_uploads, knowledge_index)
EMERGENCY = (situation, calls, judgments, briefings)


@asynccontextmanager
async def open_app(settings: Settings, model_starting: Callable[[], bool]) -> AsyncGenerator[FastAPI]:
    """The application with everything it needs; open runs are continued. Closes all of it at the end.

    Raises CityPackError, BadSetting, StoreLocked and its siblings.
    """
    async with AsyncExitStack() as stack:
        pack = await asyncio.to_thread(load_city, settings.pack_dir)
        clock = partial(datetime.now, ZoneInfo(pack.info.timezone))
        geocoder = await asyncio.to_thread(Geocoder, pack)
        database = await asyncio.to_thread(open_database, settings.database)
        stack.push_async_callback(database.close)
        services, outbox = await _services(settings, pack, geocoder, database, clock, model_starting, stack)
        services.library.start()
        await services.emergency.start()
        await services.runs.recover()
        stack.push_async_callback(services.runs.stop)
        await _background(
            stack,
            outbox.work(),
            services.watch.work(),
            services.uploads.work(),
            _every(EXPIRE_EVERY_S, services.runs.expire),
            *services.emergency.works(),
        )
        yield build_app(services)


async def _services(
    settings: Settings,
    pack: City,
    geocoder: Geocoder,
    database: Database,
    clock: Callable[[], datetime],
    model_starting: Callable[[], bool],
    stack: AsyncExitStack,
) -> tuple[Services, Outbox]:
    http = await stack.enter_async_context(httpx.AsyncClient())
    checkpoints = await stack.enter_async_context(open_checkpoints(settings.data_dir / "checkpoints.db"))
    library = Library(settings, pack, clock)
    stack.callback(library.close)
    model = open_model(settings, starting=model_starting)
    if not isinstance(model, NoModel):
        stack.push_async_callback(model.aclose)
    client = open_city(settings, http, clock)
    outbox, history, metrics = Outbox(database, client, clock), StoredHistory(database), Metrics()
    around = Surroundings(settings, pack, geocoder, model, clock, library.prepared, library.opened)
    live = open_live(database, settings, pack)
    asked = LoggedSituation(live)
    judging = Judging(asked, library.at_once)
    observers = (follow, partial(keep_judgment, live), partial(hear, live), metrics.observe)
    agents = build_agents(around, history, outbox, judging, checkpoints)
    run_service = _runs(settings, pack, database, clock, agents, observers)
    services = Services(
        settings=settings,
        city=pack,
        database=database,
        tickets=Tickets(database, run_service, history, pack, clock),
        runs=run_service,
        library=library,
        uploads=_uploads(settings, database, clock, library),
        model=model,
        watch=CityWatch(client, database, clock),
        metrics=metrics,
        clock=clock,
        emergency=open_emergency(live, asked, run_service, http, settings),
    )
    return services, outbox


def _runs(
    settings: Settings,
    pack: City,
    database: Database,
    clock: Callable[[], datetime],
    agents: Mapping[str, Agent],
    observers: tuple[Observer, ...],
) -> RunService:
    return RunService(
        database=database,
        events=EventLog(database, clock),
        approvals=Approvals(clock, timedelta(hours=settings.approval_hours), partial(_check, pack)),
        agents=agents,
        observers=observers,
        clock=clock,
        slots=asyncio.Semaphore(settings.runs_at_once),
    )


def _uploads(
    settings: Settings, database: Database, clock: Callable[[], datetime], library: Library
) -> Uploads:
    events = EventLog(database, clock, UploadEventRow, UPLOAD_LAST)
    return Uploads(database, events, library, clock, settings.data_dir / "uploads")


def build_app(services: Services) -> FastAPI:
    """Routes and error table over services that are open."""
    app = FastAPI(title="平急", version=VERSION, docs_url=None, redoc_url=None)
    app.state.services = services
    install_error_handlers(app)
    app.add_middleware(Bounded)
    api = APIRouter(prefix="/api", responses=RESPONSES)
    for module in (tickets, runs, approvals, *KNOWLEDGE, *EMERGENCY, city, health):
        api.include_router(module.router)
    app.include_router(api)
    app.include_router(health.outside)
    app.include_router(docs.router)
    return app


def _check(pack: City, action: Json, answer: Answer) -> None:
    """Refuse edits that the city pack does not know. Raises EditInvalid."""
    if answer.edits is not None and answer.decision == "approve":
        decided = TriageDecision.model_validate(action["decision"])
        check_edits(decided, answer.edits, pack, answer.reason)


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except ServingError as error:  # the database's, for now: the next turn may do
            log.warning("%s waits: %s", work.__name__, error)


async def _background(stack: AsyncExitStack, *works: Coroutine[Any, Any, None]) -> None:
    """Run for as long as the application; cancelled before what they use is closed."""
    tasks = [asyncio.create_task(work, name=work.__qualname__) for work in works]
    for task in tasks:
        task.add_done_callback(_report)

    async def end() -> None:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)

    stack.push_async_callback(end)


def _report(task: asyncio.Task[None]) -> None:
    """Background work ends with the application; any other end is a bug that nobody would see."""
    if not task.cancelled() and (error := task.exception()):
        log.critical("%s ended: %s", task.get_name(), type(error).__name__, exc_info=error)
