"""One report a run: what was measured, on what, with what; JSON for machines, item by item in a JSONL beside it."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from evals.errors import ReportBroken
from evals.measure import Measured, Tally
from evals.settings import ROOT

FORMAT = 1
Json = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """One ticket or query: its id, what it added to each measure, and whatever helps to understand errors."""

    id: str
    tallies: Mapping[str, Tally]
    detail: Json


def provenance(when: datetime) -> Json:
    """Commit (dirty when the tree differs from it), time, machine."""
    return {
        "commit": _git("rev-parse", "HEAD"),
        "dirty": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "date": when.isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "machine": platform.machine(),
            "python": platform.python_version(),
        },
    }


def _git(*arguments: str) -> str | None:
    """None outside a git checkout (a released archive has none)."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def write_report(path: Path, head: Json, measured: Sequence[Measured], items: Sequence[Item]) -> Path:
    """Write the report to `path` and its items to the .items.jsonl beside it; give back the latter."""
    beside = items_path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with beside.open("w", encoding="utf-8") as lines:
        for item in items:
            tallies = {key: [one.hits, one.total] for key, one in item.tallies.items()}
            line = {"id": item.id, "tallies": tallies, **item.detail}
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
    whole = {
        "format": FORMAT,
        **head,
        "items": beside.name,
        "measures": [one.as_json() for one in measured],
    }
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return beside


def items_path(report: Path) -> Path:
    return report.with_name(report.stem + ".items.jsonl")


def read_report(path: Path) -> tuple[Json, list[Item]]:
    """A report and its items. Raises ReportBroken."""
    try:
        head: Json = json.loads(path.read_text(encoding="utf-8"))
        if head["format"] != FORMAT:
            raise ReportBroken(path, f"格式 {head['format']} 不是 {FORMAT}")
        lines = (path.parent / head["items"]).read_text(encoding="utf-8").splitlines()
        return head, [_item(json.loads(line)) for line in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportBroken(path, f"{type(error).__name__} {error}") from error


def _item(line: Json) -> Item:
    tallies = {key: Tally(hits, total) for key, (hits, total) in line.pop("tallies").items()}
    return Item(str(line.pop("id")), tallies, line)
