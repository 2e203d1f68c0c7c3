"""python -m evals judgment and drill: what they print, and where they write it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from agents.judgment.decision import LEVEL_NAMES
from agents.model.off import NoModel
from evals.context import now
from evals.judgment import briefings
from evals.judgment.case import load_cases
from evals.judgment.drill import Drill, load_drill, play, report
from evals.judgment.papers import PER_JUDGMENT, moments
from evals.judgment.run import Found, evaluate
from evals.report import Json, provenance, write_report
from evals.settings import ROOT, EvalSettings
from evals.table import print_measured
from knowledge.city import City, load_city
from tools.emergency.scenario import Scenario

SCENARIOS = ROOT / "tools" / "simulator" / "scenarios"
PACK = ROOT / "knowledge" / "city" / "yunzhou"
SHOWN_WRONG = 20
LEVELS = {None: "—", **LEVEL_NAMES}
ACTIONS = {"start": "启动", "upgrade": "升级", "downgrade": "降级", "end": "终止"}

out, err = Console(), Console(stderr=True)


def judgment(
    scenarios: Annotated[Path, typer.Option(help="情景目录")] = SCENARIOS,
    json_: Annotated[
        Path | None, typer.Option("--json", help="JSON 报告写到这里，逐条结果写在它旁边")
    ] = None,
) -> None:
    """研判：逐步核对条件状态、级别、首次成立时刻，比红色信号早多少，断一源会怎样（合成数据）。"""
    city = load_city(PACK)
    cases = load_cases(scenarios)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        found = evaluate(city, cases, progress)
    papers = briefings_of(city, [case.scenario for case in cases])
    print_measured(out, f"研判评测：{len(cases)} 个情景（合成数据）", [*found.groups(), papers.groups()[0]])
    for paper, told in papers.troubles.items():
        err.print(f"[red]{paper}：{told[0].path} {told[0].text}（共 {len(told)} 处）[/red]", soft_wrap=True)
    for line in lines_of(found, city.weather.plan.plan.hazard_names):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    path = json_ or EvalSettings().work_dir / "reports" / f"judgment-{now():%Y%m%d-%H%M%S}.json"
    measured, items = [*found.measured, *papers.hold], [*found.items, *papers.items]
    beside = write_report(path, found.head, measured, items)
    err.print(f"报告：{path}；逐条：{beside}")
    raise typer.Exit(1 if any(found.wrong.values()) or papers.troubles else 0)


def briefings_of(city: City, scenarios: Sequence[Scenario]) -> briefings.Found:
    """Two judgments a scenario without a model, four briefings of each, checked."""
    planned = moments(scenarios, 2 * PER_JUDGMENT * len(scenarios))
    return briefings.evaluate(city, briefings.Asked(scenarios, planned, NoModel()))


def drill(
    json_: Annotated[Path | None, typer.Option("--json", help="JSON 报告写到这里")] = None,
) -> None:
    """推演：郑州“7·20”调查报告公布的时间线，规则引擎会在何时建议什么，比实际早多少。"""
    known = load_drill()
    found = report(known, play(known))
    for line in drill_lines(known, found):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    if json_:
        json_.parent.mkdir(parents=True, exist_ok=True)
        whole = {"evaluation": "drill-720", **provenance(now()), **found}
        json_.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def drill_lines(known: Drill, found: Json) -> list[str]:
    lines = ["“7·20”时间线推演（数字出自调查报告，条件见 evals/data/drill_720.toml）"]
    for item in found["advice"]:
        basis = "、".join(
            f"{name}（{'报告' if source == 'report' else '对照'}）"
            for name, source in zip(item["met"], item["sources"], strict=True)
        )
        what = f"建议{ACTIONS[item['action']]}{LEVELS[item['level']]}级"
        lines.append(
            f"  {item['at'][5:16].replace('T', ' ')}  {what}，依据 {basis}，早 {item['minutes_won']:.0f} 分钟"
        )
    lines.append(f"  {known.actual_level_1:%m-%d %H:%M}  实际启动Ⅰ级（报告{known.actual_where}）")
    won, ahead = found["minutes_won"], found["minutes_before_losses"]
    lines.append(f"  报告点名的条件成立即建议Ⅰ级：早于实际 {won:.0f} 分钟，早于伤亡集中时段 {ahead:.0f} 分钟")
    return lines


def lines_of(found: Found, hazards: Mapping[str, str]) -> list[str]:
    """Level by time, hours won, silences and mistakes, for people."""
    lines: list[str] = []
    for item in found.items:
        lines.append(f"{item.id}")
        lines += [f"  {note}" for note in found.notes[item.id]]
        for change in item.detail["levels"]:
            what = f"{hazards[change['hazard']]}{ACTIONS[change['action']]} {LEVELS[change['level']]}"
            lines.append(f"  {change['at'][5:16].replace('T', ' ')}  {what}")
        for lead in found.leads[item.id]:
            won = "始终没有红色信号" if lead.minutes is None else f"早于红色信号 {lead.minutes:.0f} 分钟"
            lines.append(f"  {hazards[lead.hazard]}首次建议启动 {lead.started:%m-%d %H:%M}，{won}")
        for one in found.silences[item.id]:
            lines.append(
                f"  断 {one.feed}：{one.met} 次成立中 {one.became_unknown} 次变未知，{one.calm} 次变未达到"
            )
        wrong = found.wrong[item.id]
        lines += [
            f"  不符 {row['at'][5:16]} {row['what']}：应为 {row['expected']}，得 {row['got']}"
            for row in wrong[:SHOWN_WRONG]
        ]
        if len(wrong) > SHOWN_WRONG:
            lines.append(f"  另有 {len(wrong) - SHOWN_WRONG} 处不符，见逐条结果")
    return lines
