"""The evaluation of briefings: spread, resumable, and it sees what is wrong."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from agents.briefing.checks import accountable
from agents.briefing.compose import compose
from agents.briefing.decision import FORM_NAMES, Briefing
from agents.briefing.places import put
from agents.model.chat import ChatModel
from agents.model.off import NoModel
from evals.__main__ import main
from evals.judgment import briefings
from evals.judgment.briefings import Asked, Found, evaluate
from evals.judgment.case import load_cases
from evals.judgment.papers import PER_JUDGMENT, Moment, moments
from knowledge.city import City
from tests.agents.judgment.played import Writer
from tools.emergency.scenario import Scenario

SCENARIOS = Path("tools/simulator/scenarios")


@pytest.fixture(scope="module")
def storm() -> Scenario:
    return load_cases(SCENARIOS / "storm_may")[0].scenario


def sayer() -> Writer:
    """A model that says the first draft again, each time."""

    def said(text: str, _: type[BaseModel]) -> Mapping[str, Any]:
        draft = text.rsplit("\n1. ", 1)[1].split("\n")[0]
        return {"sentences": [{"drafts": ["1"], "text": draft[:90]}]}

    return Writer(said)


def measured(found: Found, key: str) -> tuple[float, float]:
    one = next(one for one in found.measured if one.measure.key == key)
    return one.hits, one.total


def asking(storm: Scenario, model: ChatModel, planned: Mapping[str, Any], shelf: Path | None = None) -> Asked:
    return Asked([storm], planned, model, model.name, shelf=shelf)


def test_moments_are_spread_and_each_form_has_its_turn(storm: Scenario) -> None:
    other = replace(storm, name="other")
    planned = moments([storm, other], 200)
    those = [one for moments_ in planned.values() for one in moments_]
    assert len(those) == 50
    assert sum(len(one.forms) for one in those) == 200
    for told in planned.values():
        assert [one.at for one in told] == sorted({one.at for one in told})
        assert told[-1].at == storm.end
        assert all("report" in one.forms and len(set(one.forms)) == PER_JUDGMENT for one in told)
    assert {form for one in those for form in one.forms} == set(FORM_NAMES)


def test_what_a_model_wrote_is_counted_kept_and_not_asked_again(
    city: City, storm: Scenario, tmp_path: Path
) -> None:
    planned = moments([storm], 4)
    model = sayer()
    found = evaluate(city, asking(storm, model, planned, tmp_path))
    assert model.asked
    assert measured(found, "calls") == (len(model.asked), 1)
    assert measured(found, "accepted")[0] + measured(found, "fallen")[0] == measured(found, "accepted")[1]
    assert measured(found, "numbers")[0] == 0
    assert found.troubles == {}
    again = sayer()
    assert evaluate(city, asking(storm, again, planned, tmp_path)).measured == found.measured
    assert again.asked == []


def test_a_number_from_nowhere_is_found(city: City, storm: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    def spoiled(*given: Any) -> Briefing:
        paper = compose(*given)
        line = next(accountable(paper))
        return put(paper, line[0], line[1].model_copy(update={"text": "雨量达到98765毫米。"}))[0]

    monkeypatch.setattr(briefings, "compose", spoiled)
    planned = {storm.name: [Moment(storm.end, ("report",))]}
    found = evaluate(city, asking(storm, NoModel(), planned))
    assert measured(found, "numbers")[0] == 1
    assert [one.code for told in found.troubles.values() for one in told] == ["number"]


def test_a_model_that_does_not_answer_is_said_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["evals", "briefings", "--llm", "http://127.0.0.1:9/v1", "--count", "4"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 3
    assert "--llm off" in capsys.readouterr().err
