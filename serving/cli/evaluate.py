"""`pingji eval NAME…`: hands over to `python -m evals`, which serving does not import."""

import os
import subprocess
import sys
from typing import Annotated

import typer

from serving.settings import ROOT

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def evaluate(
    context: typer.Context, names: Annotated[list[str] | None, typer.Argument(help="评测的名字")] = None
) -> None:
    """运行评测；参数原样交给 evals。"""
    command = [sys.executable, "-m", "evals", *(names or []), *context.args]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    raise typer.Exit(done.returncode)
