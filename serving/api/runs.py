"""Runs: started, looked at, followed as a stream, cancelled."""

from collections.abc import AsyncIterable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field

from serving.api.services import Operator, Use
from serving.api.streams import Seen, server_sent
from serving.errors import NotFound, RequestInvalid
from serving.store.tables import Json, RunRow

router = APIRouter(prefix="/runs", tags=["运行"])


class RunInput(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ticket_id: str | None = None
    question: str | None = Field(default=None, max_length=2000)
    as_of: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")


class NewRun(BaseModel):
    agent: Literal["triage", "ask"]
    input: RunInput


@router.post("", status_code=202)
async def start(new: NewRun, use: Use, operator: Operator) -> Json:
    if new.agent == "triage":
        if not new.input.ticket_id:
            raise RequestInvalid("input.ticket_id：没有给出；请写明要重新分析的工单编号")
        return {"run_id": await use.tickets.rerun(new.input.ticket_id, operator)}
    if not (new.input.question or "").strip():
        raise RequestInvalid("input.question：没有文字；请写明要问知识库什么")
    asked = new.input.model_dump(mode="json", exclude_none=True)
    async with use.database.begin() as session:
        run_id = await use.runs.create(session, new.agent, asked, new.input.ticket_id, supersede=False)
    use.runs.launch(run_id)
    return {"run_id": run_id}


async def known_run(run_id: str, use: Use) -> RunRow:
    """Raises NotFound."""
    async with use.database.read() as session:
        run = await session.get(RunRow, run_id)
    if run is None:
        raise NotFound(f"没有运行 {run_id}；请刷新页面")
    return run


KnownRun = Annotated[RunRow, Depends(known_run)]


@router.get("/{run_id}")
async def look(run: KnownRun, use: Use) -> Json:
    async with use.database.read() as session:
        count = await use.runs.events.count(session, run.run_id)
    return {
        "run_id": run.run_id,
        "agent": run.agent,
        "status": run.status,
        "ticket_id": run.ticket_id,
        "created_at": run.created_at,
        "events_count": count,
        "result": run.result,
    }


@router.get("/{run_id}/events", response_class=EventSourceResponse)
async def events(run: KnownRun, use: Use, seen: Seen) -> AsyncIterable[ServerSentEvent]:
    """Everything above `after` (the header Last-Event-ID wins), then what comes, until the run's last event."""
    async for event in use.runs.events.follow(run.run_id, seen):
        yield server_sent(event)


@router.post("/{run_id}/cancel")
async def cancel(run_id: str, use: Use) -> Json:
    return {"status": await use.runs.cancel(run_id)}
