"""`pingji kb …`: the commands in one table; their work is in the kb_ modules beside."""

import typer

from serving.cli import kb_changes, kb_index, kb_search, kb_show, kb_versions

app = typer.Typer(add_completion=False)

COMMANDS = {
    "add": kb_changes.add,
    "list": kb_show.list_,
    "show": kb_show.show,
    "remove": kb_changes.remove,
    "publish": kb_changes.publish,
    "status": kb_show.status,
    "search": kb_search.search,
    "versions": kb_versions.versions,
    "diff": kb_versions.diff,
    "correct": kb_versions.correct,
    "generations": kb_index.generations,
    "rollback": kb_index.rollback,
    "check": kb_index.check,
}

for name, work in COMMANDS.items():
    app.command(name)(work)
