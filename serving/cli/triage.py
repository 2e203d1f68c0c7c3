"""`pingji triage FILE --out OUT.jsonl`: a file of tickets, without effects."""

import asyncio
import errno
import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from agents.model.chat import Priority
from agents.model.off import NoModel
from agents.triage.context import TriageContext
from agents.triage.graph import build_analysis
from agents.triage.state import first_state
from knowledge.base import KnowledgeBase
from knowledge.city import Geocoder, load_city
from knowledge.errors import KnowledgeError
from serving.agents import Surroundings, triage_context
from serving.batch import BatchFiles, Outcome, Row, triage_file
from serving.cli.model import command_model
from serving.cli.report import BAD_INPUT, SOME_FAILED, progress, progress_end, stop
from serving.errors import BadSetting
from serving.library import Prepared, fit_reader, load_table, open_base, own_embedder, publish_if_needed
from serving.settings import Settings, load_settings
from serving.store.tables import Json
from serving.tickets.recent import RecentTickets
from tools.dispatch import DispatchOrder, DispatchReceipt
from tools.errors import TicketFileUnreadable
from tools.ticket import Ticket
from tools.ticket_files import read_tickets

app = typer.Typer(add_completion=False)

WORKERS_WITH_MODEL, WORKERS_ALONE = 8, 2


@app.command()
def triage(
    file: Annotated[Path, typer.Argument(help=".jsonl、.csv 或 .xlsx 工单文件")],
    out: Annotated[Path, typer.Option(help="结果文件 OUT.jsonl，一行一个决定")],
    llm: Annotated[str | None, typer.Option(help="auto、off 或模型服务的地址")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="同时处理几件")] = None,
) -> None:
    """批量分派；中断后用同一命令接着做。有失败行时退出码为 1，清单在 OUT.jsonl.failed.jsonl。"""
    if not file.is_file():
        stop(f"找不到工单文件 {file}；请检查路径")
    if out.is_dir() or (out.exists() and out.samefile(file)):
        stop(f"结果文件 {out} 是{'目录' if out.is_dir() else '工单文件本身'}；请用 --out 另写一个文件名")
    try:
        settings = load_settings(llm=llm)
        outcome = asyncio.run(_run(settings, BatchFiles(file, out), workers))
    except (BadSetting, TicketFileUnreadable, KnowledgeError) as error:
        stop(error, BAD_INPUT)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            stop(f"磁盘已满，{out} 写到一半；请清理磁盘后用同一命令接着做，已写的不会丢失")
        stop(f"读写失败：{error}；请检查 {file} 与 {out} 的路径、权限和磁盘空间")
    if outcome.failures:
        typer.echo(f"{outcome.failures} 行没有结果，清单：{BatchFiles(file, out).failed}", err=True)
        raise typer.Exit(SOME_FAILED)


async def _run(settings: Settings, files: BatchFiles, workers: int | None) -> Outcome:
    pack = load_city(settings.pack_dir)
    clock = partial(datetime.now, ZoneInfo(pack.info.timezone))
    numbers = count(1)
    rows = _begun(
        read_tickets(files.source, clock=clock, new_id=lambda: f"{files.source.stem}-{next(numbers)}")
    )
    embedder = own_embedder(settings)
    base = open_base(settings, pack, clock, embedder)
    history = RecentTickets()
    async with command_model(settings) as model:
        publish_if_needed(settings, base, progress)
        ready = Prepared(base, fit_reader(settings, pack, embedder, progress), load_table(settings))

        async def prepared() -> Prepared:
            return ready

        async def opened() -> KnowledgeBase:
            return base

        around = Surroundings(settings, pack, Geocoder(pack), model, clock, prepared, opened)
        context = await triage_context(around, history, _NoOutbox(), Priority.BATCH)
        usual = WORKERS_ALONE if isinstance(model, NoModel) else WORKERS_WITH_MODEL
        outcome = await triage_file(
            rows,
            files,
            partial(_analyse, context),
            history,
            workers=workers or usual,
            on_progress=_Pace(),
        )
    progress_end()
    base.close()
    return outcome


def _begun(rows: Iterator[Row]) -> Iterator[Row]:
    """The same rows, the first already read: a file that is none is refused before anything is loaded or written."""
    first = next(rows, None)
    return rows if first is None else chain([first], rows)


ANALYSIS = build_analysis()


async def _analyse(context: TriageContext, ticket: Ticket) -> Json:
    state = await ANALYSIS.ainvoke(first_state(ticket.model_dump(mode="json")), context=context)
    decision: Json = state["decision"]
    return decision


class _NoOutbox:
    """The outbox of a graph without effects."""

    async def submit(self, order: DispatchOrder) -> None:
        raise AssertionError(f"batch triage dispatches nothing: {order.idempotency_key}")

    async def delivered(self, key: str, on_trouble: object) -> DispatchReceipt:
        raise AssertionError(f"batch triage dispatches nothing: {key}")


class _Pace:
    """How many are done and how fast, for a person at a terminal."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._first: int | None = None

    def __call__(self, row: int, failures: int) -> None:
        self._first = row - 1 if self._first is None else self._first
        pace = (row - self._first) / max(time.monotonic() - self._begun, 1e-3)
        progress(f"第 {row} 行，失败 {failures}，每秒 {pace:.1f} 件")
