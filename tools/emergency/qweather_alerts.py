"""Warnings from QWeather's current list, asked at each district's centre.

The list says what is in force at a point. A signal's districts are those at whose centre it shows; one that is gone
from all of them before its time was lifted, even when no cancel message was seen.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple

from knowledge.errors import Problem
from tools.emergency.facts import WeatherAlert, stamp
from tools.emergency.feed import Faults, Fetched, Reader, made_at, models, provenance
from tools.emergency.ground import Ground
from tools.emergency.qweather import CurrentAlert, current_alerts
from tools.emergency.signals import SEVERITY_COLOURS, colour_in, colour_named, signal_type
from tools.resilience import Clock
from tools.transport import translated

EVENTS: Final[dict[str, Literal["issue", "update", "cancel"]]] = {
    "alert": "issue",
    "update": "update",
    "cancel": "cancel",
}


class Listed(NamedTuple):
    """What a district's centre was answered: the hash of the body tells whether it was read before."""

    digest: bytes
    alerts: tuple[CurrentAlert, ...]
    problems: tuple[Problem, ...]


class QWeatherAlerts:
    """A Feed of WeatherAlert. base: the service up to its host.

    Lists are read beside the event loop, and only when they differ from last time: thousands of warnings at seven
    points must keep nobody waiting.
    """

    def __init__(
        self, reader: Reader, ground: Ground, base: str, *, clock: Clock, types: Sequence[str] = ()
    ) -> None:
        self._reader = reader
        self._ground = ground
        self._base = base
        self._clock = clock
        self._types = tuple(types)
        self._listed: dict[str, Listed] = {}
        self._delivered: dict[str, bytes] = {}
        self._holding: dict[str, WeatherAlert] = {}
        self._shared: dict[str, CurrentAlert] = {}

    async def fetch(self, since: datetime | None) -> Fetched:
        """What is new, changed or gone since the last look. Raises CityError when any district can't be asked."""
        now = self._clock()
        times = await asyncio.gather(*(self._at(code) for code in self._ground.outlines))
        oldest = min((made_at for made_at in times if made_at), default=None)
        digests = {code: listed.digest for code, listed in self._listed.items()}
        if digests == self._delivered:
            return Fetched((), (), now, oldest)
        present, facts, faults = await asyncio.to_thread(self._compared, now)
        # Only now: a reading given up has delivered nothing.
        self._holding, self._delivered = present, digests
        self._shared = {name: alert for name, alert in self._shared.items() if name in present}
        told = tuple(problem for listed in self._listed.values() for problem in listed.problems)
        return Fetched(facts, (*told, *faults.problems), now, oldest)

    async def _at(self, code: str) -> datetime | None:
        """Read a district's list; when the service says it was made."""
        lon, lat = self._ground.centre(code)
        url = f"{self._base}/weatheralert/v1/current/{lat:.2f}/{lon:.2f}"
        answer = await self._reader.get(url)
        digest, known = hashlib.sha256(answer.body).digest(), self._listed.get(code)
        if known is None or known.digest != digest:
            with translated(f"GET {url}"):
                self._listed[code] = await asyncio.to_thread(_listed, digest, answer.body, url, self._shared)
        return made_at(answer)

    def _compared(self, now: datetime) -> tuple[dict[str, WeatherAlert], tuple[WeatherAlert, ...], Faults]:
        """All that is listed now, and of it what was not so before, with what is gone."""
        faults = Faults()
        seen: dict[str, tuple[CurrentAlert, list[str]]] = {}
        for code in self._ground.outlines:
            for alert in self._listed[code].alerts:
                seen.setdefault(alert.id, (alert, []))[1].append(code)
        made = [self._alert(alert, tuple(codes), now, faults) for alert, codes in seen.values()]
        present = {alert.alert_id: alert for alert in made if alert}
        facts = [alert for name, alert in present.items() if not _same(alert, self._holding.get(name))]
        facts += [_gone(alert, now) for alert in self._vanished(present.values(), now)]
        return present, tuple(sorted(facts, key=stamp)), faults

    def _alert(
        self, alert: CurrentAlert, districts: tuple[str, ...], now: datetime, faults: Faults
    ) -> WeatherAlert | None:
        return alert_fact(alert, districts, self._types, self._base, now, faults)

    def _vanished(self, present: Iterable[WeatherAlert], now: datetime) -> list[WeatherAlert]:
        """Held before, not cancelled or superseded by anything present, not expired, and no longer listed."""
        listed = {alert.alert_id for alert in present}
        ended = {name for alert in present for name in alert.supersedes}
        return [
            alert
            for name, alert in self._holding.items()
            if name not in listed
            and name not in ended
            and alert.event != "cancel"
            and (alert.expires_at is None or alert.expires_at > now)
        ]


def _listed(digest: bytes, body: bytes, url: str, shared: dict[str, CurrentAlert]) -> Listed:
    """shared: by id, so that one that shows at seven points is kept once; changed here."""
    faults, alerts = Faults(), list[CurrentAlert]()
    for alert in models(current_alerts(json.loads(body)), CurrentAlert, url, faults):
        if shared.get(alert.id) != alert:
            shared[alert.id] = alert
        alerts.append(shared[alert.id])
    return Listed(digest, tuple(alerts), faults.problems)


def alert_fact(
    alert: CurrentAlert,
    districts: tuple[str, ...],
    types: Sequence[str],
    reference: str,
    now: datetime,
    faults: Faults,
) -> WeatherAlert | None:
    """One warning in force in `districts` (codes). None, with a fault, when nothing tells its colour."""
    colour = (colour_named(alert.color.code) if alert.color else None) or colour_in(alert.headline)
    note = ""
    if colour is None:
        colour = SEVERITY_COLOURS.get((alert.severity or "").lower())
        note = f"未写颜色，按严重程度 {alert.severity} 推定为{colour}色"
    if colour is None:
        what = f"看不出颜色等级：{alert.headline or alert.event.name}"
        faults.add(alert.id, "color", what, "未计入启动条件，请人工核对这一预警")
        return None
    return WeatherAlert(
        alert_id=alert.id,
        event=EVENTS[alert.message.code],
        type=signal_type([alert.event.name, alert.headline], [alert.event.code], types) or "未说明",
        colour=colour,
        districts=districts,
        issued_at=alert.issued_at,
        effective_from=alert.effective_at or alert.issued_at,
        expires_at=alert.expires_at,
        supersedes=alert.message.supersedes,
        issuer=alert.sender,
        headline=alert.headline,
        text=alert.description,
        provenance=provenance("alerts", f"{reference}#{alert.id}", now, [note]),
    )


def _same(alert: WeatherAlert, before: WeatherAlert | None) -> bool:
    return before is not None and alert.model_copy(update={"provenance": before.provenance}) == before


def _gone(alert: WeatherAlert, now: datetime) -> WeatherAlert:
    what = "来源不再列出，视为已解除"
    return alert.model_copy(
        update={
            "alert_id": f"{alert.alert_id}-gone",
            "event": "cancel",
            "issued_at": now,
            "effective_from": now,
            "supersedes": (alert.alert_id,),
            "headline": what,
            "provenance": provenance("alerts", alert.alert_id, now, [what]),
        }
    )
