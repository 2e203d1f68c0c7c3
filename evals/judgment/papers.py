"""Storms judged at spread moments, each judgment going on from the one before, and the briefings made of them.

What a model took its time for is kept on disk, one file a judgment, so that a run goes on where it stopped; composing
and checking cost little and are done anew with the present code.
"""

import asyncio
import hashlib
import json
import math
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from pydantic import BaseModel, ValidationError

from agents.briefing.decision import Form
from agents.judgment.context import JudgmentContext
from agents.judgment.decision import Judgment
from agents.judgment.judge import judge_once
from agents.judgment.replay import UNHURRIED, FactSituation
from agents.judgment.situation import Signed
from agents.model.chat import ChatModel, Priority
from agents.model.off import NoModel
from evals.context import now
from knowledge.city import City
from prompts.loader import FOLDER
from tools.emergency.scenario import Scenario

WHOLE: Form = "report"
OTHERS: tuple[Form, ...] = ("flash", "followup", "calls", "card", "press")
PROMPTS = ("judgment_paragraph", "judgment_repair")
PER_JUDGMENT = 4
"""Briefings of one judgment: the report, which holds the whole narrative, and three of the other forms in turn."""


@dataclass(frozen=True)
class Moment:
    """When to judge, and which forms to make of it."""

    at: datetime
    forms: tuple[Form, ...]


class Kept(BaseModel):
    """A judgment and the seconds that it took."""

    judgment: Judgment
    seconds: float


@dataclass(frozen=True)
class Played:
    """`previous` is the judgment before in the same storm: what a reader of its briefing knows."""

    scenario: Scenario
    moment: Moment
    kept: Kept
    previous: Judgment | None

    @property
    def judgment(self) -> Judgment:
        return self.kept.judgment


def moments(scenarios: Sequence[Scenario], briefings: int) -> Mapping[str, Sequence[Moment]]:
    """By scenario, evenly over its course, on its own steps; no more than it has steps."""
    judgments = math.ceil(briefings / PER_JUDGMENT)
    planned: dict[str, Sequence[Moment]] = {}
    for rank, scenario in enumerate(scenarios):
        share = judgments // len(scenarios) + (rank < judgments % len(scenarios))
        step = timedelta(minutes=scenario.step_min)
        steps = (scenario.end - scenario.start) // step
        chosen = sorted({max(1, steps * (number + 1) // share) for number in range(share)})
        planned[scenario.name] = [
            Moment(scenario.start + step * one, _forms(number)) for number, one in enumerate(chosen)
        ]
    return planned


def _forms(number: int) -> tuple[Form, ...]:
    others: list[Form] = [
        OTHERS[(number * (PER_JUDGMENT - 1) + turn) % len(OTHERS)] for turn in range(PER_JUDGMENT - 1)
    ]
    return (WHOLE, *others)


def shelf_name(city: City, model: str, planned: Mapping[str, Sequence[Moment]]) -> str:
    """Another model, prompt, city or choice of moments is another run."""
    prompts = [(FOLDER / f"{name}.md").read_text(encoding="utf-8") for name in PROMPTS]
    chosen = [(name, [one.at.isoformat() for one in those]) for name, those in planned.items()]
    told = json.dumps([city.fingerprint, prompts, chosen])
    safe = re.sub(r"[^\w.-]", "_", model)
    return f"{safe}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


class Shelf:
    """Finished judgments as files of one folder; without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        if folder:
            folder.mkdir(parents=True, exist_ok=True)

    def read(self, name: str) -> Kept | None:
        """None for what is not there or was kept by code with another shape of judgments."""
        try:
            return Kept.model_validate_json(self._path(name).read_bytes()) if self._folder else None
        except (FileNotFoundError, ValidationError):
            return None

    def write(self, name: str, kept: Kept) -> None:
        """By renaming: a run that is killed leaves no half file."""
        if self._folder:
            part = self._path(name).with_suffix(".part")
            part.write_text(kept.model_dump_json(), encoding="utf-8")
            part.replace(self._path(name))

    def _path(self, name: str) -> Path:
        return (self._folder or Path()) / f"{name}.json"


def judging(city: City, model: ChatModel, seconds: float) -> JudgmentContext:
    """A context for all storms. seconds: how long the model may take over the wording of one judgment."""
    return JudgmentContext(
        city=city,
        situation=FactSituation(city, (), now(), ""),  # each storm puts its own in its place
        model=model,
        clock=now,
        deadlines={**UNHURRIED},
        priority=Priority.BATCH,
        model_seconds=seconds,
    )


async def play(
    context: JudgmentContext,
    scenarios: Sequence[Scenario],
    planned: Mapping[str, Sequence[Moment]],
    shelf: Shelf,
    parallel: int,
    done: Callable[[], None],
    *,
    kept_only: bool = False,
) -> list[Played]:
    """Each storm in order without the model, then every moment again with it, `parallel` at a time.

    A judgment goes on from the one before, but not from its wording: so the model need not be waited for. kept_only:
    leave out what is not finished yet.
    """
    context = replace(context, reader=context.reading())
    gate = asyncio.Semaphore(parallel)
    worded: list[Coroutine[Any, Any, Played]] = []
    for scenario in scenarios:
        situation = Remembered(FactSituation(context.city, scenario.facts, scenario.start, scenario.name))
        here = replace(context, situation=situation)
        last: Judgment | None = None
        for moment, plain in zip(
            planned[scenario.name], await _plain(here, situation, planned[scenario.name]), strict=True
        ):
            if not kept_only or shelf.read(_file_name(scenario, moment)):
                worded.append(_worded(here, scenario, moment, last, shelf, gate, done))
            last = plain
    return list(await asyncio.gather(*worded))


async def _plain(
    context: JudgmentContext, situation: "Remembered", planned: Sequence[Moment]
) -> list[Judgment]:
    """The storm in the order of time by rules alone, the recommendations signed as they come."""
    quick = replace(context, model=NoModel())
    signed: dict[str, Signed] = {}
    found: list[Judgment] = []
    for moment in planned:
        situation.sign(*signed.values())
        made = await _judged(quick, moment.at, found[-1] if found else None)
        sign(signed, made.judgment)
        found.append(made.judgment)
    return found


async def _worded(
    context: JudgmentContext,
    scenario: Scenario,
    moment: Moment,
    last: Judgment | None,
    shelf: Shelf,
    gate: asyncio.Semaphore,
    done: Callable[[], None],
) -> Played:
    name = _file_name(scenario, moment)
    async with gate:
        kept = shelf.read(name)
        if kept is None:
            kept = await _judged(context, moment.at, last)
            shelf.write(name, kept)
    done()
    return Played(scenario, moment, kept, last)


def _file_name(scenario: Scenario, moment: Moment) -> str:
    return f"{scenario.name}-{moment.at:%m%d%H%M}"


class Remembered:
    """A situation that is asked in the order of time first, and then answers the same in any order."""

    def __init__(self, situation: FactSituation) -> None:
        self._situation = situation
        self._known: dict[tuple[str, str], Any] = {}

    def sign(self, *signed: Signed) -> None:
        self._situation.sign(*signed)

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        async def answer(*asked: Any) -> Any:
            key = (name, repr(asked))
            if key not in self._known:
                self._known[key] = await getattr(self._situation, name)(*asked)
            return self._known[key]

        return answer


async def _judged(context: JudgmentContext, at: datetime, last: Judgment | None) -> Kept:
    begun = monotonic()
    moment = replace(context, clock=lambda: at)
    judgment = await judge_once(moment, at, "schedule", previous=last)
    return Kept(judgment=judgment, seconds=monotonic() - begun)


def sign(signed: dict[str, Signed], judgment: Judgment) -> None:
    """Every recommendation signed by the post that the plan names, as if it sat beside the screen."""
    for one in judgment.recommendations:
        if one.action in ("none", "keep"):
            continue
        signed.pop(one.hazard, None)
        if one.level:
            signed[one.hazard] = Signed(
                hazard=one.hazard, level=one.level, post=one.signer, by="评测", signed_at=judgment.at
            )
