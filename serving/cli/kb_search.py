"""`pingji kb search`: one question at the terminal, or a file of them."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, TextIO, cast

import typer
from rich.console import Console
from rich.table import Table

from knowledge.finding.filters import Filters
from knowledge.finding.search import SearchHit
from serving.cli.kb_base import STATES, AsJson, Opened, opened, validity
from serving.cli.report import SOME_FAILED, print_json, progress, progress_end, stop

Find = Callable[[str], list[SearchHit]]

QUERY_MAX = 1000
"""As at the HTTP border: what is longer is a document, and costs time as one; a part of it finds more."""

AT_ONCE = 64
"""Queries embedded together; more would only let the first answer wait."""

LEGS = {"exact": "指名", "lexical": "字面", "dense": "语义"}
WIDE = 160


def search(
    query: Annotated[str | None, typer.Argument(help="要查的话")] = None,
    as_of: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="按哪一天有效的条款查")] = None,
    top: Annotated[int, typer.Option(min=1, max=100)] = 10,
    level: Annotated[list[str] | None, typer.Option(help="效力层级，可多次给出")] = None,
    issuer: Annotated[list[str] | None, typer.Option(help="制定机关，可多次给出")] = None,
    region: Annotated[list[str] | None, typer.Option(help="地区，可多次给出")] = None,
    hazard: Annotated[list[str] | None, typer.Option(help="灾种，可多次给出")] = None,
    document: Annotated[list[str] | None, typer.Option(help="文件编号或标题，可多次给出")] = None,
    any_time: Annotated[bool, typer.Option("--any-time", help="连同未施行、已失效的一起查")] = False,
    as_json: AsJson = False,
    queries: Annotated[Path | None, typer.Option(help='一行一个 {"query_id","query"} 的文件')] = None,
    out: Annotated[Path | None, typer.Option(help="结果文件 .jsonl")] = None,
) -> None:
    """检索条款。"""
    if (query is None) == (queries is None) or (queries is None) != (out is None):
        stop("请给出要查的话，或同时给出 --queries 与 --out")
    if query is not None and (fault := _fault(query)):
        stop(fault)
    if queries is not None and out is not None:
        _check_files(queries, out)
    with opened() as here:
        day = as_of.date() if as_of else here.today
        named = (frozenset(values or ()) for values in (level, issuer, region, hazard, document))
        find = partial(here.base.search, as_of=day, top=top, filters=Filters(*named), any_time=any_time)
        if queries is not None and out is not None:
            _search_file(here, find, queries, out)
        else:
            _print(find(query or ""), as_json)


def _check_files(queries: Path, out: Path) -> None:
    if not queries.is_file():
        stop(f"找不到 {queries}；请检查路径")
    if out.exists() and out.samefile(queries):
        stop(f"--out 就是问题文件 {queries}，会把它覆盖；请另写一个文件名")
    try:
        out.open("a", encoding="utf-8").close()
    except OSError as error:
        stop(f"不能写入 {out}（{error.strerror}）；请检查文件夹和权限")


def _print(hits: list[SearchHit], as_json: bool) -> None:
    if as_json:
        for hit in hits:
            print_json(hit.model_dump(mode="json"))
        return
    if not hits:
        typer.echo("没有找到；换个说法，或用 --any-time 连同已失效的一起查")
        return
    others = {leg for hit in hits for leg in hit.legs} - set(LEGS)
    ways = (*LEGS, *sorted(others))
    table = Table(box=None, pad_edge=False)
    for heading in ("", "条款", "层级", "时效", *(LEGS.get(way, way) for way in ways), "原文"):
        table.add_column(heading, overflow="fold")
    for rank, hit in enumerate(hits, 1):
        ranks = [str(hit.legs.get(way, "·")) for way in ways]
        name = f"《{hit.document}》{hit.article}\n{hit.clause_id}"
        words = " ".join(hit.text.split())
        time = f"{STATES[hit.state]}\n{validity(hit)}"
        table.add_row(str(rank), name, hit.level, time, *ranks, words[:120])
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = WIDE
    console.print(table)


def _search_file(here: Opened, find: Find, queries: Path, out: Path) -> None:
    """A line for a line, in order; memory holds one batch."""
    failed = done = 0
    # Half a pair of UTF-16, which JSON may spell in an id, goes out as it came in: \ud83d.
    with queries.open("rb") as source, out.open("w", encoding="utf-8", errors="backslashreplace") as target:
        for lines in _batches(enumerate(source, 1)):
            asked = [(number, _asked(line)) for number, line in lines if line.strip()]
            here.embedder.prepare([one["query"] for _, one in asked if "error" not in one])
            for number, one in asked:
                failed += not _answer(number, one, find, target)
            done += len(asked)
            progress(f"已查 {done} 条")
    progress_end()
    if failed:
        typer.echo(f"{failed} 行没有查，原因见上；其余已写入 {out}", err=True)
        raise typer.Exit(SOME_FAILED)


def _answer(number: int, asked: dict[str, Any], find: Find, target: TextIO) -> bool:
    """A query that can't be asked keeps its place in the answers, with what is wrong."""
    hits = [] if "error" in asked else [hit.model_dump(mode="json") for hit in find(asked["query"])]
    told = {"query_id": asked["query_id"], "hits": hits}
    if "error" in asked:
        told["error"] = asked["error"]
        typer.echo(f"第 {number} 行：{asked['error']}", err=True)
    target.write(json.dumps(told, ensure_ascii=False) + "\n")
    return "error" not in asked


def _asked(line: bytes) -> dict[str, Any]:
    """{"query_id", "query"}, or {"query_id", "error"}. A byte order mark is no part of the line."""
    try:
        read = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return {"query_id": None, "error": "不是 UTF-8 编码；请把文件另存为 UTF-8"}
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        return {"query_id": None, "error": '不是 {"query_id": …, "query": …}'}
    told = cast(dict[str, Any], read)
    query_id, query = told.get("query_id"), told.get("query")
    if query_id is None:
        return {"query_id": None, "error": "没有 query_id，答案无从对应；请补上"}
    if not isinstance(query, str | int | float):
        return {"query_id": query_id, "error": "没有 query（要查的话），或它不是文字；请补上"}
    fault = _fault(str(query))
    return {"query_id": query_id, "error": fault} if fault else {"query_id": query_id, "query": str(query)}


def _fault(query: str) -> str | None:
    if len(query) > QUERY_MAX:
        return f"要查的话有 {len(query)} 字，最多 {QUERY_MAX} 字；请只写要查的问题"
    return None


def _batches(lines: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    rest = iter(lines)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch
