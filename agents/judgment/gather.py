"""Asking every source at once, each with its deadline: what doesn't answer in time becomes a gap, never a wait."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from agents.judgment.before import before
from agents.judgment.context import JudgmentContext
from agents.judgment.engine import levels
from agents.judgment.engine.picture import ConditionState, HazardPicture, Picture
from agents.judgment.known import Known, in_force, newest, weightiest
from agents.judgment.situation import Standing
from knowledge.city import City

CITIZEN_HOURS = 3.0

T = TypeVar("T")
U = TypeVar("U")


@dataclass
class Asked:
    """One round of questions; `missing` tells which source gave nothing, and why."""

    context: JudgmentContext
    missing: dict[str, str] = field(default_factory=dict[str, str])

    async def ask(self, source: str, question: Callable[[], Awaitable[T]], instead: U) -> T | U:
        """The answer, or `instead` when it fails or comes too late. A source is the outside world: whatever it
        raises must not end the judgment."""
        seconds = self.context.deadline(source)
        try:
            return await asyncio.wait_for(question(), seconds)
        except TimeoutError:
            self.missing[source] = f"{seconds:g}秒内没有回应"
        except Exception as error:  # noqa: BLE001 - see above
            self.missing[source] = str(error)[:200] or type(error).__name__
        return instead


async def gather(context: JudgmentContext, at: datetime) -> Known:
    """Everything known at `at`. Lasts as long as the slowest deadline at most."""
    asked, sources, plan = Asked(context), context.situation, context.city.weather.plan
    async with asyncio.TaskGroup() as together:
        picture = together.create_task(asked.ask("picture", lambda: sources.picture(at), None))
        rows = together.create_task(asked.ask("observations", lambda: sources.observations(at), ()))
        forecasts = together.create_task(asked.ask("forecasts", lambda: sources.forecasts(at), ()))
        alerts = together.create_task(asked.ask("alerts", lambda: sources.alerts(at), ()))
        citizens = together.create_task(
            asked.ask("citizens", lambda: sources.citizens(at, CITIZEN_HOURS), ())
        )
        feeds = together.create_task(asked.ask("feeds", lambda: sources.feeds(at), ()))
        standing = together.create_task(asked.ask("standing", lambda: sources.standing(at), None))
        last = together.create_task(asked.ask("previous", lambda: sources.previous(at), None))
    seen = picture.result() or unknown_picture(context.city, at, asked.missing)
    previous = last.result()
    standing_alerts = in_force(alerts.result(), at)
    shown = weightiest(context.city, standing_alerts)
    return Known(
        at=at,
        picture=seen,
        now=tuple(rows.result()),
        forecasts=newest(plan, forecasts.result(), at),
        alerts=shown,
        alerts_unlisted=len(standing_alerts) - len(shown),
        citizens=tuple(citizens.result()),
        feeds=tuple(feeds.result()),
        standing=standing.result() or Standing(event_id=""),
        before=before(previous) if previous else None,
        missing=asked.missing,
    )


def unknown_picture(city: City, at: datetime, missing: Mapping[str, str]) -> Picture:
    """Every condition unknown: what stands when the engine gives no answer. Unknown is never 'not met'."""
    plan = city.weather.plan
    why = f"规则引擎没有给出结果：{missing.get('picture', '')}"
    hazards = tuple(_unknown_hazard(city, hazard, at, why) for hazard in plan.plan.hazards)
    return Picture(
        at=at,
        plan=plan.plan.title,
        plan_version=plan.plan.version,
        plan_hash="",
        hazards=hazards,
        level=None,
        possible=levels.highest(hazard.possible for hazard in hazards),
        in_force=None,
        facts={},
    )


def _unknown_hazard(city: City, hazard: str, at: datetime, why: str) -> HazardPicture:
    plan = city.weather.plan
    conditions = tuple(
        ConditionState(
            id=one.id,
            clause=one.clause,
            hazard=hazard,
            level=response.level,
            text=one.text,
            state="human" if one.requires_human else "unknown",
            review=False,
            since=at,
            first_met_at=None,
            why="" if one.requires_human else why,
        )
        for response in plan.responses
        if response.hazard == hazard
        for one in response.conditions
    )
    return HazardPicture(
        hazard=hazard,
        name=plan.plan.hazard_names[hazard],
        level=None,
        possible=levels.possible(conditions),
        in_force=None,
        action="none",
        target=None,
        conditions=conditions,
        end_conditions=(),
    )
