"""`pingji status`: what runs, and which settings are in force."""

from typing import Annotated, Any

import httpx
import typer

from serving.cli.report import NOT_REACHABLE, print_json, stop
from serving.errors import BadSetting
from serving.llm import launcher
from serving.settings import effective, load_settings, unknown_names

app = typer.Typer(add_completion=False)

ANSWER_S = 10.0


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="按机器可读的 JSON 输出")] = False) -> None:
    """运行情况与生效的配置（密钥已遮住）；服务没有运行时退出码 3。"""
    try:
        settings = load_settings()
    except BadSetting as error:
        stop(error)
    health = _health(f"http://127.0.0.1:{settings.port}/api/health")
    model = launcher.status(settings.data_dir)
    values, unknown = effective(settings), unknown_names()
    if as_json:
        print_json({"health": health, "llm": model.detail, "settings": values, "unknown_settings": unknown})
    else:
        _show(health, model.detail, values, unknown)
    if health is None:
        raise typer.Exit(NOT_REACHABLE)


def _health(url: str) -> dict[str, Any] | None:
    try:
        answer = httpx.get(url, timeout=ANSWER_S)
        answer.raise_for_status()
        return answer.json()
    except (httpx.HTTPError, ValueError):
        return None  # not running here, which is what the caller wants to know


def _show(health: dict[str, Any] | None, model: str, values: dict[str, str], unknown: list[str]) -> None:
    if health is None:
        typer.echo("平急：没有在运行（用 pingji up 启动）")
    else:
        typer.echo(f"平急 {health['version']}：运行中，{health['city']}")
        for part, name in (("model", "模型"), ("knowledge", "知识库"), ("city_api", "城市接口")):
            typer.echo(f"  {name}：{health[part]['state']} {health[part]['detail']}")
    typer.echo(f"本机模型服务：{model}\n\n生效的配置：")
    for name, value in values.items():
        typer.echo(f"  {name}={value}")
    for name in unknown:
        typer.echo(f"提示：不认识的配置项 {name}", err=True)
