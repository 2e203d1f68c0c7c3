"""The client against a server that misbehaves, over real HTTP."""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from agents.model.chat import Chosen, Priority, TextDelta
from agents.model.errors import (
    ModelError,
    ModelOverloaded,
    ModelRefused,
    ModelTimeout,
    ModelUnreachable,
    ModelUnusable,
    SchemaUnbounded,
)
from agents.model.openai_client import ModelSettings, OpenAIChatModel
from agents.model.usage import Usage
from tests.agents.model.bad_server import (
    Answer,
    BadServer,
    bad_server,
    raw,
    reply,
    slow,
    status,
    stream,
    top_logprobs,
)

ASK = [{"role": "user", "content": "水管爆了"}]


class Action(BaseModel):
    model_config = ConfigDict(extra="forbid")
    dept: Literal["供水", "燃气"]
    why: str = Field(max_length=20)


@asynccontextmanager
async def talking(
    *answers: Answer, owned_by: str = "vllm", **settings: Any
) -> AsyncIterator[tuple[OpenAIChatModel, BadServer]]:
    with bad_server(*answers, owned_by=owned_by) as server:
        model = OpenAIChatModel(ModelSettings(server.url, **settings))
        try:
            yield model, server
        finally:
            await model.aclose()


async def act(model: OpenAIChatModel, timeout: float = 10) -> Any:
    return await model.act(
        ASK, Action, priority=Priority.EMERGENCY, timeout=timeout, max_tokens=50, cache_salt="s"
    )


GOOD = '{"dept": "供水", "why": "水管爆裂"}'


async def test_act_sends_the_schema_priority_and_salt_and_returns_a_typed_action() -> None:
    async with talking(reply(GOOD)) as (model, server):
        acted = await act(model)
        assert (acted.value, acted.repaired) == (Action(dept="供水", why="水管爆裂"), False)
        assert (acted.usage.prompt, acted.usage.completion, acted.usage.calls) == (10, 5, 1)
        assert model.name == "m"
        body = server.seen[0]
        assert body["structured_outputs"]["json"]["properties"]["dept"]["enum"] == ["供水", "燃气"]
        assert (body["priority"], body["cache_salt"]) == (0, "s")
        assert body["chat_template_kwargs"] == {"enable_thinking": False}
        assert "tools" not in body


async def test_other_servers_get_response_format_and_no_vllm_extras() -> None:
    async with talking(reply(GOOD), owned_by="someone") as (model, server):
        await act(model)
        assert server.seen[0]["response_format"]["json_schema"]["schema"]["additionalProperties"] is False
        assert not {"structured_outputs", "priority", "cache_salt"} & set(server.seen[0])


async def test_room_for_thinking_is_added_where_it_cannot_be_switched_off() -> None:
    async with talking(reply(GOOD), thinking_tokens=400) as (model, server):
        await act(model)
        assert server.seen[0]["max_tokens"] == 450


async def test_control_characters_and_fences_are_forgiven() -> None:
    async with talking(reply('```json\n{"dept": "供水", "why": "水\x01管\n爆"}\n```')) as (model, _):
        assert (await act(model)).value.why == "水 管 爆"


BAD_REPLIES = [
    reply("锟斤拷锟斤拷"),
    reply(""),
    reply(None),
    reply('{"dept": "天堂", "why": "x"}'),
    reply('{"dept": "供水", "why": "' + "长" * 30 + '"}'),
    reply('{"dept": "供水", "why": "x", "extra": 1}'),
    reply(GOOD, finish="length"),
]


@pytest.mark.parametrize("bad", BAD_REPLIES)
async def test_a_bad_reply_is_repaired_once_with_its_faults(bad: Answer) -> None:
    async with talking(bad, reply(GOOD)) as (model, server):
        acted = await act(model)
        assert acted.repaired
        assert acted.usage.calls == 2
        roles = [message["role"] for message in server.seen[1]["messages"]]
        assert roles == ["user", "assistant", "user"]
        assert "无法使用" in server.seen[1]["messages"][-1]["content"]


@pytest.mark.parametrize("bad", BAD_REPLIES)
async def test_a_second_bad_reply_is_unusable_and_its_cost_is_known(bad: Answer) -> None:
    async with talking(bad) as (model, server):
        with pytest.raises(ModelUnusable) as caught:
            await act(model)
        assert caught.value.usage.calls == len(server.seen) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (status(503), ModelOverloaded),
        (status(429), ModelOverloaded),
        (status(500), ModelUnreachable),
        (status(400), ModelRefused),
        (status(401), ModelRefused),
        (status(404), ModelRefused),
        (raw("<html>"), ModelUnusable),
        (raw(""), ModelUnusable),
        (raw("{}"), ModelUnusable),
        (raw("null"), ModelUnusable),
        (raw("[]"), ModelUnusable),
        (raw("data: null\n\n"), ModelUnusable),
        (raw('{"choices": []}'), ModelUnusable),
        (raw('{"choices": [{"message": null}]}'), ModelUnusable),
    ],
)
async def test_server_errors_have_our_names(answer: Answer, error: type[ModelError]) -> None:
    async with talking(answer) as (model, server):
        for call in (act(model), choose(model), read(model)):
            with pytest.raises(error, match="模型") as caught:
                await call
            assert server.url in str(caught.value) or error is ModelUnusable


async def test_a_slow_server_times_out() -> None:
    async with talking(slow(30)) as (model, _):
        for call in (act(model, 0.2), choose(model, 0.2), read(model, 0.2)):
            with pytest.raises(ModelTimeout, match=r"0\.2 秒"):
                await call


async def test_nobody_there() -> None:
    model = OpenAIChatModel(ModelSettings("http://127.0.0.1:9/v1"))
    with pytest.raises(ModelUnreachable, match=r"127\.0\.0\.1:9"):
        await act(model)
    assert (await model.health()).state == "failing"
    await model.aclose()
    booting = OpenAIChatModel(ModelSettings("http://127.0.0.1:9/v1"), starting=lambda: True)
    assert (await booting.health()).state == "starting"
    await booting.aclose()


async def test_health_of_a_ready_server() -> None:
    async with talking(reply(GOOD)) as (model, _):
        state = await model.health()
        assert (state.state, state.detail) == ("ready", "m")


async def test_a_server_that_comes_back_with_another_model_is_asked_again() -> None:
    async with talking(reply(GOOD), status(404), reply(GOOD)) as (model, server):
        await act(model)
        server.model = "n"
        with pytest.raises(ModelRefused):
            await act(model)
        assert model.name == "m"
        await act(model)
        assert [body["model"] for body in server.seen] == ["m", "m", "n"]


async def test_an_unbounded_schema_never_reaches_the_server() -> None:
    class Loose(BaseModel):
        text: str

    async with talking(reply("{}")) as (model, server):
        with pytest.raises(SchemaUnbounded):
            await model.act(ASK, Loose, priority=Priority.BATCH, timeout=5, max_tokens=5)
        assert not server.seen


async def choose(model: OpenAIChatModel, timeout: float = 10) -> Any:
    return await model.choose(ASK, ["A", "B"], priority=Priority.OPERATOR, timeout=timeout)


async def test_choose_normalises_over_the_choices() -> None:
    tops = top_logprobs(A=math.log(0.6), B=math.log(0.2), x=math.log(0.2))
    async with talking(reply("A", logprobs=tops)) as (model, server):
        chosen = await choose(model)
        assert chosen.best == "A"
        assert math.exp(chosen.log_probs["A"]) == pytest.approx(0.75)
        assert math.exp(chosen.log_probs["B"]) == pytest.approx(0.25)
        assert server.seen[0]["structured_outputs"] == {"choice": ["A", "B"]}
        assert server.seen[0]["max_tokens"] == 1


async def test_an_unlisted_choice_gets_the_lowest_listed_weight() -> None:
    tops = top_logprobs(A=math.log(0.9), x=math.log(0.1))
    async with talking(reply("A", logprobs=tops)) as (model, _):
        assert math.exp((await choose(model)).log_probs["B"]) == pytest.approx(0.1)


def test_a_preference_for_a_letter_can_be_taken_out() -> None:
    chosen = Chosen({"A": math.log(0.6), "B": math.log(0.4)}, Usage(calls=1))
    fair = chosen.relative_to({"A": math.log(0.9), "B": math.log(0.1)})
    assert fair.best == "B"
    assert sum(map(math.exp, fair.log_probs.values())) == pytest.approx(1)
    assert math.exp(fair.log_probs["B"]) == pytest.approx(6 / 7)
    assert fair.usage == chosen.usage


@pytest.mark.parametrize("logprobs", [None, {"content": []}, {"content": None}, top_logprobs(x=-1.0)])
async def test_choose_without_log_probabilities_is_unusable(logprobs: Any) -> None:
    async with talking(reply("A", logprobs=logprobs)) as (model, _):
        with pytest.raises(ModelUnusable, match="对数概率"):
            await choose(model)


async def test_choices_must_differ_in_their_first_token() -> None:
    async with talking(reply("1", logprobs=top_logprobs(**{"1": -0.1}))) as (model, _):
        with pytest.raises(ValueError, match="首个词元"):
            await model.choose(ASK, ["11", "12"], priority=Priority.BATCH, timeout=5)


@pytest.mark.parametrize("choices", [[], ["A"], ["A", "A"], [str(n) for n in range(21)]])
async def test_choose_takes_two_to_twenty_different_choices(choices: list[str]) -> None:
    async with talking(reply("A")) as (model, _):
        with pytest.raises(ValueError, match="2 至 20"):
            await model.choose(ASK, choices, priority=Priority.BATCH, timeout=5)


async def read(model: OpenAIChatModel, timeout: float = 10) -> list[TextDelta]:
    deltas = model.stream(ASK, priority=Priority.OPERATOR, timeout=timeout, max_tokens=90)
    return [delta async for delta in deltas]


async def test_a_stream_joins_tokens_and_ends_with_usage() -> None:
    tokens = [f"词{n}" for n in range(200)]
    async with talking(stream(tokens)) as (model, _):
        deltas = await read(model)
        assert "".join(delta.text for delta in deltas) == "".join(tokens)
        assert len(deltas) < 100
        assert [delta.finish for delta in deltas[:-1]] == [None] * (len(deltas) - 1)
        assert deltas[-1].finish == "stop"
        assert deltas[-1].usage is not None
        assert deltas[-1].usage.completion == 200


async def test_a_stream_says_when_it_was_cut() -> None:
    async with talking(stream(["暴雨"], finish="length")) as (model, _):
        assert (await read(model))[-1].finish == "length"


async def test_a_dropped_stream_is_an_error_not_an_end() -> None:
    async with talking(stream(["暴雨"], drop=True)) as (model, _):
        with pytest.raises(ModelUnreachable):
            await read(model)


async def test_a_stream_without_a_finish_is_an_error() -> None:
    async with talking(stream(["暴雨"], finish=None)) as (model, _):
        with pytest.raises(ModelUnusable, match="中断"):
            await read(model)


async def test_a_stream_that_drags_on_times_out() -> None:
    async with talking(stream(["雨"] * 1000, gap=0.05)) as (model, _):
        with pytest.raises(ModelTimeout):
            await read(model, timeout=0.3)
