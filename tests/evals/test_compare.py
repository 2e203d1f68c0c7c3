import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evals.compare import changes
from evals.errors import ReportBroken
from evals.measure import Measure, Tally, pool_all
from evals.report import Item, items_path, provenance, read_report, write_report

RIGHT, FEWER = Measure("right", "对"), Measure("slips", "错", fewer_is_better=True)


def items(*rights: int, slips: int = 0) -> list[Item]:
    return [Item(str(n), {"right": Tally(r), "slips": Tally(slips)}, {}) for n, r in enumerate(rights)]


def test_wins_and_losses_are_counted_item_by_item() -> None:
    change, _ = changes((RIGHT, FEWER), items(1, 0, 0, 1), items(1, 1, 1, 0))
    assert (change.before, change.after) == (0.5, 0.75)
    assert (change.better, change.worse, change.items) == (2, 1, 4)
    assert change.p == 1


def test_fewer_may_be_better() -> None:
    change = changes((FEWER,), items(0, 0, slips=1), items(0, 0, slips=0))[0]
    assert (change.better, change.worse) == (2, 0)


def test_a_find_that_is_new_counts_against_precision_when_it_is_wrong() -> None:
    precision = Measure("precision", "精确")
    old = [Item("1", {"precision": Tally(0, 0)}, {}), Item("2", {"precision": Tally(1, 1)}, {})]
    new = [Item("1", {"precision": Tally(0, 1)}, {}), Item("2", {"precision": Tally(1, 1)}, {})]
    change = changes((precision,), old, new)[0]
    assert (change.before, change.after, change.better, change.worse) == (1, 0.5, 0, 1)


def test_a_mean_is_better_when_it_is_higher() -> None:
    mean = Measure("mean", "均值", "mean")
    old, new = [Item("1", {"mean": Tally(0.2)}, {})], [Item("1", {"mean": Tally(0.4)}, {})]
    change = changes((mean,), old, new)[0]
    assert (change.better, change.worse) == (1, 0)


def test_only_shared_items_are_compared() -> None:
    new = [*items(1), Item("new", {"right": Tally(0)}, {})]
    assert changes((RIGHT,), items(0), new)[0].items == 1
    assert changes((RIGHT,), items(0), [Item("new", {"right": Tally(0)}, {})]) == []


def test_a_report_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    mine = [Item("T-1", {"right": Tally(2, 3)}, {"text": "路灯"}), Item("T-2", {"right": Tally(0, 1)}, {})]
    head = {"evaluation": "triage", **provenance(datetime(2026, 7, 1, tzinfo=UTC))}
    write_report(path, head, pool_all((RIGHT,), [item.tallies for item in mine]), mine)
    read, back = read_report(path)
    assert back == mine
    assert read["measures"][0]["value"] == 0.5
    assert read["machine"]["cores"] >= 1
    assert read["date"] == "2026-07-01T00:00:00+00:00"
    assert {"commit", "dirty"} <= read.keys()


@pytest.mark.parametrize("broken", ["", "[]", "{}", json.dumps({"format": 99})])
def test_a_broken_report_says_so(broken: str, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(broken)
    with pytest.raises(ReportBroken, match=r"run\.json"):
        read_report(path)


def test_a_report_without_its_items_says_so(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_report(path, {}, [], [])
    items_path(path).unlink()
    with pytest.raises(ReportBroken, match=r"items\.jsonl"):
        read_report(path)
