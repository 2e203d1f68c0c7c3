"""The model of a command: brought up, waited for, closed again; without one the rules go on alone."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import typer

from agents.model.chat import ChatModel
from agents.model.off import NoModel
from serving.agents import open_model
from serving.cli.report import NOT_REACHABLE, progress, stop
from serving.llm import launcher
from serving.llm.errors import LlmError
from serving.llm.service import bring_up
from serving.model_server import READY_S, llm_settings
from serving.settings import Settings


@asynccontextmanager
async def command_model(settings: Settings) -> AsyncGenerator[ChatModel]:
    """The model, ready; with `auto` and none to be had, the rules go on alone. Ends the command with 3 when the
    server that the settings name does not answer."""
    if settings.llm == "auto" and settings.llm_address is None:
        try:
            running = await asyncio.to_thread(bring_up, llm_settings(settings), progress)
            await asyncio.to_thread(launcher.wait_ready, running, READY_S, progress)
        except LlmError as error:
            typer.echo(f"模型服务没有启动，按规则处理：{error}", err=True)
            yield NoModel()
            return
    model = open_model(settings, starting=lambda: False)
    if isinstance(model, NoModel):
        yield model
        return
    try:
        health = await model.health()
        if health.state != "ready":
            stop(health.detail, NOT_REACHABLE)
        yield model
    finally:
        await model.aclose()
