"""All scenarios through the engine: right or wrong at every step, hours won, and what each silence does."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.progress import Progress

from agents.judgment.engine.picture import Picture
from evals.context import now
from evals.judgment.case import Case, replay, turned_away
from evals.judgment.degraded import FEEDS, Silence, silence
from evals.judgment.lead import Lead, leads
from evals.judgment.states import compare
from evals.measure import Measure, Measured, Tally, pool_all
from evals.report import Item, Json, provenance
from knowledge.city import City

MEASURES = (
    Measure("states", "条件状态与参考一致（逐步逐条）"),
    Measure("first_met", "首次成立时刻一致"),
    Measure("review", "待研判名单一致"),
    Measure("levels", "级别与可能级别一致"),
    Measure("track", "建议、在行级别、结束条件一致"),
    Measure("unknown_shown", "未知被当作未达到", fewer_is_better=True),
)
AHEAD = (Measure("lead", "比“见红色信号才响应”早", "mean", unit="分钟"),)
SHOWN_REASONS = 5
DEGRADED = (
    Measure("covered", "断一源后可能级别不低于实际"),
    Measure("calm", "断一源后成立变为未达到", fewer_is_better=True),
    Measure("unknown", "断一源后成立变为未知", fewer_is_better=True),
)


@dataclass(frozen=True)
class Found:
    """`wrong`: by scenario, every place where the reference says something else."""

    head: Json
    right: list[Measured]
    ahead: list[Measured]
    degraded: list[Measured]
    items: list[Item]
    wrong: dict[str, list[Json]]
    leads: dict[str, list[Lead]]
    silences: dict[str, list[Silence]]
    notes: dict[str, list[str]]
    """By scenario: what a reader of the figures must know."""

    @property
    def measured(self) -> list[Measured]:
        return [*self.right, *self.ahead, *self.degraded]

    def groups(self) -> list[tuple[str, list[Measured]]]:
        return [("与参考结果", self.right), ("提前量", self.ahead), ("断一源", self.degraded)]


def evaluate(city: City, cases: Sequence[Case], progress: Progress) -> Found:
    """Every case once as it was, and once for each source without it."""
    bar = progress.add_task("情景回放", total=len(cases) * (1 + len(FEEDS)))
    items: list[Item] = []
    wrong: dict[str, list[Json]] = {}
    won: dict[str, list[Lead]] = {}
    silences: dict[str, list[Silence]] = {}
    notes: dict[str, list[str]] = {}
    for case in cases:
        name = case.scenario.name
        pictures = replay(city, case.scenario)
        progress.advance(bar)
        notes[name] = _notes(city, case)
        silences[name] = []
        for feed in FEEDS:
            silences[name].append(silence(city, case.scenario, feed, pictures))
            progress.advance(bar)
        won[name] = leads(city.weather.plan, case.scenario, pictures)
        tallies, wrong[name] = compare(case.expected, pictures) if case.expected else ({}, [])
        detail = _detail(pictures, wrong[name], won[name], silences[name])
        items.append(Item(name, {**tallies, **_ahead(won[name]), **_degraded(silences[name])}, detail))
    head = {
        "evaluation": "judgment",
        **provenance(now()),
        "synthetic": True,
        "scenarios": [case.scenario.name for case in cases],
        "without_reference": [case.scenario.name for case in cases if case.expected is None],
        "plan": city.weather.plan.plan.id,
        "city_fingerprint": city.fingerprint,
    }
    rows = [item.tallies for item in items]
    right, ahead, degraded = (pool_all(group, rows) for group in (MEASURES, AHEAD, DEGRADED))
    return Found(head, right, ahead, degraded, items, wrong, won, silences, notes)


def _notes(city: City, case: Case) -> list[str]:
    notes = [] if case.expected else ["没有 expected.json：条件状态未核对"]
    ignored = turned_away(city, case.scenario)
    if ignored:
        reasons = "；".join(f"{why}（{count} 条）" for why, count in ignored.most_common(SHOWN_REASONS))
        notes.append(f"未采用 {ignored.total()} 条数据：{reasons}")
    return notes


def _ahead(won: Sequence[Lead]) -> dict[str, Tally]:
    minutes = [lead.minutes for lead in won if lead.minutes is not None]
    return {"lead": Tally(sum(minutes), len(minutes))} if minutes else {}


def _degraded(silences: Sequence[Silence]) -> dict[str, Tally]:
    met, steps = sum(one.met for one in silences), sum(one.steps for one in silences)
    return {
        "covered": Tally(sum(one.covered for one in silences), steps),
        "calm": Tally(sum(one.calm for one in silences), met),
        "unknown": Tally(sum(one.became_unknown for one in silences), met),
    }


def _detail(
    pictures: Sequence[Picture], wrong: list[Json], won: Sequence[Lead], silences: Sequence[Silence]
) -> Json:
    return {
        "levels": level_changes(pictures),
        "wrong": wrong,
        "leads": [
            {
                "hazard": lead.hazard,
                "started": lead.started.isoformat(),
                "red": lead.red and lead.red.isoformat(),
                "minutes": lead.minutes,
            }
            for lead in won
        ],
        "silences": [
            {"feed": one.feed, "met": one.met, "unknown": one.became_unknown, "calm": list(one.calm_steps)}
            for one in silences
        ],
    }


def level_changes(pictures: Sequence[Picture]) -> list[Json]:
    """What the engine recommends over time: every step at which it isn't to keep or to do nothing."""
    return [
        {"at": seen.at.isoformat(), "hazard": item.hazard, "action": item.action, "level": item.target}
        for seen in pictures
        for item in seen.hazards
        if item.action not in ("keep", "none")
    ]
