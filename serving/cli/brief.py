"""`pingji brief --scenario DIR --at TIME --out FILE`: the briefing of one moment, without server or network."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from agents.briefing.compose import compose
from agents.briefing.decision import Form
from agents.briefing.material import Material
from knowledge.errors import CityPackError
from serving.briefings.files import RENDERERS
from serving.cli.report import progress, progress_end, stop, stop_unwritable, whole_file
from serving.cli.storm import moment_of, open_storm, storm_settings
from serving.errors import BadSetting
from serving.settings import Settings
from tools.errors import BadScenario

app = typer.Typer(add_completion=False)


@app.command()
def brief(
    scenario: Annotated[Path, typer.Option(help="情景目录（含 scenario.toml）")],
    at: Annotated[str, typer.Option(help="时刻，如 2026-05-18T16:30")],
    out: Annotated[Path, typer.Option(help="结果文件：.docx、.pdf、.html 或 .md；已有的会被替换")],
    form: Annotated[
        Form,
        typer.Option(
            help="flash 快报、report 研判专报、followup 续报、calls 叫应清单、card 手卡、press 口径"
        ),
    ] = "report",
    llm: Annotated[str | None, typer.Option(help="auto、off 或模型服务的地址")] = None,
) -> None:
    """把某一时刻的研判写成简报。只生成文件，不发布。"""
    kind = out.suffix.removeprefix(".").lower()
    if kind not in RENDERERS:
        kinds = "、".join(f".{one}" for one in RENDERERS)
        stop(f"--out {out.name}：不支持 {out.suffix or '没有后缀的文件'}；可用：{kinds}")
    try:
        asyncio.run(_run(storm_settings(llm), scenario, at, out, kind, form))
    except (BadSetting, BadScenario, CityPackError) as error:
        stop(error)
    except OSError as error:
        stop_unwritable(error)


async def _run(settings: Settings, folder: Path, at: str, out: Path, kind: str, form: Form) -> None:
    async with open_storm(settings, folder) as storm:
        moment = moment_of(at, storm.scenario)
        with whole_file(out) as file:
            progress(f"研判 {moment:%m-%d %H:%M}")
            judgment = await storm.judge(moment, "request")
            progress(f"成文 {out.name}")
            briefing = compose(judgment, form, storm.city, None, Material(storm.scenario.facts))
            made = RENDERERS[kind].render(briefing)
            file.write(made if isinstance(made, bytes) else made.encode())
        progress_end()
