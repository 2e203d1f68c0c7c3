"""`pingji kb list | show | status`: what the knowledge base holds and how it stands."""

from dataclasses import asdict
from typing import Annotated

import typer

from knowledge.clause import Clause
from serving.cli.kb_audit import corrections
from serving.cli.kb_base import (
    STATES,
    AsJson,
    Opened,
    document_line,
    older,
    opened,
    plain,
    state_on,
    the_document,
    validity,
)
from serving.cli.report import print_json

LINE = 60
RULE = "─" * 20


def list_(as_json: AsJson = False) -> None:
    """列出全部文件。"""
    with opened() as here:
        for document in here.base.documents():
            if as_json:
                validity_on = {"valid_from": document.valid_from, "valid_to": document.valid_to}
                told = plain({**asdict(document.metadata), **validity_on})
                state = state_on(document, here.today)
                about = {"document_id": document.id, "clauses": document.clauses, "state": state}
                print_json({**about, **told, "corrected": document.corrected})
            else:
                typer.echo(document_line(document, here.today))


def show(
    wanted: Annotated[
        str, typer.Argument(metavar="DOC|CLAUSE", help="文件（编号、标题、文号）或条款编号（含 #）")
    ],
    full: Annotated[bool, typer.Option("--full", help="文件显示全文，而不只是结构")] = False,
    as_json: AsJson = False,
) -> None:
    """文件：显示章节结构；条款：显示它在原文中的上下文。"""
    with opened() as here:
        if "#" in wanted:
            _show_clause(here, wanted, as_json)
        else:
            _show_document(here, wanted, full, as_json)


def _show_document(here: Opened, wanted: str, full: bool, as_json: bool) -> None:
    found = the_document(here, wanted, any_version=True)
    _, text, clauses = here.base.document(found.id)
    if as_json:
        for clause in clauses:
            print_json({**plain(asdict(clause)), "corrected": found.corrected})
        return
    typer.echo(document_line(found, here.today))
    for one in corrections(here.settings, found.id, found.corrected) if found.corrected else ():
        who = f"，{one['by']}，{one['at'][:16].replace('T', ' ')}" if one["by"] else ""
        value = getattr(found.metadata, one["field"])
        typer.echo(f"手工更正：{one['field']}={'；'.join(value) if isinstance(value, tuple) else value}{who}")
    for notice in found.notices:
        typer.echo(f"注意：{notice}")
    if full:
        typer.echo(f"\n{text}")
    else:
        _outline(clauses)


def _outline(clauses: list[Clause]) -> None:
    """Headings once, each clause under its own with its first words."""
    shown: list[str] = []
    for clause in clauses:
        above = clause.path.split(" / ")[:-1]
        same = next((i for i, (old, new) in enumerate(zip(shown, above, strict=False)) if old != new), None)
        start = min(len(shown), len(above)) if same is None else same
        for depth in range(start, len(above)):
            typer.echo(f"{'  ' * depth}{above[depth]}")
        shown = above
        words = " ".join(clause.text.removeprefix(clause.article).split())
        first = words if len(words) <= LINE else f"{words[:LINE]}…"
        typer.echo(f"{'  ' * len(above)}{clause.article}  {first}  [{clause.clause_id}]")


def _show_clause(here: Opened, clause_id: str, as_json: bool) -> None:
    clause, around = here.base.clause(clause_id), here.base.around(clause_id)
    if as_json:
        print_json(plain({**asdict(clause), "before": around.before, "after": around.after}))
        return
    state = STATES[state_on(clause, here.today)]
    typer.echo(f"《{clause.document}》{clause.path}  {validity(clause)}  {state}")
    typer.echo(f"原文第 {around.start}–{around.end} 字（两行 ── 之间）\n")
    typer.echo(f"…{around.before}\n{RULE}\n{around.text}\n{RULE}\n{around.after}…")


def status(as_json: AsJson = False) -> None:
    """知识库的现状。"""
    with opened() as here:
        found = here.base.status()
    if as_json:
        print_json(asdict(found))
        return
    typer.echo(
        f"{found.documents} 份文件，{found.clauses} 条；已发布第 {found.generation or 0} 代，{found.indexed} 条"
    )
    if found.pending:
        typer.echo(f"{found.pending} 条还没有向量，只按字面检索")
    if found.stale:
        typer.echo("有改动尚未发布，请运行 pingji kb publish")
    if found.outdated:
        typer.echo(older(found.outdated))
    if found.warning:
        typer.echo(found.warning, err=True)
