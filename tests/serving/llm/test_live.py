"""A real vLLM: the embedded 0.5B model, and a tiny random one whose answers are noise within the grammar."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from agents.model.chat import Acted, Priority
from agents.model.errors import ModelRefused, ModelTimeout, ModelUnusable
from agents.model.openai_client import ModelSettings, OpenAIChatModel
from agents.model.schema import narrow
from prompts.loader import Message
from serving.llm.command import Launch
from serving.llm.embedded import EMBEDDED, model_folder, prepared
from serving.llm.environment import Environment
from serving.llm.launcher import Running, start, stop, wait_ready
from serving.llm.profiles import PROFILES

pytestmark = pytest.mark.llm

CACHE = Path.home() / ".cache" / "pingji"
ENVIRONMENT = Environment(CACHE, "cpu", Path(sys.executable))
ROOT = Path(__file__).parents[3]


def quiet(_: str) -> None:
    return


@contextmanager
def serving(model: Path, data: Path) -> Iterator[Running]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    profile = PROFILES["embedded-0.5b"]
    launch = Launch(ENVIRONMENT.python, profile, str(model), port, data / "run", gpus=0, cpus=2, kv_gib=1)
    running = start(launch, data, dict(os.environ))
    try:
        wait_ready(running, 400, quiet)
        yield running
    finally:
        stop(data)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    model = EMBEDDED["qwen2.5-coder-0.5b-instruct"]
    if not (ENVIRONMENT.ready and prepared(CACHE, model)):
        pytest.skip("没有模型环境或 0.5B 模型；先执行 pingji llm start")
    with serving(model_folder(CACHE, model), tmp_path_factory.mktemp("llm")) as running:
        yield running


@asynccontextmanager
async def talking(running: Running) -> AsyncIterator[OpenAIChatModel]:
    model = OpenAIChatModel(ModelSettings(running.base_url))
    try:
        yield model
    finally:
        await model.aclose()


class Dispatch(BaseModel):
    model_config = ConfigDict(extra="forbid")
    dept: str = Field(max_length=20)
    urgent: bool
    count: int = Field(ge=0, le=99)
    evidence: list[Annotated[str, Field(max_length=12)]] = Field(max_length=2)
    note: str | None = Field(default=None, max_length=16)


DEPTS = ["供水集团", "燃气集团", "城市管理局"]


def ask(text: str) -> list[Message]:
    return [
        Message(role="system", content=f"你是12345派单员，可选部门：{'、'.join(DEPTS)}。输出 JSON。"),
        Message(role="user", content=text),
    ]


async def act(
    model: OpenAIChatModel, text: str, max_tokens: int = 120, timeout: float = 120
) -> Acted[Dispatch]:
    schema = narrow(Dispatch, {"dept": DEPTS})
    return await model.act(
        ask(text), schema, priority=Priority.BATCH, timeout=timeout, max_tokens=max_tokens, cache_salt="t"
    )


async def test_a_real_server_acts_chooses_and_streams(small: Running) -> None:
    async with talking(small) as model:
        assert (await model.health()).state == "ready"
        # Prefixes are cached in blocks of 128 tokens on the CPU: the text must be longer than one.
        text = "我家楼下自来水管爆了，水漫到路上了。" * 20
        acted = await act(model, text)
        assert acted.value.dept in DEPTS
        assert acted.usage.completion > 5
        again = await act(model, text)
        assert again.usage.cached >= 128

        letters = [chr(ord("A") + index) for index in range(20)]
        chosen = await model.choose(
            [*ask("水管爆了"), Message(role="user", content="A 供水 B 燃气 C 城管，只答一个字母")],
            letters,
            priority=Priority.OPERATOR,
            timeout=60,
        )
        assert set(chosen.log_probs) == set(letters)
        assert chosen.best in "ABC"

        deltas = [
            delta
            async for delta in model.stream(
                ask("用一句话安抚来电人"), priority=Priority.EMERGENCY, timeout=120, max_tokens=40
            )
        ]
        assert "".join(delta.text for delta in deltas).strip()
        assert deltas[-1].usage is not None


async def test_a_real_server_refuses_a_prompt_beyond_its_context(small: Running) -> None:
    async with talking(small) as model:
        with pytest.raises(ModelRefused):
            await act(model, "水" * 20_000)


async def test_a_real_server_is_free_again_after_a_timeout(small: Running) -> None:
    async with talking(small) as model:
        with pytest.raises(ModelTimeout):
            await act(model, "停电了", timeout=0.05)
        assert (await act(model, "停电了")).value.dept in DEPTS


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    if not ENVIRONMENT.ready:
        pytest.skip("没有模型环境；先执行 pingji llm start")
    folder = tmp_path_factory.mktemp("tiny")
    texts = sorted((ROOT / "knowledge").glob("**/*.csv")) + sorted((ROOT / "knowledge").glob("**/*.md"))
    script = [str(ENVIRONMENT.python), str(ROOT / "serving/llm/tiny.py"), str(folder / "model")]
    subprocess.run([*script, *map(str, texts)], check=True, capture_output=True, cwd=folder)
    with serving(folder / "model", folder) as running:
        yield running


class Noise(BaseModel):
    model_config = ConfigDict(extra="forbid")
    code: Literal["A-01", "A-02", "B-07"]
    level: Literal["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"] | None
    millimetres: int = Field(ge=0, le=500)
    ids: list[Literal["k1", "k2", "k3"]] = Field(max_length=2)
    note: str = Field(max_length=24)


async def test_noise_never_reaches_the_caller_as_an_invalid_action(noise: Running) -> None:
    """200 calls: each brings a value that holds the schema, or ModelUnusable with its cost."""
    valid: list[Noise] = []
    unusable: list[ModelUnusable] = []
    gate = asyncio.Semaphore(16)

    async with talking(noise) as model:

        async def one(number: int) -> None:
            # A short limit on every third call: cut-off answers must be caught too.
            limit = 24 if number % 3 == 0 else 160
            async with gate:
                try:
                    acted = await model.act(
                        [Message(role="user", content=f"第 {number} 件：积水 {number} 毫米")],
                        Noise,
                        priority=Priority.BATCH,
                        timeout=300,
                        max_tokens=limit,
                    )
                except ModelUnusable as error:
                    unusable.append(error)
                else:
                    valid.append(acted.value)

        await asyncio.gather(*(one(number) for number in range(200)))

    assert len(valid) + len(unusable) == 200
    assert valid, "the grammar alone should bring most answers through"
    for value in valid:
        assert Noise.model_validate(value.model_dump(), strict=True) == value
        assert not any(ord(char) < 32 for char in value.note)
    assert all(error.usage.calls == 2 for error in unusable)
