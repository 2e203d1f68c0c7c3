"""`pingji judge --scenario DIR --out OUT.jsonl`: one judgment a line, as the stable interface has it."""

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from agents.judgment.interface import as_interface
from knowledge.errors import CityPackError
from serving.cli.report import SOME_FAILED, progress, progress_end, stop, stop_unwritable
from serving.cli.storm import moment_of, open_storm, storm_settings
from serving.errors import BadSetting
from serving.settings import Settings
from tools.emergency.scenario import FILES, Scenario
from tools.errors import BadScenario

app = typer.Typer(add_completion=False)

_EVERY = re.compile(r"(\d{1,5})(s|m|h)")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


@app.command()
def judge(
    scenario: Annotated[Path, typer.Option(help="情景目录（含 scenario.toml）")],
    out: Annotated[Path, typer.Option(help="结果文件 OUT.jsonl，一行一次研判；已有的会被替换")],
    every: Annotated[str | None, typer.Option(help="间隔，如 30m、1h；默认 30m")] = None,
    at: Annotated[str | None, typer.Option(help="只研判这一时刻，如 2026-05-18T16:30")] = None,
    llm: Annotated[str | None, typer.Option(help="auto、off 或模型服务的地址")] = None,
) -> None:
    """按情景逐时刻研判，不需要服务和网络。有时刻没有结果时退出码为 1。"""
    if every is not None and at is not None:
        stop("--every 与 --at 只能给一个；请去掉其中一个")
    if out.is_dir():
        stop(f"结果文件 {out} 是目录；请用 --out 写一个文件名")
    if out.name in FILES and out.resolve().parent == scenario.resolve():
        stop(f"结果文件 {out} 是情景自己的文件；请用 --out 另写一个文件名")
    try:
        step = _step(every or "30m")
        failed = asyncio.run(_run(storm_settings(llm), scenario, out, step, at))
    except (BadSetting, BadScenario, CityPackError) as error:
        stop(error)
    except OSError as error:
        stop_unwritable(error)
    if failed:
        typer.echo(f"{len(failed)} 个时刻没有结果：" + "；".join(failed), err=True)
        raise typer.Exit(SOME_FAILED)


async def _run(settings: Settings, folder: Path, out: Path, step: timedelta, at: str | None) -> list[str]:
    """The moments that gave nothing, each with its reason."""
    failed: list[str] = []
    async with open_storm(settings, folder) as storm:
        one = None if at is None else moment_of(at, storm.scenario)
        moments = [one] if one else list(_moments(storm.scenario, step))
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("w", encoding="utf-8") as file:
            for number, moment in enumerate(moments, 1):
                progress(f"{moment:%m-%d %H:%M}  {number}/{len(moments)}")
                try:
                    made = await storm.judge(moment, "request" if one else "schedule")
                except Exception as error:  # noqa: BLE001 # one moment's failure is listed; the others go on
                    failed.append(f"{moment.isoformat()}（{type(error).__name__}：{error}）")
                    continue
                file.write(json.dumps(as_interface(made), ensure_ascii=False) + "\n")
                file.flush()
        progress_end()
    return failed


def _moments(scenario: Scenario, step: timedelta) -> Iterator[datetime]:
    """From the start to the end, both included."""
    at = scenario.start
    while at <= scenario.end:
        yield at
        at += step


def _step(text: str) -> timedelta:
    """30m, 1h, 600s. Raises BadSetting."""
    found = _EVERY.fullmatch(text.strip())
    step = timedelta(seconds=int(found[1]) * _SECONDS[found[2]]) if found else timedelta(0)
    if not step:
        raise BadSetting(f"--every {text} 不是间隔；请写成 30m、1h 或 600s")
    return step
