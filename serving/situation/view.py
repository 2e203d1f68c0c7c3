"""GET /api/situation: everything the commander's page shows of one moment, now or exactly as it was known then."""

import asyncio
import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.judgment import signals
from agents.judgment.engine.picture import HazardPicture, Picture
from agents.judgment.known import Known as Condensed
from agents.judgment.known import readings, weightiest
from agents.judgment.rules import decide
from agents.judgment.situation import Signed, Standing
from knowledge.city import City
from serving.errors import NotFound
from serving.situation import courses, decisions, log, pictures
from serving.situation.countdowns import Done, countdowns
from serving.situation.known import KEPT, Known
from serving.situation.live import Live
from serving.situation.moments import moment_text
from serving.situation.signing_rules import posts
from serving.situation.sources import Pollers
from serving.situation.stations import station_rows
from serving.situation.telling import STREAM
from serving.store.situation_tables import (
    BriefingRow,
    DecisionRow,
    EmergencyRow,
    JudgmentRow,
    WatchRow,
)
from serving.store.tables import Json
from tools.emergency.facts import WeatherAlert


@dataclass(frozen=True)
class Seen:
    """One moment: its event, its picture as JSON and as it was hashed, and what the facts said besides."""

    at: datetime
    live: bool
    event: EmergencyRow
    exercise: str | None
    picture: Picture
    text: bytes
    says: str
    known: Known


@dataclass
class View:
    """The newest look's stations and clusters are worked out once, however many pages ask."""

    live: Live
    pollers: Pollers
    _of: str = ""
    _alerts: tuple[WeatherAlert, ...] = ()
    _alerts_listed: list[Json] = field(default_factory=list[Json])
    _condensed: tuple[list[Json], list[Json]] = ((), ())  # pyright: ignore[reportAssignmentType]

    async def situation(self, at: datetime | None, event_id: str | None) -> Json:
        """Raises NotFound before anything was known, NotReady while the watch is being loaded."""
        seen = await self.seen(at, event_id)
        async with self.live.database.read() as session:
            signed = await decisions.signed_levels(session, seen.event.event_id, seen.at)
            done = await _done(session, seen.event.event_id, seen.at)
            made = await decisions.listed(session, seen.event.event_id, seen.at)
            seq = await self.live.events.count(session, STREAM)
        stations, clusters = await self._details(seen)
        city = self.live.pack.city
        alerts = seen.known.in_force(seen.at)
        return {
            "event": _event(seen),
            "at": seen.at.isoformat(),
            "now": self.live.clock().isoformat(),
            "speed": self.live.clock.speed,
            "live": seen.live,
            "sources": self.sources(seen),
            "picture": json.loads(seen.text),
            "picture_hash": seen.says,
            "signed": {one: _level(signed.get(one)) for one in city.weather.plan.plan.hazards},
            "advice": {one.hazard: _advice(city, one, signed) for one in seen.picture.hazards},
            "signatures": {one.hazard: one.model_dump(mode="json") for one in signed.values()},
            "decisions": made,
            "posts": posts(city.weather.plan),
            "countdowns": countdowns(
                city.weather.duties,
                seen.picture,
                alerts,
                list(seen.known.findings.values()),
                signed,
                done,
                datetime.fromisoformat(seen.event.opened_at),
            ),
            "alerts": self._listed(city, alerts),
            "alerts_count": len(alerts),
            "findings": [one.model_dump(mode="json") for one in seen.known.findings.values()],
            "stations": stations,
            "clusters": clusters,
            "trouble": self.live.pack.trouble,
            "seq": seq,
        }

    def _listed(self, city: City, alerts: tuple[WeatherAlert, ...]) -> list[Json]:
        """The weightiest signals as JSON. The same signals are the same tuple (Known.in_force)."""
        if self._alerts is not alerts:
            self._alerts = alerts
            self._alerts_listed = [one.model_dump(mode="json") for one in weightiest(city, alerts)]
        return self._alerts_listed

    async def seen(self, at: datetime | None, event_id: str | None = None) -> Seen:
        """The moment's picture with what was known. event_id: of an earlier event, perhaps of another watch."""
        if at is not None and at >= self.live.clock():
            at = None  # what is to come is not known yet
        async with self.live.database.read() as session:
            event = await self._event(session, at, event_id)
            watch = await session.get_one(WatchRow, event.watch_id)
            if at is None and event.closed_at is None:
                last = self.live.last
                return Seen(
                    last.at, True, event, watch.exercise, last.picture, last.text, last.says, self.live.known
                )
            moment = at or datetime.fromisoformat(event.closed_at or event.opened_at)
            text, says = await pictures.at_moment(session, event.watch_id, moment)
            known = await _known(session, event.watch_id, moment)
        picture = await asyncio.to_thread(Picture.model_validate_json, text)
        return Seen(moment, False, event, watch.exercise, picture, text, says, known)

    def sources(self, seen: Seen) -> list[Json]:
        """How each feed fares: now from the pollers, then from what the log says."""
        if seen.live:
            return self.pollers.states(self.live.clock())
        return [
            {"name": one.feed, "state": one.state, "fetched_at": None, "age_s": None, "why": one.why}
            for one in seen.known.feeds.values()
        ]

    async def _event(self, session: AsyncSession, at: datetime | None, event_id: str | None) -> EmergencyRow:
        if event_id is not None:
            row = await session.get(EmergencyRow, event_id)
            if row is None:
                raise NotFound(f"没有场次 {event_id}；请刷新页面")
            return row
        course = self.live.course
        if at is None:
            return await session.get_one(EmergencyRow, course.event_id)
        return await courses.event_at(session, course.watch_id, at)

    async def _details(self, seen: Seen) -> tuple[list[Json], list[Json]]:
        if not seen.live:
            return await asyncio.to_thread(_condensed, self.live.pack.city, seen)
        if self._of != seen.says + str(seen.at):
            self._condensed = await asyncio.to_thread(_condensed, self.live.pack.city, seen)
            self._of = seen.says + str(seen.at)
        return self._condensed


def _condensed(city: City, seen: Seen) -> tuple[list[Json], list[Json]]:
    """Stations and clusters of citizens' calls, worked out as the judgment does it."""
    now = readings(city, seen.known.rows(), seen.at, seen.picture.grace)
    calls = seen.known.calls(seen.at, timedelta(hours=signals.HOURS))
    known = Condensed(
        at=seen.at,
        picture=seen.picture,
        now=now,
        citizens=tuple(calls),
        standing=Standing(event_id=seen.event.event_id),
    )
    clusters = [_placed(city, one.model_dump(mode="json")) for one in signals.clusters(city, known)]
    return station_rows(city, now), clusters


def _placed(city: City, cluster: Json) -> Json:
    place = city.places[cluster["place_id"]]
    return {**cluster, "lat": place.lat, "lon": place.lon}


def _event(seen: Seen) -> Json:
    return {
        **courses.event_json(seen.event),
        "exercise": seen.exercise,
        "plan": seen.picture.plan,
        "plan_version": seen.picture.plan_version,
        "plan_hash": seen.picture.plan_hash,
    }


def _level(signed: Signed | None) -> int | None:
    return signed.level if signed else None


def _advice(city: City, hazard: HazardPicture, signed: dict[str, Signed]) -> Json:
    """{action, level} against what is signed: the judgment's rule, without waiting for a judgment."""
    standing = signed.get(hazard.hazard)
    action, level = decide(city.weather.plan, hazard, standing.level if standing else None)
    return {"action": action, "level": level}


async def _known(session: AsyncSession, watch_id: int, at: datetime) -> Known:
    """What the facts said then: short-lived ones of the last hours, the others of the whole watch."""
    known = Known()
    known.add(await log.known_by(session, watch_id, at, ("alert", "finding", "feed")))
    known.add(await log.known_by(session, watch_id, at, ("observation", "citizen"), at - KEPT))
    return known


async def _done(session: AsyncSession, event_id: str, at: datetime) -> Done:
    moment = moment_text(at)
    decided = select(DecisionRow.at).where(DecisionRow.event_id == event_id, DecisionRow.at <= moment)
    reported = select(BriefingRow.signed_at).where(
        BriefingRow.event_id == event_id, BriefingRow.signed_at <= moment
    )
    judged = select(JudgmentRow.at).where(JudgmentRow.event_id == event_id, JudgmentRow.at <= moment)
    newest = await session.scalar(judged.order_by(JudgmentRow.at.desc()).limit(1))
    done = Done(
        decided=tuple(datetime.fromisoformat(one) for one in await session.scalars(decided)),
        reported=tuple(datetime.fromisoformat(one) for one in await session.scalars(reported) if one),
    )
    return replace(done, judged=datetime.fromisoformat(newest) if newest else None)
