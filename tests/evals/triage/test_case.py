import json
from pathlib import Path

import pytest

from evals.errors import DataBroken, DataMissing
from evals.triage.case import COMMANDS, SETS, load_cases

GOLD = {"ticket_type": "投诉", "urgency": "一般"}


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_the_projects_own_sets_load_in_the_order_of_time() -> None:
    for path in SETS.values():
        times = [case.ticket.created_at for case in load_cases(path)]
        assert times == sorted(times)


def test_every_annotated_command_stands_in_its_ticket() -> None:
    cases = {case.ticket.ticket_id: case for path in SETS.values() for case in load_cases(path)}
    for ticket_id in json.loads(COMMANDS.read_text(encoding="utf-8")):
        case = cases[ticket_id]
        assert case.gold.injection
        assert case.command is not None
        assert all(words in case.ticket.text for words in case.command.commands), ticket_id


def test_a_duplicate_of_a_ticket_that_is_left_out_is_no_duplicate(tmp_path: Path) -> None:
    rows = [
        {"ticket_id": "A", "text": "路灯不亮", "gold": GOLD},
        {"ticket_id": "B", "text": "路灯还不亮", "gold": GOLD | {"duplicate_of": "A"}},
        {"ticket_id": "C", "text": "路灯怎么还不亮", "gold": GOLD | {"duplicate_of": "Z"}},
    ]
    cases = load_cases(write(tmp_path / "set.jsonl", *rows))
    assert [case.gold.duplicate_of for case in cases] == [None, "A", None]
    assert len(load_cases(tmp_path / "set.jsonl", limit=2)) == 2


def test_what_is_wrong_with_a_set_names_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="nowhere"):
        load_cases(tmp_path / "nowhere.jsonl")
    unlabelled = write(tmp_path / "a.jsonl", {"text": "路灯不亮", "gold": GOLD}, {"text": "没有标注"})
    with pytest.raises(DataBroken, match=r"a\.jsonl 第 2 行.*gold"):
        load_cases(unlabelled)
    with pytest.raises(DataBroken, match="第 1 行"):
        load_cases(write(tmp_path / "b.jsonl", {"text": "路灯", "gold": {"ticket_type": "闲聊"}}))
