"""Has a bench's JSON drawn by the environment that has matplotlib."""

import os
import subprocess
from pathlib import Path

from evals.settings import ROOT


def draw(python: Path | None, kind: str, source: Path) -> str | None:
    """A .png beside `source`; gives back what went wrong, None if nothing (or if there is nothing to draw with)."""
    if python is None:
        return None
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [str(python), "-m", "evals.bench.plot", kind, str(source), str(source.with_suffix(".png"))]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    last = done.stderr.strip().splitlines()[-1:]
    return f"图未画成：{''.join(last)}" if done.returncode else None
