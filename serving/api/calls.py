"""叫应: the board of calls, and what a named person does about one."""

from typing import Annotated

from fastapi import APIRouter, Query

from serving.api.services import NamedOperator, Use
from serving.situation.calls import Act
from serving.situation.moments import Instant
from serving.store.tables import Json

router = APIRouter(prefix="/calls", tags=["叫应"])


@router.get("")
async def board(use: Use, at: Annotated[Instant | None, Query()] = None, event_id: str | None = None) -> Json:
    """Every post that the signals in force ask to call, the late ones first. event_id: of an earlier event."""
    seen = await use.emergency.view.seen(at, event_id)
    moment = use.emergency.live.clock() if seen.live else seen.at
    alerts = seen.known.in_force(moment)
    items = await use.emergency.desk.board(moment, alerts, seen.event.event_id)
    return {"at": moment.isoformat(), "event_id": seen.event.event_id, "items": items}


@router.post("/{contact_id}", status_code=202)
async def act(contact_id: str, wish: Act, use: Use, operator: NamedOperator) -> Json:
    """Call, note the answer, go over the post's head, or write a note."""
    return await use.emergency.desk.act(contact_id, wish, operator)
