"""The situation: now, as a stream, over time, as it might be; and what named people decide about it."""

from collections.abc import AsyncIterable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from serving.api.services import NamedOperator, Services, Use
from serving.api.streams import SEQ_MAX, server_sent, ticking
from serving.errors import NotFound, RequestInvalid
from serving.situation import courses, pictures, signing
from serving.situation.city_map import city_map
from serving.situation.log import known_rows
from serving.situation.moments import Instant, moment_text
from serving.situation.signing import Found
from serving.situation.signing_rules import Wish
from serving.situation.stations import references
from serving.situation.telling import STREAM
from serving.situation.timeline import timeline
from serving.situation.whatif import Supposition, differences, supposed
from serving.store.situation_tables import EmergencyRow, FactRow
from serving.store.tables import Json

router = APIRouter(prefix="/situation", tags=["态势"])

POINTS_MAX = 20_000
TICK_S = 15.0

Moment = Annotated[Instant | None, Query(description="带时区的时刻；不给就是现在")]


class NewEvent(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=100)


class Closing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: str = Field(min_length=1, max_length=1000)


@router.get("")
async def situation(use: Use, at: Moment = None, event_id: str | None = None) -> JSONResponse:
    """Everything of one moment; with `at`, exactly as it was known then."""
    return JSONResponse(await use.emergency.view.situation(at, event_id))


def from_now_on(
    use: Use,
    after: Annotated[int | None, Query(ge=0, le=SEQ_MAX)] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> int | None:
    """The number after which to go on; None for what comes from now on. Last-Event-ID wins."""
    if last_event_id and last_event_id.isdecimal():
        return min(int(last_event_id), SEQ_MAX)
    return after


@router.get("/events", response_class=EventSourceResponse)
async def events(
    use: Use, after: Annotated[int | None, Depends(from_now_on)]
) -> AsyncIterable[ServerSentEvent]:
    """What happens: situation, alert, finding, decision, call, judgment, briefing, sources, plan, event; and tick."""
    if after is None:
        async with use.database.read() as session:
            after = await use.emergency.live.events.count(session, STREAM)
    stream = use.emergency.live.events.follow(STREAM, after)

    def tick() -> Json:
        now = use.emergency.live.clock()
        return {"type": "tick", "now": now.isoformat(), "sources": use.emergency.pollers.states(now)}

    async for event in ticking(stream, TICK_S, tick):
        yield server_sent(event)


@router.get("/list")
async def storms(use: Use) -> Json:
    """Events so far, the newest first, and the one that is open."""
    async with use.database.read() as session:
        items = await courses.listed(session)
    return {"open": use.emergency.live.course.event_id, "items": items}


@router.post("/event", status_code=201)
async def open_event(new: NewEvent, use: Use, operator: NamedOperator) -> Json:
    """A named person opens an event; others open by themselves."""
    return {"event_id": (await signing.open_event(use.emergency.live, new.title, operator)).event_id}


@router.post("/event/close")
async def close_event(closing: Closing, use: Use, operator: NamedOperator) -> Json:
    return {"event_id": (await signing.close_event(use.emergency.live, operator, closing.note)).event_id}


@router.get("/timeline")
async def course(use: Use, event_id: str | None = None) -> JSONResponse:
    async with use.database.read() as session:
        event = await _event(session, use, event_id)
        return JSONResponse(await timeline(session, event, use.emergency.live.clock()))


async def _event(session: AsyncSession, use: Services, event_id: str | None) -> EmergencyRow:
    event = await session.get(EmergencyRow, event_id or use.emergency.live.course.event_id)
    if event is None:
        raise NotFound(f"没有场次 {event_id}；请刷新页面")
    return event


@router.get("/series")
async def series(
    use: Use,
    station_id: str,
    metric: str,
    begin: Annotated[Instant | None, Query(alias="from")] = None,
    to: Moment = None,
    at: Moment = None,
    event_id: str | None = None,
) -> Json:
    """Readings of a station as they were known at `at`, with the marks they are compared with. event_id: as told in
    an earlier event."""
    city = use.emergency.live.pack.city
    station = city.weather.stations.get(station_id)
    if station is None or metric not in station.metrics:
        raise NotFound(f"没有测站 {station_id} 的 {metric}；请刷新页面")
    moment = at or use.emergency.live.clock()
    async with use.database.read() as session:
        event = await _event(session, use, event_id)
        query = known_rows(event.watch_id, moment).where(FactRow.subject == f"{station_id}.{metric}")
        if begin is not None:
            query = query.where(FactRow.stamp >= moment_text(begin))
        if to is not None:
            query = query.where(FactRow.stamp <= moment_text(to))
        query = query.with_only_columns(FactRow.data).order_by(FactRow.stamp, FactRow.seq).limit(POINTS_MAX)
        rows = list(await session.scalars(query))
    return {
        "station_id": station_id,
        "metric": metric,
        "unit": rows[-1]["unit"] if rows else station.unit,
        "points": [(row["time"], row["value"], row["quality"]) for row in rows],
        "references": references(city, station, metric),
    }


@router.post("/whatif")
async def what_if(wish: Supposition, use: Use) -> JSONResponse:
    """The table as it would be; nothing is kept."""
    moment = wish.at or use.emergency.live.last.at
    facts = supposed(use.emergency.live.pack.city, wish, moment)
    before = await use.emergency.asked.picture(moment)
    try:
        after = await use.emergency.asked.what_if(moment, facts)
    except ValueError as error:
        raise RequestInvalid(f"changes：引擎不接受这个假设（{error}）；请改动后重试") from error
    picture = after.model_dump(mode="json")
    return JSONResponse({"picture": picture, "changed": differences(before, after), "at": moment.isoformat()})


@router.get("/map")
async def the_map(use: Use) -> JSONResponse:
    return JSONResponse(city_map(use.emergency.live.pack.city))


@router.post("/decisions", status_code=201)
async def decide(wish: Wish, use: Use, operator: NamedOperator) -> Json:
    """A named person signs a start, an upgrade, a downgrade, an end, or that nothing is started."""
    signed = await signing.sign(use.emergency.live, wish, operator)
    use.emergency.judgments.outdated()
    return signed


@router.post("/findings", status_code=201)
async def find(found: Found, use: Use, operator: NamedOperator) -> Json:
    return await signing.report(use.emergency.live, found, operator)


@router.get("/plans/{plan_hash}")
async def plan_text(plan_hash: str, use: Use) -> Json:
    """The text of a plan that judged."""
    async with use.database.read() as session:
        return await pictures.plan_text(session, plan_hash)
