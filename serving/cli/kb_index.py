"""`pingji kb generations | rollback | check`: the index and its earlier generations."""

from dataclasses import asdict
from typing import Annotated

import typer

from serving.cli.kb_base import AsJson, opened
from serving.cli.report import SOME_FAILED, print_json, stop


def generations(as_json: AsJson = False) -> None:
    """保留的各代索引，从旧到新；* 为正在使用的一代。"""
    with opened() as here:
        kept = here.base.generations()
    for one in kept:
        if as_json:
            print_json(asdict(one))
        else:
            mark = "*" if one.current else " "
            typer.echo(
                f"{mark} 第 {one.generation} 代  {one.created_at}  {one.clauses} 条，{one.vectors} 条有向量"
            )


def rollback(generation: Annotated[int, typer.Argument(metavar="N", min=1)], as_json: AsJson = False) -> None:
    """改用较早的一代索引；文件本身不变，此后的改动要重新 publish 才能检索到。"""
    with opened() as here:
        kept = [one.generation for one in here.base.generations()]
        if generation not in kept:
            stop(f"没有保留第 {generation} 代索引；现有：{'、'.join(map(str, kept)) or '无'}")
        manifest = here.base.rollback(generation)
        here.record("knowledge.rollback", "knowledge", {"to": generation})
    if as_json:
        print_json({"generation": manifest.generation})
    else:
        typer.echo(f"现在使用第 {manifest.generation} 代")


def check(as_json: AsJson = False) -> None:
    """核对数据库与索引的每个字节；有问题时列出，退出码 1。"""
    with opened() as here:
        problems = here.base.check()
    if as_json:
        print_json({"problems": problems})
    elif not problems:
        typer.echo("数据库与索引完好")
    else:
        for problem in problems:
            typer.echo(problem)
    if problems:
        raise typer.Exit(SOME_FAILED)
