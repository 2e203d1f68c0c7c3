"""`pingji judge` and `pingji brief`: exit codes, lines, files, and one plain line for what is wrong.

In this process, by the function that the command calls: loading the program anew for each would take most of the time.
"""

import errno
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from serving.briefings.files import RENDERERS, Renderer
from serving.cli.main import run
from tests.serving.installation import ROOT

STORM = ROOT / "tools" / "simulator" / "scenarios" / "storm_may"
AT = "2026-05-18T17:00"


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A data folder of its own, without a knowledge base."""
    monkeypatch.setenv("PINGJI_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    yield


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    out = tmp_path_factory.mktemp("judged") / "out.jsonl"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PINGJI_DATA_DIR", str(out.parent / "var"))
        assert (
            run(["judge", "--scenario", str(STORM), "--out", str(out), "--every", "6h", "--llm", "off"]) == 0
        )
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_one_judgment_a_line_with_the_fields_others_build_on(judged: list[dict[str, Any]]) -> None:
    assert [one["at"] for one in judged] == [
        "2026-05-18T08:00:00+08:00",
        "2026-05-18T14:00:00+08:00",
        "2026-05-18T20:00:00+08:00",
        "2026-05-19T02:00:00+08:00",
        "2026-05-19T08:00:00+08:00",
        "2026-05-19T14:00:00+08:00",
        "2026-05-19T20:00:00+08:00",
    ]
    assert [one["number"] for one in judged] == [1, 2, 3, 4, 5, 6, 7]
    promised = {"at", "hazards", "level", "level_possible", "recommendation", "risk_points", "tickets"}
    for one in judged:
        assert promised | {"data_gaps", "narrative", "degraded"} <= one.keys()
    condition = judged[2]["hazards"][0]["conditions"][0]
    asked = {"id", "clause", "state", "review", "observed", "threshold", "unit", "station_ids", "at"}
    assert asked | {"first_met_at", "why_unknown"} <= condition.keys()


def test_states_are_those_of_the_reference(judged: list[dict[str, Any]]) -> None:
    expected = json.loads((STORM / "expected.json").read_text(encoding="utf-8"))
    steps = {step["time"]: step for step in expected["steps"]}
    for one in judged:
        met = {
            condition["id"]
            for hazard in one["hazards"]
            for condition in hazard["conditions"]
            if condition["state"] == "met"
        }
        assert met == set(steps[one["at"]]["met"]), one["at"]


def test_a_moment_alone(tmp_path: Path) -> None:
    out = tmp_path / "one.jsonl"
    assert run(["judge", "--scenario", str(STORM), "--out", str(out), "--at", AT, "--llm", "off"]) == 0
    (line,) = out.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["at"] == f"{AT}:00+08:00"


@pytest.mark.parametrize(
    ("name", "begins"),
    [("b.docx", b"PK"), ("b.pdf", b"%PDF"), ("b.html", b"<!doctype"), ("b.md", b"---")],
)
def test_a_briefing_in_each_kind(tmp_path: Path, name: str, begins: bytes) -> None:
    assert run(["brief", "--scenario", str(STORM), "--at", AT, "--out", name, "--llm", "off"]) == 0
    assert (tmp_path / name).read_bytes().lstrip()[: len(begins)].lower() == begins.lower()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("judge", "--scenario", "nowhere", "--out", "o.jsonl"), "scenario.toml"),
        (("judge", "--scenario", str(STORM), "--out", "o.jsonl", "--every", "soon"), "--every soon"),
        (("judge", "--scenario", str(STORM), "--out", "o.jsonl", "--at", "2026-06-01T00:00"), "不在情景之内"),
        (("judge", "--scenario", str(STORM), "--out", "o.jsonl", "--at", AT, "--every", "1h"), "只能给一个"),
        (("judge", "--scenario", str(STORM), "--out", "."), "是目录"),
        (("brief", "--scenario", str(STORM), "--at", AT, "--out", "b.txt"), ".docx"),
        (("brief", "--scenario", str(STORM), "--at", "noon", "--out", "b.md"), "--at noon"),
        (("judge", "--scenario", str(STORM), "--out", "o.jsonl", "--at", ""), "--at"),
        (("judge", "--scenario", str(STORM / "scenario.toml"), "--out", "o.jsonl"), "上级不是目录"),
        (("judge", "--scenario", str(STORM), "--out", "a-file/o.jsonl"), "上级不是目录"),
        (("brief", "--scenario", str(STORM), "--at", AT, "--out", "a-file/b.md"), "上级不是目录"),
        (("brief", "--scenario", str(STORM), "--at", AT, "--out", "folder.md"), "是目录"),
        (
            ("brief", "--scenario", str(STORM), "--at", AT, "--out", "b.md", "--form", "poem"),
            "poem 不在可选值",
        ),
        (("brief", "--scenario", str(STORM), "--at", AT), "缺少 --out"),
        (("brief", "--scenario", str(STORM), "--at", AT, "--out", "b.md", "--sign"), "没有选项 --sign"),
        (("judge", "--scenario", str(STORM), "--out", "o.jsonl", "now"), "多余的参数 now"),
        (("up", "--port", "abc"), "--port 的值不对：应是整数"),
        (("up", "--speed", "-1"), "--speed 的值不对：不能小于 0"),
    ],
)
def test_bad_input_ends_with_2_and_says_what_to_do(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    (tmp_path / "a-file").touch()
    (tmp_path / "folder.md").mkdir()
    assert run(list(arguments)) == 2
    told = capsys.readouterr().err
    assert says in told and "Errno" not in told


def without(folder: Path) -> None:
    (folder / "observations.csv").unlink()


def no_zone(folder: Path) -> None:
    table = folder / "observations.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("+08:00", "", 1), encoding="utf-8")


def half_a_line(folder: Path) -> None:
    lines = folder / "warnings.jsonl"
    lines.write_bytes(lines.read_bytes()[:-40])


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (without, ("observations.csv", "文件不存在")),
        (no_zone, ("observations.csv", "第 2 行", "没有时区")),
        (half_a_line, ("warnings.jsonl", "不是合法的 JSON")),
    ],
)
def test_a_spoilt_scenario_is_refused_and_older_results_stay(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, spoil: Callable[[Path], None], says: tuple[str, ...]
) -> None:
    spoil(copytree(STORM, tmp_path / "spoilt"))
    older = tmp_path / "older.jsonl"
    older.write_text("older\n", encoding="utf-8")
    assert run(["judge", "--scenario", "spoilt", "--out", "older.jsonl"]) == 2
    told = capsys.readouterr().err
    assert all(word in told for word in says)
    assert older.read_text(encoding="utf-8") == "older\n"


def test_a_scenarios_own_files_are_not_written_over(tmp_path: Path) -> None:
    copytree(STORM, tmp_path / "storm")
    before = (tmp_path / "storm" / "observations.csv").read_bytes()
    assert run(["judge", "--scenario", "storm", "--out", "storm/observations.csv"]) == 2
    assert (tmp_path / "storm" / "observations.csv").read_bytes() == before


def test_a_briefing_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> str:
        raise OSError(errno.ENOSPC, "no room")

    (tmp_path / "b.md").write_text("older", encoding="utf-8")
    monkeypatch.setitem(RENDERERS, "md", Renderer(broken, "text/markdown"))
    assert run(["brief", "--scenario", str(STORM), "--at", AT, "--out", "b.md", "--llm", "off"]) == 2
    assert (tmp_path / "b.md").read_text(encoding="utf-8") == "older"
    assert [one.name for one in tmp_path.glob(".*.part")] == []


def test_a_model_server_that_does_not_answer_ends_with_3() -> None:
    asked = ["judge", "--scenario", str(STORM), "--out", "o.jsonl", "--at", AT]
    assert run([*asked, "--llm", "http://127.0.0.1:9"]) == 3
