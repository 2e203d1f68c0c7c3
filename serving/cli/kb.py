"""`pingji kb …`: documents in and out, the index, search."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, TextIO
from zoneinfo import ZoneInfo

import typer

from agents.triage.reader import TicketReader
from knowledge.base import KnowledgeBase
from knowledge.city import load_city
from knowledge.embedding import Embedder
from knowledge.errors import KnowledgeError
from serving.cli.report import SOME_FAILED, print_json, progress, progress_end, stop
from serving.errors import BadSetting
from serving.library import fit_reader, open_base, publish_if_needed
from serving.prepared import keep_stamp
from serving.settings import Settings, load_settings

app = typer.Typer(add_completion=False)

Json = Annotated[bool, typer.Option("--json", help="按机器可读的 JSON 输出")]


@contextmanager
def _opened() -> Generator[tuple[Settings, KnowledgeBase, Embedder]]:
    try:
        settings = load_settings()
        city = load_city(settings.pack_dir)
        base, embedder = open_base(settings, partial(datetime.now, ZoneInfo(city.info.timezone)))
        try:
            yield settings, base, embedder
        finally:
            base.close()
    except (BadSetting, KnowledgeError) as error:
        progress_end()
        stop(error)


@app.command()
def add(paths: Annotated[list[Path], typer.Argument(help="文件或目录")]) -> None:
    """导入文件；运行 publish 之后可检索。读不了的文件会列出，退出码 1。"""
    if missing := [path for path in paths if not path.exists()]:
        stop(f"找不到 {'、'.join(str(path) for path in missing)}；请检查路径")
    with _opened() as (_, base, _embedder):
        report = base.add(paths, lambda done, total, path: progress(f"{done}/{total} {path.name}"))
    progress_end()
    typer.echo(f"新增 {len(report.added)} 份，未变 {len(report.unchanged)} 份")
    for bad in report.unreadable:
        typer.echo(f"读不了 {bad.path}：{bad.reason}", err=True)
    if report.unreadable:
        raise typer.Exit(SOME_FAILED)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """列出全部文件。"""
    with _opened() as (_, base, _embedder):
        documents = base.documents()
    for document in documents:
        told = document.metadata
        if as_json:
            print_json({"document_id": document.id, "clauses": document.clauses, **_plain(asdict(told))})
        else:
            since = document.valid_from.isoformat() if document.valid_from else "—"
            typer.echo(
                f"{document.id}  {told.title}  {told.doc_number or '—'}  {since} 起  {document.clauses} 条"
            )


@app.command()
def show(
    document: Annotated[str, typer.Argument(help="文件编号（见 kb list）")], as_json: Json = False
) -> None:
    """显示一份文件的条款。"""
    with _opened() as (_, base, _embedder):
        found, _text, clauses = base.document(document)
    if not as_json:
        typer.echo(f"{found.metadata.title}  {found.metadata.doc_number}")
    for clause in clauses:
        if as_json:
            print_json(_plain(asdict(clause)))
        else:
            typer.echo(f"\n[{clause.clause_id}] {clause.path}\n{clause.text}")


@app.command()
def remove(document: Annotated[str, typer.Argument(help="文件编号（见 kb list）")]) -> None:
    """删除一份文件，立即生效。"""
    with _opened() as (_, base, _embedder):
        base.remove(document)
    typer.echo(f"已删除 {document}")


@app.command()
def publish(
    if_needed: Annotated[
        bool, typer.Option("--if-needed", help="先导入随附文件；已就绪则什么也不做")
    ] = False,
) -> None:
    """建立索引并启用。"""
    with _opened() as (settings, base, embedder):
        if if_needed:
            _prepare(settings, base, embedder)
        else:
            base.publish(lambda done, total: progress(f"建立索引 {done}/{total}"))
        status = base.status()
    progress_end()
    typer.echo(f"知识库第 {status.generation or 0} 代：{status.documents} 份文件，{status.indexed} 条")


def _prepare(settings: Settings, base: KnowledgeBase, embedder: Embedder) -> TicketReader:
    typer.echo("准备知识库与离线分类器（首次数分钟）", err=True)
    publish_if_needed(settings, base, progress)
    reader = fit_reader(settings, load_city(settings.pack_dir), embedder, progress)
    keep_stamp(settings)
    return reader


@app.command()
def status(as_json: Json = False) -> None:
    """知识库的现状。"""
    with _opened() as (_, base, _embedder):
        found = base.status()
    if as_json:
        print_json(asdict(found))
        return
    typer.echo(
        f"{found.documents} 份文件，{found.clauses} 条；已发布第 {found.generation or 0} 代，{found.indexed} 条"
    )
    if found.stale:
        typer.echo("有改动尚未发布，请运行 pingji kb publish")
    if found.warning:
        typer.echo(found.warning, err=True)


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="要查的话")] = None,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="按哪一天有效的条款查")] = None,
    top: Annotated[int, typer.Option(min=1, max=100)] = 10,
    as_json: Json = False,
    queries: Annotated[Path | None, typer.Option(help='一行一个 {"query_id","query"} 的文件')] = None,
    out: Annotated[Path | None, typer.Option(help="结果文件 .jsonl")] = None,
) -> None:
    """检索条款。"""
    if (query is None) == (queries is None) or (queries is None) != (out is None):
        stop("请给出要查的话，或同时给出 --queries 与 --out")
    day = as_of.date() if as_of else None
    with _opened() as (_, base, _embedder):
        if queries is not None and out is not None:
            _search_file(base, queries, out, day, top)
            return
        hits = base.search(query or "", day, top)
    for hit in hits:
        if as_json:
            print_json(hit.model_dump(mode="json"))
        else:
            typer.echo(f"《{hit.document}》{hit.article}  [{hit.clause_id}]\n  {hit.text[:120]}")


def _search_file(base: KnowledgeBase, queries: Path, out: Path, day: date | None, top: int) -> None:
    if not queries.is_file():
        stop(f"找不到 {queries}；请检查路径")
    with queries.open(encoding="utf-8") as source, out.open("w", encoding="utf-8") as target:
        failed = sum(
            not _one_query(base, line, number, target, day, top) for number, line in enumerate(source, 1)
        )
    progress_end()
    if failed:
        raise typer.Exit(SOME_FAILED)


def _one_query(
    base: KnowledgeBase, line: str, number: int, target: TextIO, day: date | None, top: int
) -> bool:
    if not line.strip():
        return True
    try:
        asked = json.loads(line)
        query_id, query = asked["query_id"], str(asked["query"])
    except (ValueError, KeyError, TypeError):
        typer.echo(f'第 {number} 行不是 {{"query_id": …, "query": …}}；已跳过', err=True)
        return False
    hits = [hit.model_dump(mode="json") for hit in base.search(query, day, top)]
    target.write(json.dumps({"query_id": query_id, "hits": hits}, ensure_ascii=False) + "\n")
    progress(f"已查 {number} 条")
    return True


def _plain(fields: dict[str, object]) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in fields.items()}
