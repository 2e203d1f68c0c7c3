"""Triage of a whole file: in constant memory, a few tickets at a time, results in the file's order, resumable.

OUT.jsonl                one decision a line
OUT.jsonl.failed.jsonl   {"line", "ticket_id", "error"} of rows that gave none
OUT.jsonl.state          how far both are; gone once the file is done
"""

import asyncio
import hashlib
import json
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from knowledge.errors import KnowledgeError
from prompts.loader import PromptError
from serving.llm.storage import write_json
from serving.store.tables import Json
from serving.tickets.recent import RecentTickets
from tools.errors import ToolsError
from tools.ticket import Ticket
from tools.ticket_files import BadLine

Row = tuple[int, Ticket | BadLine]
Analyse = Callable[[Ticket], Awaitable[Json]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Mark:
    """Everything up to source row `row` is in the files, which are `out` and `failed` bytes long."""

    source: str
    row: int = 0
    out: int = 0
    failed: int = 0
    failures: int = 0


@dataclass(frozen=True)
class BatchFiles:
    source: Path
    out: Path

    @property
    def failed(self) -> Path:
        return self.out.with_name(f"{self.out.name}.failed.jsonl")

    @property
    def state(self) -> Path:
        return self.out.with_name(f"{self.out.name}.state")

    def mark(self) -> Mark:
        """Where an interrupted run of this very source stopped; else the beginning."""
        source = _fingerprint(self.source)
        try:
            mark = Mark(**json.loads(self.state.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return Mark(source)
        whole = _size(self.out) >= mark.out and _size(self.failed) >= mark.failed
        return mark if mark.source == source and whole else Mark(source)


@dataclass(frozen=True)
class Outcome:
    done: int
    failures: int
    resumed: int


async def triage_file(
    rows: Iterator[Row],
    files: BatchFiles,
    analyse: Analyse,
    history: RecentTickets,
    *,
    workers: int,
    on_progress: Progress,
) -> Outcome:
    """Analyse every row not done before. Rows are read only as fast as they are worked off."""
    mark = files.mark()
    with _cut(files.out, mark.out) as out, _cut(files.failed, mark.failed) as failed:
        rows = _past(rows, files.out, mark, history)
        resumed = mark.row
        async for number, result in _in_order(rows, analyse, history, workers):
            if "error" in result:
                failed.write(_line({"line": number, **result}))
                failed.flush()
                mark = Mark(mark.source, number, mark.out, failed.tell(), mark.failures + 1)
            else:
                out.write(_line(result))
                out.flush()
                mark = Mark(mark.source, number, out.tell(), mark.failed, mark.failures)
            write_json(files.state, asdict(mark))
            on_progress(number, mark.failures)
    if not mark.failed:
        files.failed.unlink()
    files.state.unlink(missing_ok=True)
    return Outcome(mark.row, mark.failures, resumed)


async def _in_order(
    rows: Iterator[Row], analyse: Analyse, history: RecentTickets, workers: int
) -> AsyncGenerator[tuple[int, Json]]:
    """Results in the order of the rows, at most `workers` tickets under way and as many finished ones held."""
    slots = asyncio.Semaphore(workers)
    queue: deque[tuple[int, asyncio.Task[Json]]] = deque()
    try:
        for number, row in rows:
            if isinstance(row, Ticket):
                history.expect(row)
            queue.append((number, asyncio.create_task(_result(row, analyse, history, slots))))
            if len(queue) >= 2 * workers:
                first, task = queue.popleft()
                yield first, await task
        while queue:
            first, task = queue.popleft()
            yield first, await task
    finally:
        for _, task in queue:
            task.cancel()


async def _result(
    row: Ticket | BadLine, analyse: Analyse, history: RecentTickets, slots: asyncio.Semaphore
) -> Json:
    if isinstance(row, BadLine):
        return {"ticket_id": row.ticket_id, "error": row.reason}
    async with slots:
        try:
            decision = await analyse(row)
        except Exception as error:  # noqa: BLE001 # one ticket's failure is listed; the others go on
            history.give_up(row)
            said = (
                str(error)
                if isinstance(error, ToolsError | KnowledgeError | PromptError)
                else type(error).__name__
            )
            return {"ticket_id": row.ticket_id, "error": f"分析失败：{said}；可单独提交该工单重试"}
        history.add(row, decision)
        return decision


def _past(rows: Iterator[Row], out: Path, mark: Mark, history: RecentTickets) -> Iterator[Row]:
    """The rows still to do; those done before only fill the history again."""
    with out.open(encoding="utf-8") as done:
        decision = _next_decision(done, mark.out)
        for number, row in rows:
            if number > mark.row:
                yield number, row
            elif isinstance(row, Ticket) and decision is not None and decision["ticket_id"] == row.ticket_id:
                history.add(row, decision)
                decision = _next_decision(done, mark.out)


def _next_decision(done: TextIO, end: int) -> Json | None:
    line = done.readline() if end else ""
    return json.loads(line) if line else None


def _cut(path: Path, size: int) -> BinaryIO:
    """The file, opened to go on after its first `size` bytes: what a crash left half-written goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("r+b" if path.exists() else "w+b")
    file.truncate(size)
    file.seek(size)
    return file


def _line(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
