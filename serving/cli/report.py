"""How commands speak: results on stdout, progress on stderr when it is a terminal, one line for what is wrong."""

import json
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

import typer

DONE, SOME_FAILED, BAD_INPUT, NOT_REACHABLE = 0, 1, 2, 3


def stop(message: object, code: int = BAD_INPUT) -> NoReturn:
    """End the command with a line on stderr: what, where, what to do."""
    typer.echo(f"pingji: {message}", err=True)
    raise typer.Exit(code)


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object, one line."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def progress(text: str) -> None:
    """A line that overwrites the one before; nothing where no person looks."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()


def progress_end() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\n")
