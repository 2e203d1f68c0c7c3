"""What is done at the shell goes into, and who did what comes out of, the same audit log as what is done over HTTP."""

import asyncio
import getpass
from collections.abc import Sequence
from datetime import datetime

import typer

from serving.cli.report import SOME_FAILED
from serving.corrections import who_corrected
from serving.errors import ServingError
from serving.settings import Settings
from serving.store import audit
from serving.store.database import open_database
from serving.store.tables import Json


def record(settings: Settings, at: datetime, action: str, subject: str, told: Json) -> None:
    """Add a line to the log, after the act. Where that fails the act stands, and the command ends with code 1."""
    try:
        asyncio.run(_append(settings.database, at.isoformat(), action, subject, told))
    except ServingError as error:
        typer.echo(f"pingji: 操作已完成，但没有写入审计日志：{error}", err=True)
        raise typer.Exit(SOME_FAILED) from error


def corrections(settings: Settings, document: str, fields: Sequence[str]) -> list[Json]:
    """As who_corrected; without names where the log can't be read."""
    try:
        return asyncio.run(_corrections(settings.database, document, fields))
    except ServingError as error:
        typer.echo(f"pingji: 读不到审计日志：{error}", err=True)
        return [{"field": field, "by": None, "at": None} for field in fields]


async def _corrections(url: str, document: str, fields: Sequence[str]) -> list[Json]:
    database = await asyncio.to_thread(open_database, url)
    try:
        return await who_corrected(database, document, fields)
    finally:
        await database.close()


async def _append(url: str, at: str, action: str, subject: str, told: Json) -> None:
    database = await asyncio.to_thread(open_database, url)
    try:
        async with database.begin() as session:
            await audit.append(session, at, _actor(), action, subject, told)
    finally:
        await database.close()


def _actor() -> str:
    """shell: and the name the system knows the person by; containers may know none."""
    try:
        return f"shell:{getpass.getuser()}"
    except (KeyError, OSError):
        return "shell"
