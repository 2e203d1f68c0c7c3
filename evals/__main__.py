"""Command line: python -m evals NAME, one command an evaluation. Exit codes as the product's: 0, 1, 2, 3."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from agents.triage.context import ModelUses
from evals.bench import run as bench_run
from evals.bench.live import bench_live
from evals.bench.papers import bench_papers
from evals.bench.retrieval.command import bench_retrieval
from evals.bench.scale.command import bench_scale
from evals.bench.situation import bench_situation
from evals.compare import changes
from evals.context import Stage, model_at, now, open_stage
from evals.errors import EvalError
from evals.judgment.briefings_command import briefings
from evals.judgment.command import drill, judgment
from evals.measure import Measure
from evals.report import Item, provenance, read_report, write_report
from evals.retrieval import ranking
from evals.retrieval import run as retrieval_run
from evals.retrieval.laws import load_corpus, load_questions
from evals.settings import ROOT, EvalSettings
from evals.table import print_ablation, print_changes, print_measured
from evals.triage import run as triage_run
from evals.triage.case import SETS, load_cases
from evals.versions import run as versions_run
from evals.versions.sample import load_sample
from knowledge.embedding import open_embedder
from knowledge.errors import KnowledgeError
from tools.errors import BadScenario

app = typer.Typer(add_completion=False, no_args_is_help=True, help="平急评测：分拨、检索、速度。")
app.command("bench-retrieval")(bench_retrieval)
app.command("bench-scale")(bench_scale)
app.command("bench-situation")(bench_situation)
app.command("bench-live")(bench_live)
app.command("bench-papers")(bench_papers)
app.command()(judgment)
app.command()(drill)
app.command()(briefings)
out, err = Console(), Console(stderr=True)

USES = ("choose", "write")
EXTERNAL = ROOT.parent / "shared" / "data"
VERSIONS_SAMPLE = ROOT / "evals" / "data" / "versions_sample.csv"

Llm = Annotated[str, typer.Option(help="auto、off 或模型服务地址")]
Limit = Annotated[int | None, typer.Option(min=1, help="只评前 N 条")]
Json = Annotated[Path | None, typer.Option("--json", help="JSON 报告写到这里，逐条结果写在它旁边")]
Compare = Annotated[Path | None, typer.Option(help="与这份旧报告逐条比较")]


@app.command()
def triage(
    llm: Llm = "auto",
    limit: Limit = None,
    set_: Annotated[str, typer.Option("--set", help="dev、extra 或带标注的 .jsonl 文件")] = "dev",
    workers: Annotated[int, typer.Option(min=1, max=64)] = 2,
    uses: Annotated[str, typer.Option(help="模型用于哪些步骤：choose,write 或 none")] = "choose",
    approved: Annotated[bool, typer.Option("--approved", help="把前面的工单当作已按标注批准")] = False,
    json_: Json = None,
    compare: Compare = None,
) -> None:
    """分拨：带标注的工单走一遍真实流程。"""
    settings, model_uses = EvalSettings(), _uses(uses)
    old = read_report(compare) if compare else None
    cases = load_cases(SETS.get(set_, Path(set_)), limit)
    model, model_name = model_at(llm, settings, _say)
    with err.status("准备") as status:
        stage = open_stage(settings, model, status.update)
    asked = triage_run.Asked(
        cases, _set_name(set_), workers, model_uses, model_name, settings.work_dir / "logs", approved
    )
    with _progress() as progress:
        found = triage_run.evaluate(stage, asked, progress)
    stage.close()
    title = f"分拨评测：{asked.set_name}（合成数据），{len(found.items)} 单，模型 {model_name}"
    print_measured(out, title, found.groups())
    out.print(f"单张耗时 p50 {found.head['ms_p50'] or 0:.0f} 毫秒，p95 {found.head['ms_p95'] or 0:.0f} 毫秒")
    _keep(json_ or _report_file(settings, "triage"), found.head, found.measured, found.items)
    if old:
        _compare(triage_run.MEASURES, old[1], found.items)
    for ticket_id, why in found.failed:
        err.print(f"[red]{ticket_id} 未能处理：{why}[/red]")
    raise typer.Exit(1 if found.failed else 0)


@app.command()
def retrieval(
    limit: Limit = None,
    limit_laws: Annotated[int | None, typer.Option(min=1, help="只用 N 部法规，快速看一眼")] = None,
    data: Annotated[Path, typer.Option(help="数据目录，其下有 stard/ 与 laws/")] = EXTERNAL,
    asked: Annotated[
        Path | None, typer.Option("--questions", help="同样格式的另一个问题文件；不写则用开发集")
    ] = None,
    build_only: Annotated[bool, typer.Option("--build-only", help="只建索引，可中断后继续")] = False,
    ablation: Annotated[bool, typer.Option("--ablation", help="逐项消融，全部按未见过的问题计")] = False,
    json_: Json = None,
    compare: Compare = None,
) -> None:
    """检索：真实问题能否找到回答它的法条。所装排序器学过开发集，推断新问题请看 --ablation。"""
    settings = EvalSettings()
    old = read_report(compare) if compare else None
    questions = load_questions(asked or data / "stard" / "queries_dev.jsonl", limit)
    name = asked.stem if asked else "STARD 开发集"
    corpus = load_corpus(data / "laws", questions, limit_laws)
    embedder = open_embedder(settings.embedder, threads=settings.embedder_threads)
    with _progress() as progress:
        if build_only:
            retrieval_run.build(corpus, settings.work_dir, embedder, progress)[0].close()
            return
        if ablation:
            head, rows = retrieval_run.ablate(corpus, questions, settings.work_dir, embedder, progress)
            print_ablation(
                out, f"检索消融：{name} {len(questions)} 问，{head['clauses']} 条，五折交叉验证", rows
            )
            path = json_ or _report_file(settings, "retrieval-ablation")
            _write_rows(path, head, [row.as_json() for row in rows])
            err.print(f"报告：{path}")
            return
        found = retrieval_run.evaluate(corpus, questions, settings.work_dir, embedder, progress, name)
    part = "（部分语料，不可与全量比较）" if corpus.partial else ""
    title = f"检索评测：{name} {len(found.items)} 问，{found.head['clauses']} 条{part}"
    print_measured(out, title, found.groups())
    _keep(json_ or _report_file(settings, "retrieval"), found.head, found.measured, found.items)
    if old:
        _compare(ranking.MEASURES, old[1], found.items)


@app.command()
def versions(
    data: Annotated[Path, typer.Option(help="数据目录，其下有 laws/")] = EXTERNAL,
    base: Annotated[Path | None, typer.Option(help="已有的知识库目录；不写则重新读入法规")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="不列出各组，只报抽样结果")] = False,
    json_: Json = None,
) -> None:
    """版本：法规的新旧版本是否找全、排对、起止正确（人工核对的抽样）。"""
    settings = EvalSettings()
    sample = load_sample(VERSIONS_SAMPLE)
    with _progress() as progress:
        laws = versions_run.stored_laws(base) if base else versions_run.read_laws(data / "laws", progress)
    found = versions_run.evaluate(laws, data / "laws", sample)
    for line in [] if quiet else versions_run.lines_of(found):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    print_measured(out, f"版本评测：{len(sample)} 组人工核对", [("抽样", found.measured)])
    for fault in found.faults:
        err.print(f"[red]{fault.group}，{fault.file}：{fault.what}[/red]", soft_wrap=True)
    _keep(json_ or _report_file(settings, "versions"), found.head, found.measured, found.items)
    raise typer.Exit(1 if found.faults else 0)


@app.command()
def bench(
    tickets: Annotated[int, typer.Option(min=2, help="用开发集的前 N 单")] = 60, json_: Json = None
) -> None:
    """速度与内存：同一次运行里并排比较（不用大模型）。"""
    settings = EvalSettings()
    cases = load_cases(SETS["dev"], tickets)
    model, _ = model_at("off", settings, _say)
    with err.status("准备") as status:
        stage = open_stage(settings, model, status.update)
        rows = bench_run.measure(stage, cases, status.update)
    head = _bench_head(stage, len(cases))
    stage.close()
    _print_rows(rows, head)
    path = json_ or _report_file(settings, "bench")
    _write_rows(path, head, [row.as_json() for row in rows])
    err.print(f"报告：{path}")


def _write_rows(path: Path, head: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = json.dumps({**head, "rows": rows}, ensure_ascii=False, indent=1)
    path.write_text(whole + "\n", encoding="utf-8")


def _bench_head(stage: Stage, tickets: int) -> dict[str, Any]:
    return {
        "evaluation": "bench",
        **provenance(now()),
        "tickets": tickets,
        "synthetic": True,
        "embedder": stage.embedder.fingerprint,
        "index": stage.index_hash,
        "city_fingerprint": stage.city.fingerprint,
    }


def _print_rows(rows: list[bench_run.Row], head: dict[str, Any]) -> None:
    cores = head["machine"]["cores"]
    out.print(f"速度：{head['tickets']} 单（合成数据），{cores} 核", style="bold")
    table = Table()
    table.add_column("项目")
    for name in ("均值", "p50", "p95", "比例"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        points = ["—" if point is None else f"{point:.1f}" for point in (row.p50, row.p95)]
        ratio = "—" if row.ratio is None else f"{row.ratio:.3f} × {row.to}"
        table.add_row(row.name, f"{row.value:.1f} {row.unit}", *points, ratio)
    out.print(table)


def _uses(text: str) -> ModelUses:
    wanted = set[str]() if text == "none" else {name.strip() for name in text.split(",") if name.strip()}
    if unknown := wanted - set(USES):
        raise typer.BadParameter(
            f"不认识 {'、'.join(sorted(unknown))}；可写 choose、write 或 none", param_hint="--uses"
        )
    return ModelUses(choose="choose" in wanted, write="write" in wanted)


def _set_name(given: str) -> str:
    return given if given in SETS else Path(given).name


def _report_file(settings: EvalSettings, name: str) -> Path:
    return settings.work_dir / "reports" / f"{name}-{now():%Y%m%d-%H%M%S}.json"


def _keep(path: Path, head: dict[str, Any], measured: list[Any], items: list[Item]) -> None:
    beside = write_report(path, head, measured, items)
    err.print(f"报告：{path}；逐条：{beside}")


def _compare(measures: tuple[Measure, ...], old: list[Item], new: list[Item]) -> None:
    print_changes(out, "与旧报告逐条比较（两次都有的条目）", changes(measures, old, new))


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, disable=not err.is_terminal)


def _say(what: str) -> None:
    err.print(what, style="dim")


def main(run: Callable[[], None] = app) -> None:
    """Errors made on purpose become one line and their exit code; anything else is a bug and shows itself."""
    try:
        run()
    except (EvalError, KnowledgeError, BadScenario, ValidationError) as error:
        err.print(f"[red]{error}[/red]")
        sys.exit(error.exit_code if isinstance(error, EvalError) else 2)


if __name__ == "__main__":
    main()
