"""`pingji audit verify`: is the log whole and unchanged."""

import asyncio

import typer

from serving.cli.report import SOME_FAILED, stop
from serving.errors import ServingError
from serving.settings import load_settings
from serving.store import audit
from serving.store.database import open_database

app = typer.Typer(add_completion=False)


@app.callback()
def group() -> None:
    """审计日志。"""


@app.command()
def verify() -> None:
    """逐行核对哈希链；有改动或缺行时列出，退出码 1。"""
    try:
        count, faults = asyncio.run(_verify(load_settings().database))
    except ServingError as error:
        stop(error)
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        typer.echo(f"审计日志不完整：{count} 行中有 {len(faults)} 处问题；请保留现场并报告管理员", err=True)
        raise typer.Exit(SOME_FAILED)
    typer.echo(f"审计日志完整：{count} 行")


async def _verify(url: str) -> tuple[int, list[str]]:
    database = open_database(url)
    try:
        async with database.read() as session:
            return await audit.verify(session)
    finally:
        await database.close()
