"""`pingji kb add | remove | publish`: what changes the knowledge base."""

from pathlib import Path
from typing import Annotated

import typer

from agents.triage.reader import TicketReader
from knowledge.city import load_city
from knowledge.ingest import IngestReport
from serving.cli.kb_base import AsJson, Doc, Opened, older, opened, the_document
from serving.cli.report import SOME_FAILED, print_json, progress, progress_end, stop
from serving.library import fit_reader, publish_if_needed
from serving.prepared import keep_stamp

AUDITED = 100


def add(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="文件或目录")], as_json: AsJson = False
) -> None:
    """导入文件；运行 publish 之后可检索。读不了的文件会列出，退出码 1。"""
    if missing := [path for path in paths if not path.exists()]:
        stop(f"找不到 {'、'.join(str(path) for path in missing)}；请检查路径")
    with opened() as here:
        report = here.base.add(paths, lambda done, total, path: progress(f"{done}/{total} {path.name}"))
        if report.added:
            names = [path.name for path in paths[:AUDITED]]
            here.record("knowledge.add", "knowledge", {"count": len(report.added), "paths": names})
    progress_end()
    _tell(report, as_json)
    if report.unreadable:
        raise typer.Exit(SOME_FAILED)


def _tell(report: IngestReport, as_json: bool) -> None:
    said = {"skipped": report.skipped, "unreadable": report.unreadable, "notice": report.notices}
    listed = [(outcome, left) for outcome, some in said.items() for left in some]
    if as_json:
        for document_id in report.added:
            print_json({"outcome": "added", "document_id": document_id})
        for path in report.unchanged:
            print_json({"outcome": "unchanged", "path": str(path)})
        for outcome, left in listed:
            print_json({"outcome": outcome, "path": str(left.path), "reason": left.reason})
        return
    counts = (report.added, report.unchanged, report.skipped, report.unreadable)
    typer.echo("新增 {} 份，未变 {} 份，略过 {} 份，读不了 {} 份".format(*map(len, counts)))
    words = {"skipped": "略过", "unreadable": "读不了", "notice": "注意"}
    for outcome, left in listed:
        typer.echo(f"{words[outcome]} {left.path}：{left.reason}", err=True)


def remove(document: Doc, as_json: AsJson = False) -> None:
    """删除一份文件，立即生效。"""
    with opened() as here:
        found = the_document(here, document)
        here.base.remove(found.id)
        here.record("knowledge.remove", found.id, {"title": found.metadata.title, "version": found.version})
    if as_json:
        print_json({"removed": found.id, "title": found.metadata.title})
    else:
        typer.echo(f"已删除 {found.id} {found.metadata.title}")


def publish(
    if_needed: Annotated[
        bool, typer.Option("--if-needed", help="先导入随附文件；已就绪则什么也不做")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """建立索引并启用。"""
    with opened() as here:
        if if_needed:
            _prepare(here)
        else:
            here.base.publish(lambda done, total: progress(f"建立索引 {done}/{total}"))
        status = here.base.status()
        if not if_needed:  # the start of the program is nobody's act
            here.record("knowledge.publish", "knowledge", {"generation": status.generation})
    progress_end()
    if as_json:
        print_json(
            {"generation": status.generation, "documents": status.documents, "indexed": status.indexed}
        )
    else:
        typer.echo(f"知识库第 {status.generation or 0} 代：{status.documents} 份文件，{status.indexed} 条")
        if status.outdated:
            typer.echo(older(status.outdated))


def _prepare(here: Opened) -> TicketReader:
    typer.echo("准备知识库与离线分类器（首次数分钟）", err=True)
    publish_if_needed(here.settings, here.base, progress)
    reader = fit_reader(here.settings, load_city(here.settings.pack_dir), here.embedder, progress)
    keep_stamp(here.settings)
    return reader
