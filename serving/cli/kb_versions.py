"""`pingji kb versions | diff | correct`: a work through time, and what a person puts right in it."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from knowledge.metadata.fields import LISTS
from knowledge.versions.render import render
from serving.cli.kb_base import AsJson, Doc, document_line, opened, plain, state_on, the_document
from serving.cli.report import print_json, stop
from serving.corrections import ACTION


def versions(document: Doc, as_json: AsJson = False) -> None:
    """同一部文件的各个版本，从旧到新。"""
    with opened() as here:
        for one in here.base.versions(the_document(here, document, any_version=True).id):
            if as_json:
                told = {"valid_from": one.valid_from, "valid_to": one.valid_to, "end_reason": one.end_reason}
                state = state_on(one, here.today)
                print_json(
                    {"document_id": one.id, "title": one.metadata.title, "state": state, **plain(told)}
                )
            else:
                typer.echo(document_line(one, here.today))


def diff(
    document: Doc,
    day_from: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="旧的一天")],
    day_to: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="新的一天")],
    as_json: AsJson = False,
) -> None:
    """逐条列出两天之间的改动；{+…+} 为新增的字，[-…-] 为删去的字。"""
    if day_from > day_to:
        stop(f"--from {day_from.date()} 晚于 --to {day_to.date()}；请对调两个日期")
    with opened() as here:
        found = here.base.diff(
            the_document(here, document, any_version=True).id, day_from.date(), day_to.date()
        )
    changes = [change for change in found.changes if change.kind != "same"]
    if as_json:
        for change in changes:
            print_json(plain(asdict(change)))
        return
    typer.echo(render(found))


def correct(
    document: Doc,
    changes: Annotated[
        list[str],
        typer.Argument(metavar="字段=值…", help="如 level=规章 effective=2025-05-01；值留空则取消更正"),
    ],
    as_json: AsJson = False,
) -> None:
    """手工更正一份文件的信息；重新导入后仍然有效。多个值用分号隔开。"""
    wanted: dict[str, object] = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals:
            stop(f"{change} 不是 字段=值 的形式；例如 level=规章")
        wanted[name.strip()] = _value(name.strip(), value.strip())
    with opened() as here:
        before = the_document(here, document)
        found = here.base.correct(before.id, wanted)
        was = {name: str(getattr(before.metadata, name)) for name in wanted}
        here.record(ACTION, found.id, {"title": found.metadata.title, "was": was, "set": wanted})
        line = document_line(found, here.today)
    if as_json:
        told = {"document_id": found.id, **plain(asdict(found.metadata)), "corrected": found.corrected}
        print_json(told)
    else:
        typer.echo(line)


def _value(name: str, value: str) -> object:
    parts = [part.strip() for part in value.replace("；", ";").split(";") if part.strip()]
    return (parts if name in LISTS else value) or None
