import math
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict

from agents.model.chat import ChatModel, Priority
from agents.model.errors import ModelOff, ModelOverloaded, ModelTimeout, ModelUnusable, SchemaUnbounded
from agents.model.off import NoModel
from agents.model.scripted import (
    AdversarialModel,
    ScriptedModel,
    ScriptExhausted,
    Step,
    UnexpectedQuestion,
)

ASK: Any = [{"role": "user", "content": "燃气泄漏，找哪个部门"}]


class Action(BaseModel):
    model_config = ConfigDict(extra="forbid")
    dept: Literal["供水", "燃气"]


async def act(model: ChatModel, schema: type[BaseModel] = Action) -> Any:
    return (await model.act(ASK, schema, priority=Priority.BATCH, timeout=0.1, max_tokens=9)).value


async def choose(model: ChatModel) -> Any:
    return await model.choose(ASK, ["A", "B"], priority=Priority.BATCH, timeout=0.1)


async def read(model: ChatModel) -> str:
    deltas = model.stream(ASK, priority=Priority.BATCH, timeout=0.1, max_tokens=9)
    return "".join([delta.text async for delta in deltas])


async def test_a_script_answers_in_order() -> None:
    model = ScriptedModel(
        [
            Step.act("燃气", {"dept": "燃气"}),
            Step.choose(lambda text: "部门" in text, {"A": 0.9, "B": 0.1}),
            Step.stream("燃气", "请立即撤离并关闭阀门，不要开灯。"),
            Step.fail("act", "燃气", ModelOverloaded("满")),
        ]
    )
    assert await act(model) == Action(dept="燃气")
    assert (await choose(model)).log_probs["A"] == pytest.approx(math.log(0.9))
    assert await read(model) == "请立即撤离并关闭阀门，不要开灯。"
    with pytest.raises(ModelOverloaded):
        await act(model)
    assert model.left == 0
    with pytest.raises(ScriptExhausted):
        await act(model)
    assert len(model.asked) == 5


@pytest.mark.parametrize(
    "step",
    [
        Step.act("供电", {"dept": "燃气"}),
        Step.choose("燃气", {"A": 1.0}),
        Step.act("燃气", {"dept": "天堂"}),
    ],
)
async def test_a_script_complains_when_asked_otherwise(step: Step) -> None:
    with pytest.raises(UnexpectedQuestion):
        await act(ScriptedModel([step]))


async def test_a_script_complains_about_other_choices() -> None:
    with pytest.raises(UnexpectedQuestion):
        await choose(ScriptedModel([Step.choose("", {"A": 1.0, "C": 0.0})]))


async def test_a_script_holds_schemas_to_the_same_bounds_as_a_server() -> None:
    class Loose(BaseModel):
        text: str

    with pytest.raises(SchemaUnbounded):
        await act(ScriptedModel([Step.act("", {"text": "x"})]), Loose)


async def test_adversaries() -> None:
    for mode in ("nonsense", "nothing"):
        with pytest.raises(ModelUnusable):
            await act(AdversarialModel(mode))
    assert "不存在" in await read(AdversarialModel("nonsense"))
    assert await read(AdversarialModel("nothing")) == ""
    with pytest.raises(ModelUnusable):
        await choose(AdversarialModel("nothing"))
    for call in (act, choose, read):
        with pytest.raises(ModelTimeout):
            await call(AdversarialModel("forever"))


async def test_no_model_is_off_and_says_so() -> None:
    model = NoModel()
    for call in (act, choose, read):
        with pytest.raises(ModelOff, match="规则"):
            await call(model)
    assert (await model.health()).state == "off"
