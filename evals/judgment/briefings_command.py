"""python -m evals briefings: storms into briefings with the model in use, checked; goes on where it stopped."""

import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from evals.context import model_at, now
from evals.judgment.briefings import Asked, evaluate
from evals.judgment.case import load_cases
from evals.judgment.command import PACK, SCENARIOS, err, out
from evals.judgment.papers import moments, shelf_name
from evals.report import write_report
from evals.settings import EvalSettings
from evals.table import print_measured
from knowledge.city import load_city


def briefings(
    llm: Annotated[str, typer.Option(help="auto、off 或模型服务地址")] = "auto",
    count: Annotated[int, typer.Option(min=1, help="简报份数；每次研判出研判专报和另外三种")] = 200,
    scenarios: Annotated[Path, typer.Option(help="情景目录")] = SCENARIOS,
    model_seconds: Annotated[float, typer.Option(min=1, help="每次研判给模型的秒数")] = 60.0,
    parallel: Annotated[int, typer.Option(min=1, max=32, help="同时做几次研判")] = 4,
    fresh: Annotated[bool, typer.Option("--fresh", help="不用上次留下的研判，从头做起")] = False,
    kept: Annotated[bool, typer.Option("--kept", help="不再研判，只就已经完成的出报告")] = False,
    json_: Annotated[
        Path | None, typer.Option("--json", help="JSON 报告写到这里，逐条结果写在它旁边")
    ] = None,
) -> None:
    """简报：由所用模型写叙述的简报能否逐份通过核验，模型句有多少退回模板（合成数据）。中断后再运行即接着做。"""
    settings, city = EvalSettings(), load_city(PACK)
    storms = [case.scenario for case in load_cases(scenarios)]
    planned = moments(storms, count)
    model, name = model_at(llm, settings, lambda said: err.print(said, style="dim"))
    shelf = settings.work_dir / "briefings" / shelf_name(city, name, planned)
    if fresh:
        shutil.rmtree(shelf, ignore_errors=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        bar = progress.add_task("研判成文", total=sum(map(len, planned.values())))
        asked = Asked(storms, planned, model, name, model_seconds, parallel, shelf, kept)
        found = evaluate(city, asked, lambda: progress.advance(bar))
    head = found.head
    title = f"简报评测：{head['briefings']} 份，{head['judgments']} 次研判（合成数据），模型 {name}"
    print_measured(out, title, found.groups())
    for paper, told in found.troubles.items():
        err.print(f"[red]{paper}：{told[0].path} {told[0].text}（共 {len(told)} 处）[/red]", soft_wrap=True)
    path = json_ or settings.work_dir / "reports" / f"briefings-{now():%Y%m%d-%H%M%S}.json"
    beside = write_report(path, head, found.measured, found.items)
    err.print(f"报告：{path}；逐条：{beside}")
    raise typer.Exit(1 if found.troubles else 0)
