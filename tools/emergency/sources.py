"""The emergency feeds of one deployment, by name, each read with its own deadline and its own memory.

However a reading goes, it comes back as facts and problems: a feed that fails becomes a FeedState fact (`down`), one
whose newest content is older than its own limit `stale`, and one that recovered `ok`. A state is told at first and
when it changes.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

import httpx

from knowledge.city.types import City
from knowledge.errors import Problem
from tools.emergency.cap_feed import CapConfig, CapFeed
from tools.emergency.facts import FeedState
from tools.emergency.feed import Feed, Fetched, Reader
from tools.emergency.ground import Ground
from tools.emergency.listing import CITIZENS, FORECASTS, REPORTS, Listing
from tools.emergency.openmeteo import OpenMeteo
from tools.emergency.qweather_alerts import QWeatherAlerts
from tools.emergency.sensorthings import SensorThings, SensorThingsConfig
from tools.errors import CityError
from tools.resilience import Clock, ResilienceConfig, usual_guards

NAMES: Final = ("alerts", "observations", "forecasts", "reports", "citizens")
FEEDS: Final = {"citizens": "tickets"}
"""FeedState calls the citizens' calls `tickets`, as the plan's tests do; the others by their own name."""
State = Literal["ok", "stale", "down"]


@dataclass(frozen=True)
class Limits:
    """deadline_s: for one reading as a whole, first_s for the first, which brings the history. stale: how old the
    newest content may be; None: age says nothing.

    attempts and failures_to_open: of the guards around each request.
    """

    deadline_s: float
    stale: timedelta | None
    first_s: float = 30
    attempts: int = 2
    failures_to_open: int = 5


LIMITS: Final[Mapping[str, Limits]] = {
    "alerts": Limits(deadline_s=5, stale=timedelta(minutes=30)),
    "observations": Limits(deadline_s=5, stale=timedelta(minutes=40)),
    "forecasts": Limits(deadline_s=5, stale=timedelta(hours=1)),
    "reports": Limits(deadline_s=5, stale=timedelta(minutes=30)),
    "citizens": Limits(deadline_s=5, stale=timedelta(minutes=30)),
}
OUTAGE_S: Final = 10  # how long an open breaker keeps a failing feed unasked


@dataclass(frozen=True)
class SourceUrls:
    """Where the feeds are. alerts: a CAP Atom feed, or QWeather's service up to its host when alerts_form says so.

    observations ends in /v1.1; hourly is an Open-Meteo forecast address whose figures join the desk's, "" for none.
    """

    alerts: str
    observations: str
    forecasts: str
    reports: str
    citizens: str
    calls: str
    geo: str
    hourly: str = ""
    alerts_form: Literal["cap", "qweather"] = "cap"

    @classmethod
    def under(cls, base: str) -> "SourceUrls":
        """All of them at one address, laid out as the simulated city has them."""
        base = base.rstrip("/")
        return cls(
            alerts=f"{base}/cap/feed.atom",
            observations=f"{base}/sta/v1.1",
            forecasts=f"{base}/plan/forecasts",
            reports=f"{base}/reports",
            citizens=f"{base}/citizens",
            calls=f"{base}/calls",
            geo=f"{base}/geo",
        )


@dataclass
class Source:
    """One named feed under its limits."""

    name: str
    feed: Feed
    limits: Limits
    clock: Clock
    _state: State | None = field(default=None, init=False)

    async def fetch(self, since: datetime | None) -> Fetched:
        """Never raises for a failing feed: its failure is a fact and a problem."""
        seconds = self.limits.deadline_s if since else self.limits.first_s
        try:
            async with asyncio.timeout(seconds):
                fetched = await self.feed.fetch(since)
        except TimeoutError:
            return self._failed(f"{seconds:g} 秒内没有读完")
        except CityError as error:
            return self._failed(str(error))
        state, why = self._judge(fetched)
        told = self._tell(state, why, fetched.fetched_at)
        return replace(fetched, facts=(*fetched.facts, *told))

    def _judge(self, fetched: Fetched) -> tuple[State, str]:
        """A cut-off answer is down, not stale: what is missing from it could be anything."""
        if fetched.incomplete:
            return "down", fetched.incomplete
        limit, newest = self.limits.stale, fetched.newest
        if limit is not None and newest is not None and fetched.fetched_at - newest > limit:
            minutes = int((fetched.fetched_at - newest).total_seconds() // 60)
            told = newest.astimezone(fetched.fetched_at.tzinfo).strftime("%m-%d %H:%M")
            return "stale", f"最新内容是 {minutes} 分钟前的（{told}）"
        return "ok", ""

    def _failed(self, why: str) -> Fetched:
        now = self.clock()
        problem = Problem(self.name, "读取", why, "期间按未知处理；自动重试，持续不通请联系提供方")
        return Fetched(self._tell("down", why, now), (problem,), now)

    def _tell(self, state: State, why: str, now: datetime) -> tuple[FeedState, ...]:
        """A fact when the state changed, and at the first reading: what the log says may be of another day."""
        changed = state != self._state
        self._state = state
        feed = FEEDS.get(self.name, self.name)
        return (FeedState(feed=feed, time=now, state=state, why=why),) if changed else ()


class Joined:
    """Several feeds as one: the first decides on state and age, the others add facts when they can."""

    def __init__(self, first: Feed, *others: Feed, patience_s: float = 2.0) -> None:
        """patience_s: how long the others together may keep the first waiting."""
        self._first = first
        self._others = others
        self._patience_s = patience_s

    async def fetch(self, since: datetime | None) -> Fetched:
        """Raises CityError when the first fails; the others' failures are problems.

        The first comes last: what it delivers must not be lost in another's timeout.
        """
        found: list[Fetched] = []
        problems: tuple[Problem, ...] = ()
        try:
            async with asyncio.timeout(self._patience_s):
                for other in self._others:
                    found.append(await other.fetch(since))
        except (CityError, TimeoutError) as error:
            why = str(error) or f"{self._patience_s:g} 秒内没有答复"
            problems = (Problem("逐时预报", "读取", why, "不影响启动条件；自动重试"),)
        first = await self._first.fetch(since)
        facts = (*first.facts, *(fact for fetched in found for fact in fetched.facts))
        told = (*first.problems, *problems, *(problem for fetched in found for problem in fetched.problems))
        return replace(first, facts=facts, problems=told)


class EmergencySources:
    """The sources by name, in the order of NAMES.

    clock: the city's time, by which facts are dated. wall: real time, by which a failing provider gets its rest; in an
    exercise the two differ. `http` stays the caller's.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        city: City,
        urls: SourceUrls,
        *,
        clock: Clock,
        wall: Clock,
        limits: Mapping[str, Limits] = LIMITS,
    ) -> None:
        self._http = http
        self._wall = wall
        self._limits = limits
        makers = _makers(city, urls, clock)
        self.sources = tuple(
            Source(name, makers[name](self._reader(name)), limits[name], clock) for name in NAMES
        )

    def __getitem__(self, name: str) -> Source:
        return next(source for source in self.sources if source.name == name)

    async def fetch(self, since: datetime | None, names: Sequence[str] = NAMES) -> dict[str, Fetched]:
        """All (or the named) sources side by side: as slow as the slowest, never slower than its deadline."""
        chosen = [source for source in self.sources if source.name in names]
        found = await asyncio.gather(*(source.fetch(since) for source in chosen))
        return {source.name: fetched for source, fetched in zip(chosen, found, strict=True)}

    def _reader(self, name: str) -> Reader:
        limits = self._limits[name]
        config = ResilienceConfig(
            timeout_s=limits.deadline_s,
            attempts=limits.attempts,
            first_wait_s=0.2,
            max_wait_s=1.0,
            failures_to_open=limits.failures_to_open,
            open_s=OUTAGE_S,
        )
        return Reader(self._http, usual_guards(config, clock=self._wall))


def _makers(city: City, urls: SourceUrls, clock: Clock) -> dict[str, Callable[[Reader], Feed]]:
    ground = Ground.of(city)
    zone = ground.zone
    types = tuple({signal.type for signal in city.weather.signals})
    stations, metrics = city.weather.stations, city.weather.plan.semantics.metrics

    def alerts(reader: Reader) -> Feed:
        if urls.alerts_form == "qweather":
            return QWeatherAlerts(reader, ground, urls.alerts, clock=clock, types=types)
        return CapFeed(reader, ground, CapConfig(urls.alerts), clock=clock, types=types)

    def forecasts(reader: Reader) -> Feed:
        desk = Listing(reader, urls.forecasts, FORECASTS, zone, clock=clock)
        return Joined(desk, OpenMeteo(reader, ground, urls.hourly, clock=clock)) if urls.hourly else desk

    return {
        "alerts": alerts,
        "observations": lambda reader: SensorThings(
            reader, ground, stations, metrics, SensorThingsConfig(urls.observations), clock=clock
        ),
        "forecasts": forecasts,
        "reports": lambda reader: Listing(reader, urls.reports, REPORTS, zone, clock=clock),
        "citizens": lambda reader: Listing(reader, urls.citizens, CITIZENS, zone, clock=clock),
    }
