"""The model chooses words: what it gets right stands, what it gets wrong is repaired once, then the template's."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel

from agents.judgment.checker import Checker
from agents.judgment.claims import Reader
from agents.judgment.context import JudgmentContext
from agents.judgment.decision import Judgment, Sentence, Wording
from agents.judgment.judge import judge_once
from agents.judgment.narrative import Draft
from agents.judgment.replay import FactSituation
from agents.judgment.wording import WORTH, Proposal, Spent, propose, settle
from agents.model.chat import ChatModel
from agents.model.off import NoModel
from agents.model.scripted import AdversarialModel
from knowledge.city import City
from tests.agents.judgment.played import Writer, context_of
from tests.agents.judgment.test_checker import GAUGE, OTHER, RIVER

DRAFTS = [Draft(f"{one.text}。", (one.id,)) for one in (GAUGE, OTHER, RIVER)]


@pytest.fixture
def checker(reader: Reader) -> Checker:
    return Checker(reader, (GAUGE, OTHER, RIVER))


@pytest.fixture
def asked(city: City, reader: Reader, storm: FactSituation) -> JudgmentContext:
    return context_of(city, reader, storm)


def told(
    context: JudgmentContext, checker: Checker, model: ChatModel, *proposals: Proposal
) -> tuple[tuple[Sentence, ...], Wording]:
    given = replace(context, model=model)
    return asyncio.run(settle(given, checker, DRAFTS, proposals, Spent()))


def rewriting(text: str) -> Writer:
    return Writer(lambda _, __: {"text": text})


def test_a_right_sentence_stands_for_its_drafts(asked: JudgmentContext, checker: Checker) -> None:
    both = Proposal("盐仓雨量站近1小时雨量52.0毫米，石桥雨量站近1小时雨量61.5毫米", (0, 1))
    sentences, became = told(asked, checker, NoModel(), both)
    assert [one.source for one in sentences] == ["model", "template"]
    assert sentences[0].evidence == ("O:1", "O:2")
    assert sentences[0].text.endswith("。")
    assert sentences[1].text == DRAFTS[2].text
    assert became == Wording(accepted=1)


def test_a_wrong_sentence_is_rewritten_once_with_its_fault_named(
    asked: JudgmentContext, checker: Checker
) -> None:
    model = rewriting("盐仓雨量站近1小时雨量52.0毫米")
    sentences, became = told(asked, checker, model, Proposal("盐仓雨量站近1小时雨量520毫米", (0,)))
    assert sentences[0].text == "盐仓雨量站近1小时雨量52.0毫米。"
    assert sentences[0].source == "model"
    assert became == Wording(rewritten=1)
    assert len(model.asked) == 1
    assert "依据中没有“520毫米”" in model.asked[0]


def test_wrong_twice_and_the_template_stands(asked: JudgmentContext, checker: Checker) -> None:
    model = rewriting("盐仓雨量站近1小时雨量521毫米")
    sentences, became = told(asked, checker, model, Proposal("盐仓雨量站近1小时雨量520毫米", (0,)))
    assert [one.text for one in sentences] == [draft.text for draft in DRAFTS]
    assert {one.source for one in sentences} == {"template"}
    assert became == Wording(fallen=1)
    assert len(model.asked) == 1


def test_no_draft_is_said_twice_or_lost(asked: JudgmentContext, checker: Checker) -> None:
    first, again = Proposal("石桥雨量站近1小时雨量61.5毫米", (1,)), Proposal("石桥雨量站61.5毫米", (1,))
    sentences, became = told(asked, checker, NoModel(), first, again)
    assert became == Wording(accepted=1, repeated=1)
    assert [one.evidence for one in sentences] == [("O:1",), ("O:2",), ("O:3",)]


def test_a_draft_that_a_sentence_names_but_does_not_tell_stays(
    asked: JudgmentContext, checker: Checker
) -> None:
    greedy = Proposal("盐仓雨量站近1小时雨量52.0毫米", (0, 1, 2))
    sentences, became = told(asked, checker, NoModel(), greedy)
    assert [one.source for one in sentences] == ["model", "template", "template"]
    assert [one.text for one in sentences[1:]] == [draft.text for draft in DRAFTS[1:]]
    assert became == Wording(accepted=1)


def test_a_sentence_that_tells_nothing_falls(asked: JudgmentContext, checker: Checker) -> None:
    sentences, became = told(
        asked, checker, rewriting("天气与水情如下所述。"), Proposal("天气与水情", (0, 1))
    )
    assert [one.source for one in sentences] == ["template"] * 3
    assert became == Wording(fallen=1)


def test_few_repairs_a_paragraph(asked: JudgmentContext, checker: Checker) -> None:
    model = rewriting("这句话还是不对")
    wrong = [Proposal(f"雨量{number}00毫米", (number,)) for number in range(3)]
    _, became = told(asked, checker, model, *wrong)
    assert became == Wording(fallen=3)
    assert len(model.asked) == 2


def test_the_model_may_only_name_drafts_that_exist(asked: JudgmentContext) -> None:
    schemas: list[type[BaseModel]] = []

    def answer(_: str, schema: type[BaseModel]) -> Mapping[str, Any]:
        schemas.append(schema)
        return {"sentences": [{"drafts": ["2", "1"], "text": "两站雨量都大。"}]}

    context = replace(asked, model=Writer(answer))
    proposed, spent = asyncio.run(propose(context, {"situation": DRAFTS}))
    assert proposed == {"situation": [Proposal("两站雨量都大。", (0, 1))]}
    assert spent.prompts == {"judgment_paragraph": "2"}
    with pytest.raises(ValueError, match="drafts"):
        schemas[0].model_validate({"sentences": [{"drafts": ["4"], "text": "没有的素材。"}]})


@pytest.mark.parametrize("mode", ["nonsense", "nothing"])
def test_with_a_hopeless_model_every_sentence_is_the_templates(
    city: City, reader: Reader, storm: FactSituation, judgments: list[Judgment], mode: Any
) -> None:
    context = context_of(city, reader, storm, model=AdversarialModel(mode))
    made = asyncio.run(judge_once(context, judgments[1].at, previous=judgments[0]))
    assert [one.sentences for one in made.narrative] == [one.sentences for one in judgments[1].narrative]
    assert {one.step for one in made.degraded} == {"narrate"}
    assert made.model == f"adversary-{mode}"


def test_a_liar_gets_no_number_through(
    city: City, reader: Reader, storm: FactSituation, judgments: list[Judgment]
) -> None:
    """A model that says each draft again with other numbers: all of it is refused."""

    def lie(text: str, schema: type[BaseModel]) -> Mapping[str, Any]:
        if "错在" in text:
            return {"text": "经查，雨量达到999毫米。"}
        return {"sentences": [{"drafts": ["1"], "text": "经核对，已启动防汛Ⅰ级响应，雨量999毫米。"}]}

    context = context_of(city, reader, storm, model=Writer(lie))
    made = asyncio.run(judge_once(context, judgments[1].at, previous=judgments[0]))
    said = [sentence for paragraph in made.narrative for sentence in paragraph.sentences]
    assert {one.source for one in said} == {"template"}
    assert any(one.step == "check" and "未通过核验" in one.why for one in made.degraded)
    assert made.llm_calls == 2 * sum(len(one.sentences) >= WORTH for one in made.narrative)
