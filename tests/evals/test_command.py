"""The command line as a person runs it, and the whole of triage on a few tickets without a model."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evals.__main__ import main

ROOT = Path(__file__).parents[2]
PREPARED = ROOT / "var" / "knowledge" / "vectors.sqlite"


def run(*arguments: str, data_dir: Path) -> subprocess.CompletedProcess[str]:
    """As a person runs it, in a process and a data folder of its own."""
    environ = {"PATH": "/usr/bin:/bin", "COLUMNS": "120", "LANG": "C.UTF-8", "PINGJI_DATA_DIR": str(data_dir)}
    command = [sys.executable, "-m", "evals", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("triage", "--set", "/nowhere.jsonl"), 2, "/nowhere.jsonl"),
        (("triage", "--uses", "guess"), 2, "guess"),
        (("triage", "--compare", "/nowhere.json"), 2, "/nowhere.json"),
        (("triage", "--llm", "http://127.0.0.1:9/v1"), 3, "--llm off"),
        (("retrieval", "--data", "/nowhere"), 2, "--data"),
    ],
)
def test_bad_input_is_one_line_and_an_exit_code(
    arguments: tuple[str, ...],
    code: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["evals", *arguments])
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == code
    assert says in capsys.readouterr().err


@pytest.mark.slow
def test_six_tickets_through_the_real_graph(tmp_path: Path) -> None:
    report = tmp_path / "run.json"
    if PREPARED.is_file():  # what `make knowledge` embedded: minutes saved
        (tmp_path / "var" / "evals").mkdir(parents=True)
        shutil.copy(PREPARED, tmp_path / "var" / "evals" / "vectors.sqlite")
    done = run("triage", "--limit", "6", "--llm", "off", "--json", str(report), data_dir=tmp_path / "var")
    assert done.returncode == 0, done.stderr
    assert "合成数据" in done.stdout
    head = json.loads(report.read_text(encoding="utf-8"))
    assert (head["tickets"], head["model"], head["synthetic"]) == (6, "off", True)
    for field in ("commit", "date", "machine", "embedder", "index", "city_fingerprint", "prompt_versions"):
        assert field in head, field
    measures = {measure["key"]: measure for measure in head["measures"]}
    assert measures["citation_valid"]["value"] == measures["evidence_exact"]["value"] == 1
    assert measures["llm_calls"]["value"] == 0
    items = [json.loads(line) for line in (tmp_path / head["items"]).read_text(encoding="utf-8").splitlines()]
    assert len(items) == 6
    assert {"id", "text", "gold", "decision", "tallies"} <= items[0].keys()
    assert Path(head["inspect_log"]).suffix == ".eval"
    old, new = tmp_path / "run.json", tmp_path / "again.json"
    compare = ("--json", str(new), "--compare", str(old))
    again = run("triage", "--limit", "6", "--llm", "off", *compare, data_dir=tmp_path / "var")
    assert again.returncode == 0, again.stderr
    assert "符号检验" in again.stdout
