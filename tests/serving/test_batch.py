"""Triage of a file: order, failures, interruption, neighbours that are the same matter. The analysis is a stand-in."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from serving.batch import BatchFiles, Outcome, Row, triage_file
from serving.tickets.recent import RecentTickets
from tools.ticket import Caller, Ticket
from tools.ticket_files import BadLine

NOW = datetime(2026, 5, 17, 8, tzinfo=UTC)


def ticket(number: int, text: str = "", phone: str | None = None) -> Ticket:
    # Without a text given, each ticket uses characters of its own: none is like another.
    own = text or "".join(chr(0x4E00 + number * 20 + at) for at in range(20))
    return Ticket(ticket_id=f"T{number}", created_at=NOW, caller=Caller(phone=phone), text=own)


def rows(count: int) -> Iterator[Row]:
    for number in range(1, count + 1):
        yield number, BadLine("没有文字") if number % 10 == 0 else ticket(number)


GROUPS = {"0202"}


def decided(one: Ticket) -> dict[str, Any]:
    return {
        "ticket_id": one.ticket_id,
        "redacted_text": one.text,
        "ticket_type": "投诉",
        "special_route": None,
        "demands": [{"category_code": "020202", "place_id": None, "street": None}],
        "duplicate_of": None,
        "cluster_id": None,
    }


@pytest.fixture
def files(tmp_path: Path) -> BatchFiles:
    source = tmp_path / "in.jsonl"
    source.write_text("the rows of these tests come from a generator")
    return BatchFiles(source, tmp_path / "out.jsonl")


def read(path: Path) -> list[dict[str, Any]]:
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    )


async def run(files: BatchFiles, count: int, analyse: Any, workers: int = 4) -> Outcome:
    return await triage_file(
        rows(count), files, analyse, RecentTickets(), workers=workers, on_progress=lambda row, failures: None
    )


async def test_results_keep_the_order_and_failures_are_listed(files: BatchFiles) -> None:
    async def analyse(one: Ticket) -> dict[str, Any]:
        await asyncio.sleep(0.02 if one.ticket_id.endswith("1") else 0)
        if one.ticket_id == "T7":
            raise RuntimeError(f"with the text {one.text}")
        return decided(one)

    outcome = await run(files, 25, analyse)
    numbers = [number for number in range(1, 26) if number % 10 and number != 7]
    assert [line["ticket_id"] for line in read(files.out)] == [f"T{number}" for number in numbers]
    assert [(line["line"], line["ticket_id"]) for line in read(files.failed)] == [
        (7, "T7"),
        (10, None),
        (20, None),
    ]
    assert ticket(7).text not in files.failed.read_text(encoding="utf-8")
    assert (outcome.done, outcome.failures) == (25, 3)
    assert not files.state.exists()


async def test_an_interrupted_file_goes_on_where_it_stopped(files: BatchFiles) -> None:
    asked: list[str] = []

    async def breaks(one: Ticket) -> dict[str, Any]:
        asked.append(one.ticket_id)
        if one.ticket_id == "T33":
            raise asyncio.CancelledError
        return decided(one)

    with pytest.raises(asyncio.CancelledError):
        await run(files, 50, breaks)
    with files.out.open("ab") as out:
        out.write(b'{"ticket_id": "half a li')  # what a power cut leaves
    before = len(asked)

    async def analyse(one: Ticket) -> dict[str, Any]:
        asked.append(one.ticket_id)
        return decided(one)

    outcome = await run(files, 50, analyse)
    assert outcome.resumed > 20
    assert len(asked) - before < 25
    assert [line["ticket_id"] for line in read(files.out)] == [f"T{n}" for n in range(1, 51) if n % 10]
    assert [line["line"] for line in read(files.failed)] == [10, 20, 30, 40, 50]


async def test_another_source_starts_over(files: BatchFiles) -> None:
    async def breaks(one: Ticket) -> dict[str, Any]:
        if one.ticket_id == "T9":
            raise asyncio.CancelledError
        return decided(one)

    with pytest.raises(asyncio.CancelledError):
        await run(files, 20, breaks, workers=1)
    files.source.write_text("other rows")

    async def analyse(one: Ticket) -> dict[str, Any]:
        return decided(one)

    assert (await run(files, 20, analyse)).resumed == 0
    assert len(read(files.out)) == 18


async def test_rows_are_read_no_faster_than_they_are_worked_off(files: BatchFiles) -> None:
    taken, done, ahead = 0, 0, 0

    def source() -> Iterator[Row]:
        nonlocal taken
        for row in rows(200):
            taken += 1
            yield row

    def progress(row: int, failures: int) -> None:
        nonlocal done, ahead
        done = row
        ahead = max(ahead, taken - done)

    async def analyse(one: Ticket) -> dict[str, Any]:
        await asyncio.sleep(0)
        return decided(one)

    await triage_file(source(), files, analyse, RecentTickets(), workers=4, on_progress=progress)
    assert ahead <= 8


async def test_a_ticket_waits_for_an_earlier_one_that_may_be_the_same() -> None:
    history = RecentTickets()
    first, alike = ticket(1, "梧桐路的路灯坏了三天"), ticket(2, "梧桐路路灯坏了还没修")
    other, same_caller = ticket(3, "公交车司机态度不好"), ticket(4, "幼儿园收费", phone="1")
    history.expect(first)
    for one in (alike, other, same_caller):
        history.expect(one)
    waiting = asyncio.create_task(history.recent(alike, groups=GROUPS, window_hours=24, limit=10))
    assert await asyncio.wait_for(history.recent(other, groups=GROUPS, window_hours=24, limit=10), 20) == []
    await asyncio.sleep(0)
    assert not waiting.done()
    history.add(first, decided(first))
    assert [past.ticket_id for past in await asyncio.wait_for(waiting, 20)] == ["T1"]


async def test_history_is_bounded_and_keeps_the_callers_own() -> None:
    history = RecentTickets(kept=50)
    for number in range(100):
        history.add(ticket(number, phone="9" if number == 60 else None), decided(ticket(number)))
    found = await history.recent(ticket(200, phone="9"), groups=GROUPS, window_hours=24, limit=5)
    assert len(found) == 6
    assert found[-1].ticket_id == "T60"
