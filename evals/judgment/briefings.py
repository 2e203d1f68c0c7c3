"""Do briefings hold, whoever words them: numbers traced, clauses right, parts complete, no part against another."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.briefing.checks import accountable, check
from agents.briefing.compose import compose
from agents.briefing.decision import Briefing, Code, Trouble
from agents.briefing.figures import numbers
from agents.briefing.material import Material
from agents.judgment.checker import Checker
from agents.judgment.claims import Reader
from agents.judgment.decision import Judgment
from agents.model.chat import ChatModel
from evals.context import now
from evals.judgment.papers import Moment, Played, Shelf, judging, play
from evals.measure import Measure, Measured, Tally, pool_all
from evals.report import Item, Json, provenance
from knowledge.city import City
from tools.emergency.scenario import Scenario

CODES: Mapping[str, tuple[Code, ...]] = {
    "clauses": ("clause",),
    "missing": ("missing",),
    "contradictions": ("state", "level"),
    "evidence": ("evidence",),
    "forbidden": ("forbidden",),
}
"""Measure -> what check() calls it."""

HOLD = (
    Measure("numbers", "没有依据的数字（占全部数字）", fewer_is_better=True),
    Measure("clauses", "条款与依据不符的简报", fewer_is_better=True),
    Measure("missing", "缺少应有部分的简报", fewer_is_better=True),
    Measure("contradictions", "状态或级别自相矛盾的简报", fewer_is_better=True),
    Measure("evidence", "依据断链的简报", fewer_is_better=True),
    Measure("forbidden", "口径含不得外传内容的简报", fewer_is_better=True),
    Measure("narrative", "叙述句未过逐项核验", fewer_is_better=True),
)
WORDED = (
    Measure("accepted", "模型句一次通过核验"),
    Measure("rewritten", "模型句改写后通过"),
    Measure("fallen", "模型句未通过，改用模板句", fewer_is_better=True),
    Measure("repeated", "模型句重复已说的内容，略去", fewer_is_better=True),
    Measure("by_model", "叙述句出自模型"),
    Measure("unanswered", "没有可用回答的段落", "mean", unit="段/次研判", fewer_is_better=True),
)
COST = (
    Measure("calls", "模型调用", "mean", unit="次/次研判"),
    Measure("tokens", "模型词元", "mean", unit="个/次研判"),
    Measure("seconds", "研判用时", "mean", unit="秒/次研判"),
)


@dataclass(frozen=True)
class Found:
    """troubles: what does not hold, by briefing id."""

    head: Json
    hold: list[Measured]
    worded: list[Measured]
    cost: list[Measured]
    items: list[Item]
    troubles: Mapping[str, Sequence[Trouble]]

    @property
    def measured(self) -> list[Measured]:
        return [*self.hold, *self.worded, *self.cost]

    def groups(self) -> list[tuple[str, list[Measured]]]:
        return [("简报核验", self.hold), ("模型措辞", self.worded), ("用量", self.cost)]


@dataclass(frozen=True)
class Asked:
    """shelf: where judgments are kept; None keeps nothing. seconds: for the model's wording of one judgment.
    parallel: judgments at a time. kept_only: report what is finished so far."""

    scenarios: Sequence[Scenario]
    planned: Mapping[str, Sequence[Moment]]
    model: ChatModel
    model_name: str = "off"
    seconds: float = 60.0
    parallel: int = 4
    shelf: Path | None = None
    kept_only: bool = False


def evaluate(city: City, asked: Asked, done: Callable[[], None] = lambda: None) -> Found:
    """Plays the storms, composes and checks. done: after each judgment."""
    context = judging(city, asked.model, asked.seconds)
    shelf = Shelf(asked.shelf)
    playing = play(
        context, asked.scenarios, asked.planned, shelf, asked.parallel, done, kept_only=asked.kept_only
    )
    played = asyncio.run(playing)
    reader = Reader(city)
    items: list[Item] = []
    troubles: dict[str, Sequence[Trouble]] = {}
    for one in played:
        made = _composed(city, one)
        wrong = {paper.form: check(paper, one.judgment) for paper in made}
        troubles |= {f"{_name(one)} {form}": told for form, told in wrong.items() if told}
        tallies = {**_holds(made, wrong, one.judgment, reader), **_worded(one)}
        items.append(Item(_name(one), tallies, _detail(one, wrong)))
    head = {
        "evaluation": "briefings",
        **provenance(now()),
        "synthetic": True,
        "scenarios": [one.name for one in asked.scenarios],
        "model": asked.model_name,
        "model_seconds": asked.seconds,
        "parallel": asked.parallel,
        "judgments": len(played),
        "briefings": sum(len(one.moment.forms) for one in played),
        "forms": dict(Counter(form for one in played for form in one.moment.forms)),
        "city_fingerprint": city.fingerprint,
    }
    rows = [item.tallies for item in items]
    hold, worded, cost = (pool_all(group, rows) for group in (HOLD, WORDED, COST))
    return Found(head, hold, worded, cost, items, troubles)


def _name(one: Played) -> str:
    return f"{one.scenario.name} {one.moment.at:%m-%d %H:%M}"


def _composed(city: City, one: Played) -> list[Briefing]:
    material = Material(one.scenario.facts)
    return [compose(one.judgment, form, city, one.previous, material) for form in one.moment.forms]


def _holds(
    made: Sequence[Briefing], wrong: Mapping[str, Sequence[Trouble]], judgment: Judgment, reader: Reader
) -> dict[str, Tally]:
    counted = sum(len(set(numbers(line.text))) for paper in made for _, line in accountable(paper))
    loose = sum(one.code == "number" for told in wrong.values() for one in told)
    checker = Checker(reader, judgment.evidence)
    said = [one for paragraph in judgment.narrative for one in paragraph.sentences]
    unsaid = sum(bool(checker.check(one.text, one.evidence)) for one in said)
    tallies = {"numbers": Tally(loose, counted), "narrative": Tally(unsaid, len(said))}
    for key, codes in CODES.items():
        bad = sum(any(one.code in codes for one in told) for told in wrong.values())
        tallies[key] = Tally(bad, len(made))
    return tallies


def _worded(one: Played) -> dict[str, Tally]:
    """Without a model there is nothing to count but time."""
    judgment, wording = one.judgment, one.judgment.wording
    tallies = {"seconds": Tally(one.kept.seconds)}
    if judgment.model is None:
        return tallies
    said = [sentence.source for paragraph in judgment.narrative for sentence in paragraph.sentences]
    for key in ("accepted", "rewritten", "fallen", "repeated"):
        tallies[key] = Tally(getattr(wording, key), wording.written)
    return tallies | {
        "by_model": Tally(said.count("model"), len(said)),
        "unanswered": Tally(sum(lost.step == "narrate" for lost in judgment.degraded)),
        "calls": Tally(judgment.llm_calls),
        "tokens": Tally(judgment.llm_tokens),
    }


def _detail(one: Played, wrong: Mapping[str, Sequence[Trouble]]) -> Json:
    return {
        "forms": list(one.moment.forms),
        "troubles": {form: [vars(trouble) for trouble in told] for form, told in wrong.items() if told},
        "narrative": [
            {"part": paragraph.part, "text": said.text, "source": said.source}
            for paragraph in one.judgment.narrative
            for said in paragraph.sentences
        ],
        "degraded": [vars(lost) for lost in one.judgment.degraded],
    }
