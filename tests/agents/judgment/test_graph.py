"""The graph as a whole: slow and failing sources, resuming after a crash, continuing the judgment before."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver

from agents.judgment import nodes
from agents.judgment.claims import Reader
from agents.judgment.context import SOLVER
from agents.judgment.decision import Judgment
from agents.judgment.graph import STEPS, build_judgment
from agents.judgment.judge import judge_once
from agents.judgment.replay import UNHURRIED, FactSituation
from agents.judgment.state import first_state
from knowledge.city import City
from tests.agents.judgment.played import context_of, scenario

SOURCES = ("picture", "observations", "forecasts", "alerts", "citizens", "feeds", "standing", "previous")
AFTER = timedelta(hours=8.5)


class Crash(Exception):
    """Stands for the process ending in the middle of a step."""


class Troubled:
    """A situation some of whose sources hang or fail."""

    def __init__(self, inner: FactSituation, troubled: dict[str, str]) -> None:
        self._inner, self._troubled = inner, troubled
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        async def ask(*args: Any) -> Any:
            self.asked.append(name)
            match self._troubled.get(name):
                case "hang":
                    await asyncio.Event().wait()
                case "fail":
                    raise ConnectionError("没有路由")
                case _:
                    return await getattr(self._inner, name)(*args)

        return ask


START = scenario("storm_may").start


@pytest.fixture(scope="module")
def whole(city: City, reader: Reader, storm: FactSituation) -> Judgment:
    """What comes out when nothing goes wrong."""
    return asyncio.run(judge_once(context_of(city, reader, storm), START + AFTER))


def troubled(city: City, reader: Reader, storm: FactSituation, **troubles: str) -> Judgment:
    limits = {**UNHURRIED, **dict.fromkeys(troubles, 0.05)}
    context = context_of(city, reader, Troubled(storm, troubles), deadlines=limits)
    return asyncio.run(judge_once(context, START + AFTER))


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("trouble", ["hang", "fail"])
def test_a_source_in_trouble_becomes_a_gap(
    city: City, reader: Reader, storm: FactSituation, source: str, trouble: str
) -> None:
    made = troubled(city, reader, storm, **{source: trouble})
    why = "0.05秒内没有回应" if trouble == "hang" else "没有路由"
    assert any(one.why == why for one in made.gaps), made.gaps
    assert any(one.step == "gather" and why in one.why for one in made.degraded)
    assert made.narrative


def test_a_silent_feed_of_warnings_is_not_calm(city: City, reader: Reader, storm: FactSituation) -> None:
    made = troubled(city, reader, storm, alerts="hang", standing="hang")
    told = "".join(one.text for part in made.narrative for one in part.sentences)
    assert set(made.unheard) == {"alerts", "standing"}
    assert "预警信号情况不明" in told and "没有生效" not in told
    levels = [one.text for one in made.evidence if one.id.startswith("J:")]
    assert all("在行响应情况不明" in text for text in levels) and levels


def test_all_sources_hung(city: City, reader: Reader, storm: FactSituation) -> None:
    made = troubled(city, reader, storm, **dict.fromkeys(SOURCES, "hang"))
    assert len([one for one in made.gaps if "没有回应" in one.why]) >= len(SOURCES)
    states = {one.state for hazard in made.picture.hazards for one in hazard.conditions}
    assert states == {"unknown", "human"}
    assert made.level is None
    assert made.level_possible == 1


def test_a_slow_what_if_keeps_what_was_confirmed(city: City, reader: Reader, storm: FactSituation) -> None:
    made = troubled(city, reader, storm, what_if="hang")
    assert made.outlook == ()
    assert [one.step for one in made.degraded] == ["outlook"]


@pytest.mark.parametrize("broken", [name for name, _ in STEPS[1:]])
def test_a_crash_at_any_step_resumes_to_the_same_judgment(
    city: City,
    reader: Reader,
    storm: FactSituation,
    whole: Judgment,
    broken: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    situation = Troubled(storm, {})
    context = context_of(city, reader, situation)
    saver = InMemorySaver()
    config: RunnableConfig = {"configurable": {"thread_id": "one"}}

    async def crash(state: Any, runtime: Any) -> Any:
        raise Crash

    async def run() -> Judgment:
        with monkeypatch.context() as patch:
            crashing = tuple((name, crash if name == broken else node) for name, node in STEPS)
            patch.setattr("agents.judgment.graph.STEPS", crashing)
            graph = build_judgment(saver)
        start = first_state(whole.judgment_id, "request", whole.at.isoformat())
        with pytest.raises(Crash):
            await graph.ainvoke(start, config, context=context, durability="sync", version="v2")
        ended = await build_judgment(saver).ainvoke(
            None, config, context=context, durability="sync", version="v2"
        )
        return Judgment.model_validate(ended.value["decision"])

    assert asyncio.run(run()) == whole
    assert situation.asked.count("observations") == 1


def test_steps_announce_themselves(city: City, reader: Reader, storm: FactSituation) -> None:
    start = first_state("J1", "change", (START + AFTER).isoformat())

    async def events() -> list[Any]:
        stream = build_judgment().astream(
            start, context=context_of(city, reader, storm), stream_mode=["custom"], version="v2"
        )
        return [part["data"] async for part in stream]

    told = asyncio.run(events())
    finished = [event["name"] for event in told if event["type"] == "step.finished"]
    assert finished == [name for name, _ in STEPS]
    decision = next(event["decision"] for event in told if event["type"] == "decision")
    assert decision["trigger"] == "change"


def test_a_solver_that_takes_too_long_places_nobody_and_says_so(
    city: City, reader: Reader, storm: FactSituation, whole: Judgment
) -> None:
    assert whole.placements and not whole.degraded
    context = context_of(city, reader, storm, deadlines={**UNHURRIED, SOLVER: 0.0})
    made = asyncio.run(judge_once(context, START + AFTER))
    assert made.placements == ()
    assert [(one.step, one.why) for one in made.degraded] == [("place", "力量预置测算超过0秒，本次不给出")]


def test_the_next_judgment_tells_what_changed(judgments: list[Judgment]) -> None:
    first, second, third, *_ = judgments
    assert (first.number, second.number, third.number) == (1, 2, 3)
    assert second.previous_id == first.judgment_id
    assert not any(one.part == "changes" for one in first.narrative)
    assert second.narrative[0].part == "changes"
    met = {one.subject for one in second.changes if one.kind == "condition" and "不成立”" in one.text}
    now = {one.id: one.state for hazard in second.picture.hazards for one in hazard.conditions}
    then = {one.id: one.state for hazard in first.picture.hazards for one in hazard.conditions}
    assert met == {key for key, state in now.items() if state != then[key] and then[key] == "not_met"}
    assert [one.text for one in third.changes if one.kind == "level"] == ["防汛级别由Ⅳ级变为Ⅲ级"]


def test_every_id_cited_is_evidence(judgments: list[Judgment]) -> None:
    for one in judgments:
        have = {item.id for item in one.evidence}
        cited = {key for paragraph in one.narrative for said in paragraph.sentences for key in said.evidence}
        parts = (
            *one.risk_points, *one.evacuations, *one.clusters, *one.placements, *one.outlook, *one.past,
            *one.changes, *(step for advice in one.recommendations for step in advice.measures),
            *(stop for advice in one.recommendations for stop in advice.four_stops),
        )  # fmt: skip
        named = {key for part in parts for key in part.evidence}
        reasons = {key for advice in one.recommendations for key in advice.reasons}
        assert cited | named | reasons <= have


def test_nothing_in_the_graph_waits_for_a_person() -> None:
    assert not [name for name in vars(nodes) if "interrupt" in name]
