"""`pingji llm start|status|stop`: the model server of this machine."""

from typing import Annotated

import typer

from serving.cli.report import NOT_REACHABLE, print_json, progress, progress_end, stop
from serving.errors import BadSetting
from serving.llm import launcher
from serving.llm.errors import LlmError, UnknownProfile
from serving.llm.service import bring_up
from serving.model_server import READY_S, llm_settings
from serving.settings import Settings, load_settings

app = typer.Typer(add_completion=False)


@app.command()
def start() -> None:
    """启动模型服务并等它就绪；首次会安装环境与模型（数分钟）。"""
    settings = _settings()
    try:
        running = bring_up(llm_settings(settings), progress)
        launcher.wait_ready(running, READY_S, progress)
    except UnknownProfile as error:
        progress_end()
        stop(error)
    except LlmError as error:
        progress_end()
        stop(error, NOT_REACHABLE)
    progress_end()
    typer.echo(f"模型 {running.model} 就绪：{running.base_url}")


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="按机器可读的 JSON 输出")] = False) -> None:
    """模型服务的现状。"""
    found = launcher.status(_settings().data_dir)
    if as_json:
        model = found.running.model if found.running else None
        print_json(
            {"state": found.state, "detail": found.detail, "model": model, "memory_bytes": found.memory}
        )
    else:
        typer.echo(f"{found.detail}" + (f"，占用内存 {found.memory / 2**30:.1f} GiB" if found.memory else ""))


@app.command("stop")
def stop_() -> None:
    """停止模型服务。"""
    typer.echo("模型服务已停止" if launcher.stop(_settings().data_dir) else "没有在运行的模型服务")


def _settings() -> Settings:
    try:
        return load_settings()
    except BadSetting as error:
        stop(error)
